"""Which day it is in a clinic, and its working days: its week without the days on which it is closed."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from clinic.models import Clinic

# A calendar in which no day is open is a mistake in the settings; nothing waits longer than this for one.
LONGEST_CLOSURE_DAYS = 366


@dataclass(frozen=True)
class Calendar:
    """On which days a clinic works. `week` are weekdays, 0 for Monday; `closed` are dates."""

    week: Set[int]
    closed: Set[date] = frozenset()

    def is_open(self, day: date) -> bool:
        """Return whether the clinic works on `day`."""
        return day.weekday() in self.week and day not in self.closed

    def on_or_after(self, day: date) -> date:
        """Return `day`, or the first working day after it."""
        for days in range(LONGEST_CLOSURE_DAYS):
            later = day + timedelta(days=days)
            if self.is_open(later):
                return later
        return day

    def after(self, day: date, working_days: int) -> date:
        """Return the day that is so many working days after `day`; for 0 the first one on or after it."""
        if not working_days:
            return self.on_or_after(day)
        for _day in range(working_days):
            day = self.on_or_after(day + timedelta(days=1))
        return day


def today_in(clinic: Clinic) -> date:
    """Return the date in the clinic's time zone, whichever is active: jobs run in none of a clinic."""
    return timezone.localdate(timezone=ZoneInfo(clinic.time_zone))


def day_in(clinic: Clinic, moment: datetime) -> date:
    """Return the date of a moment in the clinic's time zone."""
    return timezone.localdate(moment, timezone=ZoneInfo(clinic.time_zone))


def calendar_of(clinic: Clinic) -> Calendar:
    """Return the clinic's calendar with the closures that it knows. One query."""
    return Calendar(frozenset(clinic.working_days), frozenset(clinic.closures.values_list("on", flat=True)))
