"""What the floor above knows of a case. It tells, so that nothing here has to know its name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from cases.models import Case, Patient, Visit
from clinic.models import Clinic, User


@dataclass(frozen=True)
class Event:
    """Something that happened on one day, in words, and where to read on.

    `detail` says more to those who may read the visits.
    """

    on: date
    words: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Told:
    """What became of a case elsewhere.

    `rows` and `decisions` are for the panel of the teller's own, `waiting` says in words what is still
    open. `undecided` are the visits whose suspicion nobody has acted upon or decided against. `found` says
    where the pain was found to come from, as against what was suspected, for those who may read the visits.
    """

    rows: Sequence[Any] = ()
    decisions: Sequence[Any] = ()
    undecided: Sequence["Undecided"] = ()
    events: Sequence[Event] = ()
    waiting: Sequence[str] = ()
    found: str = ""
    is_asked: bool = False
    is_sent: bool = False
    is_answered: bool = False


@dataclass(frozen=True)
class Due:
    """The next thing that somebody has to do about a case, and by when."""

    on: date
    words: str


@dataclass(frozen=True)
class Undecided:
    """A signed visit with a suspicion that asks for a referral, and neither that nor a reason against."""

    visit: UUID
    seen_on: date


class Teller(Protocol):
    """Whoever knows more of cases than the cases themselves."""

    def of_case(self, case: Case) -> Told:
        """Return what became of a case, in one query."""

    def due_of(self, cases: Iterable[UUID]) -> Mapping[UUID, Due]:
        """Return what is due next for each of these cases that waits for something, in one query."""

    def undecided_of(self, clinic: Clinic, user: User, most: int) -> Sequence[Visit]:
        """Return the undecided visits of the cases that this user leads, oldest first, in one query."""

    def visit_signed(self, visit: Visit, by: User) -> None:
        """Do what follows from a visit that was just signed, in the transaction that signs it."""

    def patient_changed(self, patient: Patient) -> None:
        """Do what follows from details of a patient that were just changed, in the same transaction."""


class _Nobody:
    def of_case(self, case: Case) -> Told:
        return Told()

    def due_of(self, cases: Iterable[UUID]) -> Mapping[UUID, Due]:
        return {}

    def undecided_of(self, clinic: Clinic, user: User, most: int) -> Sequence[Visit]:
        return ()

    def visit_signed(self, visit: Visit, by: User) -> None:
        return None

    def patient_changed(self, patient: Patient) -> None:
        return None


_teller: Teller = _Nobody()


def let_tell(teller: Teller) -> None:
    """Make `teller` the one who is asked from now on."""
    global _teller
    _teller = teller


def told_of(case: Case) -> Told:
    """Return what became of a case elsewhere."""
    return _teller.of_case(case)


def due_elsewhere(cases: Iterable[UUID]) -> Mapping[UUID, Due]:
    """Return what is due next elsewhere for each of these cases that waits for something."""
    return _teller.due_of(cases)


def undecided_elsewhere(clinic: Clinic, user: User, most: int) -> Sequence[Visit]:
    """Return the visits, at most so many, whose suspicion waits for this user to decide."""
    return _teller.undecided_of(clinic, user, most)


def tell_signed(visit: Visit, by: User) -> None:
    """Let whoever knows more of cases do what follows from a visit that was just signed."""
    _teller.visit_signed(visit, by)


def tell_patient_changed(patient: Patient) -> None:
    """Let whoever knows more of cases do what follows from a patient's details that were just changed."""
    _teller.patient_changed(patient)
