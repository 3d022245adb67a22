"""FHIR into incoming patients."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.import_export.fhir import read_fhir
from cases.import_export.incoming import Unusable
from tests.cases.import_export.samples import about, bundle, patient

TODAY = datetime.date(2026, 11, 21)


def read(content):
    content = content if isinstance(content, str) else json.dumps(content)
    return read_fhir(content, "file.json", TODAY).patients


def only(content):
    (row,) = read(content)
    return row


def refusals(row):
    return [str(problem) for problem in row.refusals]


def test_read_fhir_takes_the_fields_of_a_patient():
    row = only(patient())

    assert row.refusals == row.remarks == []
    assert (row.source_system, row.source_id) == ("urn:oid:1.2.3", "H-1001")
    assert row.values == {
        "family_name": "Novák",
        "given_name": "Anna Maria",
        "title": "Ms",
        "birth_date": datetime.date(1965, 5, 17),
        "sex": "female",
        "record_number": "H-1001",
        "phone": "0113 496 0001",
        "address": "1 High Street\nFlat 2\nLeeds",
        "postcode": "LS1 1AA",
    }


@pytest.mark.parametrize(
    "content",
    [
        patient(),
        [patient()],
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient()}]},
        {"resourceType": "Bundle", "type": "searchset", "entry": [{}, {"resource": patient()}]},
        json.dumps(patient()) + "\n\n" + json.dumps(about("Condition", "Gout")) + "\n",
    ],
    ids=["resource", "array", "collection", "searchset", "one a line"],
)
def test_read_fhir_reads_every_shape_that_systems_export(content):
    assert only(content).values["family_name"] == "Novák"


def test_read_fhir_says_where_a_patient_stands():
    rows = read(bundle({"resourceType": "Organization"}, patient()))
    assert rows[0].place == "entry 2"

    rows = read(json.dumps(patient()) + "\n" + json.dumps(patient(id="p2")))
    assert [row.place for row in rows] == ["line 1", "line 2"]


def test_read_fhir_prefers_the_official_name_and_keeps_the_maiden_name_in_the_notes():
    names = [
        {"use": "maiden", "family": "Svoboda", "given": ["Anna"]},
        {"use": "usual", "family": "Novak", "given": ["Annie"]},
        {"use": "official", "family": "Novak", "given": ["Anna"], "suffix": ["PhD"]},
    ]

    row = only(patient(name=names))

    assert (row.values["family_name"], row.values["given_name"]) == ("Novak", "Anna")
    assert row.values["preferred_name"] == "Annie"
    assert row.values["notes"] == "Name suffix: PhD\nMaiden name: Anna Svoboda"


def test_read_fhir_does_not_guess_the_parts_of_a_name():
    assert only(patient(name=[{"text": "NOVAK, Anna"}])).values["given_name"] == "Anna"

    whole = only(patient(name=[{"text": "Maria de la Cruz"}]))
    assert whole.values["family_name"] == "Maria de la Cruz"
    assert "please correct" in str(whole.remarks[0])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": None}, "name: missing"),
        (
            {"name": [{"given": ["Anna"]}]},
            "name.family: missing (somebody with one name has it as family name)",
        ),
        ({"name": [{"family": "--"}]}, "name.family: holds no letter"),
        ({"name": [{"family": "A\x00b"}]}, "name.family: holds characters that are not text"),
        ({"name": [{"family": "A\ud800b"}]}, "name.family: holds characters that are not text"),
        ({"name": "Anna Novak"}, "name: is not in the shape FHIR gives it"),
        ({"name": [None]}, "name: is not in the shape FHIR gives it"),
        ({"birthDate": 1965}, "birthDate: is not in the shape FHIR gives it"),
        ({"birthDate": "17/05/1965"}, "birthDate: is not a date as FHIR writes it"),
        ({"birthDate": "1965-02-30"}, "birthDate: there is no such day in the calendar"),
        ({"birthDate": "2065-05-17"}, "birthDate: is in the future"),
        ({"birthDate": "1850-05-17"}, "birthDate: is before 1880"),
        ({"deceasedDateTime": "1960-01-01"}, "deceasedDateTime: is before the date of birth"),
        (
            {"link": [{"type": "replaced-by", "other": {"reference": "Patient/2"}}]},
            "link: the source has replaced this record by another",
        ),
    ],
)
def test_read_fhir_refuses_a_patient_and_names_the_field(changes, reason):
    assert reason in refusals(only(patient(**changes)))


@pytest.mark.parametrize("partial", ["1965", "1965-05"])
def test_read_fhir_keeps_a_partial_birth_date_in_the_notes(partial):
    row = only(patient(birthDate=partial))

    assert "birth_date" not in row.values
    assert row.values["notes"] == f"Date of birth in the source: {partial}"
    assert "only a year or month" in str(row.remarks[0])


def test_read_fhir_reads_deaths():
    assert only(patient(deceasedDateTime="2020-01-08T13:33:52+00:00")).values["deceased_on"] == datetime.date(
        2020, 1, 8
    )

    row = only(patient(deceasedBoolean=True))
    assert "deceased_on" not in row.values
    assert row.values["notes"] == "Has died, according to the source: date not given"


def test_read_fhir_never_takes_social_security_licence_or_passport_numbers():
    private = [
        {"type": {"coding": [{"code": code}]}, "system": system, "value": "999-53-8547"}
        for code, system in [
            ("SS", "http://hl7.org/fhir/sid/us-ssn"),
            ("DL", "urn:oid:2.16.840.1.113883.4.3.25"),
            ("PPN", "http://hl7.org/fhir/sid/passport-USA"),
        ]
    ]
    row = only(patient(identifier=private))

    assert "999-53-8547" not in repr(row)
    assert (row.source_system, row.source_id) == ("fhir", "p1")


def test_read_fhir_checks_the_digit_of_a_national_number():
    nhs = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "943 476 5919"}
    assert only(patient(identifier=[nhs])).values["national_id"] == "9434765919"

    row = only(patient(identifier=[nhs | {"value": "943 476 5910"}]))
    assert "national_id" not in row.values
    assert row.values["notes"] == "Not a valid NHS number: 943 476 5910"


def test_read_fhir_takes_the_mobile_number_and_leaves_old_ones():
    points = [
        {"system": "phone", "use": "old", "value": "1"},
        {"system": "phone", "use": "work", "value": "2"},
        {"system": "phone", "use": "mobile", "value": "3"},
        {"system": "email", "value": "anna@example.org"},
    ]
    row = only(patient(telecom=points))

    assert (row.values["phone"], row.values["email"]) == ("3", "anna@example.org")
    assert row.values["notes"] == "Other telephone: 2"


def test_read_fhir_takes_no_language_for_a_need_of_an_interpreter():
    czech = [{"language": {"coding": [{"code": "cs"}], "text": "Czech"}}]
    english = [{"language": {"coding": [{"code": "en-GB"}], "text": "English"}}]
    url = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"

    assert only(patient(communication=czech)).values["needs"].startswith("Speaks Czech: ask")
    assert "needs" not in only(patient(communication=english)).values
    asked = only(patient(communication=czech, extension=[{"url": url, "valueBoolean": True}]))
    assert asked.values["interpreter_language"] == "Czech"


def test_read_fhir_finds_the_general_practitioner_in_the_bundle():
    doctor = {
        "resourceType": "Practitioner",
        "id": "d1",
        "name": [{"prefix": ["Dr"], "given": ["Priya"], "family": "Shah"}],
    }
    reference = [{"reference": "urn:uuid:d1"}]

    (row,) = read(bundle(doctor, patient(generalPractitioner=reference)))
    assert row.values["gp_name"] == "Dr Priya Shah"
    row = only(patient(generalPractitioner=[{"display": "Dr Lee"}]))
    assert row.values["gp_name"] == "Dr Lee"


def test_read_fhir_takes_active_history_of_the_patient_as_text_to_be_checked():
    (row,) = read(
        bundle(
            patient(),
            about("AllergyIntolerance", "Penicillin", criticality="high"),
            about("AllergyIntolerance", "Latex", status="resolved"),
            about("Condition", "Gout", onsetDateTime="2019-03-01T10:00:00Z"),
            about("Condition", "Gout", onsetDateTime="2019-03-01T10:00:00Z"),
            about("Condition", "Asthma", subject="urn:uuid:somebody-else"),
            about(
                "Condition",
                "Diabetes",
                verificationStatus={"coding": [{"code": "entered-in-error"}]},
            ),
            about("MedicationRequest", "Allopurinol 100 mg"),
            about("MedicationRequest", "Ibuprofen 400 mg", status="stopped"),
        )
    )

    heading = "Imported, to be checked with the patient:\n"
    assert row.values["allergies"] == heading + "- Penicillin (high risk)"
    assert row.values["medical_history"] == heading + "- Gout (since 2019-03-01)"
    assert row.values["medication"] == heading + "- Allopurinol 100 mg"
    assert not {"no_known_allergies", "has_diabetes", "on_anticoagulant"} & set(row.values)


def test_read_fhir_says_when_the_history_is_longer_than_its_field():
    many = [about("AllergyIntolerance", f"Substance number {n:03}") for n in range(60)]

    (row,) = read(bundle(patient(), *many))

    assert len(row.values["allergies"]) <= 1000
    assert row.values["allergies"].endswith("… and more in the source.")
    assert len(row.remarks) == 1


def test_read_fhir_gives_a_patient_without_any_id_one_of_their_own():
    bare = patient(id=None, identifier=None)

    first, again, other = read([bare, bare, bare | {"birthDate": "1970-01-01"}])

    assert first.source_id == again.source_id != other.source_id


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"resourceType": "Patient",}', "not valid JSON: .* line 1, column 2[78]"),
        ('{"resourceType": "Patient"\n', "not valid JSON: .* line 2, column 1"),
        (json.dumps(patient()) + "\n{oops}", "not valid JSON: .* line 2, column 2"),
        (json.dumps(patient(), indent=1) + "\n}", "not valid JSON: extra data"),
        ("[" * 100_000, "nests too deeply"),
        ('{"resourceType": "Patient", "n": ' + "9" * 5000 + "}", "number too long"),
        ('{"a": 1}', "JSON but not FHIR"),
        ("[[1]]", "element 1, element 1, is JSON but not FHIR"),
        ('{"resourceType": "Bundle", "entry": 5}', "Bundle whose entry"),
        ('{"resourceType": "Bundle"}', "holds no Patient"),
        ('{"resourceType": "Condition"}', "holds no Patient"),
    ],
)
def test_read_fhir_says_in_a_sentence_why_a_file_is_unusable(content, reason):
    with pytest.raises(Unusable, match=reason):
        read_fhir(content, "file.json", TODAY)


OTHERS = ("communication", "generalPractitioner", "contact", "link", "extension", "active")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
patient_keys = st.sampled_from(sorted([*patient(), "deceasedBoolean", "deceasedDateTime", *OTHERS]))
item_keys = st.sampled_from(
    ["use", "system", "value", "family", "given", "text", "type", "line", "coding", "language", "url"]
)
values = json_values | st.lists(st.dictionaries(item_keys, json_values, max_size=4), max_size=2)


@given(st.dictionaries(patient_keys, values, max_size=6))
def test_read_fhir_answers_any_patient_with_values_or_reasons(fields):
    row = only(json.dumps(fields | {"resourceType": "Patient"}))

    assert row.refusals or row.values["family_name"]


@given(st.text(max_size=200))
def test_read_fhir_raises_nothing_but_unusable(content):
    said = "file.json"
    try:
        read_fhir(content, "file.json", TODAY)
    except Unusable as error:
        said = str(error)
    assert said.startswith("file.json")
