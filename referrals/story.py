"""What the story of a case is told of its referrals."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.elsewhere import Due, Event, Told, Undecided
from cases.models import Case, Visit
from clinic.models import Clinic, User
from referrals.actions import start_surgery_referrals
from referrals.models import Destination, Referral
from referrals.undecided import ASKS, NEWEST_FIRST, UNANSWERED, undecided_of
from referrals.workflow import OPEN_STATES, State

SENT = frozenset(State.values) - {State.DRAFT, State.SIGNED, State.CANCELLED}
ANSWERED = frozenset({State.REPLIED, State.CLOSED})
# Writing and signing are work of the desk; the story begins when the letter leaves.
UNTOLD = frozenset({State.DRAFT, State.SIGNED})

# Each referral with the steps that it took and nobody undid; beside the first, or alone, what was
# decided without one and what nobody has decided.
_OF_CASE = f"""
    SELECT r.*, (
        SELECT jsonb_agg(jsonb_build_array(s.to_state, s.happened_on) ORDER BY s.number)
        FROM referrals_step s WHERE s.referral_id = r.id AND s.undone_at IS NULL)::text AS path, (
        SELECT jsonb_agg(jsonb_build_array(n.visit_id, v.seen_on, n.recorded_at, u.name, n.reason,
            n.withdrawn_at IS NOT NULL) ORDER BY n.recorded_at DESC)
        FROM referrals_notreferring n JOIN cases_visit v ON v.id = n.visit_id AND v.voided_at IS NULL
        JOIN clinic_user u ON u.id = n.recorded_by_id WHERE v.case_id = %(case)s)::text AS decisions, (
        SELECT jsonb_build_array(v.id, v.seen_on)
        FROM cases_visit v JOIN cases_screening s ON s.visit_id = v.id
        WHERE v.case_id = %(case)s AND {ASKS} AND {UNANSWERED} {NEWEST_FIRST} LIMIT 1)::text AS undecided
    FROM (SELECT 1) AS always LEFT JOIN referrals_referral r ON r.case_id = %(case)s
    ORDER BY r.created_at DESC
"""  # noqa: S608
_NEXT = """
    SELECT DISTINCT ON (case_id) id, case_id, next_action_on, next_action
    FROM referrals_referral WHERE case_id = ANY(%s) AND state = ANY(%s)
    ORDER BY case_id, next_action_on, id
"""


@dataclass(frozen=True)
class Decision:
    """The decision at one visit not to refer. `reason` is for those who may read the visit."""

    visit: str
    seen_on: date
    recorded_at: datetime
    by: str
    reason: str
    is_withdrawn: bool

    @classmethod
    def read(
        cls, visit: str, seen_on: str, recorded_at: str, by: str, reason: str, is_withdrawn: bool
    ) -> Self:
        """Return what the database said as JSON."""
        at = datetime.fromisoformat(recorded_at)
        return cls(visit, date.fromisoformat(seen_on), at, by, reason, is_withdrawn)

    @property
    def event(self) -> Event:
        """It in the story, on the day of the decision."""
        words = _("Decided not to refer; referred later") if self.is_withdrawn else _("Decided not to refer")
        return Event(
            timezone.localdate(self.recorded_at), words, reverse("cases:show_visit", args=[self.visit])
        )


class Referrals:
    """Tells of the referrals of cases."""

    def of_case(self, case: Case) -> Told:
        """Return the case's referrals, and their steps since the letter left. One query."""
        found = list(Referral.objects.raw(_OF_CASE, {"case": case.pk}))
        rows = [row for row in found if row.pk]
        states = {row.state for row in rows}
        decisions = [Decision.read(*said) for said in _said(found[0], "decisions")]
        undecided = _said(found[0], "undecided")
        return Told(
            rows=rows,
            decisions=decisions,
            undecided=[Undecided(UUID(undecided[0]), date.fromisoformat(undecided[1]))] if undecided else [],
            events=[event for row in rows for event in _events(row)] + [one.event for one in decisions],
            waiting=[_waiting(row) for row in rows if row.is_open],
            is_asked=any(row.is_open for row in rows) or bool(states & SENT),
            is_sent=bool(states & SENT),
            is_answered=bool(states & ANSWERED),
        )

    def due_of(self, cases: Iterable[UUID]) -> Mapping[UUID, Due]:
        """Return the next action of each case with an open referral. One query."""
        rows = Referral.objects.raw(_NEXT, [list(cases), sorted(OPEN_STATES)])
        return {row.case_id: Due(row.next_action_on, row.next_action) for row in rows if row.next_action_on}

    def undecided_of(self, clinic: Clinic, user: User, most: int) -> list[Visit]:
        """Return the undecided visits of the cases that this user leads. One query."""
        return undecided_of(clinic, user, most)

    def visit_signed(self, visit: Visit, by: User) -> None:
        """Begin the referrals that the visit's treatments ask for."""
        start_surgery_referrals(visit=visit, by=by)


def _said(row: Referral, column: str) -> list[Any]:
    """What the query put beside the referral, as JSON."""
    return list(json.loads(getattr(row, column) or "[]"))


def _events(referral: Referral) -> list[Event]:
    """The last step of each day: a letter is often booked on the day on which it is acknowledged."""
    days: dict[date, str] = {}
    for state, happened_on in json.loads(referral.path or "[]"):  # type: ignore[attr-defined]
        if state not in UNTOLD:
            days[date.fromisoformat(happened_on)] = state
    url = reverse("referrals:show_referral", args=[referral.pk])
    return [Event(day, f"{_to(referral)}: {State(state).label}", url) for day, state in days.items()]


def _to(referral: Referral) -> str:
    return str(Destination(referral.destination).label)


def _waiting(referral: Referral) -> str:
    return _("%(service)s: %(state)s. Next: %(action)s.") % {
        "service": _to(referral),
        "state": State(referral.state).label,
        "action": referral.next_action,
    }
