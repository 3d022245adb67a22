"""What became of the suspicions: of those with a reply that was read, how many were confirmed.

A suspicion is one signed visit's screening as it was frozen, and counts once, by the reply that settles
it. Voided visits and voided replies do not count.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.choices import Origin
from cases.screening.names import condition_name
from clinic.models import Clinic
from referrals.models import FoundOrigin

# Below this many settled ones a share says nothing; below the other one it is said with its range.
TOO_FEW, FEW = 10, 30
_Z = 1.96

# Each suspicion once, as `referrals.models.judged` keeps it.
_COUNTED = """
    SELECT origin, leading_condition, found_origin, confirmed, count(*) FROM referrals_judgedvisit
    WHERE clinic_id = %s AND read_at >= coalesce(%s::timestamptz, '-infinity')
    GROUP BY 1, 2, 3, 4
"""


@dataclass
class Row:
    """One suspicion by name: how often it was confirmed, found otherwise, and left open."""

    name: str
    confirmed: int = 0
    otherwise: int = 0
    unsettled: int = 0
    found: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.confirmed + self.otherwise + self.unsettled

    @property
    def settled(self) -> int:
        return self.confirmed + self.otherwise

    @property
    def share(self) -> int | None:
        """Per cent of the settled ones that were confirmed; None for too few to say."""
        return round(100 * self.confirmed / self.settled) if self.settled >= TOO_FEW else None

    @property
    def says(self) -> str:
        """The row as a sentence."""
        words = ngettext(
            "Of %(total)d suspected, %(confirmed)d was confirmed.",
            "Of %(total)d suspected, %(confirmed)d were confirmed.",
            self.confirmed,
        )
        return words % {"total": self.total, "confirmed": self.confirmed}

    @property
    def caution(self) -> str:
        """How far the figure can be trusted: nothing to add from 30 settled ones on."""
        if self.settled < TOO_FEW:
            return _("Too few to judge by.")
        if self.settled < FEW:
            low, high = between(self.confirmed, self.settled)
            return _("Few: the true share may be anywhere from %(low)d to %(high)d %%.") % {
                "low": low,
                "high": high,
            }
        return ""

    @property
    def found_words(self) -> str:
        """Where the pain was found to come from, the most frequent first."""
        counted = (f"{FoundOrigin(code).label} {count}" for code, count in self.found.most_common())
        return " · ".join(counted)

    def add(self, found: str, confirmed: bool | None, count: int) -> None:
        """Count so many replies."""
        self.found[found] += count
        if confirmed is None:
            self.unsettled += count
        elif confirmed:
            self.confirmed += count
        else:
            self.otherwise += count


@dataclass(frozen=True)
class TrackRecord:
    """The track record of one clinic's screenings: per suspected origin and per leading condition."""

    origins: list[Row]
    conditions: list[Row]

    @property
    def total(self) -> int:
        """How many suspicions have a reply that was read."""
        return sum(row.total for row in self.origins)


def track_record(clinic: Clinic, *, since: datetime | None = None) -> TrackRecord:
    """Return the clinic's track record from the replies read since a moment, or from all. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [clinic.pk, since])
        rows = cursor.fetchall()
    return TrackRecord(_by_origin(rows), _by_condition(rows))


def _by_origin(rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    known = {str(origin): Row(str(Origin(origin).label)) for origin in Origin}
    known[""] = Row(_("Not enough was known to suspect an origin"))
    for origin, _code, found, confirmed, count in rows:
        known[origin].add(found, confirmed, count)
    return [row for row in known.values() if row.total]


def _by_condition(rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    known: dict[str, Row] = {}
    for _origin, code, found, confirmed, count in rows:
        if code:
            known.setdefault(code, Row(condition_name(code))).add(found, confirmed, count)
    return sorted(known.values(), key=lambda row: (-row.total, row.name))


def between(confirmed: int, settled: int) -> tuple[int, int]:
    """Return the 95 % interval of a share in per cent, after Wilson (1927), for `settled` above 0."""
    share, square = confirmed / settled, _Z**2
    middle = share + square / (2 * settled)
    spread = _Z * sqrt(share * (1 - share) / settled + square / (4 * settled**2))
    below = 1 + square / settled
    return round(100 * (middle - spread) / below), round(100 * (middle + spread) / below)
