"""Which day it is in a clinic, and whether a visit is written up later than it took place."""

import zoneinfo
from datetime import date

from django.utils import timezone

from cases.models import Visit
from clinic.models import Clinic


def today_in(clinic: Clinic) -> date:
    """Return the date on the clinic's own calendar."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(clinic.time_zone))


def begun_on(visit: Visit) -> date:
    """Return the day on which the visit's draft was begun, on the clinic's own calendar."""
    return timezone.localdate(visit.created_at, zoneinfo.ZoneInfo(visit.clinic.time_zone))


def is_back_dated(visit: Visit) -> bool:
    """Return whether the visit took place on a day before its draft was begun."""
    return visit.seen_on < begun_on(visit)
