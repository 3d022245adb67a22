"""The days that a report counts, by their names: the last 12 months, last month, and so on."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

EARLIEST = date(1990, 1, 1)


class PeriodName(models.TextChoices):
    """The periods that one chooses from."""

    THIS_MONTH = "this-month", _("This month")
    LAST_MONTH = "last-month", _("Last month")
    THREE_MONTHS = "3-months", _("Last 3 months")
    TWELVE_MONTHS = "12-months", _("Last 12 months")
    THIS_YEAR = "this-year", _("This year")
    LAST_YEAR = "last-year", _("Last year")
    ALL = "all", _("Everything until today")
    CHOSEN = "chosen", _("Days I choose")


@dataclass(frozen=True)
class Period:
    """Days of a clinic's calendar, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days there are in it."""
        return (self.last - self.first).days + 1

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the moment at which it begins, and the first one after it, on the clinic's clock."""
        after = self.last + timedelta(days=1)
        return datetime.combine(self.first, time.min, zone), datetime.combine(after, time.min, zone)


def period_named(name: str, today: date) -> Period:
    """Return the period of that name as it is today. Days to come are in none of them.

    The last 3 and 12 months end today and begin on the day after the same day 3 or 12 months ago.
    """
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    match PeriodName(name):
        case PeriodName.THIS_MONTH:
            return Period(month, today)
        case PeriodName.LAST_MONTH:
            last = month - timedelta(days=1)
            return Period(last.replace(day=1), last)
        case PeriodName.THREE_MONTHS:
            return Period(_months_before(today, 3) + timedelta(days=1), today)
        case PeriodName.THIS_YEAR:
            return Period(year, today)
        case PeriodName.LAST_YEAR:
            return Period(year.replace(year=today.year - 1), year - timedelta(days=1))
        case PeriodName.ALL:
            return Period(EARLIEST, today)
        case _:
            return Period(_months_before(today, 12) + timedelta(days=1), today)


def month_before(today: date) -> Period:
    """Return the whole calendar month before the one that `today` is in."""
    return period_named(PeriodName.LAST_MONTH, today)


def _months_before(day: date, months: int) -> date:
    """Return the same day some months ago, or the last day of that month when it is shorter."""
    number = day.year * 12 + day.month - 1 - months
    first = date(number // 12, number % 12 + 1, 1)
    after = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), after - timedelta(days=1))
