"""The queues of the worklist, for pages outside it."""

from django import template

from clinic.models import Clinic
from referrals.workflow import Tile

register = template.Library()


@register.simple_tag
def referral_tiles(clinic: Clinic) -> list[tuple[Tile, int]]:
    """Return each queue of the clinic's open referrals with how many wait in it, in one query."""
    return clinic.referrals.tile_counts()
