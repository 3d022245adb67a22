"""How the preview of a merge says what it does."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.forms.merging import MergeForm
from cases.merging import ALERTS, ALLERGIES, Detail, State, doubts
from cases.models import Patient
from clinic.templatetags.footnote import day


@dataclass(frozen=True)
class ShownRow:
    """A detail as the preview shows it: both sides, what becomes of it, and the choice if there is one."""

    key: str
    label: str
    kept: str
    merged: str
    becomes: str
    to_choose: bool = False
    chosen: str = "kept"
    is_doubt: bool = False


def shown_rows(kept: Patient, merged: Patient, form: MergeForm) -> list[ShownRow]:
    """Return every detail that one of them knows, those to be chosen first."""
    against = doubts(kept, merged)
    rows = [
        ShownRow(
            key=row.detail.key,
            label=str(row.detail.label),
            kept=in_words(row.detail, kept),
            merged=in_words(row.detail, merged),
            becomes=_becomes(row.detail, row.state),
            to_choose=row.state == State.CHOOSE,
            chosen=form.chosen(row.detail.key) if row.state == State.CHOOSE else "",
            is_doubt=row.detail.key in against,
        )
        for row in form.rows
    ]
    return sorted(rows, key=lambda row: not row.to_choose)


def what_speaks_against(kept: Patient, merged: Patient) -> list[str]:
    """Return what makes it doubtful that they are one person, in words."""
    words = {
        "birth_date": _("They have different dates of birth."),
        "sex": _("One is recorded as male and the other as female, or otherwise of another sex."),
        "national_id": _("They have different national patient numbers: each person has one of their own."),
    }
    return [words[key] for key in doubts(kept, merged)]


def _becomes(detail: Detail, state: State) -> str:
    if state == State.UNITED and detail in ALERTS:
        return _("a yes counts")
    return {
        State.SAME: _("the same in both"),
        State.KEPT: _("stays"),
        State.FILLED: _("filled in from the other record"),
        State.UNITED: _("both are kept"),
        State.CHOOSE: _("choose one"),
    }[state]


def in_words(detail: Detail, patient: Patient) -> str:
    """Return what a record says of a detail; nothing where it knows nothing."""
    if detail == ALLERGIES:
        return patient.allergies or (_("None known") if patient.no_known_allergies else "")
    if detail.key == "name":
        return patient.full_name
    return "\n".join(filter(None, (_value(patient, name) for name in detail.fields)))


def _value(patient: Patient, name: str) -> str:
    value: Any = getattr(patient, name)
    if name == "sex":
        return patient.get_sex_display()
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return day(value) if isinstance(value, datetime.date) else value or ""
