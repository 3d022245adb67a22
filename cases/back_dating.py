"""Whether a visit is written up later than it took place."""

from datetime import date

from cases.models import Visit
from clinic.calendar import day_in


def begun_on(visit: Visit) -> date:
    """Return the day on which the visit's draft was begun, on the clinic's own calendar."""
    return day_in(visit.clinic, visit.created_at)


def is_back_dated(visit: Visit) -> bool:
    """Return whether the visit took place on a day before its draft was begun."""
    return visit.seen_on < begun_on(visit)
