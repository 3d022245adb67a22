"""The steps of a referral: from one state to the next, with what is due then."""

from django.utils import timezone

from referrals.actions.errors import WrongStep
from referrals.models import Referral
from referrals.workflow import NEXT_ACTION, can_become, due_on


def locked_referral(referral: Referral) -> Referral:
    """Return the referral as it is now, locked until the end of the transaction."""
    rows = Referral.objects.select_for_update(of=("self",))
    return rows.select_related("clinic", "case__patient", "visit", "specialist").get(pk=referral.pk)


def move(referral: Referral, state: str) -> None:
    """Set the state and, for an open one, what comes next and by when."""
    if not can_become(referral.state, state):
        raise WrongStep(referral.state)
    referral.state = state
    if state in NEXT_ACTION:
        referral.next_action = str(NEXT_ACTION[state])
        referral.next_action_on = due_on(state, referral.urgency, timezone.localdate())
