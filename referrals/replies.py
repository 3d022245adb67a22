"""Questions about replies, for the pages that list them."""

from django.db.models import BooleanField, Case, Q, Value, When

from clinic.models import Clinic, User
from referrals.models import Referral, Reply

MOST = 200
# What the list shows of one.
_PATIENT = ("family_name", "given_name", "sex", "birth_date", "deceased_on")
_REFERRAL = ("urgency", "state", "next_action_on", "clinic_id", "case__id", "owner__name", "owner__email")
_COLUMNS = (
    *("written_by", "received_on", *(f"referral__{name}" for name in _REFERRAL)),
    *(f"referral__case__patient__{name}" for name in _PATIENT),
)


def replies_to_read(clinic: Clinic, user: User, most: int = MOST) -> list[Reply]:
    """Return the clinic's replies that nobody has read, with `is_mine`: those in this user's hands first.

    Those of referrals that moved on are among them. An emergency's first, then the oldest. One query.
    """
    mine = Q(referral__owner=user) | Q(referral__signed_by=user)
    rows = clinic.replies.filter(read_at__isnull=True, voided_at__isnull=True)
    rows = rows.select_related("referral__case__patient", "referral__owner").only(*_COLUMNS)
    urgent = Case(When(referral__urgency__in=["emergency", "within_1_working_day"], then=0), default=1)
    is_mine = Case(When(mine, then=Value(True)), default=Value(False), output_field=BooleanField())
    return list(
        rows.annotate(is_mine=is_mine, urgent=urgent).order_by("-is_mine", "urgent", "received_on")[:most]
    )


def replies_of(referral: Referral) -> list[Reply]:
    """Return every reply of a referral, the latest first, the voided ones too. One query."""
    rows = referral.replies.select_related("attachment", "recorded_by", "read_by", "voided_by")
    return list(rows.order_by("-received_on", "-recorded_at"))
