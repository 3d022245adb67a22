"""Beginning, changing and ending a referral."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.choices import Urgency
from cases.models import Visit
from clinic.calendar import calendar_of, today_in
from clinic.models import Clinic, User
from referrals.actions.errors import EmergencyIsPhoned, NotSigned
from referrals.actions.steps import due_after, first_step
from referrals.models import LetterDraft, Referral
from referrals.workflow import NEXT_ACTION, State
from referrals.written import written


def refuse_too_slow(visit: Visit, urgency: str) -> None:
    """Raise EmergencyIsPhoned when the screening says emergency and the referral does not."""
    if visit.screening.urgency == Urgency.EMERGENCY and urgency != Urgency.EMERGENCY:
        raise EmergencyIsPhoned


@transaction.atomic
def start_referral(*, visit: Visit, by: User, destination: str, **fields: Any) -> Referral:
    """Begin a referral from a signed visit, or return the draft to the same destination.

    Raises NotSigned, EmergencyIsPhoned, ValidationError.
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("clinic", "case").get(pk=visit.pk)
    if not visit.is_signed or visit.voided_at:
        raise NotSigned
    draft = visit.referrals.filter(destination=destination, state=State.DRAFT).first()
    if draft:
        return draft
    refuse_too_slow(visit, fields["urgency"])
    referral = Referral(
        clinic=visit.clinic,
        case=visit.case,
        visit=visit,
        destination=destination,
        owner=by,
        created_by=by,
        next_action=str(NEXT_ACTION[State.DRAFT]),
        next_action_on=due_after(visit.clinic, fields["urgency"], State.DRAFT),
        target_on=target_day(visit.clinic, fields["urgency"]),
        **fields,
    )
    referral.full_clean()
    look = written(referral, at=timezone.now())
    referral.ready_to_sign = not look.gaps
    referral.save()
    first_step(referral, by)
    LetterDraft.objects.create(referral=referral, supplied=look.supplied, saved_by=by)
    _withdraw_decision(visit, by)
    return referral


def _withdraw_decision(visit: Visit, by: User) -> None:
    """Somebody refers after all: the decision not to stays readable and stands no longer."""
    standing = visit.not_referrings.filter(withdrawn_at__isnull=True)
    standing.update(withdrawn_at=timezone.now(), withdrawn_by=by)


def target_day(clinic: Clinic, urgency: str) -> date:
    """Return the day by which the patient should be seen: a working day, unless it is an emergency."""
    today, days = today_in(clinic), clinic.days_for(urgency)
    if urgency == Urgency.EMERGENCY:
        return today
    if urgency == Urgency.WITHIN_1_WORKING_DAY:
        return calendar_of(clinic).after(today, days)
    return calendar_of(clinic).on_or_after(today + timedelta(days=days))
