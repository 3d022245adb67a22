"""From the record to the words of a referral letter. Pure: no database, no clock, no framework."""

from . import sections
from .checks import PRESSING, gaps_of, warnings_of
from .content import (
    Banner,
    Block,
    ComposedLetter,
    Gap,
    Letterhead,
    Section,
    Signature,
)
from .facts import LetterRecord
from .wording import full_name, joined, lines, long_date, salutation, time_and_date

__all__ = ["Block", "ComposedLetter", "Gap", "LetterRecord", "Section", "compose", "gaps", "warnings"]


def compose(record: LetterRecord) -> ComposedLetter:
    """Return the letter that the record tells, complete or not; the same record, the same letter."""
    clinic, by = record.clinic, record.referrer
    to = record.recipient
    return ComposedLetter(
        title=f"Referral letter {record.reference}, {clinic.name}",
        reference=record.reference,
        written_on=long_date(record.written_at.date()),
        letterhead=Letterhead(
            name=clinic.name,
            line=clinic.letterhead_line,
            address=lines(clinic.address),
            phone=clinic.phone,
            email=clinic.email,
        ),
        recipient=sections.address_lines(record),
        salutation=salutation(to.name if to else ""),
        subject=f"{record.referral.service}: referral of {full_name(record.patient)}",
        identifiers=_identifiers(record),
        banner=_banner(record),
        sections=tuple(
            one for make in sections.ORDER if (one := make(record)).blocks or one.requirement == "M"
        ),
        signature=Signature(
            name=by.name,
            role=joined(", ", (by.profession, by.registration_number)),
            signed=f"Signed at {time_and_date(record.written_at)}",
        ),
        copies=sections.copies_to(record),
        gaps=gaps_of(record),
        warnings=warnings_of(record),
    )


def gaps(letter: ComposedLetter) -> list[Gap]:
    """Return what is missing without which the letter cannot be signed."""
    return list(letter.gaps)


def warnings(letter: ComposedLetter) -> list[Gap]:
    """Return what a good letter would also say."""
    return list(letter.warnings)


def _identifiers(record: LetterRecord) -> tuple[str, ...]:
    who = record.patient
    parts = (
        full_name(who),
        f"born {long_date(who.birth_date)}" if who.birth_date else "date of birth not recorded",
        f"record no. {who.record_number}" if who.record_number else "",
        f"national no. {who.national_id}" if who.national_id else "",
    )
    return tuple(part for part in parts if part)


def _banner(record: LetterRecord) -> Banner:
    told = record.referral
    level = "emergency" if told.urgency == "emergency" else "urgent" if told.urgency in PRESSING else "plain"
    phoned: tuple[tuple[str, str], ...] = ()
    if level == "emergency":
        phoned = (
            ("Phoned", time_and_date(told.phoned_at) or "Not yet"),
            ("Spoke to", told.phoned_to.strip() or "Not recorded"),
            ("Their advice", told.phone_advice.strip() or "Not recorded"),
        )
    rows = (
        ("Reason", told.reason_for_urgency.strip()),
        ("Please see by", _see_by(record)),
        *phoned,
    )
    kept = tuple(row for row in rows if row[1])
    return Banner(level=level, label=told.urgency_label, rows=kept)


def _see_by(record: LetterRecord) -> str:
    if record.referral.urgency == "emergency":
        return f"Today, {long_date(record.written_at.date())}"
    return long_date(record.referral.target_on)
