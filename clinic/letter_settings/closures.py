"""Days on which a clinic is closed, as somebody pastes them: one on each line. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from clinic.dates import parse_date

MOST_LINES = 200
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
MOST_CHARACTERS = 80
# "Friday 25 December 2026" is four words; no date has more than five.
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """One day and why, empty if nothing was said."""

    on: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no day: its `code` is no_date, out_of_reach or long_name."""

    number: int
    text: str
    code: str


def read_closures(text: str) -> tuple[list[ClosedDay], list[BadLine]]:
    """Return the days of a pasted text in order, each once, and the lines that are none."""
    days: dict[date, ClosedDay] = {}
    bad: list[BadLine] = []
    for number, line in _lines(text):
        found = _day_of(line)
        if isinstance(found, str):
            bad.append(BadLine(number, line[:60], found))
        else:
            days[found.on] = found
    return sorted(days.values(), key=lambda one: one.on), bad


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, " ".join(line.replace("\t", " ").replace(";", " ").split())


def _day_of(line: str) -> ClosedDay | str:
    """Take the longest beginning that is a date; the rest of the line says why."""
    words = line.split(" ")
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        try:
            on = parse_date(" ".join(words[:count]).strip(",:"))
        except (ValueError, OverflowError):
            continue
        if not EARLIEST <= on <= LATEST:
            return "out_of_reach"
        name = " ".join(words[count:]).strip(" ,:–-")
        return "long_name" if len(name) > MOST_CHARACTERS else ClosedDay(on, name)
    return "no_date"
