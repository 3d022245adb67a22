"""What the page of a patient shows of their cases: the open ones first, what is due, and what was lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cases.choices import CaseStatus
from cases.courses import EARLY, FOR_WHAT, WHAT
from cases.elsewhere import Due, due_elsewhere
from cases.models import Case, Patient
from clinic.calendar import today_in

MOST_LATELY = 5


@dataclass(frozen=True)
class CaseRow:
    """One case in the list: when the patient was last seen for it, and what is due next."""

    case: Case
    visits: int
    last_seen_on: date | None
    due: Due | None


@dataclass(frozen=True, slots=True)
class Lately:
    """One visit of the last, whatever it was about."""

    visit: UUID
    seen_on: date
    kind: str
    is_signed: bool
    case: UUID
    complaint: str
    who: str


_SAME = ", ".join(
    (*(f"t.{name}" for name in FOR_WHAT), *(f"coalesce(t.details ->> '{name}', '')" for name in WHAT))
)
# A course of treatment is due when its newest date of review was not kept: see cases.courses, which says
# the same of rows that are read. Here none is, because a patient may have hundreds.
_FACTS = f"""
    SELECT mine.id, seen.count, seen.last, due.day
    FROM (
        SELECT c.id, c.status, ARRAY(
            SELECT id FROM cases_visit WHERE case_id = c.id AND voided_at IS NOT NULL) AS voided
        FROM cases_case c WHERE c.patient_id = %s OFFSET 0) AS mine
    CROSS JOIN LATERAL (
        SELECT count(*), max(seen_on) AS last FROM cases_visit
        WHERE case_id = mine.id AND voided_at IS NULL) AS seen
    LEFT JOIN LATERAL (
        SELECT min(day) AS day FROM (
            SELECT (array_agg(t.review_on ORDER BY t.start_on DESC, t.created_at DESC)
                    FILTER (WHERE t.review_on IS NOT NULL))[1] AS day,
                (array_agg(t.stopped_on ORDER BY t.start_on DESC, t.created_at DESC))[1] AS stopped,
                max((SELECT max(r.reviewed_on) FROM cases_treatmentreview r
                    WHERE r.treatment_id = t.id
                        AND (r.visit_id IS NULL OR r.visit_id <> ALL (mine.voided)))) AS reviewed
            FROM cases_treatment t
            WHERE mine.status = '{CaseStatus.OPEN.value}' AND t.case_id = mine.id
                AND t.signed_at IS NOT NULL AND t.visit_id <> ALL (mine.voided)
            GROUP BY concat_ws('\x1f', {_SAME}) COLLATE "C"
        ) AS courses
        WHERE stopped IS NULL AND (reviewed IS NULL OR reviewed < day - {EARLY.days})
    ) AS due ON true
"""  # noqa: S608 - names of ours
_LATELY = """
    SELECT v.id, v.seen_on, v.kind, v.signed_at IS NOT NULL, c.id, c.complaint, u.name
    FROM cases_case c
    CROSS JOIN LATERAL (
        SELECT * FROM cases_visit WHERE case_id = c.id AND voided_at IS NULL
        ORDER BY seen_on DESC, created_at DESC LIMIT %s) AS v
    JOIN clinic_user u ON u.id = coalesce(v.signed_by_id, v.created_by_id)
    WHERE c.patient_id = %s ORDER BY v.seen_on DESC, v.created_at DESC LIMIT %s
"""


def patient_context(patient: Patient) -> dict[str, Any]:
    """Return what the page lists of a patient's cases. Four queries, however many visits there are."""
    cases = list(patient.cases.select_related("lead"))
    facts = _facts(patient)
    elsewhere = due_elsewhere([case.pk for case in cases]) if cases else {}
    rows = [_row(case, facts, elsewhere) for case in cases]
    return {
        "patient": patient,
        "cases": sorted(rows, key=lambda row: not row.case.is_open),
        "lately": _lately(patient) if cases else [],
        "today": today_in(patient.clinic),
    }


def _row(case: Case, facts: Mapping[UUID, tuple[int, Any, Any]], elsewhere: Mapping[UUID, Due]) -> CaseRow:
    count, last, review_on = facts.get(case.pk, (0, None, None))
    dues = [elsewhere[case.pk]] if case.pk in elsewhere else []
    if review_on:
        dues.append(Due(review_on, _("Review of treatment")))
    return CaseRow(case, count, last, min(dues, key=lambda due: due.on, default=None))


def _facts(patient: Patient) -> dict[UUID, tuple[int, date | None, date | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [patient.pk])
        return {case: (count, last, due) for case, count, last, due in cursor.fetchall()}


def _lately(patient: Patient) -> list[Lately]:
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, [MOST_LATELY, patient.pk, MOST_LATELY])
        return [Lately(*row) for row in cursor.fetchall()]
