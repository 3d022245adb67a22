"""What a letter lacks: gaps without which nobody signs, and warnings that a good letter heeds.

Each check answers a fault that audits of referral letters found (clinical reference, section 4).
"""

from collections.abc import Iterator

from .content import ComposedLetter, Gap
from .facts import LetterRecord
from .items import STALE_DAYS
from .length import TOO_LONG, pages
from .medicines import THINNER, named
from .patient_copy import jargon_in
from .sections import PRESSING
from .titles import TITLES

Rows = Iterator[tuple[str, str, str]]


def gaps_of(record: LetterRecord) -> tuple[Gap, ...]:
    """What has to be there before anybody signs."""
    return tuple(Gap(key, TITLES[key], sentence, field) for key, sentence, field in _gaps(record))


def warnings_of(record: LetterRecord) -> tuple[Gap, ...]:
    """What a good letter would also say."""
    found = (*_warnings(record), *_doubts(record))
    return tuple(Gap(key, TITLES[key], sentence, field) for key, sentence, field in found)


def too_long(letter: ComposedLetter) -> tuple[Gap, ...]:
    """Return the warning that a letter will take more than two pages in print."""
    if pages(letter) <= TOO_LONG:
        return ()
    sentence = (
        "The letter will take more than two pages: shorten what you wrote, since few read a third page."
    )
    return (Gap("letter", "The whole letter", sentence, ""),)


def _gaps(record: LetterRecord) -> Rows:
    who, told = record.patient, record.referral
    if record.recipient is None:
        yield "recipient", "Choose the specialist or service that the letter goes to.", "specialist"
    if not told.question.strip():
        yield "question", "Write the question that you want answered.", "question"
    if not (who.family_name.strip() or who.given_name.strip()):
        yield "patient", "Add the patient’s name.", "patient.family_name"
    if who.birth_date is None:
        yield "patient", "Add the patient’s date of birth.", "patient.birth_date"
    if not (who.record_number.strip() or who.national_id.strip()):
        yield "patient", "Add the patient’s national number.", "patient.national_id"
    if told.urgency in PRESSING and not told.reason_for_urgency.strip():
        yield "header", "Say why the referral is that urgent.", "reason_for_urgency"
    if told.urgency == "emergency" and told.phoned_at is None:
        yield "header", "Phone first, then write down when you phoned.", "phoned_at"
    if told.urgency == "emergency" and not told.phoned_to.strip():
        yield "header", "Write down whom you spoke to on the phone.", "phoned_to"
    if told.consent_given is None:
        yield (
            "consent_and_plan",
            "Ask whether the patient agrees to the referral, and record it.",
            "consent_given",
        )
    elif not told.consent_given:
        sentence = "The patient does not agree to the referral, so the letter cannot be signed."
        yield "consent_and_plan", sentence, "consent_given"


def _warnings(record: LetterRecord) -> Rows:
    who, told, visit = record.patient, record.referral, record.visit
    if not who.given_name.strip():
        yield "patient", "Check the patient’s given names: none are recorded.", "patient.given_name"
    if not who.address.strip() and not who.phone.strip():
        yield (
            "patient",
            "Add an address or a telephone number, so that the patient can be invited.",
            "patient.phone",
        )
    if not (who.gp_name.strip() or who.gp_practice.strip()):
        yield (
            "gp_and_referrer",
            "Ask for the patient’s GP practice, or write that there is none.",
            "patient.gp_practice",
        )
    if not visit.history.strip() and "history" not in record.additions:
        yield (
            "history",
            "The visit has no history: add how it began and what it stops.",
            "additions.history",
        )
    if record.red_flags_not_asked:
        sentence = (
            f"{len(record.red_flags_not_asked)} red flags were not asked; the letter lists them as not asked."
        )
        yield "red_flags", sentence, ""
    if told.safety_net_given is None:
        yield "red_flags", "Record whether you gave safety-net advice.", "safety_net_given"
    if not record.treatments and "treatment" not in record.additions:
        yield (
            "treatment",
            "No treatment is recorded: add what was tried, if anything.",
            "additions.treatment",
        )
    if not who.medication.strip():
        yield (
            "medication_and_allergies",
            "Ask what medication the patient takes, or write “None”.",
            "patient.medication",
        )
    if not who.allergies.strip() and not who.no_known_allergies:
        yield (
            "medication_and_allergies",
            "Ask about allergies, or record that none are known.",
            "patient.allergies",
        )
    if not told.patient_wishes.strip():
        yield "social_and_wishes", "Write what worries the patient and what they hope for.", "patient_wishes"
    if not told.told_patient.strip():
        yield "consent_and_plan", "Write what you told the patient.", "told_patient"
    if not (told.interim_plan.strip() or visit.plan.strip()):
        yield "consent_and_plan", "Write what happens until the appointment.", "interim_plan"
    if told.urgency == "emergency" and not told.phone_advice.strip():
        yield "header", "Write down what you were advised on the phone.", "phone_advice"


def _doubts(record: LetterRecord) -> Rows:
    """Texts that contradict the record."""
    told, visit = record.referral, record.visit
    words = set(told.question.casefold().replace(",", " ").replace(".", " ").split())
    opposite = {"left": "right", "right": "left"}.get(visit.side)
    if opposite in words and visit.side not in words:
        sentence = f"The question says {opposite}, the case says {visit.side}: check the side."
        yield "question", sentence, "question"
    if "no red flags" in f"{told.question} {told.reason_for_urgency} {told.interim_plan}".casefold():
        yield (
            "red_flags",
            "Leave out “no red flags”: the letter lists what was asked and what was not.",
            "question",
        )
    if (record.written_at.date() - visit.seen_on).days > STALE_DAYS:
        yield (
            "examination",
            "The examination is over four weeks old: see the patient again, or add that it has not changed.",
            "additions.examination",
        )
    thinner = named(record.patient.medication).get(THINNER)
    if thinner and record.patient.on_anticoagulant is False:
        sentence = (
            f"The medication names {thinner[0]}, the details say no anticoagulant: check which is right."
        )
        yield "medication_and_allergies", sentence, "patient.on_anticoagulant"
    if record.clinic.copy_to_patient:
        for field in ("told_patient", "interim_plan"):
            for word, plain in jargon_in(getattr(told, field)).items():
                sentence = f"The patient reads “{word}” in their copy: better “{plain}”."
                yield "consent_and_plan", sentence, field
