"""What is dated in the record of a case, in one query: visits, what changed, scores, additions, status."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from cases.models import Case
from cases.progress import Earlier


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One dated fact. `what` names its kind, `said` holds what that kind needs.

    `visit` is the visit it belongs to, if any; `on` that visit's day. `at` is when it was written.
    """

    what: str
    visit: UUID | None
    on: date | None
    at: datetime
    who: str
    said: dict[str, Any]


_VISITS = """
    SELECT 'visit', v.id, v.seen_on, v.created_at, u.name, jsonb_build_object(
        'kind', v.kind, 'signed', v.signed_at IS NOT NULL, 'voided', v.voided_at IS NOT NULL{clinical})
    FROM cases_visit v
    JOIN clinic_user u ON u.id = coalesce(v.signed_by_id, v.created_by_id)
    LEFT JOIN cases_screening s ON s.visit_id = v.id
    WHERE v.case_id = %(case)s
"""
_CLINICAL = """,
        'pain', v.pain_now, 'urgency', s.urgency, 'origin', s.origin, 'agreed', s.agreed,
        'decision_reason', s.decision_reason, 'catalogue', s.catalogue_version,
        'assessment', left(v.assessment, 240)
"""
# A change of status or lead is told by the history that the database keeps of the case. Its outcome and
# its summary are clinical.
_STATUS = """
    SELECT 'case', NULL::uuid, NULL::date, pgh_created_at,
        coalesce((SELECT name FROM clinic_user
            WHERE id::text = coalesce(metadata ->> 'reopened_by', metadata ->> 'user')
                OR id = closed_by_id AND status <> was_status
            ORDER BY id = closed_by_id DESC NULLS LAST LIMIT 1), ''),
        jsonb_build_object('status', status, 'was', was_status,
            'lead', (SELECT name FROM clinic_user WHERE id = nullif(lead_id, was_lead)){clinical})
    FROM (
        SELECT e.pgh_created_at, e.status, e.closed_by_id, e.outcome, e.discharge_summary, e.lead_id,
            c.metadata, lag(e.status) OVER w AS was_status, lag(e.lead_id) OVER w AS was_lead
        FROM cases_caseevent e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
        WHERE e.pgh_obj_id = %(case)s WINDOW w AS (ORDER BY e.pgh_id)) AS history
    WHERE status <> was_status OR lead_id <> was_lead
"""
_CLOSING = """, 'outcome', outcome, 'summary', discharge_summary, 'reason', metadata ->> 'reopened_because'"""
# Each sign as a visit left it, beside how the visit before that asked for it had left it. One text a sign
# and visit, so that a yes of the left and a no without a side are compared as what they are.
_CHANGES = """
    SELECT 'change', visit_id, seen_on, created_at, '',
        jsonb_build_object('sign', sign, 'was', was, 'now', now)
    FROM (
        SELECT visit_id, seen_on, created_at, sign, now,
            lag(now) OVER (PARTITION BY sign ORDER BY seen_on, created_at) AS was
        FROM (
            SELECT f.visit_id, v.seen_on, v.created_at, f.sign, string_agg(
                f.side || ',' || f.present::int || ',' || coalesce(f.mrc_grade::text, '') || ','
                || coalesce(f.degrees::text, '') || ',' || coalesce(f.millimetres::text, ''),
                ';' ORDER BY f.side) AS now
            FROM cases_visit v JOIN cases_finding f ON f.visit_id = v.id
            WHERE v.case_id = %(case)s AND v.signed_at IS NOT NULL AND v.voided_at IS NULL
            GROUP BY f.visit_id, v.seen_on, v.created_at, f.sign) AS asked) AS compared
    WHERE was <> now
"""
_SCORES = """
    SELECT 'score', v.id, v.seen_on, v.created_at, '', jsonb_build_object('measure', o.measure,
        'scale', o.scale, 'value', o.value::text, 'activity', coalesce(o.activity_id::text, ''),
        'words', coalesce(a.text, ''), 'added', coalesce(a.added_at::text, ''))
    FROM cases_outcomescore o JOIN cases_visit v ON v.id = o.visit_id
    LEFT JOIN cases_activity a ON a.id = o.activity_id
    WHERE v.case_id = %(case)s AND v.signed_at IS NOT NULL AND v.voided_at IS NULL
"""
_ADDENDA = """
    SELECT 'addendum', v.id, v.seen_on, a.written_at, u.name, jsonb_build_object('text', left(a.text, 500))
    FROM cases_addendum a JOIN cases_visit v ON v.id = a.visit_id JOIN clinic_user u ON u.id = a.written_by_id
    WHERE v.case_id = %(case)s AND v.voided_at IS NULL
"""
_CALLS = """
    SELECT 'call', v.id, v.seen_on, c.phoned_at, u.name,
        jsonb_build_object('to', c.phoned_to, 'advice', left(c.advice, 500))
    FROM cases_emergencycall c JOIN cases_visit v ON v.id = c.visit_id
    JOIN clinic_user u ON u.id = c.recorded_by_id
    WHERE v.case_id = %(case)s AND v.voided_at IS NULL
"""
_OVERRIDES = """
    SELECT 'override', v.id, v.seen_on, o.given_at, u.name, jsonb_build_object('kind', t.kind,
        'target', t.target, 'details', t.details, 'block', o.block, 'reason', o.reason)
    FROM cases_treatment t JOIN cases_blockoverride o ON o.treatment_id = t.id
    JOIN cases_visit v ON v.id = t.visit_id JOIN clinic_user u ON u.id = o.given_by_id
    WHERE t.case_id = %(case)s AND v.signed_at IS NOT NULL AND v.voided_at IS NULL
"""
_FOR_CARE = (
    _VISITS.format(clinical=_CLINICAL),
    _STATUS.format(clinical=_CLOSING),
    _CHANGES,
    _SCORES,
    _ADDENDA,
    _CALLS,
    _OVERRIDES,
)
_FOR_OFFICE = (_VISITS.format(clinical=""), _STATUS.format(clinical=""))


def story_rows(case: Case, *, clinical: bool) -> list[StoryRow]:
    """Return what is dated in a case, oldest first; without `clinical` dates and status only. One query."""
    # The parts are texts of ours, and what varies is passed beside them.
    parts = " UNION ALL ".join(_FOR_CARE if clinical else _FOR_OFFICE)
    with connection.cursor() as cursor:
        cursor.execute(f"{parts} ORDER BY 4", {"case": case.pk})
        return [
            StoryRow(what, visit, on, at, who, json.loads(said)) for what, visit, on, at, who, said in cursor
        ]


def finding_rows(sign: str, text: str, on: date) -> list[Earlier]:
    """Return the answers of one sign at one visit from the text that the query makes of them."""
    found = []
    for part in text.split(";"):
        side, present, *measured = part.split(",")
        grade, degrees, millimetres = (int(one) if one else None for one in measured)
        found.append(Earlier(on, sign, present == "1", side, grade, degrees, millimetres))
    return found
