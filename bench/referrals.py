"""The referrals of a busy clinic: few of many are open, in every state, with the steps that led there."""

import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.choices import Urgency
from clinic.models import Clinic, User
from referrals.workflow import NEXT_ACTION, State, path_to

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
URGENCIES = {
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
    cursor: Any,
    chance: random.Random,
    clinic: Clinic,
    visits: list[tuple[uuid.UUID, uuid.UUID]],
    spread_days: int,
) -> None:
    """Write a directory, a referral for each of these (case, visit), and the steps of each.

    The visits are spread evenly over so many days, the newest first.
    """
    specialists = [uuid.uuid4() for _ in range(SPECIALISTS)]
    _copy_specialists(copy, chance, clinic, specialists)
    people = list(User.objects.filter(memberships__clinic=clinic).order_by("date_joined", "pk"))
    rows = (
        _row(
            chance,
            number % OPEN_EVERY == 0,
            number * spread_days // len(visits),
            case,
            visit,
            specialists,
            people,
        )
        for number, (case, visit) in enumerate(visits)
    )
    names = (
        *("id", "case_id", "visit_id", "specialist_id", "state", "urgency", "ready_to_sign", "what_next"),
        *("owner_id", "next_action", "next_action_on", "escalated_at", "end_reason", "created_at"),
        *("signed_at", "signed_by_id", "sent_at", "sent_by_id", "ended_at", "ended_by_id"),
    )
    fixed = {
        "clinic_id": clinic.pk,
        "destination": "msk_triage",
        "question": "Is imaging needed?",
        "told_patient": "That a specialist will look at it.",
        "consent_given": True,
        "safety_net_given": True,
        "reason_for_urgency": "Weakness of one root",
        "request_type": "assessment",
        "version": 3,
        "created_by_id": people[0].pk,
    }
    copy("referrals_referral", dict.fromkeys(names, ...) | dict.fromkeys(TEXTS, "") | fixed, rows)
    _insert_steps(cursor, clinic)


def _copy_specialists(
    copy: Copy, chance: random.Random, clinic: Clinic, specialists: list[uuid.UUID]
) -> None:
    blank = dict.fromkeys(["role", "email", "phone", "notes", "portal_url", "criteria"], "")
    fixed = {
        "clinic_id": clinic.pk,
        "organisation": "Leeds MSK Triage",
        "destination": "msk_triage",
        "address": "2 Infirmary Road\nLeeds LS2 2BB",
        "urgencies": [],
        "conditions": [],
        "version": 1,
        "created_at": datetime.now(tz=UTC),
    }
    rows = ((pk, f"Dr Shah {number:02}", chance.choice(SITES)) for number, pk in enumerate(specialists))
    copy("referrals_specialist", dict.fromkeys(["id", "name", "site"], ...) | blank | fixed, rows)


def _row(
    chance: random.Random,
    is_open: bool,
    days_ago: int,
    case: uuid.UUID,
    visit: uuid.UUID,
    specialists: list[uuid.UUID],
    people: list[User],
) -> tuple[Any, ...]:
    podiatrist, admin = people[0].pk, people[1].pk
    now = datetime.now(tz=UTC)
    state = _one_of(chance, OPEN_STATES) if is_open else State.CLOSED
    begun = now - timedelta(days=chance.randrange(1, 120) if is_open else days_ago)
    due = now.date() + timedelta(days=chance.randrange(-10, 40))
    is_draft = state == State.DRAFT
    owner = chance.choice((admin, admin, podiatrist, chance.choice(people).pk))
    hands = (owner, str(NEXT_ACTION[state]), due) if is_open else (None, "", None)
    signed = (None, None) if is_draft else (begun, chance.choice(people[2:] or people).pk)
    sent = (None, None) if state in (State.DRAFT, State.SIGNED) else (begun, admin)
    return (
        *(uuid.uuid4(), case, visit, chance.choice(specialists), state.value),
        *(_one_of(chance, URGENCIES).value, is_draft and chance.random() < 0.5),
        "back_to_gp" if state == State.DECLINED else "",
        *(*hands, now if is_open and chance.random() < 0.03 else None, "" if is_open else "Reply read"),
        *(begun, *signed, *sent),
        *((None, None) if is_open else (now, podiatrist)),
    )


def _one_of(chance: random.Random, weights: dict[Any, int]) -> Any:
    return chance.choices(list(weights), list(weights.values()))[0]


def _insert_steps(cursor: Any, clinic: Clinic) -> None:
    """Write the shortest way to its state for each referral, a step a day from the day it was begun."""
    paths = []
    for state in (*OPEN_STATES, State.CLOSED):
        before = ""
        for number, after in enumerate(path_to(state), start=1):
            paths.append((state.value, number, before, str(after)))
            before = str(after)
    values = ", ".join(["(%s, %s, %s, %s)"] * len(paths))
    cursor.execute(
        f"""
        INSERT INTO referrals_step (id, clinic_id, referral_id, number, from_state, to_state, happened_on,
            is_backdated, reason, note, before, recorded_at, recorded_by_id)
        SELECT gen_random_uuid(), r.clinic_id, r.id, p.number, p.before, p.after,
            LEAST(r.created_at::date + p.number, CURRENT_DATE), false, '', '', '{{}}',
            LEAST(r.created_at + p.number * interval '1 day', now()), r.created_by_id
        FROM referrals_referral r JOIN (VALUES {values}) p (state, number, before, after)
            ON p.state = r.state
        WHERE r.clinic_id = %s
        """,  # noqa: S608 - literals of ours
        [*(value for row in paths for value in row), clinic.pk],
    )
