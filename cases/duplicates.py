"""Who in the clinic may be this person already."""

import datetime
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Max, Q, Value
from django.db.models.fields import UUIDField
from django.utils.translation import gettext as _

from cases.likeness import Likeness, Person, likeness, near_dates
from cases.merging import Detail, State, compare
from cases.models import Patient
from cases.models.patient import NameVariants
from cases.search import records_they_went_into, within
from clinic.models import Clinic
from clinic.templatetags.footnote import day

MOST = 5
TOLD_APART_BY = (
    "family_name", "given_name", "birth_date", "national_id", "phone", "address", "postcode", "email"
)  # fmt: skip
_ENOUGH_DIGITS = 6
# A surname of thousands is narrowed by what else is asked; this only keeps a freak question small.
_MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class Likely:
    """A patient who may be the same person, and why; found by an old record, that one too."""

    patient: Patient
    likeness: Likeness
    recorded_before: Patient | None = None


def find_duplicates(
    clinic: Clinic,
    *,
    family_name: str,
    given_name: str = "",
    birth_date: datetime.date | None = None,
    national_id: str = "",
    phone: str = "",
    address: str = "",
    postcode: str = "",
    email: str = "",
    besides: Patient | None = None,
) -> list[Likely]:
    """Return the clinic's patients who may be this same person, the likeliest first, at most five.

    `besides` is left out, with all that was merged into it: the patient whom one looks from. Each
    patient carries `last_seen_on`.
    """
    keys = _keys(family_name, given_name, national_id, phone)
    person = Person(*keys[:2], birth_date, *keys[2:], address=address, postcode=postcode, email=email)
    looked_at = _candidates(clinic, person)
    own = records_they_went_into(clinic, looked_at)
    best: dict[Any, Likely] = {}
    for known in looked_at:
        patient = own.get(known.pk, known)
        alike = likeness(person, _person(known))
        if alike is None or (besides and patient.pk == besides.pk):
            continue
        likely = Likely(patient, alike, known if patient is not known else None)
        if patient.pk not in best or best[patient.pk].likeness.points < alike.points:
            best[patient.pk] = likely
    ranked = sorted(best.values(), key=lambda likely: (-likely.likeness.points, likely.patient.record_number))
    return _with_last_visit(ranked[:MOST])


def duplicates_of(patient: Patient) -> list[Likely]:
    """Return other patients of the clinic who may be this same person."""
    details = {name: getattr(patient, name) for name in TOLD_APART_BY}
    return find_duplicates(patient.clinic, besides=patient, **details)


def _keys(family_name: str, given_name: str, national_id: str, phone: str) -> tuple[str, str, str, str]:
    """Return names and numbers as the database itself folds and keys them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fold(%s), fold(%s), national_key(%s), phone_key(%s)",
            [family_name, given_name, national_id, phone],
        )
        row: tuple[str, str, str, str] = cursor.fetchone()
        return row


def _candidates(clinic: Clinic, person: Person) -> list[Patient]:
    """Return everybody who could be alike enough: one question, each part through an index."""
    asked: list[Any] = []
    patients = clinic.patients.order_by()
    if person.national:
        asked.append(patients.filter(national_key=person.national))
    if len(person.phone) >= _ENOUGH_DIGITS:
        asked.append(patients.filter(phone_key=person.phone))
    words = [word for word in (person.family, person.given) if word]
    named = patients.alias(variants=NameVariants("clinic", "name_key"))
    alike = within(clinic, Patient.objects.order_by()).alias(variants=NameVariants("clinic", "name_key"))
    nearly = [Q(variants__overlap=_variants(clinic, word)) for word in words]
    if person.birth_date and nearly:
        asked.append(named.filter(reduce(or_, nearly), birth_date__in=near_dates(person.birth_date)))
        undated = alike.filter(*nearly, birth_date__isnull=True)
    else:
        undated = alike.filter(*nearly) if nearly else named.none()
    asked.append(undated)
    first, *others = (question[:_MOST_LOOKED_AT] for question in asked)
    rows = first.union(*others, all=True) if others else first
    return list({patient.pk: patient for patient in rows}.values())


def _variants(clinic: Clinic, word: str) -> NameVariants:
    return NameVariants(Value(clinic.pk, output_field=UUIDField()), Value(word))


def _person(patient: Patient) -> Person:
    return Person(
        family=patient.family_key,
        given=patient.given_key,
        birth_date=patient.birth_date,
        national=patient.national_key,
        phone=patient.phone_key,
        address=patient.address,
        postcode=patient.postcode,
        email=patient.email,
    )


def _with_last_visit(found: list[Likely]) -> list[Likely]:
    seen = Patient.objects.filter(pk__in=[likely.patient.pk for likely in found])
    seen = seen.order_by().annotate(last=Max("cases__visits__seen_on"))
    last = dict(seen.values_list("pk", "last")) if found else {}
    for likely in found:
        likely.patient.last_seen_on = last[likely.patient.pk]  # type: ignore[attr-defined]
    return found


# Beside what somebody is typing

# The newer of two is likely the one that holds; who somebody is does not change like that.
_NEWER_HOLDS = {"phone", "email", "address", "emergency_contact", "occupation", "gp"}


@dataclass(frozen=True)
class Compared:
    """One detail as it was typed and as the record has it."""

    label: str
    typed: str
    known: str

    @property
    def differs(self) -> bool:
        """Whether both are known and are not the same."""
        return bool(self.typed and self.known and self.typed.casefold() != self.known.casefold())


def side_by_side(likely: Likely, typed: Patient) -> list[Compared]:
    """Return what tells people apart, as typed and as the record has it."""
    known = likely.patient
    return [
        Compared(_("Name"), typed.full_name, known.full_name),
        Compared(_("Born"), day(typed.birth_date), day(known.birth_date)),
        Compared(_("National number"), typed.national_id, known.national_id),
        Compared(_("Telephone"), typed.phone, known.phone),
        Compared(_("Address"), _address(typed), _address(known)),
        Compared(_("Record number"), "", known.record_number),
        Compared(_("Last visit"), "", day(known.last_seen_on) or _("None yet")),  # type: ignore[attr-defined]
    ]


def carry_over(patient: Patient, typed: Patient) -> tuple[dict[str, Any], list[Detail]]:
    """Return what was typed and is worth saving with the patient's record, and what else differs.

    Blanks are filled, texts and alerts united, and a newer telephone or address put in the place of
    the old one: nothing is saved until somebody does so.
    """
    carried: dict[str, Any] = {}
    left = []
    for row in compare(patient, typed):
        if row.state in (State.FILLED, State.UNITED):
            carried |= row.result
        elif row.state == State.CHOOSE and row.detail.key in _NEWER_HOLDS:
            carried |= {name: getattr(typed, name) for name in row.detail.fields}
        elif row.state == State.CHOOSE:
            left.append(row.detail)
    return carried, left


def _address(patient: Patient) -> str:
    return ", ".join(filter(None, [*patient.address.splitlines(), patient.postcode]))
