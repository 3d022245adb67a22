"""Questions about replies, for the pages that list them."""

from cases.models import Case, Patient
from cases.templatetags.patients import PERSON
from clinic.models import Clinic, User
from clinic.planned import Parts, planned_once
from referrals.models import Referral, Reply

MOST = 200
# What the list shows of one.
_SHOWN = Parts(
    y=(Reply, "id referral_id received_on written_by"),
    r=(Referral, "id case_id urgency state owner_id next_action_on"),
    o=(User, "id email name"),
    c=(Case, "id patient_id"),
    p=(Patient, PERSON),
)
_TO_READ = f"""
    SELECT {_SHOWN.columns}, (%(user)s::uuid IN (r.owner_id, r.signed_by_id)) IS TRUE AS is_mine
    FROM referrals_reply y JOIN referrals_referral r ON r.id = y.referral_id
    LEFT JOIN clinic_user o ON o.id = r.owner_id
    JOIN cases_case c ON c.id = r.case_id JOIN cases_patient p ON p.id = c.patient_id
    WHERE y.clinic_id = %(clinic)s::uuid AND y.read_at IS NULL AND y.voided_at IS NULL
    ORDER BY is_mine DESC, r.urgency NOT IN ('emergency', 'within_1_working_day'), y.received_on
    LIMIT %(most)s::int
"""  # noqa: S608


def replies_to_read(clinic: Clinic, user: User, most: int = MOST) -> list[Reply]:
    """Return the clinic's replies that nobody has read, with `is_mine`: those in this user's hands first.

    Those of referrals that moved on are among them. An emergency's first, then the oldest. One query.
    """
    replies = []
    with planned_once() as cursor:
        cursor.execute(_TO_READ, {"user": user.pk, "clinic": clinic.pk, "most": most})
        for row in cursor:
            reply, referral, referral.owner, case, case.patient = _SHOWN.read(row)
            reply.referral, referral.case, reply.is_mine = referral, case, row[-1]
            replies.append(reply)
    return replies


def replies_of(referral: Referral) -> list[Reply]:
    """Return every reply of a referral, the latest first, the voided ones too. One query."""
    rows = referral.replies.select_related("attachment", "recorded_by", "read_by", "voided_by")
    return list(rows.order_by("-received_on", "-recorded_at"))
