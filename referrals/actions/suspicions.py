"""What becomes of a suspicion: a referral for each surgical opinion prescribed, or the reason why none."""

from django.db import transaction

from cases.choices import TreatmentKind
from cases.models import Visit
from clinic.models import User
from referrals.actions.errors import AlreadyReferred, NotSigned, ReasonNeeded
from referrals.actions.referrals import start_referral
from referrals.models import NotReferring, Referral
from referrals.suggest import surgery_fields


def start_surgery_referrals(*, visit: Visit, by: User) -> list[Referral]:
    """Begin the referral of each surgical opinion that a visit asks for, as it is signed.

    None where the case already has an open referral to that service: the same opinion prescribed
    again at a later visit is still the one that was asked for. Returns the new ones.
    """
    asked = visit.treatments.filter(kind=TreatmentKind.SURGERY_REFERRAL).order_by("created_at")
    begun = []
    for treatment in asked:
        fields = surgery_fields(visit, treatment)
        known = visit.case.referrals.open().filter(destination=fields["destination"])
        if not known.exists():
            begun.append(start_referral(visit=visit, by=by, treatment=treatment, **fields))
    return begun


@transaction.atomic
def decide_not_to_refer(*, visit: Visit, by: User, reason: str) -> NotReferring:
    """Record why a signed visit with a suspicion leads to no referral; once for a visit.

    A second call returns the decision that stands. Starting a referral withdraws it.
    Raises NotSigned, ReasonNeeded, AlreadyReferred.
    """
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if not visit.is_signed or visit.voided_at:
        raise NotSigned
    if not reason.strip():
        raise ReasonNeeded
    if visit.referrals.open().exists():
        raise AlreadyReferred
    standing = visit.not_referrings.filter(withdrawn_at__isnull=True).first()
    if standing:
        return standing
    decision = NotReferring(clinic_id=visit.clinic_id, visit=visit, reason=reason.strip(), recorded_by=by)
    decision.full_clean()
    decision.save()
    return decision
