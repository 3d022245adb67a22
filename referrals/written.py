"""A referral's letter as it stands: the record, what the writer added, and the clinic's own wording."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from clinic.models import User
from referrals.letters.changes import Change, changes
from referrals.letters.compose import compose
from referrals.letters.content import ComposedLetter, Gap
from referrals.letters.facts import LetterRecord, ReferralFacts, Referrer
from referrals.letters.quality import Quality, quality
from referrals.letters.record import record_of
from referrals.letters.text import supplied_lines
from referrals.models import LetterDraft, Referral, WordingKind
from referrals.wording import Missing, render
from referrals.wording.record import fields_of, wordings_for

# In the order of the letter, with the part of a letter's record that each becomes.
WORDED = {
    WordingKind.OPENING: "opening",
    WordingKind.CLOSING: "closing",
    WordingKind.PATIENT_COPY: "patient_opening",
}
# Where the value of a merge field is filled in.
FILLED_IN = {
    "specialist_name": "specialist",
    "organisation": "specialist",
    "question": "question",
    "birth_date": "patient.birth_date",
    "record_number": "patient.national_id",
    "patient_name": "patient.family_name",
    "patient_first_name": "patient.given_name",
}


@dataclass(frozen=True)
class Written:
    """A composed letter with what it was written from. `supplied` is what the record alone supplied."""

    referral: Referral
    draft: LetterDraft | None
    record: LetterRecord
    letter: ComposedLetter
    supplied: dict[str, list[str]]

    @property
    def gaps(self) -> list[Gap]:
        """What is missing without which nobody signs."""
        return list(self.letter.gaps)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the record supplies otherwise than when the writer last looked."""
        return changes(self.draft.supplied if self.draft else {}, self.supplied)

    @property
    def quality(self) -> Quality:
        """The audit of the letter, item by item."""
        return quality(self.letter)


def written(
    referral: Referral, *, at: datetime, signer: User | None = None, cosigner: User | None = None
) -> Written:
    """Return the letter of a referral as of `at`, a correction with what is held for it.

    Without a `signer` it names the case's lead podiatrist. A field of the clinic's wording without a
    value is one of its gaps.
    """
    draft = LetterDraft.objects.filter(referral=referral).first()
    shown = as_held(referral, draft)
    record = record_of(
        shown, at=at, signer=signer, cosigner=cosigner, correction=draft.correction if draft else ""
    )
    if draft and draft.corrects_id:
        record = replace(record, additions=additions_of(draft))
    texts, missing = _worded(shown, at, signer)
    record = replace(record, **texts)
    letter = compose(record)
    letter = replace(letter, gaps=(*letter.gaps, *missing))
    return Written(shown, draft, record, letter, _supplied(record))


def as_held(referral: Referral, draft: LetterDraft | None) -> Referral:
    """Return the referral as the correction that is being written would make it, or as it is."""
    if draft is None or not draft.corrects_id:
        return referral
    held = copy(referral)
    for name, value in held_fields(draft).items():
        setattr(held, name, value)
    return held


def held_fields(draft: LetterDraft) -> dict[str, Any]:
    """Return the referral's fields that a correction holds, by column, as the model has them."""
    columns = {column.attname: column for column in Referral._meta.concrete_fields}
    said = draft.held.get("fields", {})
    return {name: columns[name].to_python(value) for name, value in said.items() if name in columns}


def additions_of(draft: LetterDraft | None) -> dict[str, str]:
    """Return what the writer added to the sections, a correction's while one is being written."""
    if draft is None:
        return {}
    found = draft.held.get("additions", {}) if draft.corrects_id else draft.additions
    return dict(found)


def _worded(referral: Referral, at: datetime, signer: User | None) -> tuple[dict[str, Any], list[Gap]]:
    texts = wordings_for(referral.clinic, [str(kind) for kind in WORDED], referral.destination)
    values = fields_of(referral, at=at, signer=signer)
    said: dict[str, Any] = {}
    missing: list[Gap] = []
    for kind, part in WORDED.items():
        try:
            said[part] = render(texts[str(kind)], values)
        except Missing as blank:
            for name, label in zip(blank.names, blank.labels, strict=True):
                missing.append(_blank(kind, name, label))
    return said, missing


def _blank(kind: WordingKind, name: str, label: str) -> Gap:
    sentence = f"The clinic’s wording ({kind.label.lower()}) needs: {label.lower()}."
    return Gap("wording", "Wording", sentence, FILLED_IN.get(name, ""))


def _supplied(record: LetterRecord) -> dict[str, list[str]]:
    """Return the lines of the record alone: neither what the writer fills in nor to whom nor who signs."""
    asked = record.referral
    blank = ReferralFacts(service="", urgency="routine", urgency_label="", imaging=asked.imaging)
    alone = replace(
        record,
        referral=blank,
        recipient=None,
        referrer=Referrer(),
        cosigner=None,
        corrects=None,
        additions={},
    )
    return supplied_lines(compose(alone))
