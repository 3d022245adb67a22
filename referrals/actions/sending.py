"""Sending letters, and writing down how they left."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cases.choices import Urgency
from clinic.models import User
from referrals.actions.errors import EmergencyIsPhoned, WrongStep
from referrals.actions.steps import locked_referral, take_step
from referrals.models import Channel, Dispatch, Referral
from referrals.workflow import State


@transaction.atomic
def mark_sent(*, referral: Referral, by: User, channel: str, recipient: str, sent_on: date) -> Dispatch:
    """Record that the signed letter left, how, and to whom; next is to hear that it arrived.

    A second call returns the first one's dispatch. Raises WrongStep, EmergencyIsPhoned,
    ValidationError.
    """
    locked = locked_referral(referral)
    letter = locked.letters.select_related("file").first()
    if locked.state == State.SENT and letter:
        earlier = letter.dispatches.first()
        if earlier:
            return earlier
    if locked.state != State.SIGNED or letter is None:
        raise WrongStep(locked.state)
    if locked.urgency == Urgency.EMERGENCY and channel == Channel.POST:
        raise EmergencyIsPhoned
    dispatch = Dispatch(
        clinic=locked.clinic,
        letter=letter,
        channel=channel,
        recipient=recipient,
        sent_on=sent_on,
        sha256=letter.file.sha256,
        recorded_by=by,
    )
    dispatch.full_clean()
    dispatch.save()
    take_step(referral=locked, by=by, to=State.SENT, sent_at=timezone.now(), sent_by=by)
    return dispatch
