"""What changed in the record between two looks at a letter. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .titles import TITLES

Lines = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What the record no longer supplies to a section, and what it supplies now."""

    section: str
    title: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def changes(old: Lines, new: Lines) -> tuple[Change, ...]:
    """Return the sections whose supplied lines differ, in the order of the letter.

    Both as `supplied_lines` returns them. Nothing has changed for a writer who has not looked before.
    """
    if not old:
        return ()
    keys = [key for key in TITLES if key in old or key in new]
    found = (
        Change(key, TITLES[key], _beyond(was, now), _beyond(now, was))
        for key in keys
        for was, now in [(old.get(key, ()), new.get(key, ()))]
    )
    return tuple(one for one in found if one.removed or one.added)


def _beyond(lines: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """The lines that are not among the others, in their order; one that stands twice counts twice."""
    left = Counter(others)
    kept = []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            kept.append(line)
    return tuple(kept)
