"""Is this person in the record already? Pure: the same question for the database and for one file.

A match needs the source's own id, or the same name and date of birth with nothing against it.
Whatever is likely but not certain is refused and left for a person: a duplicate is a nuisance, a
wrong merge puts one patient's allergies on another's chart.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SEXES_THAT_DIFFER = {("female", "male"), ("male", "female")}


class Outcome(StrEnum):
    """What an import does with a row."""

    CREATE = "create"
    MATCHED = "matched"
    REFUSED = "refused"


@dataclass(frozen=True)
class Person:
    """What tells people apart. Names are folded; `where` says which record or row this is.

    A record that was merged into another is known too, by what it held; `record` is then the other.
    """

    where: str
    family: str
    given: str
    birth_date: datetime.date | None
    sex: str
    phone: str = ""
    email: str = ""
    postcode: str = ""
    national_id: str = ""
    source: tuple[str, str] = ("", "")
    record: str = ""

    @property
    def name(self) -> tuple[str, str]:
        return self.family, self.given

    def shares_contact(self, other: "Person") -> bool:
        """Return whether both have the same telephone, e-mail or postcode."""
        mine = (digits(self.phone), self.email.casefold(), plain(self.postcode))
        theirs = (digits(other.phone), other.email.casefold(), plain(other.postcode))
        return any(a and a == b for a, b in zip(mine, theirs, strict=True))


@dataclass(frozen=True)
class Decision:
    """The outcome of a row, and why."""

    outcome: Outcome
    reason: str = ""


def plain(folded: str) -> str:
    """Return a folded name without hyphens, apostrophes and doubled blanks."""
    return " ".join(re.sub(r"[\W_]+", " ", folded.casefold()).split()) or folded


def digits(phone: str) -> str:
    """Return the last nine digits, which are the same with and without the country's prefix."""
    found = re.sub(r"\D", "", phone)
    return found[-9:] if len(found) >= 6 else ""


class People:
    """People known so far, found by what a row may share with them."""

    def __init__(self) -> None:
        self._by_source: dict[tuple[str, str], Person] = {}
        self._by_national: dict[str, dict[str, Person]] = defaultdict(dict)
        self._by_birth: dict[datetime.date, dict[str, Person]] = defaultdict(dict)
        self._by_name: dict[tuple[str, str], dict[str, Person]] = defaultdict(dict)

    def add(self, person: Person) -> None:
        """Remember somebody; adding the same record again changes nothing."""
        if person.source[1]:
            self._by_source[person.source] = person
        if person.national_id:
            self._by_national[person.national_id][person.where] = person
        if person.birth_date:
            self._by_birth[person.birth_date][person.where] = person
        self._by_name[person.name][person.where] = person

    def decide(self, row: Person) -> Decision:
        """Return what to do with a row, by the strongest thing it shares with anybody."""
        return (
            self._same_source(row)
            or self._same_national_id(row)
            or self._same_name_and_birth(row)
            or self._alike(row)
            or Decision(Outcome.CREATE)
        )

    def _same_source(self, row: Person) -> Decision | None:
        known = self._by_source.get(row.source) if row.source[1] else None
        if known is None:
            return None
        both_dates = known.birth_date and row.birth_date
        if both_dates and known.birth_date != row.birth_date:
            return _refused(f"{known.where} has the same id in the source and another date of birth")
        if not both_dates and known.name != row.name:
            return _refused(f"{known.where} has the same id in the source and another name")
        if known.name != row.name:
            return Decision(
                Outcome.MATCHED, f"already {known.where}, under another name, which stays as it is"
            )
        return Decision(Outcome.MATCHED, f"already {known.where}")

    def _same_national_id(self, row: Person) -> Decision | None:
        others = _each_once(self._by_national.get(row.national_id, {}).values()) if row.national_id else []
        if not others:
            return None
        known = others[0]
        is_same = known.birth_date == row.birth_date and row.birth_date and known.family == row.family
        if len(others) == 1 and is_same and not _another_in_source(row, known):
            return Decision(Outcome.MATCHED, f"the same person as {known.where}")
        return _refused(f"{known.where} has the same national patient number; somebody has to look at both")

    def _same_name_and_birth(self, row: Person) -> Decision | None:
        if row.birth_date is None:
            return None
        others = _each_once(
            known for known in self._by_birth.get(row.birth_date, {}).values() if known.name == row.name
        )
        if not others:
            return None
        known = others[0]
        if len(others) > 1:
            return _refused(f"{known.where} and {others[1].where} both have this name and date of birth")
        if against := _against(row, known):
            return _refused(
                f"{known.where} has the same name and date of birth, but {against}: "
                "somebody has to look at both"
            )
        return Decision(Outcome.MATCHED, f"the same person as {known.where}")

    def _alike(self, row: Person) -> Decision | None:
        """Look for somebody who may be the same: a short name, a new surname, a date unknown."""
        for known in self._candidates(row):
            if _another_in_source(row, known) and known.name != row.name:
                continue
            why = _likeness(row, known)
            if why and _is_same_undated(row, known):
                return Decision(Outcome.MATCHED, f"the same person as {known.where}")
            if why:
                return _refused(
                    f"possibly the same person as {known.where} ({why}); somebody has to look at both"
                )
        return None

    def _candidates(self, row: Person) -> list[Person]:
        found = list(self._by_name.get(row.name, {}).values())
        if row.birth_date:
            found += self._by_birth.get(row.birth_date, {}).values()
        return found


def _each_once(people: Iterable[Person]) -> list[Person]:
    """Return each record once, by what it holds itself rather than by one that was merged into it."""
    records: dict[str, Person] = {}
    for person in sorted(people, key=lambda person: bool(person.record)):
        records.setdefault(person.record or person.where, person)
    return list(records.values())


def _refused(reason: str) -> Decision:
    return Decision(Outcome.REFUSED, reason)


def _another_in_source(row: Person, known: Person) -> bool:
    """Return whether one and the same source holds these two as two people, by ids of its own."""
    ids = {row.source[1], known.source[1]}
    is_made_here = any(not id_ or id_.startswith("sha256:") for id_ in ids)
    return row.source[0] == known.source[0] and len(ids) == 2 and not is_made_here


def _against(row: Person, known: Person) -> str:
    """Return what speaks against two namesakes being one, or nothing."""
    if (row.sex, known.sex) in SEXES_THAT_DIFFER:
        return "another sex"
    if row.national_id and known.national_id and row.national_id != known.national_id:
        return "another national patient number"
    if _another_in_source(row, known):
        return "another id in the same source"
    return ""


def _likeness(row: Person, known: Person) -> str:
    """Return why two people with one name, or born on one day, may be the same; else nothing."""
    if row.name == known.name:
        if row.birth_date is None or known.birth_date is None:
            return "the same name, a date of birth is not known"
        return "the same name, day and month changed round" if _turned(row, known) else ""
    if row.birth_date != known.birth_date:
        return ""
    if row.name == known.name[::-1]:
        return "names changed round, the same date of birth"
    if row.family == known.family and _one_in_other(row.given, known.given):
        return "the same family name and date of birth, a shorter first name"
    if row.given and row.given == known.given and row.shares_contact(known):
        return "another family name, the same first name, date of birth and contact"
    return ""


def _is_same_undated(row: Person, known: Person) -> bool:
    """Return whether two namesakes without dates of birth share a way to reach them."""
    has_date = row.birth_date or known.birth_date
    return not has_date and row.shares_contact(known) and not _against(row, known)


def _turned(row: Person, known: Person) -> bool:
    if row.birth_date is None or known.birth_date is None:
        return False
    mine, theirs = row.birth_date, known.birth_date
    return (mine.year, mine.month, mine.day) == (theirs.year, theirs.day, theirs.month)


def _one_in_other(one: str, other: str) -> bool:
    """Return whether one is the beginning of the other: nothing, A, or Anna of Anna Maria."""
    short, long = sorted((one.split(), other.split()), key=len)
    if not short or short == long[: len(short)]:
        return True
    short_first, long_first = short[0], long[0]
    return min(len(short_first), len(long_first)) == 1 and short_first[0] == long_first[0]
