"""Making one record of two, and two of one again."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cases.actions.errors import (
    ChangedMeanwhile,
    DoubtsNotChecked,
    IsMerged,
    MergedFurther,
    MergeIsUndone,
    ReasonNeeded,
)
from cases.merging import ALL_DETAILS, FIELDS, Detail, doubts, outcome
from cases.models import Attachment, Case, Patient, PatientMerge
from clinic.marks import mark
from clinic.models import User


@dataclass(frozen=True)
class Undone:
    """What an undone merge could not put back: details changed since, and files filed elsewhere."""

    merge: PatientMerge
    details_left: list[Detail] = field(default_factory=list)
    files_left: int = 0


def mark_of_both(kept: Patient, merged: Patient) -> str:
    """Return a mark that changes when a detail, a case or a file of either record does."""
    parts = [str(getattr(patient, name)) for patient in (kept, merged) for name in FIELDS]
    parts += [kept.record_number, merged.record_number, f"{kept.merged_into_id} {merged.merged_into_id}"]
    for patient in (kept, merged):
        parts += [f"case {pk}" for pk in _ids(patient.cases)]
        parts += [f"file {pk}" for pk in _ids(patient.attachments)]
    return mark(parts)


@transaction.atomic
def merge_patients(
    *,
    kept: Patient,
    merged: Patient,
    by: User,
    reason: str,
    seen: str,
    choices: Mapping[str, str] | None = None,
    checked: bool = False,
) -> PatientMerge:
    """Take one record up in another: its cases and files move, its details fill the blanks.

    `seen` is the mark of the preview that was agreed to, `choices` what to take from the other record
    where they differ, `checked` that somebody looked at what speaks against it. Raises IsMerged when
    one of the two is merged already, ChangedMeanwhile when one changed since the preview,
    ReasonNeeded, DoubtsNotChecked, and ValidationError when the details do not go together.
    """
    kept, merged = _locked(kept.pk, merged.pk)
    for patient in (kept, merged):
        if patient.merged_into_id:
            raise IsMerged(patient)
    if not reason.strip():
        raise ReasonNeeded
    if mark_of_both(kept, merged) != seen:
        raise ChangedMeanwhile(kept)
    if doubts(kept, merged) and not checked:
        raise DoubtsNotChecked(doubts(kept, merged))
    moved = {"cases": _ids(merged.cases), "attachments": _ids(merged.attachments)}
    _hand_over(moved, giver=merged, taker=kept)
    Patient.objects.filter(pk=merged.pk).update(merged_into=kept)
    filled = _fill(kept, outcome(kept, merged, choices or {}))
    merge = PatientMerge(
        clinic=kept.clinic,
        kept=kept,
        merged=merged,
        reason=reason.strip(),
        moved=moved,
        filled=filled,
        merged_by=by,
    )
    merge.full_clean()
    merge.save()
    return merge


@transaction.atomic
def undo_merge(*, merge: PatientMerge, by: User) -> Undone:
    """Give back exactly what moved, and the details that nobody changed since.

    What is new since the merge stays with the kept record, apart from files of a case that goes
    back. Raises MergeIsUndone, and MergedFurther while the kept record is itself merged.
    """
    kept, merged = _locked(merge.kept_id, merge.merged_id)
    # The patients first, as everybody else: two people who undo at once take turns here.
    merge = PatientMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if merge.undone_at:
        raise MergeIsUndone(merge)
    if kept.merged_into_id:
        raise MergedFurther(kept)
    Patient.objects.filter(pk=merged.pk).update(merged_into=None)
    files_left = _give_back(merge, kept, merged)
    left = _restore(kept, merge.filled)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    return Undone(merge, left, files_left)


def _locked(*keys: UUID) -> list[Patient]:
    """Return the patients in the order asked for, locked in the order of their ids, after their cases."""
    # A visit that is begun now holds its case, and then waits for the patient: see cases.models.counted.
    list(Case.objects.select_for_update(no_key=True).filter(patient__in=keys).order_by("pk").values("pk"))
    # NO KEY: rows that only point to a patient do not wait; the triggers of cases and files do.
    locked = Patient.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    rows = {patient.pk: patient for patient in locked.filter(pk__in=keys)}
    return [rows[key] for key in keys]


def _ids(rows: Any) -> list[str]:
    return [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]


def _hand_over(moved: dict[str, list[str]], *, giver: Patient, taker: Patient) -> None:
    """Cases first: a file of a case has to belong to the patient of that case."""
    Case.objects.filter(patient=giver, pk__in=moved["cases"]).update(patient=taker)
    Attachment.objects.filter(patient=giver, pk__in=moved["attachments"]).update(patient=taker)


def _give_back(merge: PatientMerge, kept: Patient, merged: Patient) -> int:
    """Move rows back; return how many files stay because they were filed under another case since."""
    cases = Case.objects.filter(patient=kept, pk__in=merge.moved["cases"])
    cases.update(patient=merged)
    files = Attachment.objects.filter(patient=kept)
    files.filter(case__patient=merged).update(patient=merged)
    files.filter(pk__in=merge.moved["attachments"], case__isnull=True).update(patient=merged)
    return files.filter(pk__in=merge.moved["attachments"]).count()


def _fill(kept: Patient, changes: dict[str, Any]) -> dict[str, Any]:
    """Change the kept record; return what each changed detail was and became, as JSON knows it."""
    changed = [detail for detail in ALL_DETAILS if any(name in changes for name in detail.fields)]
    names = [name for detail in changed for name in detail.fields]
    before = {name: _as_json(kept, name) for name in names}
    for name, value in changes.items():
        setattr(kept, name, value)
    if changes:
        kept.full_clean()
        kept.save(update_fields=list(changes))
    return {name: {"was": before[name], "became": _as_json(kept, name)} for name in names}


def _restore(kept: Patient, filled: dict[str, Any]) -> list[Detail]:
    """Put back the details that are still as the merge left them; return the others."""
    left: list[Detail] = []
    names: list[str] = []
    for detail in ALL_DETAILS:
        if detail.fields[0] not in filled:
            continue
        # Fields that go together go back together: half an address is worse than the newer one.
        is_untouched = all(_as_json(kept, name) == filled[name]["became"] for name in detail.fields)
        if is_untouched and _put_back(kept, detail, filled):
            names += detail.fields
        else:
            left.append(detail)
    if names:
        kept.save(update_fields=names)
    return left


def _put_back(kept: Patient, detail: Detail, filled: dict[str, Any]) -> bool:
    """Set the fields to what they were, unless that no longer goes with the rest of the record."""
    after = {name: getattr(kept, name) for name in detail.fields}
    for name in detail.fields:
        setattr(kept, name, Patient._meta.get_field(name).to_python(filled[name]["was"]))  # type: ignore[union-attr]
    try:
        kept.validate_constraints()
    except ValidationError:
        for name, value in after.items():
            setattr(kept, name, value)
        return False
    return True


def _as_json(patient: Patient, name: str) -> Any:
    value = getattr(patient, name)
    return value.isoformat() if isinstance(value, datetime.date) else value
