"""The queues of the worklist, for pages outside it."""

from typing import Any

from django import template
from django.db.models import Count, Q

from clinic.models import Clinic
from referrals.workflow import Tile

register = template.Library()


@register.simple_tag
def referral_tiles(clinic: Clinic) -> list[tuple[Tile, int]]:
    """Return each queue of the clinic's open referrals with how many wait in it, in one query."""
    counts: dict[str, Any] = clinic.referrals.with_tile().aggregate(
        **{tile.value: Count("pk", filter=Q(tile=tile.value)) for tile in Tile}
    )
    return [(tile, counts[tile.value]) for tile in Tile]
