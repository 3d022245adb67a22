"""Signing letters."""

import hashlib

from django.db import transaction
from django.utils import timezone

from cases.models import Visit
from clinic.models import User
from referrals.actions.errors import ChangedMeanwhile, LetterIncomplete, NotSigned
from referrals.actions.steps import locked_referral, take_step
from referrals.letters.compose import compose, gaps
from referrals.letters.pdf import render_pdf
from referrals.letters.record import record_of
from referrals.models import Letter, LetterFile, Referral
from referrals.workflow import State


@transaction.atomic
def sign_letter(*, referral: Referral, by: User, version: int) -> Letter:
    """Compose, render and sign the letter; the referral goes on to whoever sends letters.

    A second call returns the letter that the first one signed. The bytes kept are the bytes sent.
    Raises LetterIncomplete, ChangedMeanwhile, WrongStep, NotSigned when the visit was voided since.
    """
    draft = locked_referral(referral)
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
    coordinator = draft.clinic.referral_coordinator or by
    take_step(referral=draft, by=by, to=State.SIGNED, signed_at=now, signed_by=by, owner=coordinator)
    return letter
