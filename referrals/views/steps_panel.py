"""What the referral's page says of its steps, and the forms with which they are written down."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from clinic.access import may
from clinic.requests import ClinicRequest
from referrals import stepping
from referrals.actions import can_be_undone
from referrals.forms.loop import SeenVersionForm
from referrals.models import Referral
from referrals.so_far import so_far
from referrals.stepping import Doing
from referrals.workflow import is_after_target


@dataclass(frozen=True)
class Offered:
    """One thing to do with its form; unfolded when it is likely, asked for, or was refused."""

    doing: Doing
    form: SeenVersionForm
    is_likely: bool
    is_open: bool


def steps_panel(request: ClinicRequest, referral: Referral, refused: Any = None) -> dict[str, Any]:
    """Return what the panel needs; `refused` is something to do and its form with mistakes."""
    last = referral.steps.standing().last()
    can_undo = last and can_be_undone(last, timezone.now()) and may(request, "referrals.track")
    appointment = referral.appointment_at
    return {
        "doings": _offered(request, referral, refused),
        "happened": so_far(referral),
        "followed_by": referral.followed_by.all(),
        "undoable": last if can_undo else None,
        "is_late_appointment": is_after_target(
            timezone.localdate(appointment) if appointment else None, referral.target_on
        ),
    }


def _offered(request: ClinicRequest, referral: Referral, refused: Any) -> list[Offered]:
    """What can be done, the likely first. What was refused is there even if it cannot be done any more."""
    likely = stepping.likely(referral.state)
    asked = request.GET.get("do", "")
    what, form = refused or (None, None)
    rest = (stepping.CHASE, stepping.TELL, stepping.ASSIGN, stepping.CANCEL)
    possible = [*stepping.possible_steps(referral.state), *(d for d in rest if d.is_possible(referral.state))]
    if what and what not in possible:
        possible.insert(0, what)
    return [
        Offered(
            doing=row,
            form=form if form and row is what else row.blank(referral),
            is_likely=row is likely,
            is_open=row is what or (row.name == asked if asked else row is likely and not refused),
        )
        for row in sorted(possible, key=lambda row: row is not likely)
        if may(request, row.verb)
    ]
