"""Writing a letter: its fields and additions, while it is a draft or while a signed one is corrected."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from cases.models import Patient, Visit
from clinic.models import User
from referrals.actions.errors import (
    AlreadyLeaving,
    ChangedMeanwhile,
    NotADraft,
    NotSigned,
    ReasonNeeded,
    WrongStep,
)
from referrals.actions.referrals import refuse_too_slow, target_day
from referrals.actions.steps import due_after, locked_referral
from referrals.letters.titles import TAKES_ADDITIONS
from referrals.models import DispatchStatus, LetterDraft, Referral
from referrals.workflow import NEXT_ACTION, State, can_become
from referrals.written import additions_of, as_held, written

# The texts of the letter, all that its form asks for.
FIELDS = (
    *("destination", "specialist_id", "request_type", "criteria_met", "urgency", "reason_for_urgency"),
    *("question", "patient_wishes", "told_patient", "consent_given", "safety_net_given", "interim_plan"),
    *("phoned_at", "phoned_to", "phone_advice", "target_on"),
)
ON_ITS_WAY = (DispatchStatus.QUEUED, DispatchStatus.SENDING, DispatchStatus.UNSURE, DispatchStatus.SENT)


@transaction.atomic
def update_referral(
    *,
    referral: Referral,
    by: User,
    version: int,
    additions: Mapping[str, str] | None = None,
    seen: Mapping[str, Any] | None = None,
    correction: str | None = None,
    **fields: Any,
) -> Referral:
    """Save what a podiatrist writes in a letter, if the referral is still at `version`.

    `additions` are the writer's own texts by section, all of them; `seen` is what the record supplied when
    the writer said to have seen its changes. A correction is held beside the referral until it is signed;
    `correction` says what was wrong. Whoever signed as the first of two has to sign again.
    Returns the referral as it is written. Raises NotADraft, ChangedMeanwhile, EmergencyIsPhoned,
    ValidationError.
    """
    locked = locked_referral(referral)
    draft = draft_of(locked, by)
    if locked.state != State.DRAFT and not draft.corrects_id:
        raise NotADraft
    shown = as_held(locked, draft)
    changed = {name: value for name, value in fields.items() if getattr(shown, name) != value}
    is_written = bool(
        changed
        or (additions is not None and tidied(additions) != additions_of(draft))
        or (correction and correction.strip() != draft.correction)
    )
    if not is_written and (seen is None or seen == draft.supplied):
        return shown
    if is_written and locked.version != version:
        raise ChangedMeanwhile
    _write(shown, changed)
    _keep(draft, by, additions, seen, correction)
    shown.version += 1
    _unsign(shown, by)
    if draft.corrects_id:
        return _held(locked, shown, draft)
    shown.full_clean()
    draft.save()
    look = written(shown, at=timezone.now())
    if not draft.supplied:
        draft.supplied = look.supplied
        draft.save()
    shown.ready_to_sign = not look.gaps
    shown.save()
    return shown


@transaction.atomic
def look_again_at_drafts(*, patient: Patient) -> None:
    """Say anew of each letter of a patient that is being written whether it lacks nothing to be signed.

    The version stays: no form is out of date by it, and the letter's own page shows what changed.
    """
    drafts = Referral.objects.filter(case__patient=patient, state=State.DRAFT).order_by("pk")
    for referral in drafts.select_for_update(of=("self",)).select_related("clinic", "case__patient"):
        ready = not written(referral, at=timezone.now()).gaps
        if ready != referral.ready_to_sign:
            Referral.objects.filter(pk=referral.pk).update(ready_to_sign=ready)


def draft_of(referral: Referral, by: User) -> LetterDraft:
    """Return what is kept of a letter while it is written; made when there is none yet."""
    draft, _made = LetterDraft.objects.get_or_create(referral=referral, defaults={"saved_by": by})
    return draft


def tidied(additions: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that say something, of the sections that take any."""
    return {key: text.strip() for key, text in additions.items() if key in TAKES_ADDITIONS and text.strip()}


def _write(referral: Referral, changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        setattr(referral, name, value)
    if "urgency" in changed:
        refuse_too_slow(referral.visit, referral.urgency)
        referral.target_on = target_day(referral.clinic, referral.urgency)
        if referral.state == State.DRAFT:
            referral.next_action_on = due_after(referral.clinic, referral.urgency, State.DRAFT)


def _keep(
    draft: LetterDraft,
    by: User,
    additions: Mapping[str, str] | None,
    seen: Mapping[str, Any] | None,
    correction: str | None,
) -> None:
    if additions is not None:
        if draft.corrects_id:
            draft.held["additions"] = tidied(additions)
        else:
            draft.additions = tidied(additions)
    if seen is not None:
        draft.supplied = dict(seen)
    if correction and correction.strip():
        draft.correction = correction.strip()
    draft.saved_at, draft.saved_by = timezone.now(), by


def _unsign(referral: Referral, by: User) -> None:
    """What the first of two signed is no more what stands there: it comes back to whoever writes."""
    if referral.approved_by_id is None:
        return
    referral.approved_at = referral.approved_by = None
    referral.owner = by
    referral.next_action = writing_words(referral)


def writing_words(referral: Referral) -> str:
    """What is next while a letter is being written."""
    if referral.state == State.DRAFT:
        return str(NEXT_ACTION[State.DRAFT])
    return gettext("Sign the corrected letter")


def _held(locked: Referral, shown: Referral, draft: LetterDraft) -> Referral:
    """Keep a correction beside the referral, whose own texts stay those of the signed letter."""
    shown.full_clean(validate_constraints=False)
    draft.held["fields"] = fields_in(shown)
    draft.full_clean(exclude=["referral", "saved_by"])
    draft.save()
    for name in ("version", "approved_at", "approved_by", "owner", "next_action"):
        setattr(locked, name, getattr(shown, name))
    locked.save()
    return shown


def fields_in(referral: Referral) -> dict[str, Any]:
    """Return what the form of a letter asks for, by column."""
    return {name: getattr(referral, name) for name in FIELDS}


@transaction.atomic
def begin_correction(*, referral: Referral, by: User, what: str) -> LetterDraft:
    """Open a signed letter for correction: the form comes back with the texts as they were signed.

    Nothing of the referral but its next action and owner changes until the corrected letter is signed.
    A second call returns the correction that is open.
    Raises ReasonNeeded, NotSigned for a voided visit, WrongStep where no letter goes out any more, and
    AlreadyLeaving while a letter that waits to be sent is on its way.
    """
    if not what.strip():
        raise ReasonNeeded
    locked = locked_referral(referral)
    draft = draft_of(locked, by)
    if draft.corrects_id:
        return draft
    letter = locked.letters.first()
    if letter is None or not (locked.state == State.SIGNED or can_become(locked.state, State.SIGNED)):
        raise WrongStep(locked.state)
    if Visit.objects.get(pk=locked.visit_id).voided_at:
        raise NotSigned
    if locked.state == State.SIGNED and is_leaving(locked):
        raise AlreadyLeaving
    draft.corrects, draft.correction = letter, what.strip()
    draft.held = {"fields": fields_in(locked), "additions": draft.additions, "before": _before(locked)}
    draft.supplied = written(locked, at=timezone.now()).supplied
    draft.saved_at, draft.saved_by = timezone.now(), by
    draft.full_clean(exclude=["referral", "saved_by", "corrects"])
    draft.save()
    locked.owner, locked.next_action = by, writing_words(locked)
    locked.approved_at = locked.approved_by = None
    locked.version += 1
    locked.save()
    return draft


def is_leaving(referral: Referral) -> bool:
    """Return whether the newest letter is being sent, or was and nobody has said so yet."""
    letter = referral.letters.first()
    return letter is not None and letter.dispatches.filter(status__in=ON_ITS_WAY).exists()


def _before(referral: Referral) -> dict[str, Any]:
    return {
        "state": referral.state,
        "next_action": referral.next_action,
        "owner_id": str(referral.owner_id),
    }


@transaction.atomic
def drop_correction(*, referral: Referral, by: User) -> Referral:
    """Leave a signed letter as it was; what is next is what was next before, unless a step came between.

    A second call changes nothing.
    """
    locked = locked_referral(referral)
    draft = draft_of(locked, by)
    if not draft.corrects_id:
        return locked
    before = draft.held.get("before", {})
    close_correction(draft)
    draft.save()
    locked.approved_at = locked.approved_by = None
    if before.get("state") == locked.state:
        locked.next_action, locked.owner_id = before["next_action"], before["owner_id"]
    locked.version += 1
    locked.save()
    return locked


def close_correction(draft: LetterDraft) -> None:
    """Nothing is being corrected any more."""
    draft.corrects, draft.correction, draft.held = None, "", {}
