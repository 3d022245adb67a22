"""Signing letters: once, or by two podiatrists, and again when one is corrected."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from cases.models import Visit
from clinic.models import User
from referrals.actions.errors import (
    AlreadyLeaving,
    ChangedMeanwhile,
    LetterIncomplete,
    NobodyToCosign,
    NotSigned,
    SecondSignatureNeeded,
    WrongStep,
)
from referrals.actions.steps import locked_referral, take_step
from referrals.actions.writing import close_correction, draft_of, is_leaving
from referrals.letters.patient_copy import compose_patient_copy
from referrals.letters.pdf import render_patient_copy, render_pdf
from referrals.letters.pictures import pictures_of
from referrals.models import Letter, LetterDraft, LetterFile, PatientCopy, Referral, Specialist
from referrals.workflow import NEXT_ACTION, State, can_become
from referrals.written import Written, additions_of, held_fields, written


def waits_for_the_first(referral: Referral, user: User) -> bool:
    """Return whether this user's signature is the first of two, from the referral as it was read.

    So it is for a second podiatrist when the record has changed since the first one signed.
    """
    if not referral.clinic.cosign_letters or referral.approved_by_id == user.pk:
        return False
    return referral.approved_by_id is None or bool(written(referral, at=timezone.now()).changes)


@transaction.atomic
def approve_letter(*, referral: Referral, by: User, version: int) -> Referral:
    """Sign as the first of two podiatrists: the letter waits for another one, who owns it now.

    Any change after this, of the letter or of the record, needs the signature again.
    Raises LetterIncomplete, ChangedMeanwhile, WrongStep, NotSigned, AlreadyLeaving, NobodyToCosign.
    """
    locked, draft = _to_sign(referral, by, version)
    look = _complete(locked, signer=by)
    second = _second(locked, by)
    draft.supplied = look.supplied
    draft.save()
    locked.approved_at, locked.approved_by = timezone.now(), by
    locked.owner, locked.next_action = second, gettext("Read the letter and sign it too")
    locked.version += 1
    locked.save()
    return locked


def _second(referral: Referral, first: User) -> User:
    """Who is asked to sign too: the case's lead, or else another podiatrist of the clinic."""
    others = referral.clinic.podiatrists().exclude(pk=first.pk)
    found = others.filter(pk=referral.case.lead_id).first() or others.order_by("name").first()
    if found is None:
        raise NobodyToCosign
    return found


@transaction.atomic
def sign_letter(*, referral: Referral, by: User, version: int) -> Letter:
    """Sign the letter and freeze its bytes and those of the patient's copy; it goes on to be sent.

    Where a clinic wants two signatures this is the second one, after `approve_letter`. A correction becomes
    a new letter that names the one it replaces. A second call returns the letter that the first one
    signed. The bytes kept are the bytes sent.
    Raises LetterIncomplete, ChangedMeanwhile, WrongStep, SecondSignatureNeeded, AlreadyLeaving, NotSigned
    when the visit was voided since.
    """
    newest = locked_referral(referral).letters.first()
    if newest and not LetterDraft.objects.filter(referral=referral, corrects__isnull=False).exists():
        return newest
    locked, draft = _to_sign(referral, by, version)
    by_two = locked.clinic.cosign_letters
    first = locked.approved_by if by_two and locked.approved_by_id != by.pk else None
    if by_two and first is None:
        raise SecondSignatureNeeded
    now = timezone.now()
    look = _complete(locked, signer=first or by, cosigner=by if first else None, at=now)
    if first and look.changes:
        raise SecondSignatureNeeded
    letter = _frozen(locked, draft, look, now, first or by, by if first else None)
    _go_on(locked, draft, by, first or by, now)
    return letter


def _to_sign(referral: Referral, by: User, version: int) -> tuple[Referral, LetterDraft]:
    """Return the referral, locked, and its draft, if there is something to sign."""
    locked = locked_referral(referral)
    draft = draft_of(locked, by)
    if Visit.objects.select_for_update().get(pk=locked.visit_id).voided_at:
        raise NotSigned
    if not _may_be_signed(locked, draft):
        raise WrongStep(locked.state)
    if locked.state == State.SIGNED and is_leaving(locked):
        raise AlreadyLeaving
    if locked.version != version:
        raise ChangedMeanwhile
    return locked, draft


def _may_be_signed(referral: Referral, draft: LetterDraft) -> bool:
    if draft.corrects_id is None:
        return referral.state == State.DRAFT
    return referral.state == State.SIGNED or can_become(referral.state, State.SIGNED)


def _complete(
    referral: Referral, *, signer: User, cosigner: User | None = None, at: datetime | None = None
) -> Written:
    """Return the letter as these people sign it. Raises LetterIncomplete."""
    look = written(referral, at=at or timezone.now(), signer=signer, cosigner=cosigner)
    if look.gaps:
        raise LetterIncomplete(look.gaps)
    return look


def _frozen(
    referral: Referral, draft: LetterDraft, look: Written, at: datetime, first: User, second: User | None
) -> Letter:
    """Keep the letter, its bytes and those of the patient's copy."""
    letter = Letter.objects.create(
        clinic=referral.clinic,
        referral=referral,
        number=draft.corrects.number + 1 if draft.corrects else 1,
        replaces=draft.corrects,
        correction=draft.correction,
        content=look.letter.as_dict(),
        signed_at=at,
        signed_by=first,
        cosigned_by=second,
    )
    pictures = pictures_of(referral.clinic, first, second)
    pdf = render_pdf(look.letter, at=at, pictures=pictures)
    LetterFile.objects.create(
        letter=letter, pdf=pdf.pdf, sha256=hashlib.sha256(pdf.pdf).hexdigest(), substituted=pdf.substituted
    )
    copy = render_patient_copy(compose_patient_copy(look.record), at=at, pictures=pictures)
    PatientCopy.objects.create(letter=letter, pdf=copy.pdf, sha256=hashlib.sha256(copy.pdf).hexdigest())
    return letter


def _go_on(referral: Referral, draft: LetterDraft, by: User, first: User, at: datetime) -> None:
    """The signed letter waits to be sent; a correction that was held is what the referral says now."""
    owner = referral.clinic.referral_coordinator or first
    new: dict[str, Any] = {
        "signed_at": at,
        "signed_by": first,
        "owner": owner,
        "sent_at": None,
        "sent_by": None,
    }
    if draft.corrects_id:
        new |= _fields(held_fields(draft))
        draft.additions = additions_of(draft)
        close_correction(draft)
        draft.save()
    if referral.state == State.SIGNED:
        _stay(referral, new)
    else:
        take_step(referral=referral, by=by, to=State.SIGNED, **new)


def _fields(held: dict[str, Any]) -> dict[str, Any]:
    """Held columns by the names of their fields, as a step sets them."""
    names = {column.attname: column.name for column in Referral._meta.concrete_fields}
    found = {names[column]: value for column, value in held.items()}
    specialist = found.pop("specialist", None)
    return found | {"specialist": Specialist.objects.filter(pk=specialist).first()}


def _stay(referral: Referral, new: dict[str, Any]) -> None:
    """A letter corrected before it was sent: it still waits to be sent."""
    for name, value in (new | {"next_action": str(NEXT_ACTION[State.SIGNED])}).items():
        setattr(referral, name, value)
    referral.version += 1
    referral.full_clean()
    referral.save()
