"""The sections of a letter, in the words of the clinical reference, section 4."""

from .content import Block, Section, bullets, facts, paragraph, table
from .examination import HISTORY_AREAS, examination_blocks
from .facts import FindingFacts, LetterRecord, OutcomeFacts, ReviewFacts, SuspectedFacts, TreatmentFacts
from .wording import (
    NONE_RECORDED,
    NOT_KNOWN,
    SIDES,
    confidence,
    full_name,
    joined,
    lines,
    long_date,
    one_line,
    sentence_list,
    suspected_name,
    with_details,
    yes_no,
)

MOST_CONDITIONS = 3
MOST_ALTERNATIVES = 4
MOST_SIGNS = 4  # the strongest; all of them stand in the history and the examination
MOST_REVIEWS = 3  # the newest, and whichever else told of an adverse event


def _section(
    key: str, title: str, requirement: str, blocks: list[Block], status: str = "complete"
) -> Section:
    said = tuple(b for b in blocks if b.text or b.rows or b.items)
    return Section(key=key, title=title, requirement=requirement, status=status, blocks=said)


def recipient(record: LetterRecord) -> Section:
    """To whom."""
    to = record.recipient
    if to is None:
        return _section("recipient", "Referral to", "M", [], "missing")
    rows = (
        ("To", joined(", ", (to.name, to.role, to.organisation))),
        ("Service", record.referral.service),
        ("Address", one_line(to.address)),
        ("Contact", joined(", ", (to.phone, to.email))),
    )
    return _section("recipient", "Referral to", "M", [facts(*rows)])


def patient(record: LetterRecord) -> Section:
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
        ("Emergency contact", who.emergency_contact),
        ("Interpreter", who.interpreter_language),
        ("Other needs", who.needs),
    )
    named = bool(who.birth_date and (who.given_name or who.family_name))
    return _section("patient", "Patient", "M", [facts(*rows)], "complete" if named else "missing")


def gp_and_referrer(record: LetterRecord) -> Section:
    """The registered GP, and who refers and wants the reply."""
    who, by, clinic = record.patient, record.referrer, record.clinic
    gp = joined(", ", (who.gp_name, who.gp_practice, one_line(who.gp_address)))
    rows = (
        ("Referred by", by.name),
        ("Profession", joined(", ", (by.profession, by.registration_number))),
        ("Reply to", clinic.email),
        ("Telephone", clinic.phone),
        ("Registered GP", gp or NOT_KNOWN),
    )
    status = "complete" if who.gp_practice or who.gp_name else "not_known"
    return _section("gp_and_referrer", "Referrer and GP", "M", [facts(*rows)], status)


def question(record: LetterRecord) -> Section:
    """The reason, as one specific question."""
    asked = record.referral.question.strip()
    status = "complete" if asked else "missing"
    return _section("question", "Reason for referral", "M", [paragraph(asked)], status)


def history(record: LetterRecord) -> Section:
    """The complaint, its course, and the history that was asked for."""
    visit = record.visit
    rows = (
        ("Complaint", _complaint(record)),
        ("Began", long_date(visit.onset_on) or "Date not recorded"),
        ("How it began", visit.mechanism),
        ("Pain now", f"{visit.pain_now} of 10" if visit.pain_now is not None else "Not recorded"),
    )
    asked = [one for one in record.findings if one.area in HISTORY_AREAS and not one.is_red_flag]
    present = [with_details(one, visit.side) for one in asked if one.present]
    absent = [with_details(one, visit.side) for one in asked if not one.present]
    blocks = [facts(*rows), paragraph(visit.history.strip())]
    found = (("Present", "; ".join(present)), ("Asked and absent", "; ".join(absent)))
    status = "complete" if visit.history.strip() or present else "not_known"
    return _section("history", "Presenting complaint and history", "M", [*blocks, facts(*found)], status)


def _complaint(record: LetterRecord) -> str:
    visit = record.visit
    side = SIDES.get(visit.side, "")
    return visit.complaint if side in visit.complaint.casefold() else f"{visit.complaint}, {side}"


def red_flags(record: LetterRecord) -> Section:
    """Three lists, since what was not asked is never a no."""
    flags = [one for one in record.findings if one.is_red_flag]
    present = [_red_flag(one, record.visit.side) for one in flags if one.present]
    absent = [one.label for one in flags if not one.present]
    day = long_date(record.visit.seen_on)
    given = {True: "Given.", False: "Not given.", None: "Not recorded."}[record.referral.safety_net_given]
    blocks = [
        bullets(f"Present, asked on {day}", present or ["None of those asked."]),
        bullets(f"Asked on {day} and absent", [sentence_list(absent) if absent else "None."]),
        bullets(
            "Not asked",
            [sentence_list(record.red_flags_not_asked) if record.red_flags_not_asked else "None."],
        ),
        facts(("Safety-net advice", given)),
    ]
    status = "complete" if flags else "not_known"
    return _section("red_flags", "Red flags", "M", blocks, status)


def _red_flag(one: FindingFacts, usual_side: str) -> str:
    onset = "" if one.note or one.onset_on else " – onset not recorded"
    return f"{with_details(one, usual_side if one.side == 'bilateral' else '')}{onset}"


def examination(record: LetterRecord) -> Section:
    """What was found, on which side, how much, and what was looked for and absent."""
    visit = record.visit
    tables = examination_blocks(record.findings, visit.side)
    marked = facts(*((f"Body chart, {felt.lower()}", where) for felt, where in record.body_marks))
    said = bool(visit.examination.strip() or tables or record.body_marks)
    title = f"Examination on {long_date(visit.seen_on)}"
    blocks = [paragraph(visit.examination.strip() or ("" if said else "Not recorded.")), marked, *tables]
    blocks.append(facts(*visit.addenda))
    return _section("examination", title, "M", blocks, "complete" if said else "not_known")


def suspected(record: LetterRecord) -> Section:
    """Origin and conditions, worded as suspicions, with what speaks for and against."""
    screening, visit = record.screening, record.visit
    blocks = [paragraph(visit.assessment.strip())]
    if screening is None:
        return _section("suspected", "Suspected origin and conditions", "M", blocks, "missing")
    decided = screening.decided_origin or screening.suggested_origin
    rows = [("Suspected origin", decided or "Not known yet")]
    if not screening.agreed:
        rows.append(("Decision aid suggested", screening.suggested_origin or "Not known yet"))
        rows.append(("Decided otherwise because", screening.decision_reason))
    blocks.append(facts(*rows))
    if screening.suspected:
        heading = "Suspected conditions" if screening.agreed else "Suspected by the decision aid"
        header = ("Condition", "Evidence", "Strongest signs for", "Signs against")
        blocks.append(table(heading, header, map(_condition, screening.suspected[:MOST_CONDITIONS])))
    rest = [one.name for one in screening.suspected[MOST_CONDITIONS:]] + list(screening.alternatives)
    considered = [suspected_name(name).removeprefix("Suspected ") for name in rest[:MOST_ALTERNATIVES]]
    blocks.append(
        facts(("Also considered", "; ".join(considered) or "No other condition had signs in its favour"))
    )
    return _section("suspected", "Suspected origin and conditions", "M", blocks)


def _condition(one: SuspectedFacts) -> tuple[str, ...]:
    name = suspected_name(one.name) + (f" (ICD-10 {one.icd10})" if one.icd10 else "")
    return (
        name,
        confidence(one.probability),
        "; ".join(one.signs_for[:MOST_SIGNS]) or NONE_RECORDED,
        "; ".join(one.signs_against[:MOST_SIGNS]) or NONE_RECORDED,
    )


def investigations(record: LetterRecord) -> Section:
    """Imaging as far as the record knows it."""
    imaging = record.referral.imaging.strip()
    said = imaging or "None recorded at this clinic."
    return _section(
        "investigations", "Investigations", "R", [paragraph(said)], "complete" if imaging else "not_known"
    )


def outcome_scores(record: LetterRecord) -> Section:
    """What pain and function scored at first and last, and whether the change matters."""
    said = map(_outcome, record.outcomes)
    return _section("outcome_scores", "Outcome scores", "R", [bullets("", said)])


def _outcome(one: OutcomeFacts) -> str:
    said = f"{one.measure}: {one.first} on {long_date(one.first_on)}"
    if one.latest_on:
        said += f", {one.latest} on {long_date(one.latest_on)} ({one.change})"
    return joined(". ", (said, one.verdict.removesuffix("."), "; ".join(one.activities))) + "."


def treatment(record: LetterRecord) -> Section:
    """What was tried, how much, when, and what it did."""
    header = ("Treatment", "Dose", "Dates", "Response")
    rows = [_treatment(one) for one in record.treatments]
    if not rows:
        blocks = [paragraph("No treatment is recorded at this clinic.")]
        return _section("treatment", "Treatment so far", "M", blocks, "not_known")
    return _section("treatment", "Treatment so far", "M", [table("", header, rows)])


def _treatment(one: TreatmentFacts) -> tuple[str, ...]:
    where = joined(", ", (one.site, SIDES.get(one.side, "")))
    name = joined("; ", (f"{one.kind}: {one.target}" if one.target else one.kind, where))
    dates = f"From {long_date(one.start_on)}; {_ended(one)}"
    return (name, one.dose or "not recorded", dates, _response(one) or "not yet known")


def _ended(one: TreatmentFacts) -> str:
    if one.stopped_on:
        return joined(": ", (f"stopped {long_date(one.stopped_on)}", one.stop_reason))
    state = f"ended {long_date(one.ended_on)}, as planned" if one.ended_on else "running"
    return joined(", ", (state, f"review {long_date(one.review_on)}" if one.review_on else ""))


def _response(one: TreatmentFacts) -> str:
    newest = one.reviews[-MOST_REVIEWS:]
    told = [_review(review) for review in one.reviews if review in newest or review.adverse_event]
    before = f"Pain {one.pain_before} of 10 before." if told and one.pain_before is not None else ""
    return joined(" ", (before, *told))


def _review(review: ReviewFacts) -> str:
    """Better on 16 December 2026 (pain 4; done 10 of 14 times a week). Adverse event: a blister."""
    times = f"{review.done} of {review.prescribed}" if review.prescribed else review.done
    measured = joined(
        "; ",
        (
            f"pain {review.pain_after}" if review.pain_after is not None else "",
            f"done {times} times a week" if review.done is not None else "",
        ),
    )
    said = f"{review.response} on {long_date(review.on)}" + (f" ({measured})" if measured else "")
    event = one_line(review.adverse_event).removesuffix(".")
    return f"{said}. Adverse event: {event}." if event else f"{said}."


def past_history(record: LetterRecord) -> Section:
    """Earlier illness and operations, and what matters to a surgeon or a scanner."""
    who = record.patient
    known = (who.has_diabetes, who.on_anticoagulant, who.has_implant)
    names = ("diabetes", "anticoagulant", "implant or pacemaker")
    answers = (f"{name}: {yes_no(value)}" for name, value in zip(names, known, strict=True))
    risks = paragraph(joined("; ", answers).capitalize() + ".")
    blocks = [paragraph(who.medical_history.strip()), risks]
    said = bool(who.medical_history.strip()) or any(one is not None for one in known)
    return _section(
        "past_history", "Past history and risks", "R", blocks, "complete" if said else "not_known"
    )


def medication_and_allergies(record: LetterRecord) -> Section:
    """What the patient takes and does not tolerate, or that nobody knows."""
    who = record.patient
    medication = who.medication.strip()
    if who.on_anticoagulant and medication:
        medication = f"{medication} (takes an anticoagulant)"
    allergies = who.allergies.strip() or ("No known allergies." if who.no_known_allergies else "")
    rows = (
        ("Medication", medication or NOT_KNOWN),
        ("Allergies", allergies or NOT_KNOWN),
    )
    status = "complete" if medication and allergies else "not_known"
    return _section("medication_and_allergies", "Medication and allergies", "M", [facts(*rows)], status)


def social_and_wishes(record: LetterRecord) -> Section:
    """Work, and what worries the patient and what they hope for."""
    wishes = record.referral.patient_wishes.strip()
    rows = (
        ("Occupation", record.patient.occupation),
        ("Worries and wishes", wishes or NOT_KNOWN),
    )
    status = "complete" if wishes else "not_known"
    return _section("social_and_wishes", "Social history and wishes", "M", [facts(*rows)], status)


def consent_and_plan(record: LetterRecord) -> Section:
    """What the patient was told and agreed to, and who does what next."""
    told = record.referral
    consent = {
        True: "Agrees to this referral.",
        False: "Does not agree to this referral.",
        None: "Not recorded.",
    }
    reviews = [one.review_on for one in record.treatments if one.review_on and not one.stopped_on]
    due = [day for day in reviews if day >= record.written_at.date()]
    review = f"Review here on {long_date(min(due))}." if due else ""
    rows = (
        ("Patient was told", told.told_patient.strip() or "Not recorded."),
        ("Consent", consent[told.consent_given]),
        ("Please", f"reply to {record.clinic.email or record.clinic.phone}."),
        ("Until then", joined(" ", (told.interim_plan or record.visit.plan, review)) or "Not recorded."),
        ("Follow-up", _follow_up(record)),
    )
    complete = bool(told.told_patient.strip()) and told.consent_given is True
    status = "complete" if complete else "missing" if told.consent_given is None else "not_known"
    return _section("consent_and_plan", "Information, consent and plan", "M", [facts(*rows)], status)


def _follow_up(record: LetterRecord) -> str:
    if record.referral.urgency in ("emergency", "within_1_working_day"):
        return "This clinic keeps track of the referral until it has your reply."
    days = record.clinic.acknowledge_days
    return f"This clinic keeps track of the referral and asks you if it has not heard within {days} days."


def sign_off(record: LetterRecord) -> Section:
    """Who drafted, who checked and signed, and by which catalogue."""
    by = record.referrer
    version = record.screening.catalogue_version if record.screening else "not recorded"
    who = joined(", ", (by.name, by.profession, by.registration_number))
    text = (
        f"Drafted by Footnote from the record of {long_date(record.visit.seen_on)}, "
        f"checked and signed by {who or 'nobody yet'}. Catalogue version {version}."
    )
    copies = copies_to(record)
    rows = (("Copies to", "; ".join(copies)),)
    status = "complete" if by.name else "missing"
    return _section("sign_off", "Sign-off", "M", [paragraph(text), facts(*rows)], status)


def copies_to(record: LetterRecord) -> tuple[str, ...]:
    """The registered GP, unless the patient does not agree to sharing."""
    who = record.patient
    gp = joined(", ", (who.gp_name, who.gp_practice))
    return (gp,) if gp and who.consent_to_share is not False else ()


def address_lines(record: LetterRecord) -> tuple[str, ...]:
    """The lines for the window of an envelope."""
    to = record.recipient
    if to is None:
        return ()
    return tuple(filter(None, (to.name, to.role, to.organisation, *lines(to.address))))


ORDER = (
    recipient,
    patient,
    gp_and_referrer,
    question,
    history,
    red_flags,
    examination,
    suspected,
    investigations,
    outcome_scores,
    treatment,
    past_history,
    medication_and_allergies,
    social_and_wishes,
    consent_and_plan,
    sign_off,
)
