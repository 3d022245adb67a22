"""The query string of the worklist: which referrals, in which order. Codes and ids, never a name."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from referrals.workflow import Tile
from referrals.worklist.choices import AGES, SORTS, URGENCIES, Choices

# What an address need not say, because it goes without saying.
USUAL = {"whose": "clinic", "sort": "due"}


@dataclass(frozen=True)
class Filters:
    """What is asked for; an empty text asks for nothing. Every value is a code known to the clinic."""

    whose: str = ""
    tile: str = ""
    urgency: str = ""
    specialist: str = ""
    podiatrist: str = ""
    site: str = ""
    age: str = ""
    escalated: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any], choices: Choices) -> "Filters":
        """Return the filters that this clinic knows; all else is left out, as if it had not been asked."""
        known = _known(choices)
        asked = {name: str(query.get(name) or "") for name in known}
        asked = {name: "" if value == USUAL.get(name) else value for name, value in asked.items()}
        return cls(**{name: value for name, value in asked.items() if value in known[name]})

    @classmethod
    def read_text(cls, text: str, choices: Choices) -> "Filters":
        """Return the filters of a query string."""
        return cls.read(QueryDict(text), choices)

    @property
    def query(self) -> str:
        """The query string that asks for the same, always written the same way."""
        return urlencode({name: value for name, value in vars(self).items() if value})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the queue, the person and the order is asked for."""
        return self != Filters(whose=self.whose, tile=self.tile, sort=self.sort)

    def but(self, **other: str) -> "Filters":
        """Return the same filters but for these."""
        return replace(self, **other)


def _known(choices: Choices) -> dict[str, Any]:
    """Return for each filter the values that it may have."""
    return {
        "whose": ("mine",),
        "tile": Tile.values,
        "urgency": dict(URGENCIES),
        "specialist": choices.specialists,
        "podiatrist": choices.podiatrists,
        "site": choices.sites,
        "age": AGES,
        "escalated": ("1",),
        "sort": SORTS,
    }


def has_unknown(query: QueryDict, filters: Filters) -> bool:
    """Return whether an address asks for something that the worklist did not understand."""
    names = {field.name for field in fields(Filters)}
    return any(
        value and value != USUAL.get(name) and value != getattr(filters, name, None)
        for name, value in query.items()
        if name in names
    )


def in_words(filters: Filters, choices: Choices) -> list[tuple[str, str]]:
    """Return what is asked for as (name of the filter, its words), the queue and the person included."""
    tables: dict[str, Any] = {
        "whose": {"mine": _("Mine")},
        "tile": dict(Tile.choices),
        "urgency": dict(URGENCIES),
        "specialist": choices.specialists,
        "podiatrist": choices.podiatrists,
        "site": {code: name for code, (name, _ids) in choices.sites.items()},
        "age": AGES,
        "escalated": {"1": _("Escalated")},
    }
    return [(name, str(table[value])) for name, table in tables.items() if (value := getattr(filters, name))]
