"""The steps of a referral: from one state to the next, with what is due then and in whose hands."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic.calendar import calendar_of, day_in, today_in
from clinic.models import Clinic, User
from referrals.actions.errors import ChangedMeanwhile, NotYet, ReasonNeeded, WrongStep
from referrals.models import Referral, Step
from referrals.workflow import NEXT_ACTION, OPEN_STATES, State, can_become, due_on


def locked_referral(referral: Referral) -> Referral:
    """Return the referral as it is now, locked until the end of the transaction."""
    rows = Referral.objects.select_for_update(of=("self",))
    return rows.select_related("clinic", "case__patient", "visit", "specialist").get(pk=referral.pk)


def referral_at(referral: Referral, version: int) -> Referral:
    """Return the referral locked, if it is still at the version that a person has seen.

    Raises ChangedMeanwhile.
    """
    locked = locked_referral(referral)
    if locked.version != version:
        raise ChangedMeanwhile
    return locked


def due_after(
    clinic: Clinic,
    urgency: str,
    state: str,
    *,
    today: date | None = None,
    appointment_at: datetime | None = None,
) -> date:
    """Return by when a referral that came to `state` asks for its next action, as the clinic settled it.

    `today` is the day from which it counts; `appointment_at` that of a booked appointment. One query.
    """
    return due_on(
        state,
        urgency,
        today=today or today_in(clinic),
        calendar=calendar_of(clinic),
        acknowledge_days=clinic.acknowledge_days,
        seen_on=day_in(clinic, appointment_at) if appointment_at else None,
    )


def first_step(referral: Referral, by: User) -> Step:
    """Write down that a new referral was begun."""
    return _recorded(referral, by, "", State.DRAFT, today_in(referral.clinic), "", "", {})


@transaction.atomic
def take_step(
    *,
    referral: Referral,
    by: User,
    to: str,
    happened_on: date | None = None,
    reason: str = "",
    note: str = "",
    **changes: Any,
) -> Step:
    """Take a locked referral one step on: its state, its next action, its date and its owner.

    `happened_on` is a day of the clinic, today unless given; an earlier one needs `reason`. `changes` are
    further columns that the step sets, such as `appointment_at`; owner, next_action and next_action_on
    may be among them. Saves the referral and returns the step.
    Raises WrongStep, ReasonNeeded, NotYet for a day in the future or before the step before.
    """
    if not can_become(referral.state, to):
        raise WrongStep(referral.state)
    today = today_in(referral.clinic)
    happened_on = happened_on or today
    _check_day(referral, happened_on, today, reason)
    new = _what_is_next(referral, to, by, changes) | changes | {"state": to}
    before = {name: _kept(getattr(referral, name)) for name in _columns(new)}
    from_state = referral.state
    step = _recorded(referral, by, from_state, to, happened_on, reason, note, before)
    save_changes(referral, new)
    return step


def save_changes(locked: Referral, new: Mapping[str, Any]) -> None:
    """Set and save these fields of a locked referral, as its next version. Raises ValidationError.

    Only they are looked at, which spares a query for each person and record that stays; what must hold
    between fields the database holds.
    """
    for name, value in new.items():
        setattr(locked, name, value)
    locked.version += 1
    stays = [field.name for field in Referral._meta.concrete_fields if field.name not in new]
    locked.full_clean(exclude=stays, validate_unique=False, validate_constraints=False)
    locked.save()


def take_back(locked: Referral, step: Step, by: User) -> None:
    """Undo the last standing step of a locked referral, with what it changed. Raises ValidationError."""
    step.undone_at, step.undone_by = timezone.now(), by
    step.save(update_fields=["undone_at", "undone_by"])
    for column in Referral._meta.concrete_fields:
        if column.attname in step.before:
            field: Any = column
            field = field.target_field if field.is_relation else field
            setattr(locked, column.attname, field.to_python(step.before[column.attname]))
    locked.version += 1
    if locked.state == State.DRAFT:
        # Another draft may have been begun meanwhile. All else held before, and the database holds it.
        locked.validate_constraints()
    locked.save()


def _kept(value: Any) -> Any:
    """A moment to the microsecond; the encoder of the column would cut it to the millisecond."""
    return value.isoformat() if isinstance(value, datetime) else value


def _check_day(referral: Referral, happened_on: date, today: date, reason: str) -> None:
    last = referral.steps.standing().last()
    if happened_on > today or (last and happened_on < last.happened_on):
        raise NotYet(last.happened_on if last else None)
    if happened_on < today and not reason.strip():
        raise ReasonNeeded


def _what_is_next(referral: Referral, to: str, by: User, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a state asks for next, by when and of whom."""
    if to not in OPEN_STATES:
        return {"ended_at": timezone.now(), "ended_by": by}
    appointment = changes.get("appointment_at") or referral.appointment_at
    due = due_after(referral.clinic, referral.urgency, to, appointment_at=appointment)
    owner = _owner(referral, to)
    return {
        "next_action": str(NEXT_ACTION[to]),
        "next_action_on": due,
        "escalated_at": None,
    } | ({"owner": owner} if owner else {})


def _owner(referral: Referral, to: str) -> User | None:
    """Who has the next action: the podiatrist reads and decides, the coordinator sends and chases."""
    if to in (State.REPLIED, State.DECLINED):
        return referral.signed_by
    if to == State.SIGNED or referral.state in (State.REPLIED, State.DECLINED):
        return referral.clinic.referral_coordinator or referral.signed_by
    return None


def _columns(new: Mapping[str, Any]) -> list[str]:
    """The database columns behind these fields; the step keeps what they held."""
    return [column.attname for column in Referral._meta.concrete_fields if column.name in new]


def _recorded(
    referral: Referral,
    by: User,
    from_state: str,
    to: str,
    happened_on: date,
    reason: str,
    note: str,
    before: dict[str, Any],
) -> Step:
    return Step.objects.create(
        clinic_id=referral.clinic_id,
        referral=referral,
        number=referral.steps.count() + 1,
        from_state=from_state,
        to_state=to,
        happened_on=happened_on,
        is_backdated=happened_on < today_in(referral.clinic),
        reason=reason.strip(),
        note=note.strip(),
        before=before,
        recorded_by=by,
    )
