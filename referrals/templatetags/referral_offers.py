"""What a signed visit says about referring, for a page that stands on a lower floor."""

from django import template

from cases.models import Visit
from referrals.forms import NotReferringForm
from referrals.offer import Offer, offer_of
from referrals.undecided import asks_for_a_decision

register = template.Library()


@register.simple_tag
def referral_offer(visit: Visit, refused: NotReferringForm | str = "") -> Offer | None:
    """Return what the visit offers; `refused` is the form with mistakes that was sent."""
    return offer_of(visit, refused if isinstance(refused, NotReferringForm) else None)


@register.filter
def suspects(visit: Visit) -> bool:
    """Whether the visit suspects what should be referred."""
    return asks_for_a_decision(visit)
