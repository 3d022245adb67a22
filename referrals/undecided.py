"""Suspicions that wait for a decision: somebody refers, or says why not.

A signed visit asks for a decision when its screening suggests a referral, or when the podiatrist
decided on an origin that is not the foot. A referral of the case that was begun since, or that is
still open, answers it; so does a decision not to refer at that visit or at a later one. A cancelled
referral answers nothing.

Triggers keep the newest such visit of each case: see `referrals.models.undecided`.
"""

from cases.models import Case, Patient, Screening, Visit
from cases.templatetags.patients import PERSON
from clinic.models import Clinic, User
from clinic.planned import Parts, planned_once
from clinic.records import write_anew
from referrals.models.undecided import COLUMNS, REFERABLE, waiting

# What the list shows of one.
_SHOWN = Parts(
    v=(Visit, "id case_id kind seen_on"),
    c=(Case, "id patient_id complaint"),
    p=(Patient, PERSON),
    s=(Screening, "id urgency"),
)
_LED_BY = f"""
    SELECT {_SHOWN.columns} FROM referrals_undecided u
    JOIN cases_visit v ON v.id = u.visit_id JOIN cases_screening s ON s.visit_id = v.id
    JOIN cases_case c ON c.id = u.case_id JOIN cases_patient p ON p.id = c.patient_id
    WHERE u.lead_id = %s::uuid AND u.clinic_id = %s::uuid
    ORDER BY u.rank, u.seen_on, u.begun_at LIMIT %s::int
"""  # noqa: S608


def asks_for_a_decision(visit: Visit) -> bool:
    """Return whether a visit is signed and suspects what should be referred."""
    screening = getattr(visit, "screening", None)
    if screening is None or not visit.is_signed or visit.voided_at:
        return False
    return screening.refer or screening.decided_origin in REFERABLE


def undecided_of(clinic: Clinic, user: User, most: int) -> list[Visit]:
    """Return the visits of the open cases that this user leads that wait for a decision.

    Emergencies before all others, then the oldest. One query, with the patients and the screenings.
    """
    visits = []
    with planned_once() as cursor:
        cursor.execute(_LED_BY, [user.pk, clinic.pk, most])
        for row in cursor:
            visit, visit.case, visit.case.patient, visit.screening = _SHOWN.read(row)
            visits.append(visit)
    return visits


def keep_anew() -> None:
    """Work out what waits in every case, for rows that were written with the triggers switched off."""
    write_anew("referrals_undecided", COLUMNS, waiting())
