"""What an import would do: which rows are new, which are known, and which cannot be taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError

from cases.choices import Urgency
from cases.import_export.csv_columns import plain
from cases.screening import load_catalogue
from clinic.forms import refuse_unprintable
from clinic.models import Clinic
from referrals.directory.reading import CellError, Row, Table, key_of, read_directory
from referrals.models import Destination, Specialist

# What a file calls them, beside their own labels.
_URGENCY_WORDS = {"urgent": Urgency.URGENT, "soon": Urgency.SOON, "emergency": Urgency.EMERGENCY}


@dataclass(slots=True)
class Plan:
    """What becomes of the rows of one file. Nothing of it is saved."""

    table: Table
    new: list[Row] = field(default_factory=list)
    known: list[tuple[Row, Specialist]] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)


def plan_import(clinic: Clinic, text: str) -> Plan:
    """Return what an import of this text would do in the clinic's directory. Raises Unreadable."""
    table = read_directory(text, **_codes())
    plan = Plan(table)
    there = {key_of(one.name, one.organisation): one for one in clinic.specialists.order_by("-retired_at")}
    lines: dict[tuple[str, str], int] = {}
    for row in table.rows:
        _check(row, table.columns)
        first = lines.setdefault(row.key, row.line)
        if first != row.line and row.values.get("name"):
            row.errors.append(CellError(table.columns["name"], "twice", str(first)))
        if row.errors:
            plan.refused.append(row)
        elif row.key in there:
            plan.known.append((row, there[row.key]))
        else:
            plan.new.append(row)
    return plan


def _check(row: Row, columns: Mapping[str, str]) -> None:
    """Add what the model's fields refuse to the row's errors."""
    wrong = {error.column for error in row.errors}
    try:
        Specialist(**row.values).clean_fields(exclude=["clinic", "name", "destination"])
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            if columns.get(name) not in wrong:
                row.errors.append(CellError(columns.get(name, name), "refused", " ".join(messages)))
    for name, value in row.values.items():
        if isinstance(value, str):
            _check_text(row, columns[name], name, value)


def _check_text(row: Row, column: str, name: str, value: str) -> None:
    most = getattr(Specialist._meta.get_field(name), "max_length", None)
    if most and len(value) > most and not any(error.column == column for error in row.errors):
        row.errors.append(CellError(column, "too_long", str(most)))
    try:
        refuse_unprintable(value)
    except ValidationError:
        row.errors.append(CellError(column, "unprintable"))


@cache
def _codes() -> dict[str, dict[str, str]]:
    conditions = load_catalogue().conditions
    return {
        "destinations": _by_name({str(code): str(code.label) for code in Destination}),
        "urgencies": _by_name({str(code): str(code.label) for code in Urgency if code != Urgency.NONE})
        | {word: str(code) for word, code in _URGENCY_WORDS.items()},
        "conditions": _by_name(
            {code: one.name.removesuffix(" (suspected)") for code, one in conditions.items()}
        ),
    }


def _by_name(labels: Mapping[str, Any]) -> dict[str, str]:
    return {plain(name): code for code, label in labels.items() for name in (code, label)}
