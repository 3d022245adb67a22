"""The queues of the worklist, for pages outside it."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.http import QueryDict

from clinic.models import Clinic
from referrals.models import Referral
from referrals.models.referral import Counts
from referrals.workflow import Tile
from referrals.worklist.listing import Worklist, address, rows_of

register = template.Library()


@register.simple_tag
def referral_counts(clinic: Clinic) -> Counts:
    """Return how many of the clinic's open referrals wait in each queue, and how many were escalated."""
    return clinic.referrals.all().counts()


@register.simple_tag
def tile_label(tile: str) -> str:
    """Return the words of a queue."""
    return str(Tile(tile).label)


@register.filter
def in_short(words: str) -> str:
    """Return "Urgent" for "Urgent, within 2 weeks": what has room in a list."""
    return words.split(",")[0]


@register.inclusion_tag("referrals/worklist/_after_step.html", takes_context=True)
def worklist_after_step(context: dict[str, Any], referral: Referral) -> dict[str, Any]:
    """Draw, out of band, what a step done in the list changes there: its row's cells, and the tiles.

    The list is that of the page that sent the step. A row that no longer belongs there stays where it
    is, so that what was done can be seen and undone, and says which queue it went to.
    """
    request = context["request"]
    page = urlsplit(request.htmx.current_url_abs_path or "")
    if page.path != address(""):
        return {}
    worklist = Worklist.of(request, QueryDict(page.query))
    row = rows_of(request, [referral.pk])[0]
    tile = row.tile
    is_here = tile and worklist.filters.tile in ("", tile)
    moved_to = "" if is_here else tile.label if tile else row.get_state_display()
    return worklist.tiles() | {"referral": row, "moved_to": moved_to, "is_oob": True}
