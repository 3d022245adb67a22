"""Who may be registered already, and why: a table of pairs, and the warning's page."""

import datetime

import pytest
from django.urls import reverse

from cases import actions
from cases.duplicates import duplicates_of, find_duplicates
from cases.likeness import edits, likeness, near_dates
from cases.models import Patient
from clinic.models import AccessLog
from tests.cases.test_merging import merge
from tests.cases.test_patients import details
from tests.factories import CaseFactory, PatientFactory, VisitFactory

pytestmark = pytest.mark.django_db

BORN = "1965-05-17"
# (family, given, born, more) as typed; the same of the record; whether to warn, and a word of why.
PAIRS = {
    "the same": (("Novak", "Anna", BORN), ("Novak", "Anna", BORN), "the same name, the same date of birth"),
    "accents and capitals": (("NOVÁK", "anna", BORN), ("Novak", "Anna", BORN), "the same name"),
    "hyphen and apostrophe": (("ODea-Bell", "Jo", BORN), ("O'Dea Bell", "Jo", BORN), "the same name"),
    "only a hyphen": (("Smith Jones", "Jo", BORN), ("Smith-Jones", "Jo", BORN), "the same name"),
    "family and given changed round": (("Anna", "Novak", BORN), ("Novak", "Anna", BORN), "changed round"),
    "one letter in the name": (("Nowak", "Anna", BORN), ("Novak", "Anna", BORN), "differs by one letter"),
    "two letters changed round": (("Novka", "Anna", BORN), ("Novak", "Anna", BORN), "differs by one letter"),
    "one letter in each name": (("Novack", "Ana", BORN), ("Novak", "Anna", BORN), "differs by two letters"),
    "a second given name": (("Novak", "Anna Maria", BORN), ("Novak", "Anna", BORN), "a part of the name"),
    "one family name of two": (("Garcia", "Maria", BORN), ("García Márquez", "María", BORN), "a part"),
    "only an initial": (("Novak", "A", BORN), ("Novak", "Anna", BORN), "a part of the name"),
    "day and month changed round": (
        ("Novak", "Anna", "1965-03-04"), ("Novak", "Anna", "1965-04-03"), "day and month"
    ),
    "one digit of the date": (("Novak", "Anna", "1965-05-17"), ("Novak", "Anna", "1956-05-17"), "one digit"),
    "a date not known": (("Novak", "Anna", None), ("Novak", "Anna", BORN), "not known"),
    "a slip in name and date": (("Nowak", "Anna", "1965-05-18"), ("Novak", "Anna", BORN), "one digit"),
    "the same national number": (
        ("Smith", "Jane", "1990-01-01", {"national_id": "943 476 5919"}),
        ("Novak", "Anna", BORN, {"national_id": "9434765919"}),
        "national patient number",
    ),
    "a new family name, the same telephone": (
        ("Smith", "Anna", BORN, {"phone": "+44 7700 900123"}),
        ("Novak", "Anna", BORN, {"phone": "07700 900123"}),
        "another family name",
    ),
    "the same telephone, a similar given name, no date": (
        ("Smith", "Ana", None, {"phone": "07700900123"}),
        ("Novak", "Anna", BORN, {"phone": "07700 900123"}),
        "the same telephone",
    ),
    "the same name and telephone, another date": (
        ("Novak", "Anna", "1990-12-01", {"phone": "07700 900123"}),
        ("Novak", "Anna", BORN, {"phone": "07700 900123"}),
        "another date of birth",
    ),
    "twins": (
        ("Novak", "Petra", BORN, {"address": "1 Quay", "postcode": "LS1 1AA"}),
        ("Novak", "Anna", BORN, {"address": "1 Quay", "postcode": "LS1 1AA"}),
        "the same family name, the same date of birth, the same address",
    ),
    "a namesake of another age": (("Novak", "Anna", "1990-12-01"), ("Novak", "Anna", BORN), None),
    "born on the same day": (("Smith", "Jane", BORN), ("Novak", "Anna", BORN), None),
    "the same family name and day alone": (("Novak", "Petra", BORN), ("Novak", "Anna", BORN), None),
    "a new name and nothing else": (("Smith", "Anna", BORN), ("Novak", "Anna", BORN), None),
    "two letters and another date": (("Nowack", "Anna", "1990-12-01"), ("Novak", "Anna", BORN), None),
    "another who shares a telephone": (
        ("Novak", "Ivan", "1990-12-01", {"phone": "07700 900123"}),
        ("Novak", "Anna", BORN, {"phone": "07700 900123"}),
        None,
    ),
}  # fmt: skip


def person(family, given, born, more=None):
    born = datetime.date.fromisoformat(born) if born else None
    return {"family_name": family, "given_name": given, "birth_date": born} | (more or {})


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_find_duplicates_warns_and_says_why(north, alice, pair):
    typed, known, why = pair
    patient = PatientFactory(clinic=north, created_by=alice, **person(*known))
    PatientFactory.create_batch(3, clinic=north, created_by=alice, family_name="Other", given_name="Else")

    found = find_duplicates(north, **person(*typed))

    if why is None:
        assert found == []
    else:
        assert [likely.patient for likely in found] == [patient]
        assert why in str(found[0].likeness).lower()
        assert str(found[0].likeness)[0].isupper()


def test_twins_are_warned_of_as_two(north, alice):
    home = {"address": "1 Quay", "postcode": "LS1 1AA"}
    PatientFactory(clinic=north, created_by=alice, **person("Novak", "Anna", BORN, home))

    found = find_duplicates(north, **person("Novak", "Petra", BORN, home))

    assert [likely.likeness.twins for likely in found] == [True]


def test_find_duplicates_puts_the_likeliest_first_and_stops_at_five(north, alice):
    for given, born in [
        ("Anna", "1965-05-18"), ("Ana", BORN), ("Anna", None), ("Anna", BORN), ("Anna", "1965-05-19"),
        ("Hanna", BORN), ("Ana", "1965-05-18"),
    ]:  # fmt: skip
        PatientFactory(clinic=north, created_by=alice, **person("Novak", given, born))

    found = find_duplicates(north, **person("Novak", "Anna", BORN))

    assert len(found) == 5
    points = [likely.likeness.points for likely in found]
    assert points == sorted(points, reverse=True)
    assert (found[0].patient.given_name, found[0].patient.birth_date) == ("Anna", datetime.date(1965, 5, 17))


def test_find_duplicates_stays_in_the_clinic(north, south, alice):
    PatientFactory(clinic=south, created_by=alice)

    assert find_duplicates(north, **person("Novak", "Anna", BORN)) == []


def test_a_merged_record_warns_of_the_one_it_went_into_once(north, alice):
    kept = PatientFactory(clinic=north, created_by=alice, family_name="Smith", given_name="Anna")
    merged = PatientFactory(clinic=north, created_by=alice)
    merge(kept, merged, alice)

    found = find_duplicates(north, **person("Novak", "Anna", BORN))

    assert [(likely.patient, likely.recorded_before) for likely in found] == [(kept, merged)]
    assert duplicates_of(Patient.objects.get(pk=kept.pk)) == []


def test_duplicates_of_leaves_the_patient_out(north, alice):
    anna, ana = (
        PatientFactory(clinic=north, created_by=alice, given_name=given) for given in ("Anna", "Ana")
    )

    assert [likely.patient for likely in duplicates_of(anna)] == [ana]


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("", "", 0), ("", "ab", 2), ("novak", "novak", 0), ("novak", "nowak", 1), ("novak", "novka", 1),
        ("novak", "novack", 1), ("novak", "ovak", 1), ("kitten", "sitting", 3), ("ab", "ba", 1),
    ],
)  # fmt: skip
def test_edits_counts_the_slips(one, other, count):
    assert edits(one, other) == edits(other, one) == count


def test_near_dates_are_those_that_one_slip_makes():
    day = datetime.date(1965, 5, 17)

    near = near_dates(day)

    assert day in near
    assert {datetime.date(1956, 5, 17), datetime.date(1965, 5, 18), datetime.date(1965, 6, 17)} <= near
    assert datetime.date(1990, 12, 1) not in near
    assert datetime.date(1965, 4, 3) in near_dates(datetime.date(1965, 3, 4))
    assert len(near) < 80


def test_nothing_alike_is_none():
    from cases.likeness import Person

    assert likeness(Person("novak", "anna"), Person("smith", "jane")) is None


# The page


TWIN = {
    "family_name": "NOVÁK", "given_name": "anna",
    "birth_date_day": "17", "birth_date_month": "5", "birth_date_year": "1965",
}  # fmt: skip


@pytest.fixture
def anna(north, alice):
    return PatientFactory(
        clinic=north, created_by=alice, record_number="000101", phone="07700 900123", address="1 Quay"
    )


def register(client, **more):
    return client.post(reverse("cases:register_patient"), details(**(TWIN | more)))


def test_the_warning_says_why_and_shows_what_is_known(as_alice, anna):
    VisitFactory(case=CaseFactory(patient=anna), seen_on=datetime.date(2026, 3, 4))

    page = register(as_alice, phone="0113 496 0018").text

    for said in ("already registered here", "The same name, the same date of birth", "07700 900123",
                 "0113 496 0018", "1 Quay", "4 Mar 2026", "000101", "register anyway"):  # fmt: skip
        assert said in page
    assert AccessLog.objects.get().patients == [anna.pk]
    assert Patient.objects.count() == 1


def test_a_twin_is_worded_so(as_alice, anna):
    Patient.objects.update(phone="0113 496 0018")

    assert "Perhaps a twin:" in register(as_alice, given_name="Petra", phone="0113 4960018").text


def test_somebody_else_is_registered_anyway(as_alice, anna):
    register(as_alice, anyway="1")

    assert Patient.objects.count() == 2


def test_the_same_person_with_nothing_new_opens_their_record(as_alice, anna):
    response = register(as_alice, family_name="Novak", given_name="Anna", sex="female", same=str(anna.pk))

    assert response.url == reverse("cases:show_patient", args=[anna.pk])
    assert Patient.objects.count() == 1


def test_what_was_typed_is_carried_into_the_record_to_be_saved_there(as_alice, anna):
    Patient.objects.update(medication="Apixaban", email="")
    new = {"phone": "0113 496 0018", "email": "a@example.org", "allergies": "Latex", "medication": "Ramipril"}

    response = register(as_alice, same=str(anna.pk), **new)

    form = response.context["form"]
    values = {name: form[name].value() for name in ("phone", "email", "allergies", "medication", "address")}
    assert values == {
        "phone": "0113 496 0018", "email": "a@example.org", "allergies": "Latex",
        "medication": "Apixaban\nRamipril", "address": "1 Quay",
    }  # fmt: skip
    assert "not saved yet" in response.text
    assert f'action="{reverse("cases:edit_patient", args=[anna.pk])}"' in response.text
    assert "Left as the record has it" in response.text  # another sex was typed
    assert Patient.objects.get().phone == "07700 900123"
    born = {"birth_date_day": 17, "birth_date_month": 5, "birth_date_year": 1965}
    posted = {name: form[name].value() or "" for name in form.fields} | born

    as_alice.post(reverse("cases:edit_patient", args=[anna.pk]), posted)

    saved = Patient.objects.get()
    assert (saved.phone, saved.allergies, saved.given_name) == ("0113 496 0018", "Latex", "Anna")


def test_the_same_person_of_another_clinic_is_as_if_unknown(as_charlie, anna):
    for key in (anna.pk, "00000000-0000-4000-8000-000000000000", "x", ""):
        response = register(as_charlie, same=str(key))
        assert response.status_code == 404
        assert "1 Quay" not in response.text


def test_a_record_merged_meanwhile_leads_to_the_page_that_says_so(as_alice, anna, north, alice):
    other = PatientFactory(clinic=north, created_by=alice, family_name="Smith")
    actions.merge_patients(
        kept=other, merged=anna, by=alice, reason="Same", seen=actions.mark_of_both(other, anna)
    )

    response = register(as_alice, same=str(anna.pk))

    assert response.url == reverse("cases:show_patient", args=[anna.pk])
