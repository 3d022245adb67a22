"""Finding a patient from whatever is at hand."""

import datetime

import pytest

from cases.search import find_duplicates, find_patients
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db

PEOPLE = [
    ("000101", "Novak", "Anna", "1965-05-17", "07700 900123"),
    ("000102", "García Márquez", "María José", "1971-03-08", "+44 7700 900456"),
    ("000103", "Größmann", "Jürgen", "1950-12-31", ""),
    ("000104", "O’Brien", "Seán", "1988-02-29", "0113 496 0018"),
    ("000105", "Nguyễn", "Văn An", "1999-01-02", ""),
    ("000106", "الفاروق", "محمد", "1980-07-07", ""),
    ("AB-77", "Smith", "Thomas", "1965-05-17", ""),
    ("000108", "de la Cruz", "Ana", "1990-10-10", ""),
    ("000109", "100%_\\", "Odd", "1990-10-11", ""),
]


@pytest.fixture
def people(north, south, alice):
    for number, family, given, born, phone in PEOPLE:
        PatientFactory(
            clinic=north, created_by=alice, record_number=number, family_name=family, given_name=given,
            birth_date=datetime.date.fromisoformat(born), phone=phone,
        )  # fmt: skip
    PatientFactory(
        clinic=south, created_by=alice, record_number="000101", family_name="Novak", given_name="Anna"
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("nov", ["000101"]),
        ("NOVAK, Anna", ["000101"]),
        ("anna novak", ["000101"]),
        ("novak an", ["000101"]),
        ("an nov", ["000101"]),
        ("  Novak   Anna ", ["000101"]),
        ("garcia marquez", ["000102"]),
        ("GARCIA MARQUEZ MARIA", ["000102"]),
        ("maria jose garcia", ["000102"]),
        ("grossmann", ["000103"]),
        ("Größmann", ["000103"]),
        ("jurgen g", ["000103"]),
        ("nguyen van", ["000105"]),
        ("محمد", ["000106"]),
        ("الفا", ["000106"]),
        ("ana de la cruz", ["000108"]),
        ("de la cruz ana", ["000108"]),
        ("000104", ["000104"]),
        ("104", ["000104"]),
        ("ab-77", ["AB-77"]),
        ("07700900123", ["000101"]),
        ("07700 900 456", ["000102"]),
        ("+447700900456", ["000102"]),
        ("0113 4960018", ["000104"]),
        ("17/5/65", ["000101", "AB-77"]),
        ("17 May 1965", ["000101", "AB-77"]),
        ("1965-05-17", ["000101", "AB-77"]),
        ("29.2.1988", ["000104"]),
    ],
)
def test_find_patients_finds(people, north, text, numbers):
    found = find_patients(north, text)

    assert sorted(patient.record_number for patient in found.patients) == sorted(numbers)
    assert not found.similar


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("novack ana", "000101"),
        ("tomas smit", "AB-77"),
        ("marquez", "000102"),
        ("grosman", "000103"),
        ("smiht", "AB-77"),
    ],
)
def test_find_patients_offers_names_that_sound_alike(people, north, text, number):
    found = find_patients(north, text)

    assert number in [patient.record_number for patient in found.patients]
    assert found.similar


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "\\", ",", "'", "qqqqqq", "31/2/1965", "999999", "🦶", "a" * 5000]
)
def test_find_patients_finds_nobody(people, north, text):
    assert find_patients(north, text).patients == []


def test_find_patients_stays_in_the_clinic(people, south):
    found = find_patients(south, "novak")

    assert [patient.clinic for patient in found.patients] == [south]


def test_find_patients_stops_at_twenty_and_says_so(north, alice):
    for _number in range(25):
        PatientFactory(clinic=north, created_by=alice, family_name="Smith", given_name="Tom")

    found = find_patients(north, "smith")

    assert len(found.patients) == 20
    assert found.more


def test_typing_a_name_costs_two_queries_when_there_are_many(north, alice, django_assert_max_num_queries):
    for _number in range(25):
        PatientFactory(clinic=north, created_by=alice, family_name="Smith", given_name="Tom")

    with django_assert_max_num_queries(2):
        find_patients(north, "smi t")


def test_find_duplicates_ignores_accents_and_asks_for_the_same_birth_date(people, north):
    def duplicates(**details):
        defaults = {"family_name": "GARCIA MARQUEZ", "given_name": "maria jose"}
        return find_duplicates(north, **defaults | details)

    assert len(duplicates(birth_date=datetime.date(1971, 3, 8))) == 1
    assert len(duplicates(birth_date=None)) == 1
    assert duplicates(birth_date=datetime.date(1971, 3, 9)) == []
