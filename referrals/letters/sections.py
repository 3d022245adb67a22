"""The sections of a letter that say who, to whom, what is asked and what happens next."""

from collections.abc import Callable

from . import clinical
from .content import Block, facts, paragraph
from .facts import LetterRecord, PatientFacts, Referrer
from .wording import NOT_KNOWN, full_name, joined, lines, long_date, one_line, time_and_date

PRESSING = frozenset({"emergency", "within_1_working_day", "urgent"})
OF_AGE = 18
Blocks = list[Block]


def header(record: LetterRecord) -> Blocks:
    """What stands at the head of the first page, and how soon."""
    rows = (
        ("Reference", record.reference),
        ("Date written", long_date(record.written_at.date())),
        ("Urgency", record.referral.urgency_label),
    )
    return [facts(*rows, *urgency_rows(record))]


def urgency_rows(record: LetterRecord) -> tuple[tuple[str, str], ...]:
    """Why that soon and by when; of an emergency, the telephone call that went before the letter."""
    told = record.referral
    rows = [("Reason", told.reason_for_urgency.strip()), ("Please see by", _see_by(record))]
    if told.urgency == "emergency":
        rows += [
            ("Phoned", time_and_date(told.phoned_at) or "Not yet"),
            ("Spoke to", told.phoned_to.strip() or "Not recorded"),
            ("Their advice", told.phone_advice.strip() or "Not recorded"),
        ]
    return tuple(row for row in rows if row[1])


def _see_by(record: LetterRecord) -> str:
    if record.referral.urgency == "emergency":
        return f"Today, {long_date(record.written_at.date())}"
    return long_date(record.referral.target_on)


def recipient(record: LetterRecord) -> Blocks:
    """To whom; first the address, which stands in the window of the envelope, then the rest."""
    to, told = record.recipient, record.referral
    if to is None:
        return []
    address = (
        ("To", joined(", ", (to.name, to.role, to.organisation, to.site))),
        ("Address", one_line(to.address)),
    )
    rest = (
        ("Service", told.service),
        ("Contact", joined(", ", (to.phone, to.email))),
        ("They ask for", one_line(to.criteria)),
        ("Criteria met", told.criteria_met.strip()),
    )
    return [facts(*address), facts(*rest)]


def patient(record: LetterRecord) -> Blocks:
    """Who it is about: at least three identifiers, and what the person needs to attend."""
    who = record.patient
    born = f"{long_date(who.birth_date)} (age {who.age})" if who.birth_date else ""
    rows = (
        ("Name", full_name(who)),
        ("Likes to be called", who.preferred_name),
        ("Date of birth", born or "Not recorded"),
        ("Sex", who.sex),
        ("Record number", who.record_number),
        ("National number", who.national_id),
        ("Address", joined(", ", (one_line(who.address), who.postcode))),
        ("Contact", joined(", ", (who.phone, who.email))),
        ("Parent or guardian" if is_child(who) else "Emergency contact", who.emergency_contact),
        ("Interpreter", who.interpreter_language),
        ("Other needs", who.needs),
    )
    return [facts(*rows)]


def is_child(who: PatientFacts) -> bool:
    """Whether somebody else may have to bring the patient."""
    return who.age is not None and who.age < OF_AGE


def gp_and_referrer(record: LetterRecord) -> Blocks:
    """The registered GP, and who refers and wants the reply."""
    who, by, clinic = record.patient, record.referrer, record.clinic
    gp = joined(", ", (who.gp_name, who.gp_practice, one_line(who.gp_address)))
    rows = (
        ("Referred by", by.name),
        ("Profession", joined(", ", (by.profession, by.registration_number))),
        ("Reply to", clinic.email or one_line(clinic.address)),
        ("Telephone", clinic.phone),
        ("Registered GP", gp or NOT_KNOWN),
    )
    return [facts(*rows)]


def question(record: LetterRecord) -> Blocks:
    """The reason, as one specific question, and what kind of help is asked for."""
    told = record.referral
    return [paragraph(told.question.strip()), facts(("Asked for", told.request_type))]


def consent_and_plan(record: LetterRecord) -> Blocks:
    """What the patient was told and agreed to, and who does what next."""
    told = record.referral
    consent = {
        True: "Agrees to this referral.",
        False: "Does not agree to this referral.",
        None: "Not recorded.",
    }
    rows = (
        ("Patient was told", told.told_patient.strip() or "Not recorded."),
        ("Consent", consent[told.consent_given]),
        ("Please", f"{_asked_of_recipient(record)}."),
        ("Until then", joined(" ", (interim_plan(record), review(record))) or "Not recorded."),
        ("If no date comes", _if_no_appointment(record)),
    )
    return [facts(*rows)]


def _asked_of_recipient(record: LetterRecord) -> str:
    by = long_date(record.referral.target_on)
    seen = f"see the patient by {by} and " if by and record.referral.urgency != "emergency" else ""
    return f"{seen}reply to {record.clinic.email or record.clinic.phone}"


def interim_plan(record: LetterRecord) -> str:
    """What happens until the appointment, as the referral or else the visit has it."""
    return (record.referral.interim_plan.strip() or record.visit.plan).strip()


def review(record: LetterRecord) -> str:
    """When the patient is seen here again, if that is settled."""
    days = [one.review_on for one in record.treatments if one.review_on and not one.stopped_on]
    due = [day for day in days if day >= record.written_at.date()]
    return f"Review here on {long_date(min(due))}." if due else ""


def _if_no_appointment(record: LetterRecord) -> str:
    """Who acts when nothing is heard: this clinic, and the patient knows whom to phone."""
    phone = f" The patient phones us on {record.clinic.phone}." if record.clinic.phone else ""
    if record.referral.urgency in ("emergency", "within_1_working_day"):
        return f"This clinic keeps track of the referral until it has your reply.{phone}"
    days = record.clinic.acknowledge_days
    return (
        f"This clinic keeps track of the referral and asks you if it has not heard within {days} days.{phone}"
    )


def sign_off(record: LetterRecord) -> Blocks:
    """Who drafted, who checked and signed, by which catalogue, and who gets it."""
    version = record.screening.catalogue_version if record.screening else "not recorded"
    signed = " and ".join(filter(None, (_person(record.referrer), _person(record.cosigner))))
    text = (
        f"System-generated by Footnote from the record of {long_date(record.visit.seen_on)}, "
        f"clinician-checked and signed by {signed or 'nobody yet'}. Catalogue version {version}."
    )
    return [paragraph(text), facts(("Copies to", "; ".join(copies_to(record))))]


def _person(by: Referrer | None) -> str:
    return joined(", ", (by.name, by.profession, by.registration_number)) if by else ""


def copies_to(record: LetterRecord) -> tuple[str, ...]:
    """The registered GP, unless the patient does not agree to sharing, and the patient."""
    who, clinic = record.patient, record.clinic
    gp = joined(", ", (who.gp_name, who.gp_practice))
    to_gp = gp if clinic.copy_to_gp and who.consent_to_share is not False else ""
    to_patient = "the patient, in plain words" if clinic.copy_to_patient else ""
    return tuple(filter(None, (to_gp, to_patient)))


def address_lines(record: LetterRecord) -> tuple[str, ...]:
    """The lines for the window of an envelope."""
    to = record.recipient
    if to is None:
        return ()
    return tuple(filter(None, (to.name, to.role, to.organisation, to.site, *lines(to.address))))


MAKE: dict[str, Callable[[LetterRecord], Blocks]] = {
    "header": header,
    "recipient": recipient,
    "patient": patient,
    "gp_and_referrer": gp_and_referrer,
    "question": question,
    "history": clinical.history,
    "red_flags": clinical.red_flags,
    "examination": clinical.examination,
    "suspected": clinical.suspected,
    "investigations": clinical.investigations,
    "outcome_scores": clinical.outcome_scores,
    "treatment": clinical.treatment,
    "past_history": clinical.past_history,
    "medication_and_allergies": clinical.medication_and_allergies,
    "social_and_wishes": clinical.social_and_wishes,
    "consent_and_plan": consent_and_plan,
    "sign_off": sign_off,
}
