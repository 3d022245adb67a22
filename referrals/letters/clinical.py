"""The sections of a letter that say what was found, suspected and done."""

from .content import Block, bullets, facts, paragraph, run_in, table
from .examination import HISTORY_AREAS, PAST_HISTORY, examination_blocks
from .facts import FindingFacts, LetterRecord, OutcomeFacts, ReviewFacts, SuspectedFacts, TreatmentFacts
from .medicines import highlighted
from .wording import (
    NONE_RECORDED,
    NOT_KNOWN,
    SIDES,
    confidence,
    joined,
    long_date,
    one_line,
    short_date,
    suspected_name,
    with_details,
    yes_no,
)

MOST_CONDITIONS = 3
MOST_ALTERNATIVES = 4
MOST_SIGNS = 4  # the strongest; all of them stand in the history and the examination
MOST_REVIEWS = 3  # the newest, and whichever else told of an adverse event
Blocks = list[Block]


def history(record: LetterRecord) -> Blocks:
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
    found = (("Present", "; ".join(present)), ("Asked and absent", "; ".join(absent)))
    return [facts(*rows), paragraph(visit.history.strip()), facts(*found)]


def _complaint(record: LetterRecord) -> str:
    visit = record.visit
    side = SIDES.get(visit.side, "")
    return visit.complaint if side in visit.complaint.casefold() else f"{visit.complaint}, {side}"


def red_flags(record: LetterRecord) -> Blocks:
    """Three lists, since what was not asked is never a no."""
    flags = [one for one in record.findings if one.is_red_flag]
    present = [_red_flag(one, record.visit.side) for one in flags if one.present]
    absent = [one.label for one in flags if not one.present]
    day = long_date(record.visit.seen_on)
    given = {True: "Given.", False: "Not given.", None: "Not recorded."}[record.referral.safety_net_given]
    return [
        bullets(f"Present, asked on {day}", present)
        if present
        else run_in(f"Present, asked on {day}", ["none of those asked"]),
        run_in(f"Asked on {day} and absent", absent or ["none"]),
        run_in("Not asked", record.red_flags_not_asked or ["none"]),
        facts(("Safety-net advice", given)),
    ]


def _red_flag(one: FindingFacts, usual_side: str) -> str:
    onset = "" if one.note or one.onset_on else " – onset not recorded"
    return f"{with_details(one, usual_side if one.side == 'bilateral' else '')}{onset}"


def examination(record: LetterRecord) -> Blocks:
    """What was found, on which side, how much, what was looked for and absent, and what has changed."""
    visit = record.visit
    tables = examination_blocks(record.findings, visit.side)
    marked = facts(*((f"Body chart, {felt.lower()}", where) for felt, where in record.body_marks))
    said = bool(visit.examination.strip() or tables or record.body_marks)
    blocks = [paragraph(visit.examination.strip() or ("" if said else "Not recorded.")), marked, *tables]
    return [*blocks, facts(*record.changed), facts(*visit.addenda)]


def suspected(record: LetterRecord) -> Blocks:
    """Origin and conditions, worded as suspicions, with what speaks for and against."""
    screening, visit = record.screening, record.visit
    blocks = [paragraph(visit.assessment.strip())]
    if screening is None:
        return blocks
    decided = screening.decided_origin or screening.suggested_origin
    rows = [("Suspected origin", joined(", ", (decided or "Not known yet", screening.origin_confidence)))]
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
    said = "; ".join(considered) or "No other condition had signs in its favour"
    return [*blocks, facts(("Also considered", said))]


def _condition(one: SuspectedFacts) -> tuple[str, ...]:
    name = suspected_name(one.name) + (f" (ICD-10 {one.icd10})" if one.icd10 else "")
    return (
        name,
        confidence(one.probability),
        "; ".join(one.signs_for[:MOST_SIGNS]) or NONE_RECORDED,
        "; ".join(one.signs_against[:MOST_SIGNS]) or NONE_RECORDED,
    )


def investigations(record: LetterRecord) -> Blocks:
    """Imaging and reports as far as the record knows them, and where they are held."""
    imaging = record.referral.imaging.strip()
    if not (imaging or record.investigations):
        return [paragraph("None recorded at this clinic.")]
    return [paragraph(imaging), bullets("", record.investigations)]


def outcome_scores(record: LetterRecord) -> Blocks:
    """What pain and function scored at first and last, and whether the change matters."""
    return [bullets("", map(_outcome, record.outcomes))]


def _outcome(one: OutcomeFacts) -> str:
    said = f"{one.measure}: {one.first} on {long_date(one.first_on)}"
    if one.latest_on:
        said += f", {one.latest} on {long_date(one.latest_on)} ({one.change})"
    return joined(". ", (said, one.verdict.removesuffix("."), "; ".join(one.activities))) + "."


def treatment(record: LetterRecord) -> Blocks:
    """What was tried, how much, when, and what it did."""
    header = ("Treatment", "Dose", "Dates", "Response")
    rows = [_treatment(one, record.visit.complaint) for one in record.treatments]
    return [table("", header, rows)] if rows else [paragraph("No treatment is recorded at this clinic.")]


def _treatment(one: TreatmentFacts, complaint: str) -> tuple[str, ...]:
    """A row; what it was for is told only where it was not for the complaint of the case."""
    target = one.target if one.target.strip().casefold() != complaint.strip().casefold() else ""
    where = joined(", ", (one.site, SIDES.get(one.side, "")))
    name = joined("; ", (f"{one.kind}: {target}" if target else one.kind, where))
    dates = f"From {short_date(one.start_on)}; {_ended(one)}"
    return (name, one.dose or "not recorded", dates, _response(one) or "not yet known")


def _ended(one: TreatmentFacts) -> str:
    if one.stopped_on:
        return joined(": ", (f"stopped {short_date(one.stopped_on)}", one.stop_reason))
    state = f"ended {short_date(one.ended_on)}, as planned" if one.ended_on else "running"
    return joined(", ", (state, f"review {short_date(one.review_on)}" if one.review_on else ""))


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
    said = f"{review.response} on {short_date(review.on)}" + (f" ({measured})" if measured else "")
    event = one_line(review.adverse_event).removesuffix(".")
    return f"{said}. Adverse event: {event}." if event else f"{said}."


def past_history(record: LetterRecord) -> Blocks:
    """Earlier illness and operations, and what matters to a surgeon or a scanner."""
    who = record.patient
    known = (who.has_diabetes, who.on_anticoagulant, who.has_implant)
    names = ("diabetes", "anticoagulant", "implant or pacemaker")
    answers = (f"{name}: {yes_no(value)}" for name, value in zip(names, known, strict=True))
    risks = paragraph(joined("; ", answers).capitalize() + ".")
    asked = [one for one in record.findings if one.code in PAST_HISTORY and not one.is_red_flag]
    rows = (
        ("Present", "; ".join(with_details(one) for one in asked if one.present)),
        ("Asked and absent", "; ".join(one.label for one in asked if not one.present)),
    )
    return [paragraph(who.medical_history.strip()), risks, facts(*rows)]


def medication_and_allergies(record: LetterRecord) -> Blocks:
    """What the patient takes and does not tolerate, or that nobody knows."""
    who = record.patient
    allergies = who.allergies.strip() or ("No known allergies." if who.no_known_allergies else "")
    rows = (
        ("Medication", who.medication.strip() or NOT_KNOWN),
        ("Allergies", allergies or NOT_KNOWN),
    )
    return [highlighted(record), facts(*rows)]


def social_and_wishes(record: LetterRecord) -> Blocks:
    """Work, and what worries the patient and what they hope for."""
    rows = (
        ("Occupation", record.patient.occupation),
        ("Worries and wishes", record.referral.patient_wishes.strip() or NOT_KNOWN),
    )
    return [facts(*rows)]
