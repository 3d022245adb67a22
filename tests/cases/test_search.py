"""Finding a patient from whatever is at hand."""

import datetime
import re
import unicodedata

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Patient
from cases.models.patient import PhoneKey
from cases.search import find_patients, phone_key
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
    ("000110", "Smith-Jones", "Pat", "1991-11-12", "0113 496 0099 / 07700 900777"),
]


@pytest.fixture
def people(north, south, alice):
    for number, family, given, born, phone in PEOPLE:
        PatientFactory(
            clinic=north, created_by=alice, record_number=number, family_name=family, given_name=given,
            birth_date=datetime.date.fromisoformat(born), phone=phone,
            national_id="943 476 5919" if given == "Thomas" else "",
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
        ("marquez", ["000102"]),
        ("jose", ["000102"]),
        ("marq jos", ["000102"]),
        ("garcia jose", ["000102"]),
        ("cruz", ["000108"]),
        ("an van", ["000105"]),
        ("smith-jones", ["000110"]),
        ("jones", ["000110"]),
        ("نوف الفا", []),
        ("000104", ["000104"]),
        ("104", ["000104"]),
        ("ab-77", ["AB-77"]),
        ("07700900123", ["000101"]),
        ("07700 900 456", ["000102"]),
        ("+447700900456", ["000102"]),
        ("0113 4960018", ["000104"]),
        ("077009", ["000101", "000102"]),
        ("+44 7700", ["000101", "000102"]),
        ("0044 (0)7700 900 1", ["000101"]),
        ("447700900123", ["000101"]),
        ("44 7700 900 4", ["000102"]),
        ("900456", ["000102"]),
        ("07700 900777", ["000110"]),
        ("943 476 59", ["AB-77"]),
        ("9434765919", ["AB-77"]),
        ("943-476-5919", ["AB-77"]),
        ("novak 17/5/65", ["000101"]),
        ("17/5/65 anna", ["000101"]),
        ("smith, 17 May 1965", ["AB-77"]),
        ("anna novak 1965-05-17", ["000101"]),
        ("novak 17/5", ["000101"]),
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
        ("grosman", "000103"),
        ("smiht", "AB-77"),
        ("movak", "000101"),
        ("nowak", "000101"),
        ("annna novak", "000101"),
        ("ana nowak", "000101"),
        ("nowak ana", "000101"),
        ("garzia jose", "000102"),
        ("marqeuz", "000102"),
        ("obrian", "000104"),
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


def test_a_birth_date_with_a_misspelt_name_finds_whom_it_may_mean(people, north):
    found = find_patients(north, "nowack 17/5/65")

    assert [patient.record_number for patient in found.patients] == ["000101"]
    assert found.similar == 1


def test_a_name_born_on_another_day_is_offered_and_said(people, north):
    found = find_patients(north, "novak 18/5/65")

    assert [patient.record_number for patient in found.patients] == ["000101"]
    assert (found.similar, found.other_birth_date) == (1, True)


def test_the_beginning_of_a_number_is_not_mistaken_for_everybody(people, north):
    for text in ("0", "+44", "44", "07", "+", "00", "353"):
        assert find_patients(north, text).patients == [], text


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123", "+44 7700 900123", "0044 (0)7700-900123", "+44 (0) 7700 900123", "447700900123",
        "4477", "+4", "0113 496 0018", "61412345678", "+61 412 345 678", "+353 87 123 4567", "", "+49 30 123",
        "0113 4960018 / 07700 900123", "00", "+", "44", "tel 0113", "++44", "0+44",
    ],
)  # fmt: skip
def test_the_database_keys_a_telephone_number_as_the_search_does(north, alice, text):
    PatientFactory(clinic=north, created_by=alice, phone=text)

    assert Patient.objects.get().phone_key == phone_key(text)
    assert Patient.objects.filter(phone_key=PhoneKey(Value(text))).count() == 1


def test_folding_makes_nothing_that_means_something_in_a_regular_expression(db):
    with connection.cursor() as cursor:
        letters = [chr(code) for code in range(128, 0x30000) if re.fullmatch(r"\w", chr(code))]
        # As the search sees them: NFKC has taken the rest apart.
        letters = [letter for letter in letters if unicodedata.normalize("NFKC", letter) == letter]
        cursor.execute("SELECT DISTINCT fold(letter) FROM unnest(%s::text[]) AS letter", [letters])
        folded = "".join(row[0] for row in cursor.fetchall())

    assert len(letters) > 40_000
    # An ^ cannot break one, and no name has it.
    assert not set(folded) & set(".$*+?{}[]\\|()")


PAYLOADS = [
    "' OR 1=1 --", "'; DROP TABLE cases_patient; --", '" OR ""="', "x' UNION SELECT 1 --", "$$", "%s", "{0}",
    "%", "_", "%%%", "\\", "\\\\", "\\m", "[", "(", "a)", "a{2}", "nov.k", "nov*", "^nov", "nov|smi",
    "(c) nov",
    "\x00", "no\x00vak", "🦶", "🦶" * 90, "\u202enovak", "\ud800", "nov\udfff", "a" + "\u0301" * 300, "© nov",
    "x" * 1_000_000, "1" * 1_000_000, "1/1/" + "9" * 99, "+" * 200, "٣٤", "½", "№ 5", "0x1F", "1e999",
]  # fmt: skip


@pytest.mark.parametrize("text", PAYLOADS, ids=range(len(PAYLOADS)))
def test_nothing_typed_breaks_the_search_or_changes_what_others_find(people, north, as_user, text):
    before = [patient.record_number for patient in find_patients(north, "novak").patients]

    found = find_patients(north, text)
    sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for headers in ({}, {"HX-Request": "true"}):
        response = as_user.post(reverse("cases:search_patients"), {"q": sent}, headers=headers)
        assert response.status_code in (200, 302)

    assert len(found.patients) <= 20
    assert {patient.clinic_id for patient in found.patients} <= {north.pk}
    assert [patient.record_number for patient in find_patients(north, "novak").patients] == before
    assert Patient.objects.count() == len(PEOPLE) + 1


@pytest.fixture
def as_user(as_alice):
    return as_alice


# How it is asked


PATHS = {
    "a beginning": ("nov", {"patient_by_family_name", "patient_by_given_name"}),
    "two beginnings": ("nov an", {"patient_by_family_name", "patient_by_given_name"}),
    "a slip": ("nowak", {"patient_by_nearly_that_name", "patient_by_similar_name"}),
    "a slip in each of two": ("nowak ana", {"patient_by_nearly_that_name"}),
    "more slips": ("qwzzzk", {"patient_by_similar_name"}),
    "the beginning of a telephone number": ("07700", {"patient_by_phone"}),
    "the end of a telephone number": ("900123", {"patient_by_end_of_phone", "patient_by_national_number"}),
    "a date of birth": ("17/5/65", {"patient_by_birth_and_name", "record_number_once_a_clinic"}),
    "a date of birth and a name": ("novak 17/5/65", {"patient_by_birth_and_name"}),
}


def fill(clinic, by, count):
    """Write many patients by one statement, without their history."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_patient DISABLE TRIGGER USER")
        texts = [
            field.column
            for field in Patient._meta.fields
            if field.empty_strings_allowed and field.blank and not field.generated
        ]
        empty = "".join(f', "{name}"' for name in texts if name not in ("given_name", "phone"))
        cursor.execute(  # the names are the model's own
            f"""
            INSERT INTO cases_patient (id, clinic_id, created_by_id, created_at, record_number, family_name,
                given_name, birth_date, sex, phone, no_known_allergies{empty})
            SELECT gen_random_uuid(), %s, %s, now(), to_char(number, 'FM000000'),
                left(md5(number::text), 7), left(md5((number %% 997)::text), 6),
                date '1930-01-01' + number, 'male', '07' || to_char(number, 'FM000000000'),
                true{empty.count(",") * ", ''"}
            FROM generate_series(1, %s) AS number
            """,  # noqa: S608
            [clinic.pk, by.pk, count],
        )
        cursor.execute("ALTER TABLE cases_patient ENABLE TRIGGER USER")
        for index in ("patient_by_similar_name", "patient_by_nearly_that_name"):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        cursor.execute("ANALYZE cases_patient")


def test_every_question_goes_through_an_index_of_its_own(north, alice):
    fill(north, alice, 20_000)
    with connection.cursor() as cursor:
        # So few rows are as quickly read through; what is asked here is whether that can be spared.
        cursor.execute("SET LOCAL enable_seqscan = off")
    for what, (text, indexes) in PATHS.items():
        with CaptureQueriesContext(connection) as asked:
            find_patients(north, text)
        plan = ""
        for query in asked.captured_queries:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + query["sql"])
                plan += "\n".join(row[0] for row in cursor.fetchall())

        assert "Seq Scan" not in plan, what
        assert not {index for index in indexes if index not in plan}, f"{what}\n{plan}"


def test_a_name_costs_one_question_and_three_at_most(people, north, django_assert_max_num_queries):
    for text, most in [("n", 1), ("no", 1), ("nowak", 2), ("qqqqqqq", 3), ("07700", 1), ("novak 17/5/65", 1)]:
        with django_assert_max_num_queries(most):
            find_patients(north, text)
