"""What the job worker does with a dispatch: claim it, hand it over once, and write down what came of it.

The claim is committed before anything is said to the mail server. A dispatch that is found claimed later
may have been sent: it is never sent again, a person is asked (ADR 0010).
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import Urgency
from clinic.calendar import today_in
from referrals import mail
from referrals.actions.attention import settle_next_action
from referrals.actions.queue import queue_dispatch
from referrals.actions.sending import letter_went, lock_dispatch
from referrals.actions.steps import locked_referral
from referrals.models import Audience, Channel, Dispatch, DispatchStatus, Referral
from referrals.workflow import CHASED, State

# How long after each refusal it is tried again. An emergency is told to a person sooner.
TRY_AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 60))
EMERGENCY_TRIES = 2
# Longer than a mail server may take for a letter: after that nobody knows whether it left.
GONE_AFTER = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(minutes=5)

logger = logging.getLogger(__name__)


def deliver(dispatch_id: str) -> str:
    """Send one queued dispatch, if it still is one. Returns how that ended, as a status or ""."""
    dispatch = claim(dispatch_id)
    if dispatch is None:
        return ""
    answer = _handed_over(dispatch)
    record_answer(dispatch, answer)
    return str(answer.result)


def _handed_over(dispatch: Dispatch) -> mail.Answer:
    try:
        message = mail.message_of(dispatch)
    except Exception as error:
        # Its traceback and words would name people: the class and the dispatch say where to look.
        logger.error(
            "An e-mail could not be put together: %s, dispatch %s.", type(error).__name__, dispatch.pk
        )
        return mail.Answer(mail.Result.REFUSED, _("The e-mail could not be put together."))
    return mail.hand_over(message)


@transaction.atomic(durable=True)
def claim(dispatch_id: str) -> Dispatch | None:
    """Take a queued dispatch in hand and return it; None when there is nothing to send."""
    rows = Dispatch.objects.select_for_update(of=("self",)).select_related(
        "clinic", "letter__referral__clinic"
    )
    dispatch = rows.filter(pk=dispatch_id, channel=Channel.EMAIL).first()
    if dispatch is None or dispatch.status != DispatchStatus.QUEUED:
        return None
    if dispatch.try_again_at and dispatch.try_again_at > timezone.now():
        return None
    if not _still_wanted(dispatch):
        dispatch.status, dispatch.finished_at = DispatchStatus.WITHDRAWN, timezone.now()
        dispatch.save()
        return None
    dispatch.status, dispatch.sending_since = DispatchStatus.SENDING, timezone.now()
    dispatch.attempts += 1
    dispatch.try_again_at = None
    dispatch.save()
    return dispatch


def _still_wanted(dispatch: Dispatch) -> bool:
    """Not once the referral was cancelled, the letter corrected, sent in another way, or answered."""
    referral, letter = dispatch.letter.referral, dispatch.letter
    if referral.state == State.CANCELLED or hasattr(letter, "replaced_by"):
        return False
    if dispatch.audience == Audience.CHASE:
        return referral.state in CHASED
    return dispatch.audience != Audience.SPECIALIST or referral.state == State.SIGNED


@transaction.atomic
def record_answer(dispatch: Dispatch, answer: mail.Answer) -> None:
    """Write down what the mail server said; the referral goes on, or asks for somebody."""
    referral = locked_referral(dispatch.letter.referral)
    locked = lock_dispatch(dispatch)
    # A person may have been asked meanwhile, and have answered: their word stands.
    if locked.status not in (DispatchStatus.SENDING, DispatchStatus.UNSURE):
        return
    locked.last_error = answer.words[:300]
    if answer.result == mail.Result.ACCEPTED:
        locked.status, locked.sent_on = DispatchStatus.SENT, today_in(locked.clinic)
    elif answer.result == mail.Result.UNSURE:
        locked.status = DispatchStatus.UNSURE
    elif answer.result == mail.Result.NOT_NOW and _may_try_again(locked, referral):
        locked.status = DispatchStatus.QUEUED
        locked.try_again_at = timezone.now() + TRY_AGAIN_AFTER[locked.attempts - 1]
    else:
        locked.status = DispatchStatus.FAILED
    waits = locked.status == DispatchStatus.QUEUED
    locked.finished_at = None if waits else timezone.now()
    locked.save()
    if waits:
        queue_dispatch(locked, at=locked.try_again_at)
    letter_went(referral, locked, by=locked.recorded_by)


def _may_try_again(dispatch: Dispatch, referral: Referral) -> bool:
    tries = EMERGENCY_TRIES if referral.urgency == Urgency.EMERGENCY else len(TRY_AGAIN_AFTER)
    return dispatch.status == DispatchStatus.SENDING and dispatch.attempts <= tries


def flag_doubtful() -> int:
    """Ask a person about each dispatch whose worker is gone; it may have been sent. Returns how many.

    One whose worker was only slow is still written down by it: in doubt it may become sent.
    """
    gone = Dispatch.objects.filter(
        status=DispatchStatus.SENDING, sending_since__lt=timezone.now() - GONE_AFTER
    ).select_related("letter__referral")
    return sum(_flag(dispatch) for dispatch in gone)


@transaction.atomic
def _flag(dispatch: Dispatch) -> bool:
    referral = locked_referral(dispatch.letter.referral)
    locked = lock_dispatch(dispatch)
    if locked.status != DispatchStatus.SENDING:
        return False
    locked.status = DispatchStatus.UNSURE
    locked.last_error = _("The program that sent it stopped in between.")
    locked.save()
    settle_next_action(referral)
    return True


def queue_forgotten() -> int:
    """Queue again what waits although its time is over: its job was lost. Returns how many."""
    late = timezone.now() - FORGOTTEN_AFTER
    waiting = Dispatch.objects.filter(status=DispatchStatus.QUEUED, channel=Channel.EMAIL)
    forgotten = [one for one in waiting if (one.try_again_at or one.recorded_at) < late]
    for dispatch in forgotten:
        queue_dispatch(dispatch)
    return len(forgotten)
