"""The newest rows of a large table, a page at a time, at a cost that does not grow with the table.

Nothing is counted and nothing is skipped: a page begins where the one before it ended. Narrowed down by
something that no index knows, a page looks at so many rows and offers to look further back.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

ROWS = 25
LOOKED_AT = 2_500
_YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Place:
    """A place in a list from the newest to the oldest: before this moment, or at it before this key."""

    at: datetime.datetime
    pk: Any = None

    def __str__(self) -> str:
        return self.at.isoformat() + (f"_{self.pk}" if self.pk else "")


@dataclass(frozen=True)
class Listed:
    """Rows, and where older ones begin. `searched_to` says how far back it was looked, if not to the end."""

    rows: list[dict[str, Any]]
    older: Place | None = None
    searched_to: datetime.datetime | None = None


def place(text: str, key: Any) -> Place | None:
    """Return the place that an address names, or None for one that names none; `key` is the field of keys."""
    moment, _line, pk = text.partition("_")
    try:
        at = parse_datetime(moment)
        if at is None or at.tzinfo is None or at.year not in _YEARS:
            return None
        # In UTC, since the database knows no zone beyond 16 hours.
        return Place(at.astimezone(datetime.UTC), key.to_python(pk) if pk else None)
    except (ValueError, OverflowError, ValidationError):
        return None


def end_of_day(text: str) -> Place | None:
    """Return the place after all rows of a day, in the clinic's time zone; None for what is no day."""
    try:
        day = parse_date(text)
        if day is None or day.year not in _YEARS:
            return None
        after = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())
        return Place(timezone.make_aware(after))
    except (ValueError, OverflowError):
        return None


def newest_first(
    rows: QuerySet[Any], moment: str, names: list[str], after: Place | None, narrowing: Q | None
) -> Listed:
    """Return the newest rows that come after a place, as dictionaries with these names.

    `rows` are those of a clinic or of a patient, whose order an index knows; `narrowing` is a condition
    that no index may know.
    """
    rows = rows.order_by(f"-{moment}", "-pk")
    if after:
        rows = rows.filter(_further_down(moment, after))
    boundary = None
    if narrowing is not None:
        boundary = rows.values_list(moment, flat=True)[LOOKED_AT : LOOKED_AT + 1].first()
        rows = rows.filter(narrowing)
        if boundary:
            rows = rows.filter(**{f"{moment}__gte": boundary})
    found = list(rows.values("pk", moment, *names)[: ROWS + 1])
    if len(found) > ROWS:
        last = found[ROWS - 1]
        return Listed(found[:ROWS], Place(last[moment], last["pk"]))
    return Listed(found, Place(boundary) if boundary else None, boundary)


def _further_down(moment: str, after: Place) -> Q:
    if after.pk is None:
        return Q(**{f"{moment}__lt": after.at})
    # The first condition is what the index is asked.
    here = Q(**{f"{moment}__lt": after.at}) | Q(pk__lt=after.pk)
    return Q(**{f"{moment}__lte": after.at}) & here
