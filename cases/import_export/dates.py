"""Dates as people and spreadsheets write them, and which of two orders a column is in."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

EARLIEST = datetime.date(1880, 1, 1)
ORDERS = ("dmy", "mdy", "ymd")
ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TIME = re.compile(r"[T ]\s*\d{1,2}:\d\d(:\d\d(\.\d+)?)?\s*([ap]m)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$", re.I)
_ISO = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([a-z]{3,9})\.?,?[-/. ]+(\d{4}|\d{2})$", re.I)
_NAME_DAY = re.compile(r"([a-z]{3,9})\.?[-/. ]+(\d{1,2})(?:st|nd|rd|th)?,?[-/. ]+(\d{4}|\d{2})$", re.I)


class NotADate(ValueError):
    """The text is no date; the message says what is wrong."""


@dataclass(frozen=True)
class OrderFound:
    """The order a column is read in; `is_certain` is False when nothing in it could tell."""

    order: str
    is_certain: bool


def find_order(texts: Iterable[tuple[int, str]], default: str) -> OrderFound:
    """Return the order that all dates allow: one day after the 12th fixes the whole column.

    `texts` are pairs of line number and text; `default` is used when nothing tells. Raises NotADate
    when the column contradicts itself.
    """
    lines: dict[str, int] = {}
    undecided = False
    for line, text in texts:
        match = _NUMBERS.match(_without_time(text))
        if not match:
            continue
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            lines.setdefault("dmy", line)
        elif second > 12 >= first:
            lines.setdefault("mdy", line)
        undecided |= first <= 12 and second <= 12 and first != second
    if len(lines) == 2:
        raise NotADate(f"line {lines['dmy']} has the day first, line {lines['mdy']} the month first")
    for order in lines:
        return OrderFound(order, True)
    return OrderFound(default, not undecided)


def read_date(text: str, order: str, today: datetime.date) -> datetime.date:
    """Return the date that `text` says, read in `order`; a time after it is ignored.

    Raises NotADate also for dates before 1880 or after `today`.
    """
    bare = _without_time(text)
    try:
        found = datetime.date(*_parts(bare, order, today))
    except (ValueError, OverflowError) as error:
        if isinstance(error, NotADate):
            raise
        raise NotADate("there is no such day in the calendar") from None
    if found > today:
        raise NotADate("is in the future")
    if found < EARLIEST:
        raise NotADate("is before 1880")
    return found


def _without_time(text: str) -> str:
    return _TIME.sub("", text.strip()).strip()


def _parts(bare: str, order: str, today: datetime.date) -> tuple[int, int, int]:
    if match := _ISO.match(bare) or _EIGHT.match(bare):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DAY_NAME.match(bare):
        return _year(match[3], today), _month(match[2]), int(match[1])
    if match := _NAME_DAY.match(bare):
        return _year(match[3], today), _month(match[1]), int(match[2])
    if match := _NUMBERS.match(bare):
        day, month = (match[1], match[2]) if order != "mdy" else (match[2], match[1])
        if order == "ymd":
            raise NotADate("does not have the year first")
        if int(month) > 12:
            raise NotADate(f"has month {month} when read {ORDER_WORDS[order]}")
        return _year(match[3], today), int(month), int(day)
    raise NotADate("is not a date")


def _month(name: str) -> int:
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(name.lower()):
            return number
    raise NotADate("names no month in English")


def _year(text: str, today: datetime.date) -> int:
    """Two digits are taken only when one century alone is plausible for somebody living."""
    if len(text) == 4:
        return int(text)
    this_century = today.year - today.year % 100 + int(text)
    if this_century > today.year:
        return this_century - 100
    if today.year - (this_century - 100) <= 105:
        raise NotADate(f"has a year of two digits that may be {this_century - 100} or {this_century}")
    return this_century
