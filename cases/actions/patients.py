"""Registering patients, changing their details, and opening cases for their complaints."""

from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast

from cases.actions.errors import ChangedMeanwhile, IsMerged
from cases.elsewhere import tell_patient_changed
from cases.models import Case, Patient
from clinic.models import Clinic, User


@transaction.atomic
def register_patient(*, clinic: Clinic, by: User, **fields: Any) -> Patient:
    """Register a patient under the clinic's next record number, unless `fields` gives one.

    Raises ValidationError when a field or a constraint refuses the values.
    """
    # NO KEY: rows of others that point to the clinic, the log of reads among them, do not wait.
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    fields["record_number"] = fields.get("record_number") or next_record_number(clinic)
    patient = Patient(clinic=clinic, created_by=by, **fields)
    patient.full_clean()
    patient.save()
    return patient


def next_record_number(clinic: Clinic) -> str:
    """Return the number after the highest whole number of six digits in use, as six digits."""
    return free_record_numbers(clinic, 1)[0]


def free_record_numbers(clinic: Clinic, count: int) -> list[str]:
    """Return `count` record numbers that nobody in the clinic has: the next ones of six digits.

    Once 999999 is in use (an import may bring it), the gaps below are filled.
    """
    used = clinic.patients.filter(record_number__regex=r"^\d{6}$")
    highest = used.aggregate(last=Max(Cast("record_number", IntegerField())))["last"] or 0
    if highest + count <= 999_999:
        return [f"{highest + number:06d}" for number in range(1, count + 1)]
    taken = set(used.values_list("record_number", flat=True))
    free = (f"{number:06d}" for number in range(1, 1_000_000))
    return list(islice((number for number in free if number not in taken), count))


@transaction.atomic
def update_patient(*, patient: Patient, by: User, **fields: Any) -> Patient:
    """Change a patient's details; the database's history keeps the old ones.

    `patient` is the row as the caller read it. Raises ChangedMeanwhile when somebody has changed
    one of these details since, IsMerged when the record was merged into another, ValidationError when
    a field or a constraint refuses the values.
    """
    current = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if current.merged_into_id:
        raise IsMerged(current)
    if any(getattr(current, name) not in (getattr(patient, name), value) for name, value in fields.items()):
        raise ChangedMeanwhile(current)
    for name, value in fields.items():
        setattr(patient, name, value)
    patient.full_clean()
    patient.save(update_fields=list(fields))
    tell_patient_changed(patient)
    return patient


@transaction.atomic
def open_case(*, patient: Patient, by: User, **fields: Any) -> Case:
    """Open a case for one complaint of `patient`, led by `by` unless `lead` says otherwise.

    Raises IsMerged when the record was merged into another meanwhile.
    """
    current = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if current.merged_into_id:
        raise IsMerged(current)
    fields.setdefault("lead", by)
    case = Case(clinic=patient.clinic, patient=patient, opened_by=by, **fields)
    case.full_clean()
    case.save()
    return case
