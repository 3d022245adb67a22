"""From the record to the words of a referral letter. Pure: no database, no clock, no framework."""

from dataclasses import replace

from . import sections
from .checks import gaps_of, too_long, warnings_of
from .content import (
    Banner,
    Block,
    ComposedLetter,
    Gap,
    Letterhead,
    Section,
    Signature,
    addition,
)
from .facts import LetterRecord, Referrer
from .items import items_of, status_of
from .titles import REQUIREMENTS, TAKES_ADDITIONS, TITLES
from .wording import full_name, joined, lines, long_date, paragraphs, salutation, time_and_date

__all__ = ["Block", "ComposedLetter", "Gap", "LetterRecord", "Section", "compose", "gaps", "warnings"]


def compose(record: LetterRecord) -> ComposedLetter:
    """Return the letter that the record tells, complete or not; the same record, the same letter."""
    letter = _composed(record)
    return replace(letter, warnings=(*warnings_of(record), *too_long(letter)))


def _composed(record: LetterRecord) -> ComposedLetter:
    clinic, to = record.clinic, record.recipient
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
            logo_alt=clinic.logo_alt,
        ),
        recipient=sections.address_lines(record),
        salutation=salutation(to.name if to else ""),
        subject=f"{record.referral.service}: referral of {full_name(record.patient)}",
        identifiers=_identifiers(record),
        banner=_banner(record),
        sections=tuple(_section(record, key) for key in TITLES),
        signature=_signature(record.referrer, f"Signed at {time_and_date(record.written_at)}"),
        cosignature=_signature(record.cosigner, "Signed as second podiatrist") if record.cosigner else None,
        opening=paragraphs(record.opening),
        closing=paragraphs(record.closing),
        corrects=_corrects(record),
        copies=sections.copies_to(record),
        gaps=gaps_of(record),
    )


def gaps(letter: ComposedLetter) -> list[Gap]:
    """Return what is missing without which the letter cannot be signed."""
    return list(letter.gaps)


def warnings(letter: ComposedLetter) -> list[Gap]:
    """Return what a good letter would also say."""
    return list(letter.warnings)


def _section(record: LetterRecord, key: str) -> Section:
    supplied = [b for b in sections.MAKE[key](record) if b.text or b.rows or b.items]
    added = record.additions.get(key, "").strip() if key in TAKES_ADDITIONS else ""
    items = items_of(record, key)
    title = TITLES[key]
    return Section(
        key=key,
        title=f"{title} on {long_date(record.visit.seen_on)}" if key == "examination" else title,
        requirement=REQUIREMENTS[key],
        status=status_of(items, REQUIREMENTS[key]),
        blocks=(*supplied, addition(added)) if added else tuple(supplied),
        items=items,
    )


def _signature(by: Referrer, signed: str) -> Signature:
    return Signature(name=by.name, role=joined(", ", (by.profession, by.registration_number)), signed=signed)


def _corrects(record: LetterRecord) -> tuple[tuple[str, str], ...]:
    old = record.corrects
    if old is None:
        return ()
    return (
        ("Replaces", f"The letter of {long_date(old.signed_on)} (version {old.number})"),
        ("Corrected", old.what.strip()),
    )


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
    level = "plain"
    if told.urgency in sections.PRESSING:
        level = "emergency" if told.urgency == "emergency" else "urgent"
    return Banner(level=level, label=told.urgency_label, rows=sections.urgency_rows(record))
