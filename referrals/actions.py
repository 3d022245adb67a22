"""Every change of state of referrals, letters and the directory."""

import hashlib
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.choices import Urgency
from cases.models import Visit
from clinic.models import Clinic, User
from referrals.letters.compose import Gap, compose, gaps
from referrals.letters.pdf import render_pdf
from referrals.letters.record import record_of
from referrals.models import Channel, Dispatch, Letter, LetterFile, Referral, Specialist
from referrals.workflow import NEXT_ACTION, State, can_become, due_on, working_day_from


class NotSigned(Exception):
    """A referral is written from a signed visit only."""


class NotADraft(Exception):
    """The letter was signed, so that its referral cannot be changed any more."""


class WrongStep(Exception):
    """This step does not follow from where the referral is; `state` says where it is."""

    def __init__(self, state: str) -> None:
        super().__init__(f"not from {state}")
        self.state = state


class ChangedMeanwhile(Exception):
    """Somebody else saved the referral since this person opened it."""


class LetterIncomplete(Exception):
    """Something is missing without which a letter cannot be signed; `gaps` says what."""

    def __init__(self, missing: list[Gap]) -> None:
        super().__init__("the letter is incomplete")
        self.gaps = missing


class EmergencyIsPhoned(Exception):
    """An emergency is phoned, handed over or e-mailed: it is neither routine nor posted."""


class ReasonNeeded(Exception):
    """The step needs a reason."""


def _locked(referral: Referral) -> Referral:
    rows = Referral.objects.select_for_update(of=("self",))
    return rows.select_related("clinic", "case__patient", "visit", "specialist").get(pk=referral.pk)


def _move(referral: Referral, state: str) -> None:
    """Set the state and, for an open one, what comes next and by when."""
    if not can_become(referral.state, state):
        raise WrongStep(referral.state)
    referral.state = state
    if state in NEXT_ACTION:
        referral.next_action = str(NEXT_ACTION[state])
        referral.next_action_on = due_on(state, referral.urgency, timezone.localdate())


def _refuse_too_slow(visit: Visit, urgency: str) -> None:
    if visit.screening.urgency == Urgency.EMERGENCY and urgency != Urgency.EMERGENCY:
        raise EmergencyIsPhoned


@transaction.atomic
def start_referral(*, visit: Visit, by: User, destination: str, **fields: Any) -> Referral:
    """Begin a referral from a signed visit, or return the draft to the same destination.

    Raises NotSigned, EmergencyIsPhoned, ValidationError.
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("clinic", "case").get(pk=visit.pk)
    if not visit.is_signed or visit.voided_at:
        raise NotSigned
    draft = visit.referrals.filter(destination=destination, state=State.DRAFT).first()
    if draft:
        return draft
    _refuse_too_slow(visit, fields["urgency"])
    referral = Referral(
        clinic=visit.clinic,
        case=visit.case,
        visit=visit,
        destination=destination,
        owner=by,
        created_by=by,
        next_action=str(NEXT_ACTION[State.DRAFT]),
        next_action_on=due_on(State.DRAFT, fields["urgency"], timezone.localdate()),
        target_on=_target(visit.clinic, fields["urgency"]),
        **fields,
    )
    referral.full_clean()
    referral.save()
    return referral


def _target(clinic: Clinic, urgency: str) -> date:
    """Return the day by which the patient should be seen: a working day, unless it is an emergency."""
    day = timezone.localdate() + timedelta(days=clinic.days_for(urgency))
    return day if urgency == Urgency.EMERGENCY else working_day_from(day)


@transaction.atomic
def update_referral(*, referral: Referral, by: User, version: int, **fields: Any) -> Referral:
    """Change a draft referral, if it is still at `version`.

    Raises NotADraft, ChangedMeanwhile, EmergencyIsPhoned, ValidationError.
    """
    draft = _locked(referral)
    if draft.state != State.DRAFT:
        raise NotADraft
    changed = {name: value for name, value in fields.items() if getattr(draft, name) != value}
    if not changed:
        return draft
    if draft.version != version:
        raise ChangedMeanwhile
    for name, value in changed.items():
        setattr(draft, name, value)
    if "urgency" in changed:
        _refuse_too_slow(draft.visit, draft.urgency)
        draft.target_on = _target(draft.clinic, draft.urgency)
        draft.next_action_on = due_on(State.DRAFT, draft.urgency, timezone.localdate())
    draft.version += 1
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def sign_letter(*, referral: Referral, by: User, version: int) -> Letter:
    """Compose, render and sign the letter; the referral goes on to whoever sends letters.

    A second call returns the letter that the first one signed. The bytes kept are the bytes sent.
    Raises LetterIncomplete, ChangedMeanwhile, WrongStep, NotSigned when the visit was voided since.
    """
    draft = _locked(referral)
    signed = draft.letters.first()
    if signed:
        return signed
    if Visit.objects.select_for_update().get(pk=draft.visit_id).voided_at:
        raise NotSigned
    if draft.version != version:
        raise ChangedMeanwhile
    now = timezone.now()
    composed = compose(record_of(draft, at=now, signer=by))
    missing = gaps(composed)
    if missing:
        raise LetterIncomplete(missing)
    letter = Letter.objects.create(
        clinic=draft.clinic,
        referral=draft,
        content=composed.as_dict(),
        signed_at=now,
        signed_by=by,
    )
    rendered = render_pdf(composed, at=now)
    LetterFile.objects.create(
        letter=letter,
        pdf=rendered.pdf,
        sha256=hashlib.sha256(rendered.pdf).hexdigest(),
        substituted=rendered.substituted,
    )
    _move(draft, State.SIGNED)
    draft.signed_at, draft.signed_by = now, by
    draft.owner = draft.clinic.referral_coordinator or by
    draft.version += 1
    draft.save()
    return letter


@transaction.atomic
def mark_sent(*, referral: Referral, by: User, channel: str, recipient: str, sent_on: date) -> Dispatch:
    """Record that the signed letter left, how, and to whom; next is to hear that it arrived.

    A second call returns the first one's dispatch. Raises WrongStep, EmergencyIsPhoned,
    ValidationError.
    """
    locked = _locked(referral)
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
    _move(locked, State.SENT)
    locked.sent_at, locked.sent_by = timezone.now(), by
    locked.version += 1
    locked.save()
    return dispatch


@transaction.atomic
def cancel_referral(*, referral: Referral, by: User, reason: str) -> Referral:
    """End a referral that is no longer wanted. Raises ReasonNeeded, WrongStep."""
    if not reason.strip():
        raise ReasonNeeded
    locked = _locked(referral)
    if locked.state == State.CANCELLED:
        return locked
    _move(locked, State.CANCELLED)
    locked.ended_at, locked.ended_by, locked.end_reason = timezone.now(), by, reason.strip()
    locked.version += 1
    locked.save()
    return locked


# The directory


@transaction.atomic
def add_specialist(*, clinic: Clinic, by: User, **fields: Any) -> Specialist:
    """Add a person or service to the clinic's directory. Raises ValidationError."""
    specialist = Specialist(clinic=clinic, **fields)
    specialist.full_clean()
    specialist.save()
    return specialist


@transaction.atomic
def update_specialist(*, specialist: Specialist, by: User, **fields: Any) -> Specialist:
    """Change an entry; letters already signed keep what they said. Raises ValidationError."""
    for name, value in fields.items():
        setattr(specialist, name, value)
    specialist.full_clean()
    specialist.save(update_fields=list(fields))
    return specialist


@transaction.atomic
def retire_specialist(*, specialist: Specialist, by: User, retired: bool = True) -> Specialist:
    """Take an entry out of the choice for new referrals, or put it back."""
    specialist.retired_at = timezone.now() if retired else None
    specialist.save(update_fields=["retired_at"])
    return specialist
