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
from cases.models import Case, Patient, Visit
from clinic.models import Clinic, User
from clinic.planned import planned_once
from referrals.actions import look_again_at_drafts, start_surgery_referrals
from referrals.models import Destination, FoundOrigin, Referral
from referrals.undecided import undecided_of
from referrals.workflow import OPEN_STATES, State

SENT = frozenset(State.values) - {State.DRAFT, State.SIGNED, State.CANCELLED}
ANSWERED = frozenset({State.REPLIED, State.CLOSED})
# Writing and signing are work of the desk; the story begins when the letter leaves.
UNTOLD = frozenset({State.DRAFT, State.SIGNED})

# Each referral with the steps that it took and nobody undid; beside the first, or alone, what was
# decided without one and what nobody has decided.
_OF_CASE = """
    SELECT r.*, (
        SELECT jsonb_agg(jsonb_build_array(s.to_state, s.happened_on) ORDER BY s.number)
        FROM referrals_step s WHERE s.referral_id = r.id AND s.undone_at IS NULL)::text AS path, (
        SELECT jsonb_agg(jsonb_build_array(y.received_on, y.written_by, y.read_at IS NOT NULL, y.found_origin,
            y.confirmed, left(y.findings, 500), left(y.advice, 500)) ORDER BY y.received_on, y.recorded_at)
        FROM referrals_reply y WHERE y.referral_id = r.id AND y.voided_at IS NULL)::text AS answers, (
        SELECT jsonb_agg(jsonb_build_array(n.visit_id, v.seen_on, n.recorded_at, u.name, n.reason,
            n.withdrawn_at IS NOT NULL) ORDER BY n.recorded_at DESC)
        FROM referrals_notreferring n JOIN cases_visit v ON v.id = n.visit_id AND v.voided_at IS NULL
        JOIN clinic_user u ON u.id = n.recorded_by_id WHERE v.case_id = %(case)s)::text AS decisions, (
        SELECT jsonb_build_array(o.visit_id, o.seen_on)
        FROM referrals_undecided o WHERE o.case_id = %(case)s)::text AS undecided
    FROM (SELECT 1) AS always LEFT JOIN referrals_referral r ON r.case_id = %(case)s
    ORDER BY r.created_at DESC
"""
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


@dataclass(frozen=True)
class Answer:
    """What came back from a specialist. What it says is empty until a podiatrist has read it."""

    on: date
    written_by: str
    is_read: bool
    found_origin: str
    confirmed: bool | None
    findings: str
    advice: str

    @classmethod
    def read(cls, on: str, *said: Any) -> Self:
        """Return what the database said as JSON."""
        return cls(date.fromisoformat(on), *said)

    def event(self, to: str, url: str) -> Event:
        """It in the story, on the day on which it came."""
        words = _("%(service)s: a reply from %(whom)s.") % {"service": to, "whom": self.written_by}
        if not self.is_read:
            return Event(self.on, f"{words} {_('It waits to be read.')}", url)
        advice = _("Advice: %(advice)s") % {"advice": self.advice} if self.advice else ""
        return Event(self.on, words, url, " ".join(filter(None, [self.found, self.findings, advice])))

    @property
    def found(self) -> str:
        """Where the pain was found to come from, and whether that was suspected."""
        where = str(FoundOrigin(self.found_origin).label)
        if self.confirmed is None:
            return f"{where}."
        words = _("%(where)s, as suspected.") if self.confirmed else _("%(where)s, not as suspected.")
        return words % {"where": where}


class Referrals:
    """Tells of the referrals of cases."""

    def of_case(self, case: Case) -> Told:
        """Return the case's referrals, and their steps since the letter left. One query."""
        found = _of_case(case)
        rows = [row for row in found if row.pk]
        states = {row.state for row in rows}
        answers = {row.pk: [Answer.read(*said) for said in _said(row, "answers")] for row in rows}
        read = [one for of_row in answers.values() for one in of_row if one.is_read]
        decisions = [Decision.read(*said) for said in _said(found[0], "decisions")]
        undecided = _said(found[0], "undecided")
        return Told(
            rows=rows,
            decisions=decisions,
            undecided=[Undecided(UUID(undecided[0]), date.fromisoformat(undecided[1]))] if undecided else [],
            events=[event for row in rows for event in _events(row, answers[row.pk])]
            + [one.event for one in decisions],
            waiting=[_waiting(row) for row in rows if row.is_open],
            found=max(read, key=lambda one: one.on).found if read else "",
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

    def patient_changed(self, patient: Patient) -> None:
        """Look again whether the letters that are being written lack anything."""
        look_again_at_drafts(patient=patient)


def _of_case(case: Case) -> list[Referral]:
    """Return the referrals of a case, with what the query puts beside them as attributes."""
    with planned_once() as cursor:
        cursor.execute(_OF_CASE, {"case": case.pk})
        names = [column.name for column in cursor.description]
        return [_made(dict(zip(names, values, strict=True))) for values in cursor]


def _made(values: dict[str, Any]) -> Referral:
    columns = Referral._meta.concrete_fields
    names = [column.attname for column in columns]
    row = Referral.from_db("default", names, [values.pop(str(column.column)) for column in columns])
    vars(row).update(values)
    return row


def _said(row: Referral, column: str) -> list[Any]:
    """What the query put beside the referral, as JSON."""
    return list(json.loads(getattr(row, column) or "[]"))


def _events(referral: Referral, answers: Iterable[Answer]) -> list[Event]:
    """The last step of each day, as a letter is often booked on the day on which it is acknowledged, and
    what came back, in the place of the step that it was.
    """
    url = reverse("referrals:show_referral", args=[referral.pk])
    told = [answer.event(_to(referral), url) for answer in answers]
    days: dict[date, str] = {}
    for state, happened_on in json.loads(referral.path or "[]"):  # type: ignore[attr-defined]
        if state not in UNTOLD and not (told and state == State.REPLIED):
            days[date.fromisoformat(happened_on)] = state
    return told + [Event(day, f"{_to(referral)}: {State(state).label}", url) for day, state in days.items()]


def _to(referral: Referral) -> str:
    return str(Destination(referral.destination).label)


def _waiting(referral: Referral) -> str:
    return _("%(service)s: %(state)s. Next: %(action)s.") % {
        "service": _to(referral),
        "state": State(referral.state).label,
        "action": referral.next_action,
    }
