"""What each section should say, item by item, and whether it does: the statuses of a letter. Pure.

The items are those of the clinical reference, section 4 (PRSB, AoMRC, RACGP), with what audits of letters
found missing most often. An item that does not concern this patient is not counted.
"""

from collections.abc import Callable, Iterable, Iterator

from .content import Item
from .examination import HIP_MOVEMENT, PAST_HISTORY, ROOTS, TENSION
from .facts import LetterRecord
from .medicines import THINNER, named
from .sections import PRESSING, copies_to, interim_plan, is_child, review

STALE_DAYS = 28  # an examination older than this is doubted
Items = Iterator[Item]
_WORST = ("missing", "not_known", "complete")


def items_of(record: LetterRecord, key: str) -> tuple[Item, ...]:
    """Return the items of one section of the letter."""
    return tuple(_ITEMS[key](record))


def status_of(items: Iterable[Item], requirement: str) -> str:
    """Return the status of a section: the worst of its items that are as required as it is.

    Of a section that is required only if known, one item is enough.
    """
    statuses = [one.status for one in items if one.requirement == requirement]
    if requirement != "M" and "complete" in statuses:
        return "complete"
    return min(statuses, key=_WORST.index, default="not_known")


def _must(name: str, said: object, field: str = "") -> Item:
    """Without it nobody signs."""
    return Item(name, "M", "complete" if said else "missing", field)


def _should(name: str, said: object, field: str = "") -> Item:
    """Mandatory, but the letter may say that it is not known."""
    return Item(name, "M", "complete" if said else "not_known", field)


def _known(name: str, said: object, field: str = "") -> Item:
    return Item(name, "R", "complete" if said else "not_known", field)


def _optional(name: str, said: object, field: str = "") -> Item:
    return Item(name, "O", "complete" if said else "not_known", field)


def _speaks_of(record: LetterRecord, key: str, *words: str) -> bool:
    """Whether the writer's texts speak of something for which the record has no field of its own."""
    texts = (record.visit.history, record.patient.medical_history, record.additions.get(key, ""))
    said = " ".join(texts).casefold()
    return any(word in said for word in words)


def _asked(record: LetterRecord, codes: Iterable[str]) -> bool:
    wanted = set(codes)
    return any(one.code in wanted for one in record.findings)


def _on_both_sides(record: LetterRecord, codes: Iterable[str]) -> bool:
    wanted = set(codes)
    sides = {one.side for one in record.findings if one.code in wanted and (one.side or not one.present)}
    return bool(sides & {"", "bilateral"}) or {"left", "right"} <= sides


def _header(record: LetterRecord) -> Items:
    clinic, told = record.clinic, record.referral
    yield _should("Clinic’s address and telephone", clinic.address.strip() and clinic.phone)
    yield _should("Clinic’s e-mail address", clinic.email)
    reason = told.reason_for_urgency.strip()
    make = _must if told.urgency in PRESSING else _known
    yield make("Reason for the urgency", reason, "reason_for_urgency")
    yield _should("Date by which to see the patient", told.target_on or told.urgency == "emergency")
    if told.urgency == "emergency":
        yield _must("When the emergency was phoned through", told.phoned_at, "phoned_at")
        yield _must("Who took the call", told.phoned_to.strip(), "phoned_to")
        yield _should("Their advice", told.phone_advice.strip(), "phone_advice")


def _recipient(record: LetterRecord) -> Items:
    to = record.recipient
    yield _must("Person or service", to, "specialist")
    if to:
        yield _should("How to reach them", to.address.strip() or to.email or to.phone)
    yield _known("Which of their criteria are met", record.referral.criteria_met.strip(), "criteria_met")


def _patient(record: LetterRecord) -> Items:
    who = record.patient
    yield _must("Name", who.family_name.strip() or who.given_name.strip(), "patient.family_name")
    yield _must("Date of birth", who.birth_date, "patient.birth_date")
    numbered = who.record_number.strip() or who.national_id.strip()
    yield _must("National or record number", numbered, "patient.national_id")
    reachable = who.address.strip() or who.phone.strip()
    yield _should("Address or telephone", reachable, "patient.phone")
    yield _known("National number", who.national_id.strip(), "patient.national_id")
    yield _known("Sex", who.sex and who.sex != "Not known", "patient.sex")
    needs = who.interpreter_language.strip() or who.needs.strip()
    asked = needs or _speaks_of(record, "patient", "no special needs", "no individual requirements")
    yield _known("Individual requirements: interpreter, mobility, other needs", asked, "patient.needs")
    if is_child(who):
        yield _should("Parent or guardian", who.emergency_contact.strip(), "patient.emergency_contact")


def _gp_and_referrer(record: LetterRecord) -> Items:
    who, by, clinic = record.patient, record.referrer, record.clinic
    yield _should("Registered GP", who.gp_practice.strip() or who.gp_name.strip(), "patient.gp_practice")
    yield _should("Referrer’s name", by.name)
    yield _should("Referrer’s profession and registration", by.profession and by.registration_number)
    yield _should("Where the reply goes", clinic.email or clinic.address.strip())


def _question(record: LetterRecord) -> Items:
    told = record.referral
    yield _must("Reason for the referral", told.question.strip(), "question")
    yield _known("A question that can be answered", "?" in told.question, "question")
    yield _known("What is asked for: assessment, treatment, advice", told.request_type, "request_type")


def _history(record: LetterRecord) -> Items:
    visit, here = record.visit, "additions.history"
    yield _should("Complaint and site", visit.complaint.strip())
    yield _should("Side", visit.side)
    yield _should("When it began", visit.onset_on or _speaks_of(record, "history", "week", "month", "year"))
    yield _should("How it began and its course", visit.history.strip() or visit.mechanism.strip(), here)
    scored = any(one.measure.casefold().find("pain") >= 0 for one in record.outcomes)
    yield _should("How strong the pain is", visit.pain_now is not None or scored)
    spread = {
        "pain_radiates_back_to_foot",
        "dermatomal_pain",
        "pain_spreading_new_areas",
        "leg_pain_same_side",
    }
    yield _known("Where it spreads to", _asked(record, spread) or record.body_marks, here)
    eased = _speaks_of(record, "history", "worse", "better", "eas", "aggravat")
    yield _known("What makes it worse and better", eased or _asked(record, _PROVOKED), here)
    stops = any("PSFS" in one.measure for one in record.outcomes) or _asked(record, {"work_hobby_limited"})
    yield _known("What it stops the patient doing", stops, here)
    walks = _speaks_of(record, "history", "walk", "metre", "yard", "mile")
    yield _optional("How far the patient walks", walks, here)
    yield _optional("The patient’s own words", _speaks_of(record, "history", "“", '"', "‘"), here)


_PROVOKED = frozenset(
    {"pain_worse_sitting_bending", "pain_worse_extension_standing", "no_pain_when_seated"}
    | {"eased_bending_forward", "pain_eased_lying_down", "pain_worse_cough_strain"}
)


def _red_flags(record: LetterRecord) -> Items:
    flags = [one for one in record.findings if one.is_red_flag]
    yield _should("Red flags asked, with the date", flags)
    yield _should("Safety-net advice", record.referral.safety_net_given is not None, "safety_net_given")
    yield _known("No red flag left unasked", flags and not record.red_flags_not_asked)
    present = [one for one in flags if one.present]
    if present:
        dated = all(one.onset_on or one.note for one in present)
        yield _known("Since when each red flag is there", dated)


def _examination(record: LetterRecord) -> Items:
    visit = record.visit
    examined = [
        one for one in record.findings if one.area not in ("story", "pain_pattern", "red_flag_questions")
    ]
    yield _should("What was found", visit.examination.strip() or examined or record.body_marks)
    is_fresh = (record.written_at.date() - visit.seen_on).days <= STALE_DAYS
    yield _should("Seen within the last four weeks", is_fresh)
    reproduced = {"pain_reproduced_at_foot", "no_local_foot_findings"}
    yield _known("Whether the foot reproduces the pain", _asked(record, reproduced))
    for name, codes in _EXAMINED.items():
        yield _known(name, _on_both_sides(record, codes))


_EXAMINED = {
    "Power, both sides": tuple(code for power, _, _ in ROOTS.values() for code in power),
    "Sensation, both sides": tuple(sensation for _, sensation, _ in ROOTS.values()),
    "Reflexes, both sides": ("knee_reflex_reduced", "ankle_reflex_reduced", "ankle_reflexes_lost_both"),
    "Straight-leg raise or slump, both sides": tuple(TENSION),
    "Hip movement, both sides": tuple(HIP_MOVEMENT),
    "Foot pulses": ("pulses_absent", "pulses_weak"),
    "Monofilament": ("monofilament_loss",),
    "Signs of the spinal cord": ("brisk_reflexes_clonus", "babinski_positive", "tone_raised"),
}


def _suspected(record: LetterRecord) -> Items:
    screening = record.screening
    yield _should("What is suspected", screening)
    if screening is None:
        return
    first = screening.suspected[:1]
    yield _should("Suspected origin", screening.decided_origin or screening.suggested_origin)
    yield _known("Signs for and against", first and (first[0].signs_for or first[0].signs_against))
    yield _known("Alternatives considered", screening.alternatives or len(screening.suspected) > 1)
    yield _known("Diagnosis code", first and first[0].icd10)


def _investigations(record: LetterRecord) -> Items:
    said = record.referral.imaging.strip() or record.investigations
    known = said or record.additions.get("investigations", "").strip()
    yield _known("Investigations, or that there were none", known, "additions.investigations")


def _outcome_scores(record: LetterRecord) -> Items:
    yield _known("A score of pain or function", record.outcomes)
    yield _optional("A score taken twice", any(one.latest_on for one in record.outcomes))


def _treatment(record: LetterRecord) -> Items:
    here = "additions.treatment"
    tried = record.treatments
    yield _should("What was tried", tried or record.additions.get("treatment", "").strip(), here)
    if tried:
        yield _known("How much of it", any(one.dose for one in tried))
        yield _known("What it did", any(one.reviews or one.stopped_on for one in tried))


def _past_history(record: LetterRecord) -> Items:
    who = record.patient
    yield _known("Illness and operations", who.medical_history.strip(), "patient.medical_history")
    has_diabetes = who.has_diabetes
    yield _known(
        "Diabetes", has_diabetes is not None or _asked(record, {"diabetes_known"}), "patient.has_diabetes"
    )
    if has_diabetes:
        yield _known("HbA1c", _speaks_of(record, "past_history", "hba1c"), "additions.past_history")
    yield _known("Implant or pacemaker", who.has_implant is not None, "patient.has_implant")
    yield _known("Cancer", _asked(record, {"cancer_history"}))
    yield _known("Osteoporosis", _asked(record, {"osteoporosis_known"}))
    operated = _asked(record, {"spinal_surgery_past", "hip_surgery_past", "recent_spinal_procedure"})
    yield _known("Earlier operations on back or hip", operated or who.medical_history.strip())
    family = _speaks_of(record, "past_history", "family", "mother", "father", "sister", "brother")
    yield _optional("Family history", family, "additions.past_history")


def _medication_and_allergies(record: LetterRecord) -> Items:
    who = record.patient
    yield _should("Medication, or none", who.medication.strip(), "patient.medication")
    allergic = who.allergies.strip() or who.no_known_allergies
    yield _should("Allergies, or none known", allergic, "patient.allergies")
    told = who.on_anticoagulant is not None or THINNER in named(who.medication)
    asked = told or _asked(record, PAST_HISTORY & {"anticoagulant_use"})
    yield _known("Anticoagulant", asked, "patient.on_anticoagulant")
    yield _known("Long-term steroids", _asked(record, {"steroid_long_term"}))
    yield _known("Weakened defences", _asked(record, {"immunosuppression_ivdu"}))
    risks = _asked(record, {"unsteady_history", "dvt_risk_factor"}) or _speaks_of(
        record, "medication_and_allergies", "fall", "mrsa", "violen", "clot"
    )
    yield _known("Risks: falls, clots, infection, violence", risks, "additions.medication_and_allergies")


def _social_and_wishes(record: LetterRecord) -> Items:
    here = "additions.social_and_wishes"
    yield _should(
        "What worries the patient and what they hope for",
        record.referral.patient_wishes.strip(),
        "patient_wishes",
    )
    yield _known("Occupation", record.patient.occupation.strip(), "patient.occupation")
    yield _known("Driving", _speaks_of(record, "social_and_wishes", "driv"), here)
    yield _known(
        "Home and help",
        _speaks_of(record, "social_and_wishes", "lives", "alone", "carer", "husband", "wife", "partner"),
        here,
    )
    smokes = _asked(record, {"cardiovascular_risk"}) or _speaks_of(record, "social_and_wishes", "smok")
    yield _known("Smoking", smokes, here)
    yield _optional("Alcohol", _speaks_of(record, "social_and_wishes", "alcohol", "drink"), here)


def _consent_and_plan(record: LetterRecord) -> Items:
    told = record.referral
    yield _must("The patient agrees to the referral", told.consent_given, "consent_given")
    yield _should("What the patient was told", told.told_patient.strip(), "told_patient")
    yield _should("Plan until the appointment", interim_plan(record), "interim_plan")
    yield _should("Who acts if no appointment comes", record.clinic.phone or record.clinic.email)
    yield _known("Day of the next review here", review(record))


def _sign_off(record: LetterRecord) -> Items:
    yield _must("Name of who signs", record.referrer.name)
    yield _should("Registration of who signs", record.referrer.registration_number)
    yield _known("Who else gets the letter", copies_to(record))
    yield _known("Catalogue version", record.screening)


_ITEMS: dict[str, Callable[[LetterRecord], Items]] = {
    "header": _header,
    "recipient": _recipient,
    "patient": _patient,
    "gp_and_referrer": _gp_and_referrer,
    "question": _question,
    "history": _history,
    "red_flags": _red_flags,
    "examination": _examination,
    "suspected": _suspected,
    "investigations": _investigations,
    "outcome_scores": _outcome_scores,
    "treatment": _treatment,
    "past_history": _past_history,
    "medication_and_allergies": _medication_and_allergies,
    "social_and_wishes": _social_and_wishes,
    "consent_and_plan": _consent_and_plan,
    "sign_off": _sign_off,
}
