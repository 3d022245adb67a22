"""What becomes of a referral once its letter left: received, booked, seen, declined, ended, or undone.

Each action takes the `version` of the referral that the person has seen. Of two people who act on the
same one at once the first wins; the other gets ChangedMeanwhile, and nothing of theirs is written.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from clinic.calendar import day_in, today_in
from clinic.models import User
from referrals.actions.errors import (
    AlreadyLeft,
    AnotherDraft,
    CannotOwn,
    ChangedMeanwhile,
    NothingToUndo,
    NotYet,
    ReasonNeeded,
    WrongStep,
)
from referrals.actions.referrals import start_referral
from referrals.actions.sending import withdraw_waiting
from referrals.actions.steps import (
    due_after,
    locked_referral,
    referral_at,
    save_changes,
    take_back,
    take_step,
)
from referrals.models import Channel, Dispatch, DispatchStatus, Referral, Specialist, Step
from referrals.workflow import CLERICAL, UNDO_WITHIN, State
from referrals.worklist.choices import may_own

# A new appointment is a new thing to tell the patient.
_NOT_TOLD: dict[str, Any] = {"patient_told_on": None, "patient_told_how": "", "patient_told_by": None}


@transaction.atomic
def acknowledge_referral(
    *,
    referral: Referral,
    by: User,
    version: int,
    note: str = "",
    happened_on: date | None = None,
    reason: str = "",
) -> Step:
    """Record that the service has the letter; `note` says who said so and under which number.

    Raises ChangedMeanwhile, WrongStep, NotYet, ReasonNeeded.
    """
    locked = referral_at(referral, version)
    return take_step(
        referral=locked, by=by, to=State.ACKNOWLEDGED, happened_on=happened_on, reason=reason, note=note
    )


@transaction.atomic
def book_appointment(
    *,
    referral: Referral,
    by: User,
    version: int,
    appointment_at: datetime,
    appointment_place: str = "",
    note: str = "",
    happened_on: date | None = None,
    reason: str = "",
) -> Referral:
    """Record the patient's appointment, or move one that is booked already, which is no step.

    The patient is to be told of it anew. Raises ChangedMeanwhile, WrongStep, NotYet, ReasonNeeded.
    """
    locked = referral_at(referral, version)
    appointment: dict[str, Any] = {"appointment_at": appointment_at, "appointment_place": appointment_place}
    if locked.state == State.BOOKED:
        return _move_appointment(locked, by, appointment, reason or note)
    take_step(
        referral=locked,
        by=by,
        to=State.BOOKED,
        happened_on=happened_on,
        reason=reason,
        note=note,
        **appointment,
        **_NOT_TOLD,
    )
    return locked


def _move_appointment(locked: Referral, by: User, appointment: dict[str, Any], why: str) -> Referral:
    due = due_after(locked.clinic, locked.urgency, State.BOOKED, appointment_at=appointment["appointment_at"])
    return write_down(locked, by, why, next_action_on=due, **appointment, **_NOT_TOLD)


def why_key(referral: UUID, version: int) -> str:
    """Return under which name the history keeps who brought a referral to this version, and why."""
    return f"why {referral} {version}"


def write_down(locked: Referral, by: User, why: str, **changes: Any) -> Referral:
    """Change a locked referral without a step; its history keeps who, when, what was before and why."""
    about = {"by": str(by.pk), "why": why.strip()}
    # Named by the version: one request or command may write down several changes.
    with pghistory.context(**{why_key(locked.pk, locked.version + 1): about}):
        save_changes(locked, changes)
    return locked


@transaction.atomic
def mark_seen(
    *,
    referral: Referral,
    by: User,
    version: int,
    note: str = "",
    happened_on: date | None = None,
    reason: str = "",
) -> Step:
    """Record that the specialist saw the patient, no earlier than the appointment that is booked.

    Raises ChangedMeanwhile, WrongStep, NotYet, ReasonNeeded.
    """
    locked = referral_at(referral, version)
    if locked.state == State.REPLIED:
        raise WrongStep(locked.state)
    _after_the_appointment(locked, happened_on)
    return take_step(referral=locked, by=by, to=State.SEEN, happened_on=happened_on, reason=reason, note=note)


@transaction.atomic
def mark_not_attended(
    *,
    referral: Referral,
    by: User,
    version: int,
    note: str = "",
    happened_on: date | None = None,
    reason: str = "",
) -> Step:
    """Record that the patient did not come to the appointment.

    Raises ChangedMeanwhile, WrongStep, NotYet, ReasonNeeded.
    """
    locked = referral_at(referral, version)
    _after_the_appointment(locked, happened_on)
    return take_step(
        referral=locked, by=by, to=State.DID_NOT_ATTEND, happened_on=happened_on, reason=reason, note=note
    )


def _after_the_appointment(locked: Referral, happened_on: date | None) -> None:
    if locked.state != State.BOOKED or locked.appointment_at is None:
        return
    booked_for = day_in(locked.clinic, locked.appointment_at)
    if (happened_on or today_in(locked.clinic)) < booked_for:
        raise NotYet(booked_for)


@transaction.atomic
def decline_referral(
    *,
    referral: Referral,
    by: User,
    version: int,
    what_next: str,
    reason: str,
    note: str = "",
    happened_on: date | None = None,
) -> Step:
    """Record that the service will not see the patient, why, and what becomes of the patient.

    It comes back to the podiatrist, who decides. Raises ChangedMeanwhile, WrongStep, NotYet,
    ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    locked = referral_at(referral, version)
    return take_step(
        referral=locked,
        by=by,
        to=State.DECLINED,
        happened_on=happened_on,
        reason=reason,
        note=note,
        what_next=what_next,
    )


@transaction.atomic
def close_declined(*, referral: Referral, by: User, version: int, reason: str) -> Step:
    """End a referral that was declined; `reason` says what was agreed for the patient.

    Raises ChangedMeanwhile, WrongStep, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    locked = referral_at(referral, version)
    if locked.state != State.DECLINED:
        raise WrongStep(locked.state)
    return take_step(referral=locked, by=by, to=State.CLOSED, reason=reason, end_reason=reason.strip())


@transaction.atomic
def cancel_referral(*, referral: Referral, by: User, reason: str, version: int | None = None) -> Referral:
    """End a referral that is no longer wanted; what waits to be e-mailed is withdrawn.

    Once cancelled it stays so. Raises ReasonNeeded, ChangedMeanwhile, WrongStep.
    """
    if not reason.strip():
        raise ReasonNeeded
    locked = locked_referral(referral)
    if locked.state == State.CANCELLED:
        return locked
    if version is not None and locked.version != version:
        raise ChangedMeanwhile
    withdraw_waiting(locked, by)
    take_step(referral=locked, by=by, to=State.CANCELLED, reason=reason, end_reason=reason.strip())
    return locked


# What a new referral takes over from the one that was declined. What was agreed and told is asked anew.
_TAKEN_OVER = (
    *("request_type", "urgency", "reason_for_urgency", "question", "patient_wishes", "interim_plan"),
    *("safety_net_given", "phoned_at", "phoned_to", "phone_advice"),
)


@transaction.atomic
def refer_elsewhere(
    *, referral: Referral, by: User, version: int, destination: str, specialist: Specialist | None = None
) -> Referral:
    """Begin a new referral of a declined one's visit to another service, and close the declined one.

    Returns the new draft, which follows the old one. Raises ChangedMeanwhile, WrongStep, AnotherDraft
    when such a draft was begun already, NotSigned, ValidationError.
    """
    locked = referral_at(referral, version)
    if locked.state != State.DECLINED:
        raise WrongStep(locked.state)
    if locked.visit.referrals.filter(destination=destination, state=State.DRAFT).exists():
        raise AnotherDraft
    fields = {name: getattr(locked, name) for name in _TAKEN_OVER}
    draft = start_referral(
        visit=locked.visit,
        by=by,
        destination=destination,
        specialist=specialist,
        follows=locked,
        **fields,
    )
    reason = f"{locked.get_what_next_display()}: {draft.get_destination_display()}"
    take_step(referral=locked, by=by, to=State.CLOSED, reason=reason, end_reason=reason)
    return draft


@transaction.atomic
def undo_step(*, referral: Referral, by: User, version: int) -> Step:
    """Take back the last step, if it is a clerical one of the last ten minutes, with what it changed.

    "Sent" is taken back only while nothing left by e-mail; what was to be sent is withdrawn. Raises
    ChangedMeanwhile, NothingToUndo, AlreadyLeft, AnotherDraft.
    """
    locked = referral_at(referral, version)
    now = timezone.now()
    step = locked.steps.standing().last()
    if step is None or not can_be_undone(step, now):
        raise NothingToUndo
    if step.to_state == State.SENT:
        _unsend(locked)
    try:
        take_back(locked, step, by)
    except ValidationError:
        raise AnotherDraft from None
    return step


def can_be_undone(step: Step, now: datetime) -> bool:
    """Return whether a person may still take this step back, if it is the last one.

    A reply has a text or a file to it, and is taken back by voiding it. One that was read stays read.
    """
    undoable = step.to_state in CLERICAL and State.REPLIED not in (step.from_state, step.to_state)
    return undoable and step.undone_at is None and now - step.recorded_at < UNDO_WITHIN


def _unsend(locked: Referral) -> None:
    """Withdraw what a person wrote down as sent. An e-mail that left, or may have, is not called back."""
    left = (DispatchStatus.SENT, DispatchStatus.SENDING, DispatchStatus.UNSURE)
    rows = Dispatch.objects.select_for_update().filter(letter=locked.letters.first())
    if rows.filter(channel=Channel.EMAIL, status__in=left).exists():
        raise AlreadyLeft
    for dispatch in rows.filter(status__in=[DispatchStatus.SENT, DispatchStatus.QUEUED]):
        dispatch.status = DispatchStatus.WITHDRAWN
        dispatch.save(update_fields=["status"])


@transaction.atomic
def assign_referral(
    *,
    referral: Referral,
    by: User,
    version: int,
    owner: User,
    reason: str = "",
    next_action: str = "",
    next_action_on: date | None = None,
) -> Referral:
    """Put an open referral into somebody's hands, and say what they are to do by when.

    What is left empty stays as it is; another date needs a reason. Raises ChangedMeanwhile, WrongStep
    when it has ended, ReasonNeeded, NotYet for a day in the past, CannotOwn, ValidationError.
    """
    locked = referral_at(referral, version)
    if not locked.is_open:
        raise WrongStep(locked.state)
    membership = locked.clinic.memberships.select_related("user").filter(user=owner).first()
    if membership is None or not may_own(membership):
        raise CannotOwn
    due = next_action_on or locked.next_action_on
    if due != locked.next_action_on:
        if not reason.strip():
            raise ReasonNeeded
        if due is not None and due < today_in(locked.clinic):
            raise NotYet
    action = next_action.strip() or locked.next_action
    if (owner, action, due) == (locked.owner, locked.next_action, locked.next_action_on):
        return locked
    return write_down(locked, by, reason, owner=owner, next_action=action, next_action_on=due)


@transaction.atomic
def tell_patient(*, referral: Referral, by: User, version: int, told_on: date, how: str) -> Referral:
    """Record that the patient was told where the referral is, when and how.

    Raises ChangedMeanwhile, NotYet for a day in the future.
    """
    locked = referral_at(referral, version)
    if told_on > today_in(locked.clinic):
        raise NotYet
    return write_down(locked, by, "", patient_told_on=told_on, patient_told_how=how, patient_told_by=by)
