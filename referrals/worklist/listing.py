"""One list as one request asks for it: its rows, its queues with their counts, its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from clinic.requests import ClinicRequest
from referrals.models import Referral
from referrals.models.referral import Counts
from referrals.workflow import Tile
from referrals.worklist.choices import Choices
from referrals.worklist.filters import Filters

# What a row shows. The rest of five wide tables would cost more than the page itself.
_PATIENT = ("family_name", "given_name", "sex", "birth_date", "deceased_on")
COLUMNS = (
    *("urgency", "destination", "state", "next_action", "next_action_on", "clinic_id", "case_id"),
    *("created_at", "escalated_at", "ready_to_sign", "version"),
    *("case__id", "specialist__name", "owner__name"),
    *(f"case__patient__{name}" for name in _PATIENT),
)


@dataclass
class Worklist:
    """The list that one request asks for: its filters, and what they find."""

    request: ClinicRequest
    filters: Filters
    choices: Choices

    @classmethod
    def asked_for(cls, request: ClinicRequest) -> "Worklist":
        """Read the filters of the address, or those that a form on the list carries along."""
        query = request.GET
        if request.method == "POST":
            query = QueryDict(request.POST.get("query", "").replace("\x00", "")[:1000])
        return cls.of(request, query)

    @classmethod
    def of(cls, request: ClinicRequest, query: QueryDict) -> "Worklist":
        """Return the list of a query string."""
        choices = Choices.of(request.clinic)
        return cls(request, Filters.read(query, choices), choices)

    @property
    def address(self) -> str:
        """Where this list is."""
        return address(self.filters.query)

    @cached_property
    def counts(self) -> Counts:
        """How many wait in each queue, among those that the filters ask for. One query."""
        rows = self.filters.without_tile(self.request.clinic, self.request.user, self.choices)
        return rows.counts(escalated_only=bool(self.filters.escalated))

    @property
    def total(self) -> int:
        """How many the list holds on all its pages."""
        tiles = self.counts.tiles
        return tiles[Tile(self.filters.tile)] if self.filters.tile else sum(tiles.values())

    def ids(self, start: int, end: int) -> list[UUID]:
        """Return the ids from one place of the list to another. One query."""
        rows = self.filters.rows(self.request.clinic, self.request.user, self.choices)
        return list(rows.values_list("pk", flat=True)[start:end])

    def tiles(self) -> dict[str, Any]:
        """What the tiles show: each queue, its count, and the query that goes there or back from there."""
        filters = self.filters
        tiles = [
            (tile, count, filters.but(tile="" if filters.tile == tile else tile.value).query)
            for tile, count in self.counts.tiles.items()
        ]
        return {
            "worklist": self,
            "filters": filters,
            "list_path": reverse("referrals:list_referrals"),
            "tiles": tiles,
            "escalated": self.counts.escalated,
            "to_escalated": filters.but(escalated="" if filters.escalated else "1").query,
        }


def address(query: str) -> str:
    """Return where the list of a query string is."""
    return reverse("referrals:list_referrals") + (f"?{query}" if query else "")


def rows_of(request: ClinicRequest, ids: Sequence[UUID]) -> list[Referral]:
    """Return the rows with what the list shows of them, in the order of `ids`. One query."""
    rows = request.clinic.referrals.select_related("case__patient", "specialist", "owner")
    by_id = rows.only(*COLUMNS).in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def labels() -> dict[str, str]:
    """The words above the columns, which a card on a phone has before each value."""
    return {
        "patient": _("Patient"),
        "urgency": _("Urgency"),
        "specialist": _("To"),
        "age": _("State"),
        "due": _("Next"),
    }
