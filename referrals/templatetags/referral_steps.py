"""What can be done with a referral, for pages and rows."""

from typing import Any

from django import template

from clinic.access import may
from referrals import stepping
from referrals.models import Referral
from referrals.stepping import Doing

register = template.Library()


@register.simple_tag(takes_context=True)
def row_steps(context: dict[str, Any], referral: Referral) -> list[Doing]:
    """Return what is offered in a row of the worklist: the likely step, and asking after it. No query."""
    offered = [stepping.likely(referral.state)]
    if stepping.CHASE.is_possible(referral.state) and stepping.CHASE not in offered:
        offered.append(stepping.CHASE)
    request = context["request"]
    return [row for row in offered if row and may(request, row.verb)]


@register.filter
def must_tell(referral: Referral) -> bool:
    """Return whether an appointment is booked that nobody has told the patient of."""
    return referral.state == stepping.State.BOOKED and referral.patient_told_on is None
