"""What a referral asks for while its letter is on the way, and who hears of it when it is not."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from clinic.calendar import day_in, today_in
from referrals.actions.steps import due_after, save_changes
from referrals.models import Audience, Channel, Dispatch, DispatchStatus, Referral
from referrals.workflow import CHASED, NEXT_ACTION, State

ON_ITS_WAY = _("See that the e-mail goes out")
REFUSED = _("The e-mail was not accepted: send the letter another way")
DOUBTFUL = _("The e-mail may have been sent: ask, then confirm")
COPY_REFUSED = _("A copy was not accepted: send it another way")
COPY_DOUBTFUL = _("A copy may have been sent: ask, then confirm")
CHASE_REFUSED = _("The e-mail that asked was not accepted: ask another way")
CHASE_DOUBTFUL = _("The e-mail that asked may have been sent: confirm")
POST_COPIES = _("Print and post the copies")
_OURS = (
    *(ON_ITS_WAY, REFUSED, DOUBTFUL, COPY_REFUSED, COPY_DOUBTFUL),
    *(CHASE_REFUSED, CHASE_DOUBTFUL, POST_COPIES),
)

LIVE = (DispatchStatus.QUEUED, DispatchStatus.SENDING, DispatchStatus.UNSURE, DispatchStatus.SENT)


def settle_next_action(referral: Referral) -> None:
    """Say on a locked, open referral what its dispatches ask for today, or what it asked for before them."""
    if not referral.is_open:
        return
    words = _asked_for(referral)
    if words is not None:
        today = today_in(referral.clinic)
        _say(referral, str(words), min(referral.next_action_on or today, today))
    elif referral.next_action in {str(ours) for ours in _OURS}:
        _say(referral, str(NEXT_ACTION[referral.state]), _due_before(referral))


def unsettled(referral: Referral) -> list[Dispatch]:
    """Return the dispatches of a referral that wait for a person: doubtful, refused, or still to be posted.

    A refused one is settled once the same letter went to the same reader by another, or somebody said
    that it need not go.
    """
    later = Dispatch.objects.filter(
        letter=OuterRef("letter"),
        audience=OuterRef("audience"),
        status__in=LIVE,
        recorded_at__gt=OuterRef("recorded_at"),
    )
    dispatches = Dispatch.objects.filter(letter__referral=referral, letter__replaced_by__isnull=True)
    waiting = dispatches.exclude(status__in=[DispatchStatus.WITHDRAWN, DispatchStatus.SENT])
    return [one for one in waiting.annotate(went_later=Exists(later)) if _waits(one)]


def _waits(dispatch: Dispatch) -> bool:
    if dispatch.status == DispatchStatus.UNSURE:
        return True
    if dispatch.status == DispatchStatus.FAILED:
        return dispatch.confirmed_at is None and not dispatch.went_later  # type: ignore[attr-defined]
    return dispatch.channel == Channel.POST


def _asked_for(referral: Referral) -> object | None:
    """The most pressing thing that the dispatches ask for; what is on its way asks only to be seen off."""
    waiting = unsettled(referral)
    letters = {one.status for one in waiting if one.audience == Audience.SPECIALIST}
    copies = {one.status for one in waiting if one.audience in (Audience.GP, Audience.PATIENT)}
    chases = {one.status for one in waiting if one.audience == Audience.CHASE}
    if referral.state == State.SIGNED:
        if DispatchStatus.UNSURE in letters:
            return DOUBTFUL
        if _is_on_its_way(referral):
            return ON_ITS_WAY
        if DispatchStatus.FAILED in letters:
            return REFUSED
    for status, words in (
        (DispatchStatus.UNSURE, COPY_DOUBTFUL),
        (DispatchStatus.FAILED, COPY_REFUSED),
        (DispatchStatus.QUEUED, POST_COPIES),
    ):
        if status in copies and referral.state != State.SIGNED:
            return words
    if referral.state in CHASED and chases:
        return CHASE_DOUBTFUL if DispatchStatus.UNSURE in chases else CHASE_REFUSED
    return None


def _is_on_its_way(referral: Referral) -> bool:
    return Dispatch.objects.filter(
        letter__referral=referral,
        letter__replaced_by__isnull=True,
        audience=Audience.SPECIALIST,
        status__in=[DispatchStatus.QUEUED, DispatchStatus.SENDING],
    ).exists()


def _due_before(referral: Referral) -> date:
    """By when the state itself asks for something: as on the day of its step, or as the last chase said."""
    step = referral.steps.standing().last()
    chase = referral.chases.order_by("-recorded_at").first()
    if chase and step and chase.recorded_at > step.recorded_at:
        return chase.next_on
    return due_after(
        referral.clinic,
        referral.urgency,
        referral.state,
        today=day_in(referral.clinic, step.recorded_at) if step else None,
        appointment_at=referral.appointment_at,
    )


def _say(referral: Referral, words: str, on: date) -> None:
    if (referral.next_action, referral.next_action_on) != (words, on):
        save_changes(referral, {"next_action": words, "next_action_on": on})
