"""The life of a referral: its states and the steps between them, in one table.

`TRANSITIONS` feeds the buttons, the guards of the actions, the database triggers and the tests. Each
step is a row of its own (`Step`), with who took it and when it happened; a clerical one can be undone
for ten minutes.
"""

from collections import deque
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.calendar import Calendar


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
    # Back to signed: a corrected letter waits to be sent.
    State.SENT: frozenset(
        {
            State.SIGNED,
            State.ACKNOWLEDGED,
            State.BOOKED,
            State.SEEN,
            State.REPLIED,
            State.DECLINED,
            State.CANCELLED,
        }
    ),
    State.ACKNOWLEDGED: frozenset(
        {State.SIGNED, State.BOOKED, State.SEEN, State.REPLIED, State.DECLINED, State.CANCELLED}
    ),
    State.BOOKED: frozenset(
        {
            State.SIGNED,
            State.SEEN,
            State.DID_NOT_ATTEND,
            State.REPLIED,
            State.DECLINED,
            State.CANCELLED,
        }
    ),
    State.DID_NOT_ATTEND: frozenset({State.BOOKED, State.REPLIED, State.DECLINED, State.CANCELLED}),
    State.SEEN: frozenset({State.REPLIED, State.CANCELLED}),
    # Back to seen: the reply was read, and a further one is awaited.
    State.REPLIED: frozenset({State.SEEN, State.CLOSED}),
    State.DECLINED: frozenset({State.SIGNED, State.CLOSED, State.CANCELLED}),
    State.CLOSED: frozenset(),
    State.CANCELLED: frozenset(),
}

OPEN_STATES: frozenset[str] = frozenset(state for state, after in TRANSITIONS.items() if after)

# Every step that there is, the first one included: a referral begins as a draft.
STEPS: tuple[tuple[str, str], ...] = (
    ("", State.DRAFT.value),
    *((str(old), str(new)) for old, after in TRANSITIONS.items() for new in sorted(after)),
)


def sql_rows(steps: Iterable[tuple[str, str]]) -> str:
    """Return steps as SQL rows of literals; the states are names of ours."""
    return ", ".join(f"('{old}', '{new}')" for old, new in steps)


# What a person wrote down and may take back: nothing here has left the clinic by itself.
CLERICAL: frozenset[str] = frozenset(
    {
        State.SENT,
        State.ACKNOWLEDGED,
        State.BOOKED,
        State.SEEN,
        State.DID_NOT_ATTEND,
        State.REPLIED,
        State.DECLINED,
        State.CANCELLED,
    }
)
UNDO_WITHIN = timedelta(minutes=10)


# Where there is somebody to ask: the letter is with them, and they have not answered.
CHASED: frozenset[str] = frozenset(
    {State.SENT, State.ACKNOWLEDGED, State.BOOKED, State.DID_NOT_ATTEND, State.SEEN}
)


def can_become(state: str, new_state: str) -> bool:
    """Return whether a referral in `state` may go to `new_state`."""
    return new_state in TRANSITIONS[state]


def path_to(state: str) -> list[str]:
    """Return the states of a shortest way from the first one to `state`, both included."""
    waiting: deque[list[str]] = deque([[State.DRAFT]])
    seen: set[str] = set()
    while waiting:
        path = waiting.popleft()
        if path[-1] == state:
            return path
        for after in sorted(TRANSITIONS[path[-1]] - seen):
            seen.add(after)
            waiting.append([*path, after])
    raise ValueError(state)


class WhatNext(models.TextChoices):
    """What becomes of a patient whom a service declined to see."""

    REFER_ELSEWHERE = "refer_elsewhere", _("Refer to another service")
    SEND_MORE = "send_more", _("Send what they asked for")
    BACK_TO_GP = "back_to_gp", _("Hand over to the GP")
    KEEP_TREATING = "keep_treating", _("Keep treating here")


class Tile(models.TextChoices):
    """The queues of the worklist. Each open referral is in exactly one of them."""

    OVERDUE = "overdue", _("Overdue")
    TO_WRITE = "to_write", _("To write")
    TO_SIGN = "to_sign", _("To sign")
    TO_SEND = "to_send", _("To send")
    NO_ACKNOWLEDGEMENT = "no_acknowledgement", _("No acknowledgement")
    AWAITING_APPOINTMENT = "awaiting_appointment", _("Awaiting appointment")
    AWAITING_REPLY = "awaiting_reply", _("Awaiting reply")
    REPLY_TO_READ = "reply_to_read", _("Reply to read")


# A draft whose letter lacks nothing waits for a signature instead (`tile_of`). A declined one waits
# for somebody to write what is next.
TILE_OF_STATE: dict[str, Tile] = {
    State.DRAFT: Tile.TO_WRITE,
    State.SIGNED: Tile.TO_SEND,
    State.SENT: Tile.NO_ACKNOWLEDGEMENT,
    State.ACKNOWLEDGED: Tile.AWAITING_APPOINTMENT,
    State.DID_NOT_ATTEND: Tile.AWAITING_APPOINTMENT,
    State.BOOKED: Tile.AWAITING_REPLY,
    State.SEEN: Tile.AWAITING_REPLY,
    State.REPLIED: Tile.REPLY_TO_READ,
    State.DECLINED: Tile.TO_WRITE,
}


def tile_of(state: str, *, ready_to_sign: bool) -> Tile:
    """Return the queue of an open referral that is not overdue."""
    return Tile.TO_SIGN if state == State.DRAFT and ready_to_sign else TILE_OF_STATE[state]


# What comes next after reaching a state, and within how many working days of the clinic by urgency
# (the last figure is for every other urgency). An emergency leaves no room for waiting: the same day,
# whether or not the clinic is open. A clinic says itself when a sent letter should be acknowledged.
NEXT_ACTION: dict[str, Any] = {
    State.DRAFT: _("Write and sign the letter"),
    State.SIGNED: _("Send the letter"),
    State.SENT: _("Check that it was received"),
    State.ACKNOWLEDGED: _("Check that an appointment is booked"),
    State.BOOKED: _("Check that the patient was seen"),
    State.DID_NOT_ATTEND: _("Book again, or end the referral"),
    State.SEEN: _("Ask for the reply"),
    State.REPLIED: _("Read the reply"),
    State.DECLINED: _("Decide what is next"),
}
WORKING_DAYS: dict[str, dict[str, int]] = {
    State.DRAFT: {"within_1_working_day": 0, "urgent": 1, "": 5},
    State.SIGNED: {"within_1_working_day": 0, "urgent": 1, "": 2},
    State.SENT: {"within_1_working_day": 1, "urgent": 2},
    State.ACKNOWLEDGED: {"within_1_working_day": 1, "urgent": 3, "soon": 10, "": 20},
    State.BOOKED: {"": 1},
    State.DID_NOT_ATTEND: {"within_1_working_day": 0, "urgent": 1, "": 3},
    State.SEEN: {"within_1_working_day": 1, "urgent": 5, "": 10},
    State.REPLIED: {"within_1_working_day": 0, "urgent": 1, "": 5},
    State.DECLINED: {"within_1_working_day": 0, "urgent": 1, "": 3},
}


def due_on(
    state: str,
    urgency: str,
    *,
    today: date,
    calendar: Calendar,
    acknowledge_days: int,
    seen_on: date | None = None,
) -> date:
    """Return the day by which the next action after `state` is due, a working day of the clinic.

    `acknowledge_days` are calendar days; `seen_on` is the day of a booked appointment. An emergency is
    due today whatever the calendar says.
    """
    if urgency == "emergency":
        return today
    start = max(today, seen_on) if seen_on and state == State.BOOKED else today
    days = WORKING_DAYS[state]
    if urgency not in days and "" not in days:
        return calendar.on_or_after(start + timedelta(days=acknowledge_days))
    return calendar.after(start, days.get(urgency, days.get("", 0)))


# Within how many working days a service is asked again; an emergency the same day.
CHASE_AGAIN: dict[str, int] = {"within_1_working_day": 1, "urgent": 2, "soon": 5}
CHASE_AGAIN_ROUTINE = 10


def chase_again_on(urgency: str, *, today: date, calendar: Calendar, target_on: date | None) -> date:
    """Return the working day on which to ask again, no later than the patient should have been seen.

    The day that is meant for the patient counts only while it is still to come.
    """
    if urgency == "emergency":
        return today
    later = calendar.after(today, CHASE_AGAIN.get(urgency, CHASE_AGAIN_ROUTINE))
    if target_on and today < target_on < later:
        return calendar.on_or_after(target_on)
    return later


def is_after_target(appointment_on: date | None, target_on: date | None) -> bool:
    """Return whether an appointment is later than the patient should be seen."""
    return bool(appointment_on and target_on and appointment_on > target_on)
