"""Are these two one person? Pure: names and numbers as the database folds them, in; a reason, out.

It is for a person at a desk to decide, so it rather says too much than too little, and says why; what
an import may decide by itself is stricter, in `cases/import_export/matching.py`.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

Day = datetime.date | None


@dataclass(frozen=True)
class Person:
    """What tells people apart. Names are folded, numbers without blanks and marks."""

    family: str
    given: str = ""
    birth_date: Day = None
    national: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    email: str = ""

    def contact_shared_with(self, other: "Person") -> Any:
        """Return what both can be reached by, in words; nothing when there is nothing."""
        for name, words in _CONTACTS.items():
            mine, theirs = (re.sub(r"\W", "", getattr(one, name)).casefold() for one in (self, other))
            if mine and mine == theirs:
                return words
        return ""


_CONTACTS = {
    "phone": _("the same telephone"),
    "email": _("the same e-mail"),
    "address": _("the same address"),
    "postcode": _("the same postcode"),
}


@dataclass(frozen=True)
class Likeness:
    """How much two are alike, more being more, and why; `twins` says that they may well be two."""

    points: int
    why: tuple[Any, ...]
    twins: bool = False

    def __str__(self) -> str:
        text = ", ".join(str(reason) for reason in self.why)
        return text[:1].upper() + text[1:]


def likeness(one: Person, other: Person) -> Likeness | None:
    """Return why two may be one person, or None when too little speaks for it."""
    if one.national and one.national == other.national:
        return Likeness(100, (_("the same national patient number"),))
    birth, birth_words = _births(one.birth_date, other.birth_date)
    name, name_words = _names(one, other)
    contact = one.contact_shared_with(other)
    if name == "same" and (birth != "other" or contact):
        points = {"same": 90, "near": 70, "unknown": 60, "other": 25}[birth]
        return Likeness(points, _said(name_words, birth_words, contact if birth != "same" else ""))
    if name in ("near", "far") and (birth == "same" or (name == "near" and birth == "near") or contact):
        return _nearly_that_name(name, name_words, birth, birth_words, contact)
    if name == "given" and contact and birth != "other":
        points = 50 if birth == "same" else 35
        return Likeness(
            points, _said(_("the same given name"), birth_words, contact, _("another family name"))
        )
    if name == "family" and contact and birth == "same":
        return Likeness(20, _said(_("the same family name"), birth_words, contact), twins=True)
    return None


def _nearly_that_name(
    name: str, name_words: Any, birth: str, birth_words: Any, contact: Any
) -> Likeness | None:
    if birth == "other":
        return None
    points = {"same": 80, "near": 55, "unknown": 40}[birth] - (15 if name == "far" else 0)
    return Likeness(points, _said(birth_words, name_words, contact if birth != "same" else ""))


def _said(*words: Any) -> tuple[Any, ...]:
    return tuple(word for word in words if word)


# Dates of birth


def _births(one: Day, other: Day) -> tuple[str, Any]:
    """Return how two dates of birth compare (same, near, unknown, other), and how to say it."""
    if one is None or other is None:
        return "unknown", _("a date of birth is not known")
    if one == other:
        return "same", _("the same date of birth")
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "near", _("day and month of birth changed round")
    if edits(f"{one:%d%m%Y}", f"{other:%d%m%Y}") == 1:
        return "near", _("one digit of the date of birth differs")
    return "other", _("another date of birth")


def near_dates(day: datetime.date) -> set[datetime.date]:
    """Return the day and those that a slip would make of it: what `_births` calls same or near."""
    digits = f"{day:%d%m%Y}"
    texts = {digits, digits[2:4] + digits[:2] + digits[4:]}
    for place in range(8):
        texts |= {digits[:place] + digit + digits[place + 1 :] for digit in "0123456789"}
        texts.add(digits[:place] + digits[place : place + 2][::-1] + digits[place + 2 :])
    dates = set()
    for text in texts:
        try:
            dates.add(datetime.date(int(text[4:]), int(text[2:4]), int(text[:2])))
        except ValueError:
            continue
    return dates


# Names


def _names(one: Person, other: Person) -> tuple[str, Any]:
    """Return how two names compare, and how to say it.

    same: in either order; near: one slip, or a part left out; far: two slips; given, family: only
    that one is the same; or nothing.
    """
    mine, theirs = (_plain(one.family), _plain(one.given)), (_plain(other.family), _plain(other.given))
    if mine == theirs:
        return "same", _("the same name")
    if mine == theirs[::-1]:
        return "same", _("family and given name changed round")
    if _is_part(mine[0], theirs[0]) and _is_part(mine[1], theirs[1]):
        return "near", _("a part of the name is missing")
    slips = min(_slips(mine, theirs), _slips(mine, theirs[::-1]))
    if slips == 1:
        return "near", _("the name differs by one letter")
    if slips == 2:
        return "far", _("the name differs by two letters")
    if mine[1] and _is_near(mine[1], theirs[1]):
        return "given", ""
    if _is_near(mine[0], theirs[0]):
        return "family", ""
    return "", ""


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", name.replace("'", "").replace("’", "")).split())


def _is_part(one: str, other: str) -> bool:
    """Return whether the words of one are among the other's; an initial stands for a word."""
    short, long = sorted((one.split(), other.split()), key=len)
    return all(any(word == full or word == full[:1] or full == word[:1] for full in long) for word in short)


def _slips(mine: tuple[str, str], theirs: tuple[str, str]) -> int:
    """Return by how many letters two names differ; many, when it is more than a short word can bear."""
    counts = [edits(a, b) for a, b in zip(mine, theirs, strict=True)]
    fits = all(count <= max(len(a), len(b)) // 3 for count, a, b in zip(counts, mine, theirs, strict=True))
    return sum(counts) if fits else 9


def _is_near(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return _is_part(one, other) or edits(one, other) <= max(len(one), len(other)) // 4


def edits(one: str, other: str) -> int:
    """Return how many slips make one text of another: a letter more, less, another, or two changed round."""
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]
