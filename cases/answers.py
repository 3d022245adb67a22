"""From a visit's record to what the screening is asked."""

from collections.abc import Iterable

from cases.models import Finding, Patient, Visit
from cases.screening import Answers

MAJOR_WEAKNESS = "motor_power_under_3"
DIABETES = "diabetes_known"


def answers_of(visit: Visit, findings: Iterable[Finding] | None = None) -> Answers:
    """Return what is known at `visit`: ticked signs, explicit noes, age on that day and side.

    A sign found on one side and not on the other counts as present. An MRC grade below 3 counts as
    major weakness (NHS England red flags 2023), and known diabetes in the patient's record as
    diabetes, unless the podiatrist answered that sign at this visit.
    """
    findings = visit.findings.all() if findings is None else findings
    present: set[str] = set()
    absent: set[str] = set()
    for finding in findings:
        (present if finding.present else absent).add(finding.sign)
        if finding.present and finding.mrc_grade is not None and finding.mrc_grade < 3:
            present.add(MAJOR_WEAKNESS)
    patient = visit.case.patient
    present |= _from_record(patient) - absent
    return Answers(
        present=frozenset(present),
        absent=frozenset(absent - present),
        age=patient.age_on(visit.seen_on),
        side=visit.case.side or None,
    )


def _from_record(patient: Patient) -> set[str]:
    return {DIABETES} if patient.has_diabetes else set()
