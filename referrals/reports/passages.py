"""What the reports on referrals have in common: the columns of their lists, and the words for codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.choices import Urgency
from clinic.reports import Cell, Listed
from referrals.models import Destination
from referrals.workflow import State

STATES: Mapping[str, Any] = dict(State.choices)
URGENCIES: Mapping[str, Any] = dict(Urgency.choices)
DESTINATIONS: Mapping[str, Any] = dict(Destination.choices)

SOURCE = """referrals_passage f JOIN cases_patient p ON p.id = f.patient_id
    JOIN clinic_user u ON u.id = f.podiatrist_id"""
WHOSE = (
    Listed(gettext_lazy("Record"), "p.record_number"),
    Listed(gettext_lazy("Suspected on"), "f.suspected_on"),
    Listed(gettext_lazy("Urgency"), "f.urgency", URGENCIES),
    Listed(gettext_lazy("Kind of service"), "f.destination", DESTINATIONS),
    Listed(gettext_lazy("Podiatrist"), "u.name"),
    Listed(gettext_lazy("State"), "f.state", STATES),
)
TO_BE_SEEN_BY = Listed(gettext_lazy("To be seen by"), "f.target_on")
REFERRAL = Listed(gettext_lazy("Referral"), "f.referral_id", link="referrals:show_referral")


def days(value: float | None) -> Cell:
    """Return days as a cell of a table whose head says that they are days, to a tenth."""
    return Cell(tenths(value))


def tenths(value: float | None) -> float | None:
    """Return a number to one decimal; None of nothing."""
    return None if value is None else round(value, 1)


def shaded(number: int, most: int) -> int:
    """Return how dark a number is drawn in a table whose greatest is `most`: 0 for none, else 1 to 4."""
    return -(-4 * number // most) if most else 0


def state_in_words(code: str) -> str:
    """Return the words for a state; an address may hold anything."""
    return str(STATES.get(code, ""))


def urgency_in_words(code: str) -> str:
    """Return the words for an urgency; an address may hold anything."""
    return str(URGENCIES.get(code, ""))


def destination_in_words(code: str) -> str:
    """Return the words for a kind of service; an address may hold anything."""
    return str(DESTINATIONS.get(code, ""))


def bands(edges: Sequence[int], days_sql: str, first: int = 0) -> str:
    """Return the SQL of the band that a number of days is in: "0-7", "8-14", …, "57-".

    `edges` are the last days of the bands but the open one at the end; `first` is where the first begins.
    """
    *names, longest = names_of_bands(edges, first)
    cases = " ".join(
        f"WHEN {days_sql} <= {last} THEN '{name}'" for last, name in zip(edges, names, strict=True)
    )
    return f"CASE {cases} ELSE '{longest}' END"


def names_of_bands(edges: Sequence[int], first: int = 0) -> list[str]:
    """Return the codes of the bands of `edges`, the shortest time first."""
    starts = [first, *(edge + 1 for edge in edges)]
    return [f"{start}-{last}" for start, last in zip(starts, [*edges, ""], strict=True)]


def band_in_words(code: str) -> str:
    """Return "8 to 14 days" or "57 days or more"; an address may hold anything."""
    start, _dash, last = code.partition("-")
    if not start.isdecimal() or (last and not last.isdecimal()):
        return ""
    if not last:
        return _("%(start)s days or more") % {"start": start}
    return _("%(start)s to %(last)s days") % {"start": start, "last": last}
