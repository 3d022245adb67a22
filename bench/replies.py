"""What came back: a reply that was read for the referrals that ended with one, and decisions not to refer."""

from typing import Any

from clinic.models import Clinic, User

# Of a thousand visits so many have a decision not to refer.
NOT_REFERRED = 4

_REPLIES = """
    INSERT INTO referrals_reply (id, clinic_id, referral_id, received_on, written_by, text, findings, advice,
        found_origin, confirmed, treatment_given, more_expected, recorded_at, recorded_by_id, read_at,
        read_by_id, void_reason)
    SELECT gen_random_uuid(), r.clinic_id, r.id, read_at::date, 'Dr Shah', 'Seen in clinic.', 'As said.', '',
        found, CASE WHEN found <> 'not_found' AND s.origin IN ('back', 'hip', 'foot')
            THEN s.origin = found END, '', false, read_at, r.created_by_id, read_at, r.created_by_id, ''
    FROM referrals_referral r JOIN cases_screening s ON s.visit_id = r.visit_id
        JOIN referrals_step t ON t.referral_id = r.id AND t.from_state = 'replied' AND t.to_state = 'closed'
        CROSS JOIN LATERAL (SELECT abs(hashtext(r.id::text)) AS dice) d
        CROSS JOIN LATERAL (SELECT t.recorded_at AS read_at,
            (ARRAY['back', 'back', 'hip', 'foot', 'other', 'not_found'])[1 + mod(dice, 6)] AS found) e
    WHERE r.clinic_id = %(clinic)s
"""
_DECISIONS = """
    INSERT INTO referrals_notreferring (id, clinic_id, visit_id, reason, recorded_at, recorded_by_id)
    SELECT gen_random_uuid(), v.clinic_id, v.id, (ARRAY['Improving', 'Seen there last month',
        'The patient does not want it'])[1 + mod(abs(hashtext(v.id::text)), 3)], v.signed_at, %(by)s
    FROM cases_visit v WHERE v.clinic_id = %(clinic)s AND mod(abs(hashtext(v.id::text)), 1000) < %(decisions)s
"""


def write_replies(cursor: Any, clinic: Clinic, by: User) -> None:
    """Write them for the referrals and visits of a clinic that are there, with the triggers switched off."""
    values = {"clinic": clinic.pk, "by": by.pk, "decisions": NOT_REFERRED}
    for statement in (_REPLIES, _DECISIONS):
        cursor.execute(statement, values)
