"""What the story of a case is told of its referrals."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.elsewhere import Due, Event, Told
from cases.models import Case
from referrals.models import Destination, Referral
from referrals.workflow import OPEN_STATES, State

SENT = frozenset(State.values) - {State.DRAFT, State.SIGNED, State.CANCELLED}
ANSWERED = frozenset({State.REPLIED, State.CLOSED})
# Writing and signing are work of the desk; the story begins when the letter leaves.
UNTOLD = frozenset({State.DRAFT, State.SIGNED})

# Each referral with the steps that it took and nobody undid.
_OF_CASE = """
    SELECT r.*, (
        SELECT jsonb_agg(jsonb_build_array(s.to_state, s.happened_on) ORDER BY s.number)
        FROM referrals_step s WHERE s.referral_id = r.id AND s.undone_at IS NULL)::text AS path
    FROM referrals_referral r WHERE r.case_id = %s ORDER BY r.created_at DESC
"""
_NEXT = """
    SELECT DISTINCT ON (case_id) id, case_id, next_action_on, next_action
    FROM referrals_referral WHERE case_id = ANY(%s) AND state = ANY(%s)
    ORDER BY case_id, next_action_on, id
"""


class Referrals:
    """Tells of the referrals of cases."""

    def of_case(self, case: Case) -> Told:
        """Return the case's referrals, and their steps since the letter left. One query."""
        rows = list(Referral.objects.raw(_OF_CASE, [case.pk]))
        states = {row.state for row in rows}
        return Told(
            rows=rows,
            events=[event for row in rows for event in _events(row)],
            waiting=[_waiting(row) for row in rows if row.is_open],
            is_asked=any(row.is_open for row in rows) or bool(states & SENT),
            is_sent=bool(states & SENT),
            is_answered=bool(states & ANSWERED),
        )

    def due_of(self, cases: Iterable[UUID]) -> Mapping[UUID, Due]:
        """Return the next action of each case with an open referral. One query."""
        rows = Referral.objects.raw(_NEXT, [list(cases), sorted(OPEN_STATES)])
        return {row.case_id: Due(row.next_action_on, row.next_action) for row in rows if row.next_action_on}


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
