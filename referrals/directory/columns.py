"""What the columns of a directory are called, and how their values are read. Pure.

Headers are compared without case, blanks, underscores and marks, as those of patient lists are.
"""

import re
from collections.abc import Mapping

from cases.import_export.csv_columns import plain

# Field -> header of ours, then others that are understood.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "specialist", "service", "consultant", "contact name"),
    "role": ("role", "job title", "title", "position", "speciality", "specialty"),
    "organisation": ("organisation", "organization", "hospital", "company", "practice", "trust", "employer"),
    "site": ("site", "location", "clinic", "department"),
    "destination": ("kind of service", "service type", "type", "kind", "destination", "category"),
    "address": ("address", "postal address", "full address"),
    "email": ("e-mail", "email", "email address", "e-mail address", "mail"),
    "phone": ("telephone", "phone", "phone number", "tel", "telephone number"),
    "portal_url": ("referral portal", "portal", "website", "url", "web"),
    "urgencies": ("urgencies accepted", "urgencies", "accepts urgencies", "urgency"),
    "conditions": ("conditions accepted", "conditions", "accepts conditions"),
    "criteria": ("what they ask for", "criteria", "referral criteria"),
    "typical_wait_weeks": ("typical wait weeks", "typical wait", "wait weeks", "wait", "waiting time"),
    "notes": ("notes", "note", "comments", "remarks"),
}
# Fields that keep their lines, and those that hold several values.
LONG = frozenset({"address", "criteria", "notes"})
LISTS = frozenset({"urgencies", "conditions"})

_FIELDS = {plain(header): name for name, headers in HEADERS.items() for header in headers}
_SEPARATORS = re.compile(r"[;|\n]")
_WEEKS = re.compile(r"(\d{1,3})\s*(?:w|wk|wks|weeks?)?\.?$", re.IGNORECASE)


def fields_of_headers(headers: list[str]) -> list[str]:
    """Return the field of each header, empty for one that is not known."""
    return [_FIELDS.get(plain(header), "") for header in headers]


def one_of(text: str, known: Mapping[str, str]) -> str:
    """Return the code that a text means among `known` (plain label or code to code), or nothing."""
    return known.get(plain(text), "")


def several(text: str) -> list[str]:
    """Return the values of a cell that lists them, parted by semicolons, bars or line breaks."""
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def weeks(text: str) -> int | None:
    """Return a number of weeks from "6", "6 weeks" or "6wk", or None for anything else."""
    found = _WEEKS.fullmatch(text.strip()) if text.isascii() else None
    return int(found[1]) if found else None
