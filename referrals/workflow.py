"""The life of a referral: its states and the steps between them, in one table.

`TRANSITIONS` feeds the buttons, the guards of the actions, the database trigger and the tests.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a referral is on its way from a suspicion to a reply that somebody has read."""

    DRAFT = "draft", _("To write")
    SIGNED = "signed", _("To send")
    SENT = "sent", _("Sent")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    BOOKED = "booked", _("Appointment booked")
    SEEN = "seen", _("Seen by the specialist")
    DID_NOT_ATTEND = "did_not_attend", _("Patient did not attend")
    REPLIED = "replied", _("Reply to read")
    DECLINED = "declined", _("Declined")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


TRANSITIONS: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.SIGNED, State.CANCELLED}),
    State.SIGNED: frozenset({State.SENT, State.CANCELLED}),
    State.SENT: frozenset(
        {
            State.ACKNOWLEDGED,
            State.BOOKED,
            State.SEEN,
            State.REPLIED,
            State.DECLINED,
            State.CANCELLED,
        }
    ),
    State.ACKNOWLEDGED: frozenset(
        {State.BOOKED, State.SEEN, State.REPLIED, State.DECLINED, State.CANCELLED}
    ),
    State.BOOKED: frozenset(
        {State.SEEN, State.DID_NOT_ATTEND, State.REPLIED, State.DECLINED, State.CANCELLED}
    ),
    State.DID_NOT_ATTEND: frozenset(
        {State.BOOKED, State.REPLIED, State.DECLINED, State.CANCELLED}
    ),
    State.SEEN: frozenset({State.REPLIED, State.CANCELLED}),
    State.REPLIED: frozenset({State.CLOSED}),
    State.DECLINED: frozenset({State.CLOSED, State.CANCELLED}),
    State.CLOSED: frozenset(),
    State.CANCELLED: frozenset(),
}

OPEN_STATES: frozenset[str] = frozenset(state for state, after in TRANSITIONS.items() if after)


def can_become(state: str, new_state: str) -> bool:
    """Return whether a referral in `state` may go to `new_state`."""
    return new_state in TRANSITIONS[state]
