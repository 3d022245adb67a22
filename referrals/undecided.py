"""Suspicions that wait for a decision: somebody refers, or says why not.

A signed visit asks for a decision when its screening suggests a referral, or when the podiatrist
decided on an origin that is not the foot. A referral of the case that was begun since, or that is
still open, answers it; so does a decision not to refer at that visit or at a later one. A cancelled
referral answers nothing.
"""

from collections.abc import Sequence

from django.db.models import Case, Q, SmallIntegerField, When
from django.db.models.expressions import RawSQL

from cases.choices import Origin, Urgency
from cases.models import Visit
from clinic.models import Clinic, User
from referrals.workflow import OPEN_STATES, State

REFERABLE = (Origin.BACK, Origin.HIP, Origin.MIXED, Origin.SYSTEMIC)


def _words(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# Of a visit `v` and its screening `s`; the values are names of ours.
ASKS = f"""
    v.signed_at IS NOT NULL AND v.voided_at IS NULL
    AND (s.refer OR s.decided_origin IN ({_words([origin.value for origin in REFERABLE])}))
"""
UNANSWERED = f"""
    NOT EXISTS (
        SELECT FROM referrals_referral r WHERE r.case_id = v.case_id AND r.state <> '{State.CANCELLED.value}'
            AND (r.visit_id = v.id OR r.created_at >= v.signed_at
                OR r.state IN ({_words(sorted(OPEN_STATES))})))
    AND NOT EXISTS (
        SELECT FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id
        WHERE w.case_id = v.case_id AND n.withdrawn_at IS NULL AND w.voided_at IS NULL
            AND w.seen_on >= v.seen_on)
"""  # noqa: S608
# One a case, the newest that asks: what answers it answers those before it.
NEWEST_FIRST = "ORDER BY v.case_id, v.seen_on DESC, v.created_at DESC"
# Asked case by case: a plan for all at once reads the visits of every clinic.
_LED_BY = f"""
    WITH waiting AS MATERIALIZED (SELECT v.id FROM cases_case c CROSS JOIN LATERAL (
        SELECT v.id, v.case_id, v.seen_on, v.signed_at
        FROM cases_visit v JOIN cases_screening s ON s.visit_id = v.id
        WHERE v.case_id = c.id AND {ASKS} ORDER BY v.seen_on DESC, v.created_at DESC LIMIT 1) AS v
    WHERE c.lead_id = %s AND c.clinic_id = %s AND c.status = 'open' AND {UNANSWERED})
    SELECT id FROM waiting
"""  # noqa: S608
# What the list shows of one.
_PATIENT = ("family_name", "given_name", "sex", "birth_date", "deceased_on")
_COLUMNS = (
    *("kind", "seen_on", "created_at", "clinic_id", "case__complaint", "screening__urgency"),
    *(f"case__patient__{name}" for name in _PATIENT),
)


def asks_for_a_decision(visit: Visit) -> bool:
    """Return whether a visit is signed and suspects what should be referred."""
    screening = getattr(visit, "screening", None)
    if screening is None or not visit.is_signed or visit.voided_at:
        return False
    return screening.refer or screening.decided_origin in REFERABLE


def undecided_of(clinic: Clinic, user: User, most: int) -> list[Visit]:
    """Return the visits of the cases that this user leads that wait for a decision.

    Emergencies before all others, then the oldest. One query, with the patients and the screenings.
    """
    waiting = Visit.objects.filter(pk__in=RawSQL(_LED_BY, [user.pk, clinic.pk]))  # noqa: S611
    pressing = Q(screening__urgency__in=[Urgency.EMERGENCY, Urgency.WITHIN_1_WORKING_DAY])
    first = Case(When(pressing, then=0), default=1, output_field=SmallIntegerField())
    shown = waiting.select_related("case__patient", "screening").only(*_COLUMNS)
    return list(shown.order_by(first, "seen_on", "created_at")[:most])
