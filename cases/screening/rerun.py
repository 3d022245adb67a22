"""Runs a kept screening again under its own catalogue version and compares. Pure.

A record kept by older software may lack parts that were added since (an explanation, never a
decision); those are not compared. Everything it does hold must come out the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .answers import Answers, AnswersError
from .assess import assess
from .catalogue import UnknownVersion, load_catalogue

MOST_DIFFERENCES = 20


def differences(version: str, answers: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[str, ...]:
    """What comes out differently, each as a path with both values; () when the result is identical.

    An answer record that cannot be read, or a catalogue that is not kept, is a difference too.
    """
    try:
        again = assess(Answers.from_record(answers), load_catalogue(version)).as_record()
    except (AnswersError, UnknownVersion, KeyError, TypeError) as error:
        return (f"cannot be run again: {error}",)
    found = []
    for difference in _compare(result, again, "result"):
        found.append(difference)
        if len(found) == MOST_DIFFERENCES:
            break
    return tuple(found)


def _compare(kept: Any, again: Any, path: str) -> Iterator[str]:
    if isinstance(kept, Mapping) and isinstance(again, Mapping):
        for key, value in kept.items():
            if key in again:
                yield from _compare(value, again[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} is not there any more"
    elif isinstance(kept, list) and isinstance(again, list):
        if len(kept) != len(again):
            yield f"{path} had {len(kept)} entries, has {len(again)}"
            return
        for place, (one, other) in enumerate(zip(kept, again, strict=True)):
            yield from _compare(one, other, f"{path}[{place}]")
    elif kept != again or type(kept) is not type(again):
        yield f"{path} was {_short(kept)}, is {_short(again)}"


def _short(value: Any) -> str:
    shown = ascii(value)
    return f"{shown[:77]}..." if len(shown) > 80 else shown
