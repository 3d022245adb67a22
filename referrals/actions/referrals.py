"""Beginning, changing and ending a referral."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.choices import Urgency
from cases.models import Visit
from clinic.models import Clinic, User
from referrals.actions.errors import ChangedMeanwhile, EmergencyIsPhoned, NotADraft, NotSigned, ReasonNeeded
from referrals.actions.steps import locked_referral, move
from referrals.models import Referral
from referrals.workflow import NEXT_ACTION, State, due_on, working_day_from


def _refuse_too_slow(visit: Visit, urgency: str) -> None:
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
    _refuse_too_slow(visit, fields["urgency"])
    referral = Referral(
        clinic=visit.clinic,
        case=visit.case,
        visit=visit,
        destination=destination,
        owner=by,
        created_by=by,
        next_action=str(NEXT_ACTION[State.DRAFT]),
        next_action_on=due_on(State.DRAFT, fields["urgency"], timezone.localdate()),
        target_on=_target(visit.clinic, fields["urgency"]),
        **fields,
    )
    referral.full_clean()
    referral.save()
    return referral


def _target(clinic: Clinic, urgency: str) -> date:
    """Return the day by which the patient should be seen: a working day, unless it is an emergency."""
    day = timezone.localdate() + timedelta(days=clinic.days_for(urgency))
    return day if urgency == Urgency.EMERGENCY else working_day_from(day)


@transaction.atomic
def update_referral(*, referral: Referral, by: User, version: int, **fields: Any) -> Referral:
    """Change a draft referral, if it is still at `version`.

    Raises NotADraft, ChangedMeanwhile, EmergencyIsPhoned, ValidationError.
    """
    draft = locked_referral(referral)
    if draft.state != State.DRAFT:
        raise NotADraft
    changed = {name: value for name, value in fields.items() if getattr(draft, name) != value}
    if not changed:
        return draft
    if draft.version != version:
        raise ChangedMeanwhile
    for name, value in changed.items():
        setattr(draft, name, value)
    if "urgency" in changed:
        _refuse_too_slow(draft.visit, draft.urgency)
        draft.target_on = _target(draft.clinic, draft.urgency)
        draft.next_action_on = due_on(State.DRAFT, draft.urgency, timezone.localdate())
    draft.version += 1
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def cancel_referral(*, referral: Referral, by: User, reason: str) -> Referral:
    """End a referral that is no longer wanted. Raises ReasonNeeded, WrongStep."""
    if not reason.strip():
        raise ReasonNeeded
    locked = locked_referral(referral)
    if locked.state == State.CANCELLED:
        return locked
    move(locked, State.CANCELLED)
    locked.ended_at, locked.ended_by, locked.end_reason = timezone.now(), by, reason.strip()
    locked.version += 1
    locked.save()
    return locked
