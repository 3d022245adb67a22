"""What changed between two texts, word by word. Pure."""

import difflib
import re
from typing import Literal, NamedTuple

Sort = Literal["same", "added", "removed"]


class Change(NamedTuple):
    """A run of text that stayed, came or went."""

    sort: Sort
    text: str


def differences(before: str, after: str) -> list[Change]:
    """Return the runs of both texts in their order: those that stayed or came make `after`."""
    old, new = _words(before), _words(after)
    changes: list[Change] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            changes.append(Change("same", "".join(new[k:m])))
            continue
        if i < j:
            changes.append(Change("removed", "".join(old[i:j])))
        if k < m:
            changes.append(Change("added", "".join(new[k:m])))
    return changes


def _words(text: str) -> list[str]:
    """A merge field or a condition is one word; so that the marks are not torn apart."""
    return re.findall(r"\{\{.*?\}\}|\{%.*?%\}|\s+|[\w’'-]+|.", text)
