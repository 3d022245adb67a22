"""What is dated in the record of a case, in one query: visits, what changed, scores, additions, status."""

import json
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils import timezone

from cases.models import Case
from cases.progress import Earlier
from clinic.planned import planned_once

# A story is told of so many visits; the ones before are asked for.
MOST_VISITS = 10
ALL = 1_000_000


class StoryRow(NamedTuple):
    """One dated fact. `what` names its kind, `said` holds what that kind needs.

    `visit` is the visit it belongs to, "" for none; `on` that visit's day, or else the day on which it
    was written, `at`.
    """

    what: str
    visit: str
    on: date
    at: datetime
    who: str
    said: dict[str, Any]


# Read once for all parts. Asked for the visits that were voided, the planner would read those of all cases.
_MINE = """
    WITH mine AS MATERIALIZED (SELECT * FROM cases_visit WHERE case_id = %(case)s),
    counting AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY seen_on DESC, created_at DESC) AS newer
        FROM mine WHERE signed_at IS NOT NULL AND voided_at IS NULL)
"""
_VISITS = """
    SELECT 'visit', v.id, v.seen_on, v.created_at, u.name, json_build_object(
        'kind', v.kind, 'signed', v.signed_at IS NOT NULL, 'voided', v.voided_at IS NOT NULL{clinical})
    FROM mine v
    JOIN clinic_user u ON u.id = coalesce(v.signed_by_id, v.created_by_id)
    LEFT JOIN cases_screening s ON s.visit_id = v.id
"""
_CLINICAL = """,
        'pain', v.pain_now, 'urgency', s.urgency, 'origin', s.origin, 'agreed', s.agreed,
        'decision_reason', s.decision_reason, 'catalogue', s.catalogue_version,
        'assessment', left(v.assessment, 240)
"""
# For those who do not treat: that something was prescribed, and not what.
_TREATED = ", 'treated', EXISTS (SELECT FROM cases_treatment WHERE visit_id = v.id)"
# A change of status or lead is told by the history that the database keeps of the case. Its outcome and
# its summary are clinical.
_STATUS = """
    SELECT 'case', NULL::uuid, NULL::date, pgh_created_at,
        coalesce((SELECT name FROM clinic_user
            WHERE id::text = coalesce(metadata ->> 'reopened_by', metadata ->> 'user')
                OR id = closed_by_id AND status <> was_status
            ORDER BY id = closed_by_id DESC NULLS LAST LIMIT 1), ''),
        json_build_object('status', status, 'was', was_status,
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
# and visit, so that a yes of the left and a no without a side are compared as what they are. Asked visit by
# visit, because a plan for all of them at once reads the findings of every case. A visit before those that
# are told matters for the signs only that the last one before them did not ask for.
_CHANGES = """
    SELECT 'change', id, seen_on, created_at, '', json_build_object('sign', sign, 'was', was, 'now', now)
    FROM (
        SELECT v.id, v.seen_on, v.created_at, v.newer, f.sign, f.now,
            lag(f.now) OVER (PARTITION BY f.sign ORDER BY v.newer DESC) AS was
        FROM counting v
        CROSS JOIN LATERAL (
            SELECT sign COLLATE "C" AS sign, string_agg(side || ',' || present::int || ','
                || coalesce(mrc_grade::text, '') || ',' || coalesce(degrees::text, '') || ','
                || coalesce(millimetres::text, ''), ';' ORDER BY side) AS now
            FROM cases_finding WHERE visit_id = v.id AND (v.newer <= %(most)s + 1 OR sign NOT IN (
                SELECT sign FROM counting b JOIN cases_finding ON visit_id = b.id AND newer = %(most)s + 1))
            GROUP BY sign) AS f) AS compared
    WHERE was <> now AND newer <= %(most)s
"""
_SCORES = """
    SELECT 'score', v.id, v.seen_on, v.created_at, '', json_build_object('measure', o.measure,
        'scale', o.scale, 'value', o.value::text, 'activity', coalesce(o.activity_id::text, ''),
        'words', coalesce(a.text, ''), 'added', coalesce(a.added_at::text, ''))
    FROM counting v
    CROSS JOIN LATERAL (SELECT * FROM cases_outcomescore WHERE visit_id = v.id OFFSET 0) AS o
    LEFT JOIN cases_activity a ON a.id = o.activity_id AND a.case_id = v.case_id
"""
_TREATMENTS = """
    SELECT 'treatment', t.visit_id, t.start_on, t.created_at, '', json_build_object('id', t.id,
        'kind', t.kind, 'target', t.target, 'region', t.region, 'site', t.site, 'side', t.side,
        'details', t.details, 'planned_end_on', t.planned_end_on, 'review_on', t.review_on,
        'stopped_on', t.stopped_on, 'stop_reason', t.stop_reason)
    FROM cases_treatment t
    WHERE t.case_id = %(case)s AND t.signed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM mine WHERE id = t.visit_id AND voided_at IS NOT NULL)
"""
_REVIEWS = """
    SELECT 'review', r.visit_id, r.reviewed_on, r.reviewed_at, '', json_build_object(
        'treatment', r.treatment_id, 'response', r.response, 'pain_after', r.pain_after,
        'adverse_event', r.adverse_event)
    FROM cases_treatment t
    CROSS JOIN LATERAL (SELECT * FROM cases_treatmentreview WHERE treatment_id = t.id OFFSET 0) AS r
    WHERE t.case_id = %(case)s AND NOT EXISTS (
        SELECT FROM mine WHERE id = r.visit_id AND voided_at IS NOT NULL)
"""
_ADDENDA = """
    SELECT 'addendum', v.id, v.seen_on, a.written_at, u.name, json_build_object('text', left(a.text, 500))
    FROM cases_addendum a JOIN mine v ON v.id = a.visit_id JOIN clinic_user u ON u.id = a.written_by_id
    WHERE v.voided_at IS NULL
"""
_CALLS = """
    SELECT 'call', v.id, v.seen_on, c.phoned_at, u.name,
        json_build_object('to', c.phoned_to, 'advice', left(c.advice, 500))
    FROM cases_emergencycall c JOIN mine v ON v.id = c.visit_id
    JOIN clinic_user u ON u.id = c.recorded_by_id
    WHERE v.voided_at IS NULL
"""
_OVERRIDES = """
    SELECT 'override', v.id, v.seen_on, o.given_at, u.name, json_build_object('kind', t.kind,
        'target', t.target, 'details', t.details, 'block', o.block, 'reason', o.reason)
    FROM cases_treatment t JOIN cases_blockoverride o ON o.treatment_id = t.id
    JOIN mine v ON v.id = t.visit_id JOIN clinic_user u ON u.id = o.given_by_id
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
    _TREATMENTS,
    _REVIEWS,
)
_FOR_OFFICE = (_VISITS.format(clinical=_TREATED), _STATUS.format(clinical=""))


def story_rows(case: Case, *, clinical: bool, whole: bool = False) -> list[StoryRow]:
    """Return what is dated in a case, oldest first; without `clinical` dates and status only. One query.

    What changed is told of the last MOST_VISITS visits, or of the `whole` case.
    """
    # The parts are texts of ours, and what varies is passed beside them. They come as one value: reading
    # hundreds of rows by column takes longer than finding them.
    parts = " UNION ALL ".join(_FOR_CARE if clinical else _FOR_OFFICE)
    columns = "(what, visit, day, at, who, said)"
    told = f"SELECT json_agg(told ORDER BY at)::text FROM ({_MINE} {parts}) AS told {columns}"  # noqa: S608
    with planned_once() as cursor:
        cursor.execute(told, {"case": case.pk, "most": ALL if whole else MOST_VISITS})
        (text,) = cursor.fetchone()
    return [_row(**values) for values in json.loads(text or "[]")]


def _row(what: str, visit: str | None, day: str | None, at: str, who: str, said: dict[str, Any]) -> StoryRow:
    written = datetime.fromisoformat(at)
    on = date.fromisoformat(day) if day else timezone.localdate(written)
    return StoryRow(what, visit or "", on, written, who, said)


def finding_rows(sign: str, text: str, on: date) -> list[Earlier]:
    """Return the answers of one sign at one visit from the text that the query makes of them."""
    found = []
    for part in text.split(";"):
        side, present, *measured = part.split(",")
        grade, degrees, millimetres = (int(one) if one else None for one in measured)
        found.append(Earlier(on, sign, present == "1", side, grade, degrees, millimetres))
    return found
