"""What is in a version of the catalogue, row by row, and what another version has otherwise. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .catalogue import Catalogue

# Kind of row: its file, its table there, the field that names a row and the one that says what it is.
KINDS = {
    "condition": ("conditions", "code", "name"),
    "rule": ("rules", "id", "say"),
    "sign": ("signs", "code", "label"),
    "check": ("treatments", "id", "reason"),
    "conflict": ("rules", "say", "say"),
    "set": ("rules", "name", "note"),
    "source": ("sources", "key", "title"),
}
# The version of a row says in which catalogue it was last touched, which is no difference itself.
_LEFT_OUT = {"version"}


@dataclass(frozen=True)
class Row:
    """One row: its key, what it says, its other fields in words, and the keys of its sources."""

    key: str
    title: str
    fields: Mapping[str, str]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changed:
    """A row that both versions have: each field that differs, with its words before and now."""

    row: Row
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Differences:
    """What one kind of row has become from one version to another."""

    kind: str
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[Changed, ...]


def rows_of(catalogue: Catalogue, kind: str) -> dict[str, Row]:
    """Return the rows of one kind by their key, in the order of the catalogue."""
    file, key, title = KINDS[kind]
    table: Any = catalogue.raw[file].get(kind, [])
    return {str(raw[key]): _row(raw, key, title) for raw in table}


def _row(raw: Mapping[str, Any], key: str, title: str) -> Row:
    fields = {name: words(value) for name, value in raw.items() if name not in {*_LEFT_OUT, key, title}}
    source = raw.get("source", ())
    return Row(
        str(raw[key]), str(raw.get(title, "")), fields, tuple([source] if isinstance(source, str) else source)
    )


def words(value: Any) -> str:
    """Return a value of the catalogue as one reads it: lists with commas, tables as name and value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{_spaced(name)}: {words(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return (" | " if any(isinstance(one, Mapping) for one in value) else ", ").join(map(words, value))
    return str(value)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def differences(old: Catalogue, new: Catalogue) -> Iterator[Differences]:
    """Yield what was added, removed and changed, kind by kind; kinds in which nothing was are left out."""
    for kind in KINDS:
        before, now = rows_of(old, kind), rows_of(new, kind)
        found = Differences(
            kind,
            tuple(row for key, row in now.items() if key not in before),
            tuple(row for key, row in before.items() if key not in now),
            tuple(_changed(before[key], row) for key, row in now.items() if key in before),
        )
        changed = tuple(one for one in found.changed if one.fields)
        if found.added or found.removed or changed:
            yield Differences(kind, found.added, found.removed, changed)


def _changed(before: Row, now: Row) -> Changed:
    old = {"what it says": before.title, **before.fields}
    new = {"what it says": now.title, **now.fields}
    names = dict.fromkeys([*new, *old])
    fields = ((_spaced(name), old.get(name, ""), new.get(name, "")) for name in names)
    return Changed(now, tuple(one for one in fields if one[1] != one[2]))


def matching(rows: Iterable[Row], text: str) -> list[Row]:
    """Return the rows in which each word of a text occurs somewhere, in whatever case."""
    asked = text.casefold().split()
    return [row for row in rows if all(word in _all_of(row) for word in asked)]


def _all_of(row: Row) -> str:
    return " ".join([row.key, row.title, *row.fields.values(), *row.sources]).casefold()
