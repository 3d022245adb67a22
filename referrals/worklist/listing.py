"""One list as one request asks for it: its rows, its queues with their counts, its words."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from clinic.requests import ClinicRequest
from referrals.models.referral import Counts
from referrals.workflow import Tile
from referrals.worklist.choices import Choices
from referrals.worklist.filters import Filters
from referrals.worklist.finding import Row, Search


class Page(NamedTuple):
    """One page of the list: its rows, of which the first stands at `start`, and what is around it."""

    counts: Counts
    rows: list[Row]
    number: int
    pages: int
    total: int
    start: int


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
        choices = Choices.of(request.clinic, request.user)
        return cls(request, Filters.read(query, choices), choices)

    @property
    def address(self) -> str:
        """Where this list is."""
        return address(self.filters.query)

    @cached_property
    def search(self) -> Search:
        """The list that the filters ask for, of which each answer is one query."""
        return Search(self.request.clinic, self.request.user, self.filters, self.choices)

    def total(self, counts: Counts) -> int:
        """Return how many the list holds on all its pages."""
        return counts.tiles[Tile(self.filters.tile)] if self.filters.tile else sum(counts.tiles.values())

    def page(self, number: int, size: int) -> "Page":
        """Return one page of the list, or the last one where it has no such page."""
        found = self.search.page((number - 1) * size, size)
        total = self.total(found.counts)
        pages = max(1, -(-total // size))
        if number > pages:
            return self.page(pages, size)
        return Page(found.counts, found.rows, number, pages, total, (number - 1) * size)

    def tiles(self, counts: Counts) -> dict[str, Any]:
        """What the tiles show: each queue, its count, and the query that goes there or back from there."""
        filters = self.filters
        tiles = [
            (tile, count, filters.but(tile="" if filters.tile == tile else tile.value).query)
            for tile, count in counts.tiles.items()
        ]
        return {
            "filters": filters,
            "list_path": reverse("referrals:list_referrals"),
            "tiles": tiles,
            "escalated": counts.escalated,
            "to_escalated": filters.but(escalated="" if filters.escalated else "1").query,
        }


def address(query: str) -> str:
    """Return where the list of a query string is."""
    return reverse("referrals:list_referrals") + (f"?{query}" if query else "")


def labels() -> dict[str, str]:
    """The words above the columns, which a card on a phone has before each value."""
    return {
        "patient": _("Patient"),
        "urgency": _("Urgency"),
        "specialist": _("To"),
        "age": _("State"),
        "due": _("Next"),
    }
