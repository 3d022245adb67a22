"""Incoming patients into the record: who is new, who is known already, and writing the new ones."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q

from cases.actions import free_record_numbers
from cases.import_export.incoming import IDENTITY_FIELDS, IncomingPatient
from cases.import_export.matching import Outcome, People, Person, plain
from cases.models import Patient
from cases.models.patient import KEYS
from cases.search import records_they_went_into
from clinic.models import Clinic, User

BATCH = 1000
Progress = Callable[[str, int, int], None]
_Item = TypeVar("_Item")

# Too long or not valid in one of these refuses the row; other values move to the notes instead.
_NEVER_MOVED = IDENTITY_FIELDS | {"notes", "allergies", "medication", "medical_history", "needs"}
_SET_HERE = ("clinic", "created_by", *KEYS)
# Django holds a TextField to its length in forms only.
_TEXT_LIMITS = {
    column.name: column.max_length
    for column in Patient._meta.fields
    if type(column) is models.TextField and column.max_length
}
_CONTACTS = ("phone", "email", "postcode", "national_id")
_KNOWN_FIELDS = (
    "record_number", "family_key", "given_key", "birth_date", "sex", "source_system", "source_id",
    "id", "merged_into_id", *_CONTACTS,
)  # fmt: skip


@dataclass
class Decided:
    """One row, what is done with it, and why."""

    row: IncomingPatient
    outcome: Outcome
    reasons: list[str] = field(default_factory=list)
    patient: Patient | None = None


@dataclass
class Report:
    """What an import does, row by row, and how many patients it wrote."""

    rows: list[Decided]
    written: int = 0

    def count(self, outcome: Outcome) -> int:
        """Return how many rows had this outcome."""
        return Counter(decided.outcome for decided in self.rows)[outcome]


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


@transaction.atomic
def import_patients(
    *,
    clinic: Clinic,
    by: User | None,
    rows: Sequence[IncomingPatient],
    commit: bool,
    skip_refused: bool = False,
    progress: Progress = _silent,
) -> Report:
    """Decide about each row and, with `commit`, write the new patients: all of them or none.

    One refused row keeps everything from being written unless `skip_refused`. Patients who are in
    the record stay as they are. `by` may be None only without `commit`. A second import of the same
    rows writes nothing.
    """
    if commit:
        # Held until the end: two imports, or an import and a registration, take turns. NO KEY: rows
        # that only point to the clinic, the log of reads among them, do not wait meanwhile.
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    report = Report(_decide_all(clinic, by, rows, progress))
    _number(clinic, report)
    is_blocked = report.count(Outcome.REFUSED) > 0 and not skip_refused
    if not commit or is_blocked:
        return report
    if by is None:
        raise ValueError("an import that writes needs `by`")
    with pghistory.context(command="import_patients", user=str(by.pk)):
        _write(report, progress)
    if report.count(Outcome.REFUSED) and not skip_refused:
        transaction.set_rollback(True)
        report.written = 0
    return report


# Deciding


def _decide_all(
    clinic: Clinic, by: User | None, rows: Sequence[IncomingPatient], progress: Progress
) -> list[Decided]:
    people, numbers = People(), set[str]()
    decided: list[Decided] = []
    has_many_files = len({row.file for row in rows}) > 1
    for batch in _batches(rows):
        sound = [row for row in batch if not row.refusals]
        names = _folded_names(sound)
        persons = [_person(row, *name, has_many_files) for row, name in zip(sound, names, strict=True)]
        _load_known(clinic, persons, {family for family, _given in names}, people)
        numbers |= _numbers_in_use(clinic, sound)
        waiting = iter(persons)
        for row in batch:
            if row.refusals:
                reasons = [str(problem) for problem in row.refusals]
                decided.append(Decided(row, Outcome.REFUSED, reasons))
            else:
                decided.append(_decide(row, next(waiting), people, clinic, by, numbers))
        progress("rows compared", len(decided), len(rows))
    return decided


def _batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _decide(
    row: IncomingPatient,
    person: Person,
    people: People,
    clinic: Clinic,
    by: User | None,
    numbers: set[str],
) -> Decided:
    decision = people.decide(person)
    one = Decided(row, decision.outcome, [decision.reason] if decision.reason else [])
    if one.outcome == Outcome.CREATE:
        _build(one, clinic, by, numbers)
    # Asked again: the model may have refused whom nobody in the record stood against.
    if one.outcome == Outcome.CREATE:
        people.add(person)
    return one


def _folded_names(rows: Sequence[IncomingPatient]) -> list[tuple[str, str]]:
    """Return family and given names folded by the database's own rule."""
    names = [[_as_text(row, name) for row in rows] for name in ("family_name", "given_name")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fold(family), fold(given) FROM unnest(%s::text[], %s::text[])"
            " WITH ORDINALITY AS names (family, given, place) ORDER BY place",
            names,
        )
        return list(cursor.fetchall())


def _person(row: IncomingPatient, family: str, given: str, has_many_files: bool) -> Person:
    return Person(
        where=f"{row.file}, {row.place}" if has_many_files else row.place,
        family=plain(family),
        given=plain(given),
        birth_date=row.values.get("birth_date"),
        sex=_as_text(row, "sex"),
        source=(row.source_system, row.source_id),
        **{name: _as_text(row, name) for name in _CONTACTS},
    )


def _as_text(row: IncomingPatient, name: str) -> str:
    return str(row.values.get(name, ""))


def _load_known(clinic: Clinic, persons: list[Person], family_keys: set[str], people: People) -> None:
    """Add everybody in the clinic whom one of `persons` might be: five queries, whatever the batch."""
    births = {person.birth_date for person in persons if person.birth_date}
    births |= {turned for day in births if (turned := _turned(day))}
    has_undated = any(person.birth_date is None for person in persons)
    national = {person.national_id for person in persons if person.national_id}
    sources = {person.source[1] for person in persons if person.source[1]}
    for question in (
        Q(birth_date__in=births),
        Q(birth_date__isnull=True, family_key__in=family_keys),
        Q(family_key__in=family_keys if has_undated else ()),
        Q(national_id__in=national),
        Q(source_id__in=sources),
    ):
        rows = list(clinic.patients.filter(question).order_by().values(*_KNOWN_FIELDS))
        merged = [Patient(pk=row["id"], merged_into_id=row["merged_into_id"]) for row in rows]
        own = records_they_went_into(clinic, merged)
        for known in rows:
            people.add(_known_person(known, own.get(known["id"])))


def _known_person(known: dict[str, Any], own: Patient | None) -> Person:
    """Return somebody in the record; `own` is the record that theirs was merged into."""
    where = f"record {known['record_number']}"
    record = f"record {own.record_number}" if own else ""
    return Person(
        where=f"{record} (before its merge {where})" if record else where,
        record=record,
        family=plain(known["family_key"]),
        given=plain(known["given_key"]),
        birth_date=known["birth_date"],
        sex=known["sex"],
        source=(known["source_system"], known["source_id"]),
        **{name: known[name] for name in _CONTACTS},
    )


def _turned(day: datetime.date) -> datetime.date | None:
    return day.replace(day=day.month, month=day.day) if day.day <= 12 else None


def _numbers_in_use(clinic: Clinic, batch: Sequence[IncomingPatient]) -> set[str]:
    wanted = {row.values["record_number"] for row in batch if row.values.get("record_number")}
    used = clinic.patients.filter(record_number__in=wanted).order_by()
    return set(used.values_list("record_number", flat=True))


# Building and writing


def _build(one: Decided, clinic: Clinic, by: User | None, numbers: set[str]) -> None:
    """Make the patient that a row describes; the row is refused when the model would refuse it."""
    row = one.row
    number = row.values.get("record_number", "")
    if number in numbers:
        row.remark("record number", f"{number} is another patient's: the next free one is given")
        row.note("Record number in the source", number)
        row.values["record_number"] = number = ""
    patient = Patient(
        clinic=clinic,
        created_by=by,
        source_system=row.source_system,
        source_id=row.source_id,
        **row.values,
    )
    problems = _mended(patient, row)
    if problems:
        one.outcome, one.reasons = Outcome.REFUSED, problems
        return
    if number:
        numbers.add(number)
    one.patient = patient


def _mended(patient: Patient, row: IncomingPatient) -> list[str]:
    """Move values that do not fit to the notes; return what is left that the model refuses."""
    for name, message in _errors(patient).items():
        if name not in _NEVER_MOVED | {"record_number"} and getattr(patient, name, None):
            label = _label(name)
            row.note(f"{label.capitalize()} in the source", str(getattr(patient, name)))
            row.remark(label, f"{message} Left out, kept in the notes.")
            setattr(patient, name, "")
    patient.notes = row.values.get("notes", "")
    return [f"{_label(name)}: {message}" for name, message in _errors(patient).items()]


def _errors(patient: Patient) -> dict[str, str]:
    """Return what the model's fields refuse; text fields too are held to their length."""
    exclude = [*_SET_HERE, "" if patient.record_number else "record_number"]
    try:
        patient.clean_fields(exclude=exclude)
    except ValidationError as error:
        found = {name: messages[0] for name, messages in error.message_dict.items()}
    else:
        found = {}
    for name, limit in _TEXT_LIMITS.items():
        length = len(getattr(patient, name))
        if length > limit:
            found[name] = f"has {length} characters, at most {limit} fit."
    return found


def _label(name: str) -> str:
    return str(Patient._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _number(clinic: Clinic, report: Report) -> None:
    """Give the clinic's next record numbers to the new patients who bring none."""
    new = [one.patient for one in report.rows if one.outcome == Outcome.CREATE and one.patient]
    kept = {patient.record_number for patient in new if patient.record_number}
    without = [patient for patient in new if not patient.record_number]
    if not without:
        return
    numbers = (n for n in free_record_numbers(clinic, len(without) + len(kept)) if n not in kept)
    for patient, number in zip(without, numbers, strict=False):
        patient.record_number = number


def _write(report: Report, progress: Progress) -> None:
    new = [one for one in report.rows if one.outcome == Outcome.CREATE]
    for batch in _batches(new):
        try:
            with transaction.atomic():
                Patient.objects.bulk_create([one.patient for one in batch if one.patient])
            report.written += len(batch)
        except IntegrityError:
            _write_one_by_one(batch, report)
        progress("patients written", report.written, len(new))


def _write_one_by_one(batch: Sequence[Decided], report: Report) -> None:
    """Find the row that a constraint of the database refuses, so that the report can name it."""
    for one in batch:
        try:
            with transaction.atomic():
                Patient.objects.bulk_create([one.patient] if one.patient else [])
            report.written += 1
        except IntegrityError as error:
            cause = getattr(error.__cause__, "diag", None)
            name = getattr(cause, "constraint_name", None) or "a rule"
            one.outcome, one.reasons = Outcome.REFUSED, [f"refused by the database ({name})"]
