"""The weeks, months or years along which a report draws what happened over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinic.reports.period import Period
from clinic.reports.words import month_in_words
from clinic.templatetags.footnote import day

MOST_DAYS_IN_WEEKS, MOST_DAYS_IN_MONTHS = 100, 800


@dataclass(frozen=True)
class Step:
    """One week (from Monday), month or year: the part of it that the period counts."""

    start: date
    first: date
    last: date
    label: str

    @property
    def narrow(self) -> Mapping[str, str]:
        """The filters that show only its rows."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat()}


def step_of(period: Period) -> str:
    """Return by what a period is drawn, as PostgreSQL's `date_trunc` calls it."""
    if period.days <= MOST_DAYS_IN_WEEKS:
        return "week"
    return "month" if period.days <= MOST_DAYS_IN_MONTHS else "year"


def steps(period: Period, begun: date | None) -> Sequence[Step]:
    """Return every step of a period from the one that begins on `begun`, the first with something in it.

    A period of decades in which nothing was recorded at first has no empty years before.
    """
    if begun is None:
        return []
    unit, found, start = step_of(period), [], begun
    while start <= period.last:
        after = _next(unit, start)
        first, last = max(start, period.first), min(after - timedelta(days=1), period.last)
        found.append(Step(start, first, last, _label(unit, start)))
        start = after
    return found


def _next(unit: str, start: date) -> date:
    if unit == "week":
        return start + timedelta(days=7)
    if unit == "month":
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return date(start.year + 1, 1, 1)


def _label(unit: str, start: date) -> str:
    return {"week": day(start), "month": month_in_words(f"{start:%Y-%m}"), "year": f"{start:%Y}"}[unit]
