"""The query of the worklist: its open referrals, their queues counted, and a page of them.

One statement, planned once for each connection and kind of list: through the ORM it took as long to
write as to answer. Every open referral gets its one queue here, and is counted and found by it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from cases.choices import Urgency
from cases.models import Patient
from clinic.models import Clinic, User
from clinic.planned import planned_once
from referrals.models import Referral
from referrals.models.referral import Counts
from referrals.workflow import OPEN_STATES, TILE_OF_STATE, State, Tile
from referrals.worklist.choices import Choices
from referrals.worklist.filters import Filters


@dataclass(slots=True)
class Row:
    """One row of the list. Of the referral and the patient only what the list shows has been read."""

    referral: Referral
    patient: Patient
    specialist: str
    owner: str


class Found(NamedTuple):
    """What a list holds: how many in each queue, and the rows of a page."""

    counts: Counts
    rows: list[Row]


def _quoted(values: Any) -> str:
    """Return names of ours as SQL literals; nothing that anybody typed comes here."""
    return ", ".join(f"'{value}'" for value in values)


def _cases(values: Mapping[str, Any]) -> str:
    return " ".join(f"WHEN '{value}' THEN {then}" for value, then in values.items())


def _columns(model: type[Model], *names: str) -> list[str]:
    """Return columns in the order of the model, as `from_db` takes them."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in names]


_TILE = f"""CASE WHEN r.next_action_on < %(today)s::date THEN '{Tile.OVERDUE}'
    WHEN r.state = '{State.DRAFT}' AND r.ready_to_sign THEN '{Tile.TO_SIGN}'
    ELSE CASE r.state {_cases({state: f"'{tile}'" for state, tile in TILE_OF_STATE.items()})} END END"""
_PRESSING = _quoted([Urgency.EMERGENCY, Urgency.WITHIN_1_WORKING_DAY])
_URGENCY = f"CASE urgency {_cases({value: rank for rank, value in enumerate(Urgency.values)})} END"
_CONDITIONS = {
    "whose": "r.owner_id = %(user)s::uuid",
    "urgency": "r.urgency = %(urgency)s::text",
    "specialist": "r.specialist_id = %(specialist)s::uuid",
    "site": "r.specialist_id = ANY (%(site)s::uuid[])",
    # Who leads the case, or signed the letter.
    "podiatrist": "%(podiatrist)s::uuid IN (c.lead_id, r.signed_by_id)",
}
_BEGUN_BEFORE = "r.created_at < %(begun_before)s::timestamptz"
# No step that stands is as young as that.
_UNMOVED_SINCE = """NOT EXISTS (SELECT FROM referrals_step s WHERE s.clinic_id = %(clinic)s::uuid
    AND s.referral_id = r.id AND s.undone_at IS NULL AND s.happened_on >= %(unmoved_since)s::date)"""
# The id decides between equals, so that pages never overlap.
_ORDERS = {
    "": f"CASE WHEN urgency IN ({_PRESSING}) THEN 0 ELSE 1 END, next_action_on, asked.id",
    "urgency": f"{_URGENCY}, next_action_on, asked.id",
    "age": "created_at, asked.id",
    "specialist": "s.name NULLS LAST, specialist_id, next_action_on, asked.id",
    "patient": "p.family_key, p.given_key, asked.id",
}
_TO_SORT = {
    "specialist": "LEFT JOIN referrals_specialist s ON s.id = specialist_id",
    "patient": "JOIN cases_case c ON c.id = case_id JOIN cases_patient p ON p.id = c.patient_id",
}
_OPEN = f"""
    SELECT r.id, r.case_id, r.specialist_id, r.urgency, r.next_action_on, r.created_at,
        r.escalated_at IS NOT NULL AS is_escalated, {_TILE} AS tile
    FROM referrals_referral r
    {{joined}} WHERE r.clinic_id = %(clinic)s::uuid AND r.state IN ({_quoted(sorted(OPEN_STATES))})
"""  # noqa: S608 - of names of ours
_COUNTED = """
    SELECT json_agg(json_build_array(tile, is_escalated, count))
    FROM (SELECT tile, is_escalated, count(*) FROM asked GROUP BY 1, 2) AS counted
"""
_REFERRAL = _columns(
    Referral,
    *("id", "clinic_id", "case_id", "urgency", "destination", "state", "next_action", "next_action_on"),
    *("created_at", "escalated_at", "ready_to_sign", "version"),
)
_PATIENT = _columns(
    Patient, "id", "clinic_id", "family_name", "given_name", "sex", "birth_date", "deceased_on"
)
_SHOWN = f"""
    SELECT json_agg(json_build_array({", ".join(f"r.{name}" for name in _REFERRAL)},
        {", ".join(f"p.{name}" for name in _PATIENT)}, s.name, o.name) ORDER BY place)
    FROM unnest({{page}}) WITH ORDINALITY AS page (id, place)
    JOIN referrals_referral r ON r.id = page.id
    JOIN cases_case c ON c.id = r.case_id JOIN cases_patient p ON p.id = c.patient_id
    LEFT JOIN referrals_specialist s ON s.id = r.specialist_id
    LEFT JOIN clinic_user o ON o.id = r.owner_id
    WHERE r.clinic_id = %(clinic)s::uuid
"""  # noqa: S608 - of names of ours


class Search:
    """The list that somebody's filters ask for in their clinic."""

    def __init__(self, clinic: Clinic, user: User, filters: Filters, choices: Choices) -> None:
        self.filters = filters
        today = timezone.localdate()
        self.values: dict[str, Any] = vars(filters) | {
            "clinic": clinic.pk,
            "user": user.pk,
            "today": today,
            "site": sorted(choices.sites[filters.site][1]) if filters.site else [],
        }
        conditions = [sql for name, sql in _CONDITIONS.items() if getattr(filters, name)]
        if filters.age.startswith("s"):
            self.values["unmoved_since"] = today - timedelta(days=int(filters.age[1:]))
            conditions.append(_UNMOVED_SINCE)
        elif filters.age:
            self.values["begun_before"] = timezone.now() - timedelta(days=int(filters.age))
            conditions.append(_BEGUN_BEFORE)
        joined = "JOIN cases_case c ON c.id = r.case_id" if filters.podiatrist else ""
        self.asked = " AND ".join([_OPEN.format(joined=joined), *conditions])

    def page(self, start: int, size: int) -> Found:
        """Return the counts of the queues, and the rows from one place of the list on. One query."""
        return self._found(f"ARRAY ({self._ids()})", start=start, size=size)

    def with_one(self, pk: UUID) -> Found:
        """Return the counts of the queues, and one referral of the clinic, in the list or not. One query."""
        return self._found("ARRAY [%(one)s::uuid]", one=pk)

    def ids(self, start: int, end: int) -> list[UUID]:
        """Return the ids from one place of the list to another. One query."""
        with planned_once() as cursor:
            sql = self._sql(f"SELECT ARRAY ({self._ids()}) AS ids", "unnest(ids)")
            cursor.execute(sql, self.values | {"start": start, "size": end - start})
            return [pk for (pk,) in cursor]

    def _ids(self) -> str:
        sort = self.filters.sort
        narrowed = ["tile = %(tile)s::text"] if self.filters.tile else []
        narrowed += ["is_escalated"] if self.filters.escalated else []
        where = f"WHERE {' AND '.join(narrowed)}" if narrowed else ""
        return f"""SELECT asked.id FROM asked {_TO_SORT.get(sort, "")} {where}
            ORDER BY {_ORDERS[sort]} LIMIT %(size)s::int OFFSET %(start)s::int"""  # noqa: S608 - of texts of ours

    def _sql(self, answer: str, column: str) -> str:
        # It begins as a reading, because the audit's context goes with whatever begins otherwise.
        return f"SELECT {column} FROM (WITH asked AS ({self.asked}) {answer}) AS answer"  # noqa: S608 - ours

    def _found(self, page: str, **values: Any) -> Found:
        # One value of JSON: reading rows by column takes longer than finding them.
        shown = _SHOWN.format(page=page)
        sql = self._sql(f"SELECT json_build_array(({_COUNTED}), ({shown})) AS found", "found::text")
        with planned_once() as cursor:
            cursor.execute(sql, self.values | values)
            counted, rows = json.loads(cursor.fetchone()[0])
        return Found(self._counts(counted or []), [_row(row) for row in rows or []])

    def _counts(self, counted: list[tuple[str, bool, int]]) -> Counts:
        tiles, escalated = dict.fromkeys(Tile, 0), 0
        for tile, is_escalated, count in counted:
            escalated += count if is_escalated else 0
            if is_escalated or not self.filters.escalated:
                tiles[Tile(tile)] += count
        return Counts(tiles, escalated)


_TYPES: dict[str, Any] = {
    **dict.fromkeys(("id", "clinic_id", "case_id"), UUID),
    **dict.fromkeys(("next_action_on", "birth_date", "deceased_on"), date.fromisoformat),
    **dict.fromkeys(("created_at", "escalated_at"), datetime.fromisoformat),
}


def _row(values: list[Any]) -> Row:
    *columns, specialist, owner = values
    mine, theirs = columns[: len(_REFERRAL)], columns[len(_REFERRAL) :]
    referral = Referral.from_db("default", _REFERRAL, list(map(_read, _REFERRAL, mine)))
    patient = Patient.from_db("default", _PATIENT, list(map(_read, _PATIENT, theirs)))
    return Row(referral, patient, specialist or "", owner or "")


def _read(name: str, value: Any) -> Any:
    return _TYPES[name](value) if value is not None and name in _TYPES else value
