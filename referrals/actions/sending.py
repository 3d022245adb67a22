"""Sending letters: by e-mail through the queue, or by hand with a note of how they left."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import Urgency
from clinic.calendar import day_in, today_in
from clinic.models import User
from referrals import mail
from referrals.actions.attention import LIVE, settle_next_action
from referrals.actions.errors import (
    ChangedMeanwhile,
    EmailNotOffered,
    EmergencyIsPhoned,
    NotWaiting,
    OnItsWay,
    WrongStep,
)
from referrals.actions.queue import queue_dispatch
from referrals.actions.steps import locked_referral, take_step
from referrals.copies import Copy, copies_of
from referrals.models import (
    Audience,
    Channel,
    Dispatch,
    DispatchStatus,
    Letter,
    LetterDraft,
    ProtectedFile,
    Referral,
)
from referrals.protection import with_password
from referrals.workflow import State


@transaction.atomic
def mark_sent(
    *,
    referral: Referral,
    by: User,
    channel: str,
    recipient: str,
    sent_on: date,
    reason: str = "",
    copies: Iterable[str] = (),
    letter: Letter | None = None,
) -> Dispatch:
    """Record that the signed letter left by other means than e-mail; next is to hear that it arrived.

    `copies` are the audiences that get one too: by post at once where the letter is posted, otherwise as
    a copy that waits to be posted. `letter` is the version that was sent, the latest unless given. A
    second call returns the first one's dispatch. Raises WrongStep, EmergencyIsPhoned, OnItsWay,
    ChangedMeanwhile, ReasonNeeded for an earlier day, NotYet, ValidationError.
    """
    locked = locked_referral(referral)
    latest = _latest(locked)
    if locked.state == State.SENT and latest:
        earlier = latest.dispatches.filter(audience=Audience.SPECIALIST, status=DispatchStatus.SENT).first()
        if earlier:
            return earlier
    latest = _to_send(locked, latest)
    if letter is not None and letter.pk != latest.pk:
        raise ChangedMeanwhile
    if locked.urgency == Urgency.EMERGENCY and channel == Channel.POST:
        raise EmergencyIsPhoned
    dispatch = _write(latest, by, channel=channel, recipient=recipient, sent_on=sent_on)
    for copy in _chosen(locked, latest, copies):
        posted = copy.channel == Channel.POST and channel == Channel.POST
        _write_copy(latest, by, copy, sent_on=sent_on if posted else None)
    take_step(
        referral=locked,
        by=by,
        to=State.SENT,
        happened_on=sent_on,
        reason=reason,
        sent_at=timezone.now(),
        sent_by=by,
    )
    settle_next_action(locked)
    return dispatch


@transaction.atomic
def send_by_email(
    *,
    referral: Referral,
    by: User,
    email: str,
    copies: Iterable[str] = (),
    password: str = "",
    letter: Letter | None = None,
) -> Dispatch:
    """Put the signed letter in the queue of e-mails, with the copies; the referral is sent once it is.

    With a `password` all that is e-mailed opens with it alone; it is kept nowhere. Raises WrongStep,
    OnItsWay, ChangedMeanwhile, EmailNotOffered, ValidationError.
    """
    if not mail.is_offered():
        raise EmailNotOffered
    locked = locked_referral(referral)
    latest = _to_send(locked, _latest(locked))
    if letter is not None and letter.pk != latest.pk:
        raise ChangedMeanwhile
    name = str(locked.specialist or locked.get_destination_display())
    dispatch = _queue(latest, by, password, audience=Audience.SPECIALIST, recipient=name, email=email)
    for copy in _chosen(locked, latest, copies):
        _write_copy(latest, by, copy, password=password)
    settle_next_action(locked)
    return dispatch


@transaction.atomic
def send_again(*, dispatch: Dispatch, by: User, email: str = "", password: str = "") -> Dispatch:
    """Send a copy that was not accepted by a new dispatch: to an address, or by post without one.

    The specialist's letter is sent again from the referral itself, and who asked after it asks anew.
    Raises NotWaiting, OnItsWay, EmailNotOffered, ValidationError.
    """
    referral, locked = _locked(dispatch)
    letter = locked.letter
    is_copy = locked.audience in (Audience.GP, Audience.PATIENT)
    if not is_copy or locked.status != DispatchStatus.FAILED:
        raise NotWaiting(locked.status)
    if _live(letter, locked.audience).filter(recorded_at__gt=locked.recorded_at).exists():
        raise OnItsWay
    if email and not mail.is_offered():
        raise EmailNotOffered
    about = {"audience": locked.audience, "recipient": locked.recipient}
    if email:
        again = _queue(letter, by, password, email=email, **about)
    else:
        again = _write(letter, by, channel=Channel.POST, sent_on=None, **about)
    settle_next_action(referral)
    return again


@transaction.atomic
def mark_copy_posted(*, dispatch: Dispatch, by: User) -> Dispatch:
    """Record that a copy which waited to be posted is in the post. Raises NotWaiting."""
    referral, locked = _locked(dispatch)
    if locked.status == DispatchStatus.SENT:
        return locked
    if (locked.channel, locked.status) != (Channel.POST, DispatchStatus.QUEUED):
        raise NotWaiting(locked.status)
    # By the way of every dispatch: somebody has it in hand, then it is gone.
    locked.status = DispatchStatus.SENDING
    locked.save()
    now = timezone.now()
    locked.status, locked.sent_on = DispatchStatus.SENT, today_in(locked.clinic)
    locked.finished_at = locked.confirmed_at = now
    locked.confirmed_by = by
    locked.save()
    settle_next_action(referral)
    return locked


@transaction.atomic
def withdraw_dispatch(*, dispatch: Dispatch, by: User) -> Dispatch:
    """Take back what still waits to go. Raises NotWaiting once it is being sent."""
    referral, locked = _locked(dispatch)
    if locked.status == DispatchStatus.WITHDRAWN:
        return locked
    if locked.status != DispatchStatus.QUEUED:
        raise NotWaiting(locked.status)
    _withdraw(locked, by)
    settle_next_action(referral)
    return locked


def withdraw_waiting(referral: Referral, by: User) -> None:
    """Take back all that waits to go of a locked referral: it was cancelled, or its letter corrected."""
    waiting = Dispatch.objects.select_for_update().filter(
        letter__referral=referral, status=DispatchStatus.QUEUED
    )
    for dispatch in waiting:
        _withdraw(dispatch, by)


@transaction.atomic
def confirm_dispatch(*, dispatch: Dispatch, by: User, arrived: bool) -> Dispatch:
    """Say of a doubtful dispatch whether it arrived; one that did not may be sent again by another.

    Raises NotWaiting when it is not in doubt.
    """
    referral, locked = _locked(dispatch)
    wanted = DispatchStatus.SENT if arrived else DispatchStatus.FAILED
    if locked.confirmed_at and locked.status == wanted:
        return locked
    if locked.status != DispatchStatus.UNSURE:
        raise NotWaiting(locked.status)
    locked.status, locked.confirmed_at, locked.confirmed_by = wanted, timezone.now(), by
    locked.finished_at = locked.confirmed_at
    if arrived:
        locked.sent_on = day_in(locked.clinic, locked.sending_since or locked.confirmed_at)
    locked.save()
    letter_went(referral, locked, by=by)
    return locked


@transaction.atomic
def set_aside(*, dispatch: Dispatch, by: User) -> Dispatch:
    """Say of a copy that was not accepted that it need not go. Raises NotWaiting."""
    referral, locked = _locked(dispatch)
    if locked.status != DispatchStatus.FAILED:
        raise NotWaiting(locked.status)
    if locked.confirmed_at is None:
        locked.confirmed_at, locked.confirmed_by = timezone.now(), by
        locked.save()
        settle_next_action(referral)
    return locked


def letter_went(referral: Referral, dispatch: Dispatch, *, by: User) -> None:
    """Take a locked referral on to sent if this dispatch was its letter to the specialist, and says so."""
    is_letter = dispatch.audience == Audience.SPECIALIST and dispatch.status == DispatchStatus.SENT
    latest = _latest(referral)
    if is_letter and referral.state == State.SIGNED and latest and latest.pk == dispatch.letter_id:
        why = _("It was in doubt whether the e-mail had left.") if dispatch.confirmed_at else ""
        take_step(
            referral=referral,
            by=by,
            to=State.SENT,
            happened_on=dispatch.sent_on,
            reason=why,
            sent_at=timezone.now(),
            sent_by=by,
        )
    settle_next_action(referral)


def on_its_way(letter: Letter) -> bool:
    """Whether the specialist's letter is being sent, or may have been."""
    return _live(letter, Audience.SPECIALIST).exclude(status=DispatchStatus.SENT).exists()


def lock_dispatch(dispatch: Dispatch) -> Dispatch:
    """Return the dispatch as it is now, locked until the end of the transaction; its referral comes first."""
    rows = Dispatch.objects.select_for_update(of=("self",))
    return rows.select_related("clinic", "letter", "recorded_by").get(pk=dispatch.pk)


def _locked(dispatch: Dispatch) -> tuple[Referral, Dispatch]:
    referral = locked_referral(dispatch.letter.referral)
    return referral, lock_dispatch(dispatch)


def _latest(referral: Referral) -> Letter | None:
    return referral.letters.select_related("file", "patient_copy").first()


def _to_send(referral: Referral, letter: Letter | None) -> Letter:
    """Return the letter that waits to be sent. Raises WrongStep, OnItsWay, ChangedMeanwhile."""
    if referral.state != State.SIGNED or letter is None:
        raise WrongStep(referral.state)
    if LetterDraft.objects.filter(referral=referral, corrects=letter).exists():
        raise ChangedMeanwhile
    if on_its_way(letter):
        raise OnItsWay
    return letter


def _live(letter: Letter, audience: str) -> Any:
    return letter.dispatches.filter(audience=audience, status__in=LIVE)


def _chosen(referral: Referral, letter: Letter, audiences: Iterable[str]) -> list[Copy]:
    """The copies asked for, less those that this letter has been sent with already."""
    wanted = set(audiences)
    return [
        copy
        for copy in copies_of(referral, letter)
        if copy.audience in wanted and not _live(letter, copy.audience).exists()
    ]


def _write_copy(
    letter: Letter, by: User, copy: Copy, *, password: str = "", sent_on: date | None = None
) -> Dispatch:
    about = {"audience": copy.audience, "recipient": copy.recipient}
    if copy.channel == Channel.EMAIL:
        return _queue(letter, by, password, email=copy.email, **about)
    return _write(letter, by, channel=copy.channel, sent_on=sent_on, **about)


def _write(
    letter: Letter, by: User, *, channel: str, sent_on: date | None, audience: str = "", **about: Any
) -> Dispatch:
    """Write down a dispatch that has left, or a copy that waits to be posted."""
    audience = audience or Audience.SPECIALIST
    dispatch = Dispatch(
        clinic=letter.clinic,
        letter=letter,
        audience=audience,
        channel=channel,
        status=DispatchStatus.SENT if sent_on else DispatchStatus.QUEUED,
        sent_on=sent_on,
        sha256=_file(letter, audience).sha256,
        recorded_by=by,
        **about,
    )
    _save(dispatch)
    return dispatch


def _queue(letter: Letter, by: User, password: str, *, audience: str, recipient: str, email: str) -> Dispatch:
    """Write down an e-mail that is to go, with the bytes it will carry, and let the worker send it."""
    file = _file(letter, audience)
    protected = with_password(bytes(file.pdf), password) if password else None
    dispatch = Dispatch(
        clinic=letter.clinic,
        letter=letter,
        audience=audience,
        channel=Channel.EMAIL,
        recipient=recipient,
        email=email,
        status=DispatchStatus.QUEUED,
        sha256=hashlib.sha256(protected).hexdigest() if protected else file.sha256,
        is_protected=protected is not None,
        recorded_by=by,
    )
    dispatch.message_id = mail.message_id_of(dispatch)
    _save(dispatch)
    if protected:
        ProtectedFile.objects.create(dispatch=dispatch, pdf=protected, sha256=dispatch.sha256)
    queue_dispatch(dispatch)
    return dispatch


def _save(dispatch: Dispatch) -> None:
    # Its constraints and keys are the database's to check: it was asked for them a moment ago.
    dispatch.full_clean(
        exclude=["clinic", "letter", "recorded_by"], validate_unique=False, validate_constraints=False
    )
    dispatch.save(force_insert=True)


def _file(letter: Letter, audience: str) -> Any:
    return letter.patient_copy if audience == Audience.PATIENT else letter.file


def _withdraw(dispatch: Dispatch, by: User) -> None:
    dispatch.status, dispatch.finished_at = DispatchStatus.WITHDRAWN, timezone.now()
    dispatch.confirmed_at, dispatch.confirmed_by = dispatch.finished_at, by
    dispatch.save()
