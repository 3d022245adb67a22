"""Reads from the database what a letter is written from."""

import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from cases.body_chart import in_words
from cases.choices import AttachmentKind, Origin, Sensation
from cases.courses import Course, counting_reviews, courses_of
from cases.forms.treatment_surgery import imaging_words
from cases.handouts.words import back_emergency
from cases.models import Addendum, Attachment, Finding, Patient, Treatment, Visit
from cases.screening import Answers, Catalogue, Sign, assess, load_catalogue
from clinic.models import Clinic, Logo, User
from referrals.models import LetterDraft, Referral, Specialist

from .dose import dose_of
from .facts import (
    ClinicFacts,
    Correction,
    FindingFacts,
    LetterRecord,
    PatientFacts,
    Recipient,
    ReferralFacts,
    Referrer,
    ReviewFacts,
    ScreeningFacts,
    SuspectedFacts,
    TreatmentFacts,
    VisitFacts,
)
from .medicines import THINNER, named
from .outcomes import outcomes_of
from .since import changes_since_the_visit_before
from .wording import confidence, long_date

RED_FLAG_AREAS = frozenset({"cauda_equina", "red_flag_questions"})
# They lower or qualify an urgency and are no warning by themselves.
NOT_A_WARNING = ("Routine", "Modifier", "Lowers")
OF_THE_BACK = frozenset({"low_back_pain", "pain_radiates_back_to_foot", "dermatomal_pain"})
BACK_ORIGINS = frozenset({Origin.BACK, Origin.MIXED})
MOST_HELD = 5
PATIENT_FIELDS = frozenset(PatientFacts.__slots__) - {"age", "sex"}


def record_of(
    referral: Referral,
    *,
    at: datetime,
    signer: User | None = None,
    cosigner: User | None = None,
    correction: str = "",
) -> LetterRecord:
    """Return everything the referral's letter says, as of `at`. Thirteen queries at most.

    Without a `signer` the letter names the case's lead podiatrist. With a `correction`, which says what
    was wrong, it replaces the referral's newest letter. The clinic's wording is the caller's to add.
    """
    visits = Visit.objects.select_related("clinic__logo", "case__patient", "case__lead", "screening").defer(
        "clinic__logo__png"
    )
    visit = visits.get(pk=referral.visit_id)
    zone = zoneinfo.ZoneInfo(visit.clinic.time_zone)
    findings = _as_measured(list(visit.findings.all()), visit)
    treatments = list(
        Treatment.objects.filter(case=visit.case, start_on__lte=at.astimezone(zone).date())
        .prefetch_related(counting_reviews())
        .exclude(visit__voided_at__isnull=False)
        .order_by("start_on", "created_at")
    )
    screening = _screening(visit)
    catalogue = load_catalogue()
    return LetterRecord(
        reference=f"R-{str(referral.pk)[:8].upper()}",
        written_at=at.astimezone(zone),
        clinic=_clinic(visit.clinic),
        recipient=_recipient(referral.specialist),
        patient=_patient(visit.case.patient, at.astimezone(zone)),
        referrer=_referrer(signer or visit.case.lead),
        visit=_visit(visit, zone),
        referral=_referral(referral, zone, treatments),
        screening=screening,
        findings=_findings(findings, catalogue, _fired_signs(visit)),
        body_marks=_body_marks(visit),
        red_flags_not_asked=_not_asked(findings, catalogue, visit.case.patient),
        treatments=_treatments(treatments, at.astimezone(zone).date()),
        outcomes=outcomes_of(visit.case_id, upto=at.astimezone(zone).date()),
        investigations=_investigations(visit),
        changed=changes_since_the_visit_before(visit, findings),
        cosigner=_referrer(cosigner) if cosigner else None,
        corrects=_corrects(referral, zone, correction),
        additions=_additions(referral),
        emergency_signs=_emergency_signs(visit, findings),
    )


def _clinic(clinic: Clinic) -> ClinicFacts:
    logo: Logo | None = getattr(clinic, "logo", None)
    fields = {name: getattr(clinic, name) for name in ClinicFacts.__slots__ if name != "logo_alt"}
    return ClinicFacts(**fields, logo_alt=logo.alt if logo else "")


def _recipient(specialist: Specialist | None) -> Recipient | None:
    if specialist is None:
        return None
    return Recipient(**{name: getattr(specialist, name) for name in Recipient.__slots__})


def _patient(patient: Patient, at: datetime) -> PatientFacts:
    fields: dict[str, Any] = {name: getattr(patient, name) for name in PATIENT_FIELDS}
    return PatientFacts(**fields, age=patient.age_on(at.date()), sex=str(patient.get_sex_display()))


def _referrer(user: User) -> Referrer:
    return Referrer(**{name: getattr(user, name) for name in Referrer.__slots__})


def _visit(visit: Visit, zone: zoneinfo.ZoneInfo) -> VisitFacts:
    case = visit.case
    return VisitFacts(
        complaint=case.complaint,
        side=case.side,
        onset_on=case.onset_on,
        mechanism=case.mechanism,
        kind=str(visit.get_kind_display()),
        seen_on=visit.seen_on,
        history=visit.history,
        examination=visit.examination,
        assessment=visit.assessment,
        plan=visit.plan,
        pain_now=visit.pain_now,
        addenda=tuple(_addendum(one, zone) for one in visit.addenda.select_related("written_by")),
    )


def _addendum(one: Addendum, zone: zoneinfo.ZoneInfo) -> tuple[str, str]:
    return f"Added on {long_date(one.written_at.astimezone(zone).date())} by {one.written_by}", one.text


def _referral(referral: Referral, zone: zoneinfo.ZoneInfo, treatments: Iterable[Treatment]) -> ReferralFacts:
    imaging = [imaging_words(one.details) for one in treatments if one.kind == "surgery_referral"]
    return ReferralFacts(
        service=str(referral.get_destination_display()),
        destination=referral.destination,
        request_type=str(referral.get_request_type_display()),
        criteria_met=referral.criteria_met,
        urgency=referral.urgency,
        urgency_label=str(referral.get_urgency_display()),
        reason_for_urgency=referral.reason_for_urgency,
        question=referral.question,
        patient_wishes=referral.patient_wishes,
        told_patient=referral.told_patient,
        consent_given=referral.consent_given,
        safety_net_given=referral.safety_net_given,
        interim_plan=referral.interim_plan,
        target_on=referral.target_on,
        phoned_at=referral.phoned_at.astimezone(zone) if referral.phoned_at else None,
        phoned_to=referral.phoned_to,
        phone_advice=referral.phone_advice,
        imaging="; ".join(filter(None, imaging)),
    )


def _investigations(visit: Visit) -> tuple[str, ...]:
    """Pictures and reports that lie with the case, the newest first."""
    kinds = (AttachmentKind.IMAGING, AttachmentKind.LETTER)
    held = visit.case.attachments.filter(kind__in=kinds, voided_at__isnull=True)
    return tuple(_investigation(one) for one in held.order_by("-taken_on", "-uploaded_at")[:MOST_HELD])


def _investigation(one: Attachment) -> str:
    day = f" of {long_date(one.taken_on)}" if one.taken_on else ", date not recorded"
    return f"{one.title}{day} ({str(one.get_kind_display()).lower()}, held at this clinic)"


def _corrects(referral: Referral, zone: zoneinfo.ZoneInfo, what: str) -> Correction | None:
    old = referral.letters.first() if what else None
    if old is None:
        return None
    return Correction(number=old.number, signed_on=old.signed_at.astimezone(zone).date(), what=what)


def _additions(referral: Referral) -> dict[str, str]:
    draft: LetterDraft | None = getattr(referral, "letter_draft", None)
    return dict(draft.additions) if draft else {}


def _emergency_signs(visit: Visit, findings: Iterable[Finding]) -> tuple[str, ...]:
    """What the patient must not sleep on, where the back may be the cause or hurts."""
    kept = getattr(visit, "screening", None)
    origin = (kept.decided_origin or kept.origin) if kept else ""
    hurts = any(one.present and one.sign in OF_THE_BACK for one in findings)
    return tuple(back_emergency()) if origin in BACK_ORIGINS or hurts else ()


def _is_red_flag(sign: Sign) -> bool:
    if sign.screen:
        return True
    return sign.answers in RED_FLAG_AREAS and not (sign.red_flag or "Routine").startswith(NOT_A_WARNING)


def _fired_signs(visit: Visit) -> frozenset[str]:
    screening = getattr(visit, "screening", None)
    rules = screening.result.get("red_flags", []) if screening else []
    pressing = ("urgent", "within_1_working_day", "emergency")
    return frozenset(sign for rule in rules if rule["urgency"] in pressing for sign in rule["signs"])


def _as_measured(findings: list[Finding], visit: Visit) -> list[Finding]:
    """With what grades and dates decided at signing, where it is not what was ticked, and why as its note.

    The letter must say what its urgency rests on: weakness that two dated grades show is getting worse
    is never "not asked" in it.
    """
    kept = getattr(visit, "screening", None)
    answers = kept.answers if kept else {}
    for one in answers.get("computed", ()):
        is_present = one["sign"] in answers["signs_present"]
        ticked = [finding for finding in findings if finding.sign == one["sign"]]
        if not ticked or any(finding.present for finding in ticked) != is_present:
            findings = [finding for finding in findings if finding.sign != one["sign"]]
            findings.append(Finding(sign=one["sign"], present=is_present, note=one["reason"][:500]))
    return findings


def _findings(
    findings: Iterable[Finding], catalogue: Catalogue, fired: frozenset[str]
) -> tuple[FindingFacts, ...]:
    """In the catalogue's order; a sign that the catalogue has dropped since keeps its code as name."""
    order = {code: place for place, code in enumerate(catalogue.signs)}
    rows = sorted(findings, key=lambda one: (order.get(one.sign, len(order)), one.side))
    return tuple(_finding(one, catalogue.signs.get(one.sign), fired) for one in rows)


def _body_marks(visit: Visit) -> tuple[tuple[str, str], ...]:
    said = in_words(visit.body_marks.values_list("region", "sensation"))
    return tuple((str(Sensation(felt).label), "; ".join(regions)) for felt, regions in said.items())


def _finding(finding: Finding, sign: Sign | None, fired: frozenset[str]) -> FindingFacts:
    warns = sign is not None and (
        _is_red_flag(sign) or bool(finding.present and sign.red_flag and sign.code in fired)
    )
    return FindingFacts(
        code=finding.sign,
        label=sign.label if sign else finding.sign.replace("_", " "),
        area=sign.answers if sign else "",
        present=finding.present,
        side=finding.side,
        mrc_grade=finding.mrc_grade,
        degrees=finding.degrees,
        millimetres=finding.millimetres,
        level=finding.level,
        onset_on=finding.onset_on,
        note=finding.note,
        is_red_flag=warns,
    )


def _not_asked(findings: Iterable[Finding], catalogue: Catalogue, who: Patient) -> tuple[str, ...]:
    """Return the red flags that neither the visit nor the patient's own details answer."""
    asked = {one.sign for one in findings}
    if who.on_anticoagulant is not None or THINNER in named(who.medication):
        asked.add("anticoagulant_use")
    return tuple(
        sign.label for code, sign in catalogue.signs.items() if code not in asked and _is_red_flag(sign)
    )


def _treatments(treatments: Iterable[Treatment], today: date) -> tuple[TreatmentFacts, ...]:
    """Each course from its first day, as it was last prescribed. Referrals are told elsewhere."""
    tried = [one for one in treatments if one.kind != "surgery_referral"]
    return tuple(_treatment(course, today) for course in courses_of(tried))


def _treatment(course: Course, today: date) -> TreatmentFacts:
    one = course.newest
    end = one.planned_end_on
    return TreatmentFacts(
        kind=str(one.get_kind_display()),
        target=one.target,
        site=one.site,
        side=one.side,
        dose=dose_of(one),
        start_on=course.start_on,
        review_on=course.due_on,
        ended_on=end if end and end < today else None,
        stopped_on=one.stopped_on,
        stop_reason=one.stop_reason,
        pain_before=course.pain_before,
        reviews=tuple(
            ReviewFacts(
                on=review.reviewed_on,
                response=str(review.get_response_display()),
                pain_after=review.pain_after,
                done=review.done,
                prescribed=review.prescribed,
                adverse_event=review.adverse_event,
            )
            for review in course.reviews
        ),
    )


def _screening(visit: Visit) -> ScreeningFacts | None:
    kept = getattr(visit, "screening", None)
    if kept is None:
        return None
    result = _with_evidence(kept.result, kept.answers)
    return ScreeningFacts(
        catalogue_version=kept.catalogue_version,
        suggested_origin=_origin(kept.origin),
        decided_origin=_origin(kept.decided_origin),
        origin_code=kept.decided_origin or kept.origin,
        origin_confidence=_confidence(result, kept.decided_origin or kept.origin),
        agreed=kept.agreed,
        decision_reason=kept.decision_reason,
        suspected=tuple(_suspected(one) for one in result.get("suspected", ())),
        alternatives=tuple(one["name"] for one in result.get("alternatives", ())),
    )


def _confidence(result: dict[str, Any], origin: str) -> str:
    """How strong the evidence is for the origin: that of its best condition."""
    best = {one["origin"]: one["condition"] for one in result.get("origins", ())}.get(origin)
    known = {one["code"]: one["probability"] for one in result.get("suspected", ())}
    return f"evidence {confidence(known[best])}" if best in known else ""


def _with_evidence(result: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The result as it was kept; one kept without its evidence gets it from the same catalogue only."""
    if "suspected" in result or result["catalogue_version"] != load_catalogue().version:
        return result
    again = assess(
        Answers(
            present=frozenset(answers["signs_present"]),
            absent=frozenset(answers["signs_absent"]),
            age=answers["age"],
            side=answers["side"],
        )
    )
    return again.as_record()


def _suspected(one: dict[str, Any]) -> SuspectedFacts:
    known = load_catalogue().conditions.get(one["code"])
    said = [
        (c["points"], c["label"] + (" (absent)" if c["answer"] == "no" else "")) for c in one["contributions"]
    ]
    return SuspectedFacts(
        name=one["name"],
        icd10=known.icd10 if known else "",
        probability=one["probability"],
        signs_for=tuple(label for points, label in said if points > 0),
        signs_against=tuple(label for points, label in said if points < 0),
    )


def _origin(code: str) -> str:
    return str(Origin(code).label) if code else ""
