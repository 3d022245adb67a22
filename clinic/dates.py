"""Dates as people type them: the day first, months by number or by name."""

import datetime
import re
import unicodedata

from django.utils import timezone

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]

_ISO = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:[t ]\d{2}:.*)?")
_COMPACT_ISO = re.compile(r"((?:18|19|20)\d{2})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/., ]+(\d{1,2})[-/., ]+(\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_WORDS = re.compile(r"(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[- ,.]*([a-z]{3,9})[- ,.]*(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})[- .]*(\d{1,2})(?:st|nd|rd|th)?[- ,.]+(\d{4}|\d{2})")


def parse_date(text: str, *, latest: datetime.date | None = None) -> datetime.date:
    """Return the date that `text` means, the day before the month: 1/2/26 is 1 February 2026.

    A year of two digits is the last such year not after `latest`; without `latest` it may lie up
    to 20 years ahead of today. Raises ValueError for anything that is not one real date.
    """
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    year, month, day = _parts(words)
    if len(year) == 2:
        return _of_short_year(int(year), month, day, latest)
    return datetime.date(int(year), month, day)


def month_number(text: str) -> int:
    """Return 1 to 12 for "2", "02", "Feb" or "february". Raises ValueError for anything else."""
    word = text.strip().casefold().rstrip(".")
    if word.isdecimal():
        return int(word)
    if word == "sept":
        return 9
    if word in FULL_MONTHS or word in MONTHS:
        return MONTHS.index(word[:3]) + 1
    raise ValueError(f"not a month: {text!r}")


def _parts(words: str) -> tuple[str, int, int]:
    if match := _ISO.fullmatch(words) or _COMPACT_ISO.fullmatch(words):
        return match[1], int(match[2]), int(match[3])
    if match := _DAY_FIRST.fullmatch(words) or _COMPACT.fullmatch(words):
        return match[3], int(match[2]), int(match[1])
    if match := _WORDS.fullmatch(words):
        return match[3], month_number(match[2]), int(match[1])
    if match := _MONTH_FIRST.fullmatch(words):
        return match[3], month_number(match[1]), int(match[2])
    raise ValueError("not a date")


def _of_short_year(year: int, month: int, day: int, latest: datetime.date | None) -> datetime.date:
    if latest is None:
        today = timezone.localdate()
        latest = datetime.date(today.year + 20, 12, 31)
    century = latest.year - latest.year % 100
    for candidate in (century + year, century - 100 + year):
        date = datetime.date(candidate, month, day)
        if date <= latest:
            return date
    raise ValueError("not a date")
