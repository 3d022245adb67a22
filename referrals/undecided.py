"""Suspicions that wait for a decision: somebody refers, or says why not.

A signed visit asks for a decision when its screening suggests a referral, or when the podiatrist
decided on an origin that is not the foot. A referral of the case that was begun since, or that is
still open, answers it; so does a decision not to refer at that visit or at a later one. A cancelled
referral answers nothing.

Triggers keep the newest such visit of each case: see `referrals.models.undecided`.
"""

from django.db import connection, transaction

from cases.models import Visit
from clinic.models import Clinic, User
from referrals.models.undecided import COLUMNS, REFERABLE, waiting

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
    """Return the visits of the open cases that this user leads that wait for a decision.

    Emergencies before all others, then the oldest. One query, with the patients and the screenings.
    """
    mine = Visit.objects.filter(undecided__lead=user, undecided__clinic=clinic)
    shown = mine.select_related("case__patient", "screening").only(*_COLUMNS)
    return list(shown.order_by("undecided__rank", "undecided__seen_on", "undecided__begun_at")[:most])


@transaction.atomic
def keep_anew() -> None:
    """Work out what waits in every case, for rows that were written with the triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE referrals_undecided IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM referrals_undecided")
        cursor.execute(f"INSERT INTO referrals_undecided ({COLUMNS}) {waiting()}")
