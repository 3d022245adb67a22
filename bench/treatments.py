"""Treatments with what came of them, scores of function, addenda and signed letters, for the reports.

Written by INSERT ... SELECT from visits and referrals that are there, with the triggers switched off.
"""

from typing import Any

from cases.counted_treatments import keep_anew
from clinic.models import Clinic
from referrals.models.audited import audit_the_rest

TABLES = (
    "cases_blockoverride",
    "cases_countedtreatment",
    "cases_addendum",
    "referrals_letter",
    "referrals_auditedletter",
)
READ_AT_ONCE = (
    "cases_case, cases_visit, cases_screening, cases_treatment, cases_treatmentreview, cases_outcomescore,"
    " referrals_referral, referrals_letter"
)
_STATEMENTS = (
    "SELECT setseed(0.5)",
    # One treatment a visit, of five kinds; of the longest records, which have theirs, none.
    """
    INSERT INTO cases_treatment (id, clinic_id, case_id, visit_id, kind, target, region, site, side, goal,
        details, instructions, start_on, review_on, consent_discussed, leaflet_given, stop_reason,
        pain_before, to_confirm, created_at, prescribed_by_id, signed_at)
    SELECT gen_random_uuid(), v.clinic_id, v.case_id, v.id,
        (ARRAY['rest', 'ice', 'exercise', 'exercise', 'exercise', 'other', 'surgery_referral'])[
            1 + floor(random() * 7)::int],
        'Heel pain', '', '', '', '', '{}', '', v.seen_on, v.seen_on + 21, true, false, '', v.pain_now, false,
        v.created_at, v.created_by_id, v.signed_at
    FROM cases_visit v WHERE v.clinic_id = %(clinic)s AND v.signed_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM cases_treatment t WHERE t.case_id = v.case_id)""",
    """
    INSERT INTO cases_treatmentreview (id, treatment_id, reviewed_on, response, pain_after, adverse_event,
        note, reviewed_at, reviewed_by_id)
    SELECT gen_random_uuid(), t.id, t.start_on + 14,
        (ARRAY['better', 'better', 'same', 'worse'])[1 + floor(random() * 4)::int],
        GREATEST(0, t.pain_before - floor(random() * 4)::int),
        CASE WHEN random() < 0.02 THEN 'Rash' ELSE '' END,
        '', t.created_at + interval '14 days', t.prescribed_by_id
    FROM cases_treatment t WHERE t.clinic_id = %(clinic)s AND random() < 0.7
        AND NOT EXISTS (SELECT FROM cases_treatmentreview r WHERE r.treatment_id = t.id)""",
    """
    INSERT INTO cases_blockoverride (id, treatment_id, check_id, catalogue_version, block, source,
        because_of, reason, given_at, given_by_id)
    SELECT gen_random_uuid(), t.id, 'rest_bed_rest', '2026.12.0', 'Bed rest beyond 2 days does not help.',
        'NG59', '{}', 'Terminal illness', t.created_at, t.prescribed_by_id
    FROM cases_treatment t WHERE t.clinic_id = %(clinic)s AND random() < 0.02""",
    """
    INSERT INTO cases_activity (id, case_id, text, added_at, added_by_id)
    SELECT gen_random_uuid(), c.id, 'Climbing stairs', c.opened_at, c.lead_id
    FROM cases_case c WHERE c.clinic_id = %(clinic)s
        AND NOT EXISTS (SELECT FROM cases_activity a WHERE a.case_id = c.id)""",
    """
    INSERT INTO cases_outcomescore (id, visit_id, measure, scale, activity_id, value)
    SELECT gen_random_uuid(), v.id, 'psfs', 'activity', a.id, floor(random() * 11)
    FROM cases_visit v JOIN cases_activity a ON a.case_id = v.case_id
    WHERE v.clinic_id = %(clinic)s AND random() < 0.4
        AND NOT EXISTS (SELECT FROM cases_outcomescore o WHERE o.visit_id = v.id)""",
    """
    INSERT INTO cases_addendum (id, visit_id, text, written_at, written_by_id)
    SELECT gen_random_uuid(), v.id, 'She rang.', v.signed_at + interval '1 day', v.signed_by_id
    FROM cases_visit v WHERE v.clinic_id = %(clinic)s AND v.signed_at IS NOT NULL AND random() < 0.02""",
    # No more of a letter than its audit: two items in ten are not known.
    """
    INSERT INTO referrals_letter (id, clinic_id, referral_id, number, content, signed_at, signed_by_id,
        correction)
    SELECT gen_random_uuid(), r.clinic_id, r.id, 1, jsonb_build_object('sections', jsonb_build_array(
        jsonb_build_object('items', (SELECT jsonb_agg(jsonb_build_object('name', 'Item ' || n,
            'requirement', 'M', 'status', CASE WHEN random() + r.version * 0 < 0.9 THEN 'complete'
            ELSE 'not_known' END)) FROM generate_series(1, 20) n)))), r.signed_at, r.signed_by_id, ''
    FROM referrals_referral r WHERE r.clinic_id = %(clinic)s AND r.signed_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM referrals_letter l WHERE l.referral_id = r.id)""",
)


def insert_treatments(cursor: Any, clinic: Clinic) -> None:
    """Write what the reports on treatments, activity and data quality count, and their narrow rows."""
    for statement in _STATEMENTS:
        cursor.execute(statement, {"clinic": clinic.pk})
    # Of tables that were empty a minute ago the planner believes that they still are.
    cursor.execute(f"ANALYZE {READ_AT_ONCE}")
    keep_anew()
    audit_the_rest()
