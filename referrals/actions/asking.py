"""Asking after a referral in writing: the letter to print, and the e-mail that leaves by the queue."""

import hashlib

from django.utils import timezone

from clinic.models import User
from referrals import mail
from referrals.actions.attention import settle_next_action
from referrals.actions.errors import EmailNotOffered
from referrals.actions.queue import queue_dispatch
from referrals.chases import render_chase_letter
from referrals.models import Audience, Channel, Chase, ChaseLetter, Dispatch, DispatchStatus, Referral


def print_chase(referral: Referral, chase: Chase) -> ChaseLetter:
    """Keep the PDF of a chase by letter, and write down that it is posted on the day of the chase."""
    pdf = render_chase_letter(referral, chase.wording, at=chase.recorded_at).pdf
    file = ChaseLetter.objects.create(chase=chase, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())
    dispatch = _dispatch(referral, chase, channel=Channel.POST, status=DispatchStatus.SENT)
    if dispatch:
        dispatch.sent_on, dispatch.sha256 = chase.chased_on, file.sha256
        _save(dispatch)
    return file


def mail_chase(referral: Referral, chase: Chase, email: str) -> Dispatch | None:
    """Put a chase in the queue of e-mails. Raises EmailNotOffered, ValidationError."""
    if not mail.is_offered():
        raise EmailNotOffered
    dispatch = _dispatch(referral, chase, channel=Channel.EMAIL, status=DispatchStatus.QUEUED)
    if dispatch:
        dispatch.email, dispatch.message_id = email, mail.message_id_of(dispatch)
        dispatch.sha256 = hashlib.sha256(chase.wording.encode()).hexdigest()
        _save(dispatch)
        queue_dispatch(dispatch)
    return dispatch


def set_aside_refused(referral: Referral, by: User) -> None:
    """An e-mail that asked and was not accepted is done with once somebody asks anew."""
    refused = Dispatch.objects.select_for_update().filter(
        letter__referral=referral,
        audience=Audience.CHASE,
        status=DispatchStatus.FAILED,
        confirmed_at__isnull=True,
    )
    if refused.update(confirmed_at=timezone.now(), confirmed_by=by):
        settle_next_action(referral)


def _dispatch(referral: Referral, chase: Chase, *, channel: str, status: str) -> Dispatch | None:
    """The dispatch to be written of a chase; none for a referral of before there were letters."""
    letter = referral.letters.first()
    if letter is None:
        return None
    return Dispatch(
        clinic_id=referral.clinic_id,
        letter=letter,
        chase=chase,
        audience=Audience.CHASE,
        channel=channel,
        recipient=str(referral.specialist or referral.get_destination_display())[:300],
        status=status,
        recorded_by_id=chase.recorded_by_id,
    )


def _save(dispatch: Dispatch) -> None:
    dispatch.full_clean(exclude=["clinic", "letter", "recorded_by", "chase"], validate_constraints=False)
    dispatch.save(force_insert=True)
