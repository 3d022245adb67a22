"""The life of a referral: its states and the steps between them, in one table.

`TRANSITIONS` feeds the buttons, the guards of the actions, the database trigger and the tests.
"""

from datetime import date, timedelta
from typing import Any

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
    State.ACKNOWLEDGED: frozenset({State.BOOKED, State.SEEN, State.REPLIED, State.DECLINED, State.CANCELLED}),
    State.BOOKED: frozenset(
        {State.SEEN, State.DID_NOT_ATTEND, State.REPLIED, State.DECLINED, State.CANCELLED}
    ),
    State.DID_NOT_ATTEND: frozenset({State.BOOKED, State.REPLIED, State.DECLINED, State.CANCELLED}),
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


class Tile(models.TextChoices):
    """The queues of the worklist. Each open referral is in exactly one of them."""

    OVERDUE = "overdue", _("Overdue")
    TO_WRITE = "to_write", _("To write and sign")
    TO_SEND = "to_send", _("To send")
    AWAITING_REPLY = "awaiting_reply", _("Awaiting reply")
    REPLY_TO_READ = "reply_to_read", _("Reply to read")


TILE_OF_STATE: dict[str, Tile] = {
    State.DRAFT: Tile.TO_WRITE,
    State.SIGNED: Tile.TO_SEND,
    State.SENT: Tile.AWAITING_REPLY,
    State.ACKNOWLEDGED: Tile.AWAITING_REPLY,
    State.BOOKED: Tile.AWAITING_REPLY,
    State.SEEN: Tile.AWAITING_REPLY,
    State.DID_NOT_ATTEND: Tile.AWAITING_REPLY,
    State.DECLINED: Tile.AWAITING_REPLY,
    State.REPLIED: Tile.REPLY_TO_READ,
}


# What comes next after reaching a state, and within how many days, by urgency (the last figure
# is for every other urgency). An emergency and one working day leave no room for waiting.
NEXT_ACTION: dict[str, Any] = {
    State.DRAFT: _("Write and sign the letter"),
    State.SIGNED: _("Send the letter"),
    State.SENT: _("Check that it was received"),
}
_DAYS: dict[str, dict[str, int]] = {
    State.DRAFT: {"emergency": 0, "within_1_working_day": 0, "urgent": 1, "": 7},
    State.SIGNED: {"emergency": 0, "within_1_working_day": 0, "urgent": 1, "": 2},
    State.SENT: {"emergency": 0, "within_1_working_day": 1, "urgent": 3, "": 7},
}


def due_on(state: str, urgency: str, today: date) -> date:
    """Return the day by which the next action after `state` is due; never a weekend."""
    days = _DAYS[state]
    day = today + timedelta(days=days.get(urgency, days[""]))
    return day if urgency == "emergency" else working_day_from(day)


def working_day_from(day: date) -> date:
    """Return `day`, or the Monday after it when it falls on a weekend."""
    return day + timedelta(days=(7 - day.weekday()) % 7) if day.weekday() >= 5 else day
