"""From a visit's record to what the screening is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from cases.changes import changes_since
from cases.models import Finding, Patient, Visit
from cases.progress import Earlier, measure
from cases.screening import Answers, load_catalogue

DIABETES = "diabetes_known"
ANTICOAGULANT = "anticoagulant_use"


@dataclass(frozen=True)
class EarlierVisits:
    """What earlier signed visits of the case recorded, oldest first.

    `graded` holds every dated grade; `last` all findings of the last one.
    """

    graded: Sequence[Earlier] = ()
    last: Sequence[Earlier] = ()


def answers_of(
    visit: Visit, findings: Iterable[Finding] | None = None, earlier: EarlierVisits | None = None
) -> Answers:
    """Return what is known at `visit`: ticked signs, explicit noes, age on that day and side.

    A sign found on one side and not on the other counts as present. What grades and dates decide, here
    and against earlier signed visits, is computed (see cases.progress), and what has changed since the
    last one is listed. Diabetes and an anticoagulant in the patient's record count unless the podiatrist
    answered that sign at this visit. One query more than the findings, unless `earlier` is given.
    """
    rows = list(visit.findings.all() if findings is None else findings)
    earlier = earlier_visits(visit) if earlier is None else earlier
    measured = measure(rows, earlier.graded, visit.seen_on)
    patient = visit.case.patient
    present = measured.present | (known_of(patient) - measured.absent)
    return Answers(
        present=frozenset(present),
        absent=frozenset(measured.absent - present),
        age=patient.age_on(visit.seen_on),
        side=visit.case.side or None,
        computed=tuple(measured.computed),
        since=earlier.last[-1].seen_on.isoformat() if earlier.last else "",
        changes=changes_since(earlier.last, rows, load_catalogue()) if earlier.last else (),
    )


# Written out, because the ORM takes three milliseconds to compose what PostgreSQL answers in half a one. It
# begins with SELECT: for anything else the write audit sends the request's author along.
_EARLIER = """
    SELECT is_last, seen_on, sign, present, side, mrc_grade, degrees, millimetres, onset_on
    FROM (
        SELECT id, seen_on, created_at,
            row_number() OVER (ORDER BY seen_on DESC, created_at DESC) = 1 AS is_last
        FROM cases_visit
        WHERE case_id = %s AND id <> %s AND signed_at IS NOT NULL AND voided_at IS NULL
            AND (seen_on, created_at) < (%s, %s)) AS earlier
    JOIN cases_finding ON cases_finding.visit_id = earlier.id
    WHERE is_last OR mrc_grade IS NOT NULL
    ORDER BY seen_on, created_at, sign, side
"""


def earlier_visits(visit: Visit) -> EarlierVisits:
    """Return what the case's signed visits before `visit` recorded; those of its day count by creation.

    Visits marked as entered in error are left out. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [visit.case_id, visit.pk, visit.seen_on, visit.created_at])
        found = [(is_last, Earlier(*values)) for is_last, *values in cursor.fetchall()]
    return EarlierVisits(
        graded=[one for _, one in found if one.mrc_grade is not None],
        last=[one for is_last, one in found if is_last],
    )


def known_of(patient: Patient) -> set[str]:
    """Return the signs that the patient's record says for every visit."""
    known = {DIABETES: patient.has_diabetes, ANTICOAGULANT: patient.on_anticoagulant}
    return {sign for sign, is_known in known.items() if is_known}
