"""The referrals of a busy clinic: few of many are open, in every state, with the steps that led there."""

import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cases.choices import Urgency
from clinic.models import Clinic, User
from referrals.workflow import NEXT_ACTION, State

# One of so many is open: 2,000 of 100,000.
OPEN_EVERY = 50
OPEN_STATES = {
    State.DRAFT: 20,
    State.SIGNED: 25,
    State.SENT: 45,
    State.ACKNOWLEDGED: 35,
    State.BOOKED: 30,
    State.SEEN: 25,
    State.REPLIED: 15,
    State.DECLINED: 5,
}
# How the others went, by how many; the first are closed with a reply that was read.
ENDED = {
    ("acknowledged", "booked", "seen", "replied", "closed"): 60,
    ("booked", "seen", "replied", "closed"): 12,
    ("acknowledged", "replied", "closed"): 6,
    ("acknowledged", "booked", "did_not_attend", "booked", "seen", "replied", "closed"): 5,
    ("acknowledged", "declined", "closed"): 8,
    ("cancelled",): 5,
    (): 4,
}
# What went before, for one that is open, and how many days a step takes at most.
BEFORE = {
    State.DRAFT: (),
    State.SIGNED: (),
    State.SENT: (),
    State.ACKNOWLEDGED: (),
    State.BOOKED: ("acknowledged",),
    State.SEEN: ("acknowledged", "booked"),
    State.REPLIED: ("acknowledged", "booked", "seen"),
    State.DECLINED: ("acknowledged",),
}
TAKES = {"signed": 3, "sent": 3, "acknowledged": 10, "booked": 12, "did_not_attend": 30, "seen": 45}
TAKES |= {"replied": 25, "declined": 14, "closed": 9, "cancelled": 20}
TARGET_DAYS = {Urgency.EMERGENCY: 0, Urgency.WITHIN_1_WORKING_DAY: 1, Urgency.URGENT: 14, Urgency.SOON: 42}
DESTINATIONS = ("msk_triage", "msk_triage", "spinal_service", "neurology", "orthopaedics_hip", "vascular")
OLDEST_OPEN_DAYS = 120
URGENCIES = {
    Urgency.EMERGENCY: 1,
    Urgency.WITHIN_1_WORKING_DAY: 2,
    Urgency.URGENT: 15,
    Urgency.SOON: 50,
    Urgency.ROUTINE: 33,
}
SPECIALISTS = 60
SITES = ("St James", "Seacroft", "Chapel Allerton", "Wharfedale", "Beckett Street", "Quarry House")
TEXTS = (
    *("patient_wishes", "interim_plan", "phoned_to", "phone_advice"),
    *("criteria_met", "appointment_place", "patient_told_how"),
)

Copy = Callable[[str, dict[str, Any], Iterator[tuple[Any, ...]]], None]


def copy_referrals(
    copy: Copy,
    chance: random.Random,
    clinic: Clinic,
    visits: list[tuple[uuid.UUID, uuid.UUID]],
    spread_days: int,
) -> None:
    """Write a directory, a referral for each of these (case, visit), and its steps.

    The visits are spread evenly over so many days, the newest first.
    """
    specialists = {uuid.uuid4(): DESTINATIONS[number % len(DESTINATIONS)] for number in range(SPECIALISTS)}
    _copy_specialists(copy, chance, clinic, specialists)
    people = list(User.objects.filter(memberships__clinic=clinic).order_by("date_joined", "pk"))
    today = datetime.now(tz=UTC).date()
    begun = [today - timedelta(days=number * spread_days // len(visits)) for number in range(len(visits))]
    still = _open_ones(chance, begun)
    rows, steps = [], []
    for number, (case, visit) in enumerate(visits):
        way = _way(chance, begun[number], is_open=number in still)
        row = _row(chance, way, case, visit, specialists, people)
        rows.append(row)
        steps += _steps(row[0], way, people[0])
    names = (
        *("id", "case_id", "visit_id", "specialist_id", "destination", "state", "urgency", "target_on"),
        *("ready_to_sign", "what_next", "appointment_at"),
        *("owner_id", "next_action", "next_action_on", "escalated_at", "end_reason", "created_at"),
        *("signed_at", "signed_by_id", "sent_at", "sent_by_id", "ended_at", "ended_by_id"),
    )
    fixed = {
        "clinic_id": clinic.pk,
        "question": "Is imaging needed?",
        "told_patient": "That a specialist will look at it.",
        "consent_given": True,
        "safety_net_given": True,
        "reason_for_urgency": "Weakness of one root",
        "request_type": "assessment",
        "version": 3,
        "created_by_id": people[0].pk,
    }
    copy("referrals_referral", dict.fromkeys(names, ...) | dict.fromkeys(TEXTS, "") | fixed, iter(rows))
    _copy_steps(copy, clinic, steps)


def write_escalations(cursor: Any) -> None:
    """Say of some that ended when they were escalated: their rows do not tell any more, their history would.

    The passages have to be there.
    """
    cursor.execute(
        """
        UPDATE referrals_passage SET escalated_on = sent_on + 15
        WHERE sent_on + 15 < ended_on AND hashtext(referral_id::text) % 14 = 0
        """
    )


def _open_ones(chance: random.Random, days: list[date]) -> set[int]:
    """Return which of these are still open: one of OPEN_EVERY, all of them of the last days."""
    oldest = datetime.now(tz=UTC).date() - timedelta(days=OLDEST_OPEN_DAYS)
    count = max(1, len(days) // OPEN_EVERY)
    lately = [number for number, day in enumerate(days) if day >= oldest]
    return set(chance.sample(lately or range(len(days)), min(count, len(lately) or len(days))))


def _way(chance: random.Random, day: date, *, is_open: bool) -> list[tuple[str, date]]:
    """Return the states that a referral came to, and when: no later than today."""
    if is_open:
        state = _one_of(chance, OPEN_STATES)
        states = [state.value]
        if state != State.DRAFT:
            sent = [] if state == State.SIGNED else ["signed", *(["sent"] if state != State.SENT else [])]
            states = ["draft", *sent, *BEFORE[state], state.value]
    else:
        states = ["draft", "signed", "sent", *_one_of(chance, ENDED)]
        if states[-1] == "sent":
            states = ["draft", "cancelled"]
    today, way = datetime.now(tz=UTC).date(), []
    for state in states:
        day = min(day + timedelta(days=chance.randint(0, TAKES.get(state, 0))), today)
        way.append((str(state), day))
    return way


def _copy_specialists(
    copy: Copy, chance: random.Random, clinic: Clinic, specialists: dict[uuid.UUID, str]
) -> None:
    blank = dict.fromkeys(["role", "email", "phone", "notes", "portal_url", "criteria"], "")
    fixed = {
        "clinic_id": clinic.pk,
        "organisation": "Leeds MSK Triage",
        "address": "2 Infirmary Road\nLeeds LS2 2BB",
        "urgencies": [],
        "conditions": [],
        "version": 1,
        "created_at": datetime.now(tz=UTC),
    }
    rows = (
        (pk, f"Dr Shah {number:02}", chance.choice(SITES), destination)
        for number, (pk, destination) in enumerate(specialists.items())
    )
    names = ["id", "name", "site", "destination"]
    copy("referrals_specialist", dict.fromkeys(names, ...) | blank | fixed, rows)


def _row(
    chance: random.Random,
    way: list[tuple[str, date]],
    case: uuid.UUID,
    visit: uuid.UUID,
    specialists: dict[uuid.UUID, str],
    people: list[User],
) -> tuple[Any, ...]:
    podiatrist, admin = people[0].pk, people[1].pk
    now = datetime.now(tz=UTC)
    on = {state: _at(day) for state, day in way}
    state = State(way[-1][0])
    is_open, is_draft = state in OPEN_STATES, state == State.DRAFT
    urgency = _one_of(chance, URGENCIES)
    target = way[0][1] + timedelta(days=TARGET_DAYS.get(urgency, 126))
    due = now.date() + timedelta(days=chance.randrange(-10, 40))
    owner = chance.choice((admin, admin, podiatrist, chance.choice(people).pk))
    hands = (owner, str(NEXT_ACTION[state]), due) if is_open else (None, "", None)
    signed = (on["signed"], chance.choice(people[2:] or people).pk) if "signed" in on else (None, None)
    sent = (on["sent"], admin) if "sent" in on else (None, None)
    specialist = chance.choice(list(specialists))
    booked_for = now + timedelta(days=chance.randrange(-5, 30)) if state == State.BOOKED else None
    return (
        *(uuid.uuid4(), case, visit, specialist, specialists[specialist], state.value),
        *(urgency.value, target, is_draft and chance.random() < 0.5),
        *("back_to_gp" if "declined" in on else "", booked_for),
        *(*hands, now if is_open and chance.random() < 0.03 else None, "" if is_open else "Reply read"),
        *(on["draft"], *signed, *sent),
        *((None, None) if is_open else (_at(way[-1][1]), podiatrist)),
    )


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def _one_of(chance: random.Random, weights: dict[Any, int]) -> Any:
    return chance.choices(list(weights), list(weights.values()))[0]


def _steps(referral: uuid.UUID, way: list[tuple[str, date]], by: User) -> list[tuple[Any, ...]]:
    befores = ["", *(state for state, _day in way)]
    return [
        (uuid.uuid4(), referral, number, befores[number - 1], state, day, _at(day), by.pk)
        for number, (state, day) in enumerate(way, start=1)
    ]


def _copy_steps(copy: Copy, clinic: Clinic, rows: list[tuple[Any, ...]]) -> None:
    names = ("id", "referral_id", "number", "from_state", "to_state", "happened_on", "recorded_at")
    fixed = {"clinic_id": clinic.pk, "is_backdated": False, "reason": "", "note": "", "before": "{}"}
    copy("referrals_step", dict.fromkeys([*names, "recorded_by_id"], ...) | fixed, iter(rows))
