"""The directory as CSV, in the columns that an import reads."""

from collections.abc import Iterable

from cases.choices import Urgency
from cases.screening import load_catalogue
from clinic.spreadsheets import as_csv
from referrals.directory.columns import HEADERS
from referrals.models import Specialist

_EXAMPLE = {
    "name": "Dr Priya Shah",
    "role": "Consultant spinal surgeon",
    "organisation": "Leeds Spinal Unit",
    "site": "Main building",
    "destination": "Spinal or neurosurgery service",
    "address": "2 Infirmary Road\nLeeds LS2 2BB",
    "email": "spine@hospital.example",
    "phone": "0113 496 0001",
    "portal_url": "https://portal.example/spine",
    "urgencies": "Urgent, within 2 weeks; Soon, about 6 weeks",
    "conditions": "",
    "criteria": "MRI of the last 6 months if there is one",
    "typical_wait_weeks": "6",
    "notes": "Please delete this example before you send the file",
}


def directory_csv(specialists: Iterable[Specialist]) -> bytes:
    """Return the entries as CSV; no cell of it is a formula to a spreadsheet program."""
    return as_csv(_heads(), ([_cell(one, name) for name in HEADERS] for one in specialists))


def template_csv() -> bytes:
    """Return an empty directory with one example entry."""
    return as_csv(_heads(), [[_EXAMPLE[name] for name in HEADERS]])


def _heads() -> list[str]:
    return [headers[0].capitalize() for headers in HEADERS.values()]


def _cell(one: Specialist, name: str) -> str:
    value = getattr(one, name)
    if name == "destination":
        return str(one.get_destination_display())
    if name == "urgencies":
        return "; ".join(str(Urgency(code).label) for code in value)
    if name == "conditions":
        known = load_catalogue().conditions
        return "; ".join(known[code].name.removesuffix(" (suspected)") for code in value if code in known)
    return "" if value is None else str(value)
