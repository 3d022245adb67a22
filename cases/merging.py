"""Two records of one person side by side: what is the same, filled in, united, or to be chosen.

Nothing that protects the patient is lost by a merge: allergies and texts of both are kept, a yes
beats a no and a no beats not known, and "no known allergies" never stands beside an allergy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.choices import Sex
from cases.models import Patient


@dataclass(frozen=True)
class Detail:
    """Fields that go together: an address without its postcode, or half a GP, is nobody's."""

    key: str
    label: Any
    fields: tuple[str, ...]


DETAILS = (
    Detail("name", _("Name"), ("title", "given_name", "family_name")),
    Detail("preferred_name", _("Likes to be called"), ("preferred_name",)),
    Detail("birth_date", _("Date of birth"), ("birth_date",)),
    Detail("sex", _("Sex"), ("sex",)),
    Detail("national_id", _("National patient number"), ("national_id",)),
    Detail("phone", _("Telephone"), ("phone",)),
    Detail("email", _("E-mail"), ("email",)),
    Detail("address", _("Address"), ("address", "postcode")),
    Detail("emergency_contact", _("Emergency contact"), ("emergency_contact",)),
    Detail("occupation", _("Occupation"), ("occupation",)),
    Detail("gp", _("General practitioner"), ("gp_name", "gp_practice", "gp_address")),
    Detail("interpreter_language", _("Interpreter needed for"), ("interpreter_language",)),
    Detail("consent", _("Agrees to sharing"), ("consent_to_share", "consent_on")),
    Detail("deceased_on", _("Died on"), ("deceased_on",)),
)
ALLERGIES = Detail("allergies", _("Allergies and reactions"), ("allergies", "no_known_allergies"))
TEXTS = (
    Detail("medication", _("Medication"), ("medication",)),
    Detail("medical_history", _("Medical and surgical history"), ("medical_history",)),
    Detail("needs", _("Other needs"), ("needs",)),
    Detail("notes", _("Notes"), ("notes",)),
)
ALERTS = (
    Detail("on_anticoagulant", _("Takes an anticoagulant"), ("on_anticoagulant",)),
    Detail("has_diabetes", _("Has diabetes"), ("has_diabetes",)),
    Detail("has_implant", _("Has an implant or pacemaker"), ("has_implant",)),
)
# What an undo puts back together or not at all.
ALL_DETAILS = (*DETAILS, ALLERGIES, *TEXTS, *ALERTS)
FIELDS = tuple(name for detail in ALL_DETAILS for name in detail.fields)


class State(StrEnum):
    """What becomes of a detail."""

    SAME = "same"
    KEPT = "kept"
    FILLED = "filled"
    UNITED = "united"
    CHOOSE = "choose"


@dataclass(frozen=True)
class Row:
    """A detail of both records and what becomes of it; `result` holds the fields that change."""

    detail: Detail
    state: State
    result: dict[str, Any]


def compare(kept: Patient, merged: Patient) -> list[Row]:
    """Return every detail that at least one of the records knows, in the order of the page."""
    rows = [_chosen(detail, kept, merged) for detail in DETAILS]
    rows += [_allergies(kept, merged)]
    rows += [_united(detail, kept, merged, _both_texts) for detail in TEXTS]
    rows += [_united(detail, kept, merged, _stronger) for detail in ALERTS]
    return [row for row in rows if _is_known(row.detail, kept) or _is_known(row.detail, merged)]


def outcome(kept: Patient, merged: Patient, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of the kept record that change, with what they become.

    `choices` says "merged" for each differing detail that is to be taken from the other record.
    """
    changes: dict[str, Any] = {}
    for row in compare(kept, merged):
        if row.state == State.CHOOSE and choices.get(row.detail.key) == "merged":
            changes |= {name: getattr(merged, name) for name in row.detail.fields}
        elif row.state != State.CHOOSE:
            changes |= row.result
    return {name: value for name, value in changes.items() if getattr(kept, name) != value}


def doubts(kept: Patient, merged: Patient) -> list[str]:
    """Return the keys of what speaks against the two being one person."""
    found = []
    if kept.birth_date and merged.birth_date and kept.birth_date != merged.birth_date:
        found.append("birth_date")
    if Sex.UNKNOWN not in (kept.sex, merged.sex) and kept.sex != merged.sex:
        found.append("sex")
    if kept.national_key and merged.national_key and kept.national_key != merged.national_key:
        found.append("national_id")
    return found


def _is_blank(value: Any) -> bool:
    return value in (None, "", Sex.UNKNOWN)


def _is_known(detail: Detail, patient: Patient) -> bool:
    return any(not _is_blank(value) and value is not False for value in _values(detail, patient)) or (
        detail in ALERTS and getattr(patient, detail.key) is False
    )


def _values(detail: Detail, patient: Patient) -> list[Any]:
    return [getattr(patient, name) for name in detail.fields]


def _chosen(detail: Detail, kept: Patient, merged: Patient) -> Row:
    """Fill what one does not know; where both know something else, somebody has to choose."""
    pairs = [(name, getattr(kept, name), getattr(merged, name)) for name in detail.fields]
    if all(ours == theirs for _name, ours, theirs in pairs):
        return Row(detail, State.SAME, {})
    both = [(ours, theirs) for _name, ours, theirs in pairs if not _is_blank(ours) and not _is_blank(theirs)]
    # Two halves without anything in common are of two: a GP here, another's practice there.
    are_halves = not both and _is_known(detail, kept) and _is_known(detail, merged)
    if are_halves or any(ours != theirs for ours, theirs in both):
        return Row(detail, State.CHOOSE, {})
    filled = {name: theirs for name, ours, theirs in pairs if _is_blank(ours) and not _is_blank(theirs)}
    return Row(detail, State.FILLED if filled else State.KEPT, filled)


def _allergies(kept: Patient, merged: Patient) -> Row:
    text = _both_texts(kept.allergies, merged.allergies)
    none_known = not text and (kept.no_known_allergies or merged.no_known_allergies)
    result = {"allergies": text, "no_known_allergies": none_known}
    return Row(ALLERGIES, _state(ALLERGIES, kept, merged, result), result)


def _united(detail: Detail, kept: Patient, merged: Patient, unite: Any) -> Row:
    name = detail.key
    result = {name: unite(getattr(kept, name), getattr(merged, name))}
    return Row(detail, _state(detail, kept, merged, result), result)


def _state(detail: Detail, kept: Patient, merged: Patient, result: dict[str, Any]) -> State:
    ours, theirs = _values(detail, kept), _values(detail, merged)
    after = [result[name] for name in detail.fields]
    if ours == theirs:
        return State.SAME
    if after == ours:
        return State.KEPT
    return State.UNITED if _is_known(detail, kept) else State.FILLED


def _both_texts(ours: str, theirs: str) -> str:
    """Return the lines of both, each once."""
    known = {line.strip().casefold() for line in ours.splitlines()}
    added = [line for line in theirs.splitlines() if line.strip() and line.strip().casefold() not in known]
    return "\n".join(filter(None, [ours.rstrip(), *added])) if added else ours


def _stronger(ours: bool | None, theirs: bool | None) -> bool | None:
    if ours or theirs:
        return True
    return False if False in (ours, theirs) else None
