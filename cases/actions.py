"""Every change of state of patients, cases and visits. Views, admin and commands all come here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast
from django.utils import timezone

from cases.answers import answers_of
from cases.choices import VisitKind
from cases.models import Case, Finding, Patient, Screening, Treatment, Visit
from cases.screening import Answers, Assessment, assess
from cases.screening.treatments import TreatmentFinding
from cases.treatment_forms import concerns
from clinic.models import Clinic, User


class NotADraft(Exception):
    """The visit was signed or voided, so that nothing in it can change."""


class ChangedMeanwhile(Exception):
    """Somebody else saved the row since this person opened it; `current` is how it is now."""

    def __init__(self, current: Any) -> None:
        super().__init__("changed meanwhile")
        self.current = current


class CaseIsClosed(Exception):
    """A closed case takes no further visits."""


class ScreenIncomplete(Exception):
    """Red-flag questions are unanswered; `missing` holds their codes in the order of the page."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("the red-flag screen is incomplete")
        self.missing = missing


class TreatmentBlocked(Exception):
    """A finding forbids this treatment; `blocks` says which and why."""

    def __init__(self, blocks: list[TreatmentFinding]) -> None:
        super().__init__("the treatment is blocked")
        self.blocks = blocks


class ReasonNeeded(Exception):
    """A decision against the suggestion needs its reason."""


@dataclass(frozen=True)
class Answer:
    """One answered sign. Its measures are None where they were not taken."""

    present: bool
    side: str = ""
    mrc_grade: int | None = None
    degrees: int | None = None
    millimetres: int | None = None
    level: str = ""
    note: str = ""


# Patients and cases


@transaction.atomic
def register_patient(*, clinic: Clinic, by: User, **fields: Any) -> Patient:
    """Register a patient under the clinic's next record number, unless `fields` gives one.

    The same details from the same person within ten seconds are a second press of the button: they
    return the patient of the first. Raises ValidationError when a field or a constraint refuses the values.
    """
    # NO KEY: rows of others that point to the clinic, the log of reads among them, do not wait.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    lately = timezone.now() - timedelta(seconds=10)
    given = {name: value for name, value in fields.items() if name != "record_number" or value}
    if same := clinic.patients.filter(created_by=by, created_at__gte=lately, **given).first():
        return same
    fields["record_number"] = fields.get("record_number") or next_record_number(clinic)
    patient = Patient(clinic=clinic, created_by=by, **fields)
    patient.full_clean()
    patient.save()
    return patient


def next_record_number(clinic: Clinic) -> str:
    """Return the number after the highest whole number of six digits in use, as six digits."""
    return free_record_numbers(clinic, 1)[0]


def free_record_numbers(clinic: Clinic, count: int) -> list[str]:
    """Return `count` record numbers that nobody in the clinic has: the next ones of six digits.

    Once 999999 is in use (an import may bring it), the gaps below are filled.
    """
    used = clinic.patients.filter(record_number__regex=r"^\d{6}$")
    highest = used.aggregate(last=Max(Cast("record_number", IntegerField())))["last"] or 0
    if highest + count <= 999_999:
        return [f"{highest + number:06d}" for number in range(1, count + 1)]
    taken = set(used.values_list("record_number", flat=True))
    free = (f"{number:06d}" for number in range(1, 1_000_000))
    return list(islice((number for number in free if number not in taken), count))


@transaction.atomic
def update_patient(*, patient: Patient, by: User, **fields: Any) -> Patient:
    """Change a patient's details; the database's history keeps the old ones.

    `patient` is the row as the caller read it. Raises ChangedMeanwhile when somebody has changed
    one of these details since, ValidationError when a field or a constraint refuses the values.
    """
    current = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if any(getattr(current, name) not in (getattr(patient, name), value) for name, value in fields.items()):
        raise ChangedMeanwhile(current)
    for name, value in fields.items():
        setattr(patient, name, value)
    patient.full_clean()
    patient.save(update_fields=list(fields))
    return patient


@transaction.atomic
def open_case(*, patient: Patient, by: User, **fields: Any) -> Case:
    """Open a case for one complaint of `patient`, led by `by` unless `lead` says otherwise."""
    fields.setdefault("lead", by)
    case = Case(clinic=patient.clinic, patient=patient, opened_by=by, **fields)
    case.full_clean()
    case.save()
    return case


# Visits


@transaction.atomic
def start_visit(*, case: Case, by: User, seen_on: date | None = None) -> Visit:
    """Begin a visit, or return the case's open draft: a case has at most one.

    Raises CaseIsClosed.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not case.is_open:
        raise CaseIsClosed
    draft = case.visits.drafts().first()
    if draft:
        return draft
    visit = Visit(
        clinic=case.clinic,
        case=case,
        kind=VisitKind.FOLLOW_UP if case.visits.signed().exists() else VisitKind.INITIAL,
        seen_on=seen_on or timezone.localdate(),
        created_by=by,
    )
    visit.full_clean()
    visit.save()
    return visit


def _locked_draft(visit: Visit) -> Visit:
    """Return the visit as it is now, locked until the transaction ends. Raises NotADraft."""
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if not locked.is_draft:
        raise NotADraft
    locked.case = visit.case
    return locked


@transaction.atomic
def record_answers(*, visit: Visit, by: User, answers: Mapping[str, Answer | None]) -> None:
    """Record the answers to some signs, replacing what was answered to them before.

    None means *not asked* and removes the answer; signs that `answers` does not name stay as they
    are. Raises NotADraft, ValidationError.
    """
    draft = _locked_draft(visit)
    findings = [
        Finding(visit=draft, sign=sign, **asdict(answer))
        for sign, answer in answers.items()
        if answer is not None
    ]
    for finding in findings:
        finding.clean_fields(exclude=["visit"])
    draft.findings.filter(sign__in=answers).delete()
    Finding.objects.bulk_create(findings)


@transaction.atomic
def save_visit(*, visit: Visit, by: User, version: int, **fields: Any) -> Visit:
    """Save the written parts of a draft, if it is still at `version`.

    Returns the visit with its new version. Raises NotADraft, ChangedMeanwhile, ValidationError.
    """
    draft = _locked_draft(visit)
    changed = {name: value for name, value in fields.items() if getattr(draft, name) != value}
    if not changed:
        return draft
    if draft.version != version:
        raise ChangedMeanwhile(draft)
    for name, value in changed.items():
        setattr(draft, name, value)
    draft.version += 1
    draft.full_clean(exclude=["case", "clinic"], validate_constraints=False)
    draft.save(update_fields=[*changed, "version"])
    return draft


@transaction.atomic
def sign_visit(
    *,
    visit: Visit,
    by: User,
    version: int,
    agreed: bool = True,
    decided_origin: str = "",
    decision_reason: str = "",
) -> Visit:
    """Sign a visit: freeze its screening, lock it, and carry its origin to the case.

    An emergency may be signed with an incomplete red-flag screen, anything else may not.
    Raises NotADraft, ChangedMeanwhile, ScreenIncomplete, TreatmentBlocked, ReasonNeeded.
    """
    draft = _locked_draft(visit)
    if draft.version != version:
        raise ChangedMeanwhile(draft)
    if not agreed and not (decided_origin and decision_reason.strip()):
        raise ReasonNeeded
    answers = answers_of(draft)
    assessment = assess(answers)
    _refuse_unsafe(draft, assessment)
    _freeze_screening(draft, answers, assessment, agreed, decided_origin, decision_reason.strip())
    draft.signed_at, draft.signed_by = timezone.now(), by
    draft.treatments.update(signed_at=draft.signed_at)
    draft.save(update_fields=["signed_at", "signed_by"])
    return draft


def _refuse_unsafe(draft: Visit, assessment: Assessment) -> None:
    if assessment.screen_missing and assessment.urgency != "emergency":
        raise ScreenIncomplete(list(assessment.screen_missing))
    for treatment in draft.treatments.all():
        refuse_blocked(assessment, treatment.kind, treatment.details, treatment.override_reason)


def blocks_of(assessment: Assessment, kind: str, details: Mapping[str, Any]) -> list[TreatmentFinding]:
    """Return what forbids this treatment in the form that `details` describes."""
    return [block for block in all_blocks(assessment) if concerns(block, kind, details)]


def all_blocks(assessment: Assessment) -> list[TreatmentFinding]:
    """Return every block, of a whole treatment or of one form of it."""
    return [*assessment.blocked_treatments, *assessment.restricted_treatments]


def refuse_blocked(
    assessment: Assessment, kind: str, details: Mapping[str, Any], override_reason: str
) -> None:
    """Raise TreatmentBlocked unless the treatment is free, or its blocks may be and were overridden."""
    blocks = blocks_of(assessment, kind, details)
    final = [block for block in blocks if not block.overridable]
    if final or (blocks and not override_reason.strip()):
        raise TreatmentBlocked(final or blocks)


def _freeze_screening(
    draft: Visit,
    answers: Answers,
    assessment: Assessment,
    agreed: bool,
    decided_origin: str,
    reason: str,
) -> None:
    result = assessment.as_record()
    origin = result["origin"] or ""
    Screening.objects.create(
        visit=draft,
        catalogue_version=result["catalogue_version"],
        answers={
            "age": answers.age,
            "side": answers.side,
            "signs_present": sorted(answers.present),
            "signs_absent": sorted(answers.absent),
        },
        result=result,
        origin=origin,
        urgency=result["urgency"],
        refer=result["refer"],
        destinations=result["destinations"],
        agreed=agreed,
        decided_origin=origin if agreed else decided_origin,
        decision_reason=reason,
    )
    case = draft.case
    case.suggested_origin = origin
    case.decided_origin = origin if agreed else decided_origin
    case.origin_reason = reason
    case.save(update_fields=["suggested_origin", "decided_origin", "origin_reason"])


@transaction.atomic
def void_visit(*, visit: Visit, by: User, reason: str) -> Visit:
    """Mark a visit as entered in error. It stays readable, with who, when and why.

    Raises ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.voided_at is None:
        locked.voided_at, locked.voided_by = timezone.now(), by
        locked.void_reason = reason.strip()
        locked.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return locked


# Treatments


@transaction.atomic
def add_treatment(*, visit: Visit, by: User, kind: str, **fields: Any) -> Treatment:
    """Prescribe a treatment at a draft visit.

    Raises NotADraft, TreatmentBlocked, ValidationError.
    """
    draft = _locked_draft(visit)
    _check_blocks(draft, kind, fields)
    treatment = Treatment(
        clinic=draft.clinic,
        case=draft.case,
        visit=draft,
        kind=kind,
        prescribed_by=by,
        pain_before=draft.pain_now,
        **fields,
    )
    treatment.full_clean()
    treatment.save()
    return treatment


def _check_blocks(draft: Visit, kind: str, fields: Mapping[str, Any]) -> None:
    reason = fields.get("override_reason", "")
    refuse_blocked(assess(answers_of(draft)), kind, fields.get("details", {}), reason)


@transaction.atomic
def change_treatment(*, treatment: Treatment, by: User, **fields: Any) -> Treatment:
    """Change a treatment while its visit is a draft.

    Raises NotADraft, TreatmentBlocked, ValidationError.
    """
    draft = _locked_draft(treatment.visit)
    _check_blocks(draft, treatment.kind, fields)
    for name, value in fields.items():
        setattr(treatment, name, value)
    treatment.full_clean()
    treatment.save(update_fields=list(fields))
    return treatment


@transaction.atomic
def remove_treatment(*, treatment: Treatment, by: User) -> None:
    """Take a treatment out of a draft; the database's history keeps it. Raises NotADraft."""
    _locked_draft(treatment.visit)
    treatment.delete()
