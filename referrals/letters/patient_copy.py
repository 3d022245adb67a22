"""The patient's copy of a letter: who will see them, why, how soon and what to watch for. Pure.

In words of everyday, to the patient and about nobody else; scores and tests stay in the letter.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from .facts import LetterRecord
from .wording import full_name, joined, lines, long_date, paragraphs

SERVICES = {
    "emergency_department": "the emergency department of a hospital",
    "spinal_on_call": "the hospital team that looks after urgent back problems",
    "spinal_service": "the hospital team that looks after back problems",
    "mscc_coordinator": "the hospital team that looks after urgent back problems",
    "msk_triage": "the team that looks after muscles, joints and nerves and finds the right person for you",
    "msk_physiotherapy": "physiotherapy",
    "gp": "a GP",
    "orthopaedics_hip": "the hospital team that looks after hips",
    "orthopaedics_foot_ankle": "the hospital team that looks after feet and ankles",
    "neurology": "the hospital team that looks after nerves",
    "rheumatology": "the hospital team that looks after joints",
    "vascular": "the hospital team that looks after blood flow",
    "diabetic_foot_mdt": "the team that looks after feet in diabetes",
    "foot_protection_service": "the team that protects feet at risk",
    "same_day_dvt_clinic": "the clinic that looks for blood clots on the same day",
    "paediatrics_same_day": "the hospital team that looks after children",
    "pain_service": "the team that helps people to live with less pain",
    "orthotics": "the team that makes insoles, splints and shoes",
    "podiatry": "podiatry, the care of feet",
}
ORIGINS = {
    "foot": "We think that your pain comes from the foot itself.",
    "back": "We think that your pain may start in your back and be felt in your foot or leg.",
    "hip": "We think that your pain may start at your hip and be felt further down.",
    "mixed": "We think that your pain may have more than one cause.",
    "systemic": "We think that something other than your foot, such as your nerves or your general health, "
    "may be the cause.",
}
HOW_SOON = {
    "emergency": "You need to be seen today. Please go straight away, even if you feel a little better.",
    "within_1_working_day": "You should be seen by the next working day.",
    "urgent": "You should be seen within about 2 weeks.",
    "soon": "You should be seen within about 6 weeks.",
    "routine": "This is not urgent. You should be seen within about 18 weeks.",
}
WATCH_FOR = (
    "New numbness or weakness in your foot or leg, or you start to trip.",
    "A calf that is hot, swollen or sore.",
    "A sore that does not heal, or a foot that turns red and hot.",
    "Pain that keeps getting worse, or wakes you every night.",
    "A high temperature and you feel ill.",
)
EMERGENCY_SIGNS = (
    "Chest pain, or you cannot get your breath.",
    "Your foot suddenly turns cold, pale or blue.",
)
# What a patient should not have to look up, and what to write instead.
JARGON = {
    "radiculopathy": "a trapped nerve",
    "radicular": "from a nerve in the back",
    "neuropathy": "a nerve problem",
    "claudication": "pain on walking",
    "paraesthesia": "pins and needles",
    "lumbar": "lower back",
    "stenosis": "narrowing",
    "aetiology": "cause",
    "bilateral": "both sides",
    "unilateral": "one side",
    "plantar": "under the foot",
    "dorsiflexion": "lifting the foot",
    "plantarflexion": "pointing the foot",
    "inversion": "turning the foot in",
    "eversion": "turning the foot out",
    "abduction": "moving the leg out",
    "adduction": "moving the leg in",
    "proximal": "nearer the body",
    "distal": "further from the body",
    "oedema": "swelling",
    "ischaemia": "too little blood",
    "anticoagulant": "a blood thinner",
    "conservative management": "treatment without an operation",
    "red flag": "a warning sign",
    "red flags": "warning signs",
    "safety-net": "what to watch for",
    "cauda equina": "the nerves at the bottom of the back",
    "differential": "other possible causes",
    "prognosis": "what to expect",
    "idiopathic": "of unknown cause",
    "contraindicated": "not safe for you",
    "MRC": "strength",
    "NRS": "pain score",
    "PSFS": "what you can do",
    "ROM": "movement",
    "SLR": "lifting the straight leg",
    "CES": "the nerves at the bottom of the back",
    "DVT": "a blood clot",
    "MSK": "muscles and joints",
    "MDT": "team",
    "ABPI": "a test of the blood flow",
    "OA": "worn joint",
    "EHL": "lifting the big toe",
    "ICD": "code",
}
_ABBREVIATION = re.compile(r"^[A-Z]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One heading of the copy with its paragraphs, then its list. `urgent` parts stand in a frame."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLetter:
    """The patient's copy, ready to be read."""

    title: str
    heading: str
    written_on: str
    clinic: str
    clinic_lines: tuple[str, ...]
    logo_alt: str
    name: str
    address: tuple[str, ...]
    identifiers: tuple[str, ...]
    salutation: str
    opening: tuple[str, ...]
    parts: tuple[Part, ...]
    signed_by: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the copy as JSON data."""
        return asdict(self)


def compose_patient_copy(record: LetterRecord) -> PatientLetter:
    """Return the patient's copy of the letter that this record tells; the same record, the same copy."""
    who, clinic = record.patient, record.clinic
    surname = joined(" ", (who.title, who.family_name)) if who.title else full_name(who)
    born = f"born {long_date(who.birth_date)}" if who.birth_date else ""
    return PatientLetter(
        title=f"About your referral, {long_date(record.written_at.date())}",
        heading="About your referral",
        written_on=long_date(record.written_at.date()),
        clinic=clinic.name,
        clinic_lines=(*lines(clinic.address), *filter(None, (clinic.phone, clinic.email))),
        logo_alt=clinic.logo_alt,
        name=full_name(who),
        address=(*lines(who.address), *filter(None, (who.postcode,))),
        identifiers=tuple(filter(None, (full_name(who), born, f"reference {record.reference}"))),
        salutation=f"Dear {surname},",
        opening=paragraphs(record.patient_opening),
        parts=tuple(_parts(record)),
        signed_by=tuple(filter(None, (record.referrer.name, record.referrer.profession, clinic.name))),
    )


def jargon_in(text: str) -> dict[str, str]:
    """Return the words of a text that a patient would have to look up, with plain ones instead.

    An abbreviation counts in capitals only: "MRC" is one and "rom" is not.
    """
    found = {}
    for word, plain in JARGON.items():
        flags = 0 if _ABBREVIATION.match(word) else re.IGNORECASE
        if re.search(rf"\b{re.escape(word)}\b", text, flags):
            found[word] = plain
    return found


def _parts(record: LetterRecord) -> Iterator[Part]:
    told = record.referral
    yield Part(heading="Who will see you", paragraphs=_who(record))
    yield Part(heading="Why", paragraphs=_why(record))
    yield Part(heading="How soon", paragraphs=_how_soon(record))
    yield Part(heading="What happens next", paragraphs=_next(record))
    if told.interim_plan.strip():
        yield Part(heading="Until then", paragraphs=paragraphs(told.interim_plan))
    signs = (*record.emergency_signs, *EMERGENCY_SIGNS)
    lead = "Phone 999 or go to the emergency department at once if you have any of these:"
    yield Part(heading="This is an emergency", paragraphs=(lead,), items=signs, urgent=True)
    yield Part(
        heading="What else to watch for",
        paragraphs=("Phone us the same day, or NHS 111 when we are closed, about any of these:",),
        items=WATCH_FOR,
    )
    yield Part(heading="Whom to call", paragraphs=_whom_to_call(record))


def _who(record: LetterRecord) -> tuple[str, ...]:
    to, told = record.recipient, record.referral
    service = SERVICES.get(told.destination, "")
    if to is None:
        return (f"We are asking {service or 'a specialist'} to see you.",)
    where = joined(", ", (to.organisation, to.site))
    name = f"{to.name} ({where})" if where else to.name
    said = f"We have asked {name} to see you."
    kind = f"This is {service}." if service else ""
    phone = f"Their telephone number is {to.phone}." if to.phone else ""
    return (joined(" ", (said, kind, phone)),)


def _why(record: LetterRecord) -> tuple[str, ...]:
    screening, visit = record.screening, record.visit
    day = long_date(visit.seen_on)
    came = f"You came to see us on {day} about: {visit.complaint.strip()}." if visit.complaint else ""
    origin = ORIGINS.get(screening.origin_code, "") if screening else ""
    sure = "We are not sure yet, and a specialist can find out more." if origin else ""
    told = record.referral.told_patient.strip()
    return tuple(filter(None, (came, joined(" ", (origin, sure)), f"We told you: {told}" if told else "")))


def _how_soon(record: LetterRecord) -> tuple[str, ...]:
    told = record.referral
    said = HOW_SOON.get(told.urgency, "")
    is_dated = told.target_on and told.urgency in ("urgent", "soon", "routine")
    by = f"That is by {long_date(told.target_on)}." if is_dated else ""
    return (joined(" ", (said, by)),)


def _next(record: LetterRecord) -> tuple[str, ...]:
    told, clinic = record.referral, record.clinic
    gp = "Your GP gets a copy of our letter." if copies_to_gp(record) else ""
    if told.urgency == "emergency":
        known = "We have phoned them, and they know that you are coming." if told.phoned_at else ""
        return (joined(" ", (known, "Take this letter with you.", gp)),)
    days = f"within {clinic.acknowledge_days} days"
    late = "by the end of the next working day" if told.urgency == "within_1_working_day" else days
    return (
        "They will write to you or phone you with a date. Please keep it, or tell them if you cannot come.",
        joined(
            " ",
            (
                f"If you have not heard from them {late}, phone us on {clinic.phone}.",
                "We keep track of your referral until we have their answer.",
                gp,
            ),
        ),
    )


def copies_to_gp(record: LetterRecord) -> bool:
    """Whether the GP gets a copy: the clinic sends them, one is known, and the patient agrees."""
    who = record.patient
    is_known = bool(who.gp_name.strip() or who.gp_practice.strip())
    return record.clinic.copy_to_gp and is_known and who.consent_to_share is not False


def _whom_to_call(record: LetterRecord) -> tuple[str, ...]:
    clinic, by = record.clinic, record.referrer
    ask = f" and ask for {by.name}" if by.name else ""
    return (
        f"Questions, or worse before you are seen: phone {clinic.name} on {clinic.phone}{ask}. "
        f"Say that your reference is {record.reference}. "
        "When we are closed: NHS 111. In an emergency: 999.",
    )
