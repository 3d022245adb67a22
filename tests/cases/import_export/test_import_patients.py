"""Incoming patients into the record, and the command that brings them there."""

import datetime
import json
from io import StringIO

import pghistory.models
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from cases.actions import free_record_numbers, mark_of_both, merge_patients, register_patient
from cases.import_export.csv_file import read_csv
from cases.import_export.load import import_patients
from cases.import_export.matching import Outcome
from cases.models import Patient
from tests.cases.import_export.samples import LIST, about, bundle, patient
from tests.factories import PatientFactory

TODAY = datetime.date(2026, 11, 21)
ANNA = "1,Anna,Novák,1965-05-17,f,anna@example.org,LS1 1AA\n"
BEN = "2,Ben,Reyes,1970-01-31,m,,\n"
NAMELESS = "3,Cleo,,1980-01-01,f,,\n"


def load(clinic, by, content, *, commit=True, **how):
    rows = read_csv(LIST + content, "list.csv", TODAY).patients
    return import_patients(clinic=clinic, by=by, rows=rows, commit=commit, **how)


def outcomes(report):
    return [str(one.outcome) for one in report.rows]


# The loader


def test_import_patients_writes_what_it_says(north, alice):
    report = load(north, alice, ANNA)

    anna = north.patients.get()
    assert (outcomes(report), report.written) == (["create"], 1)
    assert str(anna) == "NOVÁK, Anna"
    assert (anna.record_number, anna.source_system, anna.source_id) == ("1", "csv", "1")
    assert anna.created_by == alice
    assert anna.has_diabetes is None
    assert not anna.no_known_allergies


def test_import_patients_writes_nothing_in_a_dry_run(north):
    report = load(north, None, ANNA + BEN, commit=False)

    assert outcomes(report) == ["create", "create"]
    assert not Patient.objects.exists()


def test_import_patients_writes_nothing_the_second_time(north, alice):
    load(north, alice, ANNA + BEN)

    again = load(north, alice, ANNA + BEN)

    assert outcomes(again) == ["matched", "matched"]
    assert again.rows[0].reasons == ["already record 1"]
    assert north.patients.count() == 2


def test_import_patients_knows_rows_without_an_id_again(north, alice):
    rows = read_csv("Surname,First name\nNovak,Anna\n", "list.csv", TODAY).patients
    import_patients(clinic=north, by=alice, rows=rows, commit=True)

    again = import_patients(clinic=north, by=alice, rows=rows, commit=True)

    assert outcomes(again) == ["matched"]


def test_import_patients_leaves_a_patient_of_the_record_as_they_are(north, alice):
    known = PatientFactory(clinic=north, given_name="Anna", family_name="Novak", phone="1")

    report = load(north, alice, ANNA)

    assert report.rows[0].reasons == [f"the same person as record {known.record_number}"]
    known.refresh_from_db()
    assert (known.phone, known.source_id) == ("1", "")


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"sex": "male"}, "but another sex"),
        ({"birth_date": None}, "a date of birth is not known"),
        ({"given_name": "Anna Maria"}, "a shorter first name"),
        ({"given_name": "A"}, "a shorter first name"),
        ({"given_name": "Novak", "family_name": "Anna"}, "names changed round"),
        ({"family_name": "Svoboda", "email": "anna@example.org"}, "another family name"),
        ({"source_system": "csv", "source_id": "77"}, "another id in the same source"),
        (
            {"source_system": "csv", "source_id": "1", "birth_date": datetime.date(1990, 1, 1)},
            "the same id in the source and another date of birth",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_import_patients_leaves_a_possible_duplicate_to_a_person(north, alice, known, reason):
    PatientFactory(clinic=north, **{"family_name": "Novak", "given_name": "Anna"} | known)

    report = load(north, alice, ANNA)

    assert outcomes(report) == ["refused"]
    assert reason in report.rows[0].reasons[0]
    assert north.patients.count() == 1


def test_import_patients_sees_day_and_month_changed_round(north, alice):
    PatientFactory(clinic=north, birth_date=datetime.date(1965, 4, 3))

    report = load(north, alice, "1,Anna,Novak,1965-03-04,f,,\n")

    assert "day and month changed round" in report.rows[0].reasons[0]


@pytest.mark.parametrize(
    "known",
    [
        {"given_name": "Hana"},
        {"birth_date": datetime.date(1990, 1, 1)},
        {"family_name": "Svoboda"},
    ],
    ids=["a twin", "a namesake", "another family born that day"],
)
def test_import_patients_takes_different_people_for_different(north, alice, known):
    PatientFactory(clinic=north, **{"family_name": "Novak", "given_name": "Anna"} | known)

    assert outcomes(load(north, alice, ANNA)) == ["create"]


def test_import_patients_takes_undated_namesakes_for_one_when_they_share_a_contact(north, alice):
    known = {"family_name": "Novak", "given_name": "Anna", "birth_date": None}
    PatientFactory(clinic=north, email="ANNA@example.org", **known)

    report = load(north, alice, "1,Anna,Novak,,f,anna@example.org,\n")

    assert outcomes(report) == ["matched"]


def test_import_patients_matches_accents_and_hyphens(north, alice):
    PatientFactory(clinic=north, family_name="Nunez Ortega", given_name="Jose")

    report = load(north, alice, "1,José,Núñez-Ortega,1965-05-17,f,,\n")

    assert outcomes(report) == ["matched"]


def test_import_patients_sees_the_same_person_twice_in_one_file(north, alice):
    twice = load(north, alice, ANNA + ANNA + BEN, commit=False)
    assert outcomes(twice) == ["create", "matched", "create"]
    assert twice.rows[1].reasons == ["already line 2"]

    doubted = load(north, alice, ANNA + "9" + ANNA[1:], commit=False)
    assert outcomes(doubted) == ["create", "refused"]


def test_import_patients_matches_a_national_number_with_name_and_date(north, alice):
    PatientFactory(clinic=north, national_id="9434765919", given_name="Anne")
    header = "Surname,First name,DOB,NHS number\n"

    def outcome(line):
        rows = read_csv(header + line, "list.csv", TODAY).patients
        return outcomes(import_patients(clinic=north, by=alice, rows=rows, commit=False))

    assert outcome("Novak,Anna,1965-05-17,9434765919\n") == ["matched"]
    assert outcome("Reyes,Ben,1970-01-31,9434765919\n") == ["refused"]


def test_import_patients_keeps_clinics_apart(north, south, cast):
    load(north, cast.alice, ANNA)

    report = load(south, cast.charlie, ANNA)

    assert outcomes(report) == ["create"]
    assert (north.patients.count(), south.patients.count()) == (1, 1)


def test_import_patients_writes_all_or_none(north, alice):
    report = load(north, alice, ANNA + NAMELESS)

    assert outcomes(report) == ["create", "refused"]
    assert report.written == 0
    assert not Patient.objects.exists()


def test_import_patients_writes_the_rest_when_told(north, alice):
    report = load(north, alice, ANNA + NAMELESS, skip_refused=True)

    assert report.written == 1
    assert north.patients.get().given_name == "Anna"


def test_import_patients_leaves_nothing_when_it_fails_in_the_middle(north, alice, monkeypatch):
    monkeypatch.setattr("cases.import_export.load.BATCH", 1)

    def fail_after_one(what, done, _total):
        if what == "patients written" and done == 1:
            raise OSError("the machine is full")

    with pytest.raises(OSError, match="full"):
        load(north, alice, ANNA + BEN, progress=fail_after_one)
    assert not Patient.objects.exists()


def test_import_patients_names_the_row_that_the_database_refuses(north, alice):
    rows = read_csv(LIST + ANNA + BEN, "list.csv", TODAY).patients
    rows[1].values["deceased_on"] = datetime.date(1960, 1, 1)

    report = import_patients(clinic=north, by=alice, rows=rows, commit=True)

    assert outcomes(report) == ["create", "refused"]
    assert report.rows[1].reasons == ["refused by the database (born_before_death)"]
    assert not Patient.objects.exists()


def test_import_patients_gives_a_taken_record_number_anew_and_keeps_the_old(north, alice):
    PatientFactory(clinic=north, family_name="Someone", record_number="000001")

    report = load(north, alice, "000001" + ANNA[1:])

    anna = north.patients.get(family_name="Novák")
    assert anna.record_number == "000002"
    assert anna.notes == "Record number in the source: 000001"
    assert "another patient's" in str(report.rows[0].row.remarks[0])


def test_import_patients_numbers_around_the_numbers_that_rows_bring(north, alice):
    content = "Surname,Record number\nOne,\nTwo,000001\nThree,\nFour,000002\n"
    rows = read_csv(content, "list.csv", TODAY).patients

    import_patients(clinic=north, by=alice, rows=rows, commit=True)

    numbers = dict(north.patients.values_list("family_name", "record_number"))
    assert numbers == {"One": "000003", "Two": "000001", "Three": "000004", "Four": "000002"}


def test_record_numbers_go_on_after_the_last_of_six_digits_is_taken(north, alice):
    PatientFactory(clinic=north, record_number="999999")
    PatientFactory(clinic=north, record_number="000001", given_name="Hana")

    assert free_record_numbers(north, 2) == ["000002", "000003"]
    registered = register_patient(clinic=north, by=alice, family_name="Reyes", sex="unknown")
    assert registered.record_number == "000002"


def test_import_patients_moves_what_does_not_fit_to_the_notes(north, alice):
    report = load(north, alice, "1,Anna,Novak,1965-05-17,f,none,LS1\n")

    anna = north.patients.get()
    assert (anna.email, anna.notes) == ("", "E-mail in the source: none")
    assert [problem.field for problem in report.rows[0].row.remarks] == ["e-mail"]


@pytest.mark.parametrize(
    ("header", "cell", "reason"),
    [
        ("Notes", "x" * 4001, "notes: has 4001 characters, at most 4000 fit."),
        ("Medication", "x" * 2001, "medication: has 2001 characters, at most 2000 fit."),
        ("Address", "x" * 4001, "notes: has 40"),
        ("First name", "x" * 101, "given names: Ensure this value has at most 100"),
    ],
)
def test_import_patients_refuses_what_fits_nowhere(north, alice, header, cell, reason):
    rows = read_csv(f"Surname,{header}\nNovak,{cell}\n", "list.csv", TODAY).patients

    report = import_patients(clinic=north, by=alice, rows=rows, commit=True)

    assert outcomes(report) == ["refused"]
    assert report.rows[0].reasons[0].startswith(reason)


def test_import_patients_writes_rows_that_the_model_would_take(north, alice):
    load(north, alice, ANNA + BEN + "4,Zoë,李,,x,,\n")

    for row in north.patients.all():
        row.full_clean()


def test_import_patients_is_in_the_history_with_its_name(north, alice):
    load(north, alice, ANNA)

    event = pghistory.models.Events.objects.tracks(north.patients.get()).get()
    assert event.pgh_label == "insert"
    assert event.pgh_context == {"command": "import_patients", "user": str(alice.pk)}


def test_import_patients_asks_the_same_number_of_questions_for_one_and_for_many(north, alice):
    def queries(content):
        with CaptureQueriesContext(connection) as context:
            load(north, alice, content)
        return len(context)

    many = "".join(f"m{n},Given{n},Family{n},1950-01-{n % 28 + 1:02},f,,\n" for n in range(200))

    assert queries("o1,Given,Family,1950-02-01,f,,\n") == queries(many)


def test_two_imports_of_one_person_cannot_both_write(north, alice):
    load(north, alice, ANNA)
    anna = north.patients.get()

    with pytest.raises(IntegrityError, match="imported_once_a_clinic"):
        PatientFactory(clinic=north, source_system=anna.source_system, source_id=anna.source_id)


# The command


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST + ANNA + BEN)
    return path


def run(*args, **options):
    out = StringIO()
    call_command("import_patients", *map(str, args), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def failure(*args, **options):
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("import_patients", *map(str, args), stdout=out, stderr=StringIO(), **options)
    return caught.value.returncode, str(caught.value), out.getvalue()


def test_command_shows_row_by_row_what_it_would_do(cast, path):
    said = run(path, clinic="north")

    assert "list.csv: CSV, separator comma, dates day first, 2 rows, UTF-8" in said
    assert "line 2     create   NOVÁK, Anna born 1965-05-17" in said
    assert "Create 2, matched 0, refused 0. Nothing was written; --commit" in said
    assert not Patient.objects.exists()


def test_command_commits_once(cast, path):
    said = run(path, "--commit", clinic="north", by="alice@example.org")
    assert "2 patients were written." in said

    again = run(path, "--commit", clinic="north", by="alice@example.org")
    assert "matched  NOVÁK, Anna born 1965-05-17 · already record 1" in again
    assert "Create 0, matched 2, refused 0. Nothing was written." in again


def test_command_reads_several_files_of_several_kinds(cast, path, tmp_path):
    fhir = tmp_path / "bundle.json"
    fhir.write_text(bundle(patient(name=[{"family": "Okafor"}]), about("Condition", "Gout")))
    lines = tmp_path / "patients.ndjson"
    lines.write_text(json.dumps(patient(id="x", identifier=None, birthDate="1999-01-01")) + "\n")

    said = run(path, fhir, lines, "--commit", clinic="north", by="alice@example.org")

    assert "Create 4, matched 0, refused 0. 4 patients were written." in said
    assert "- Gout" in Patient.objects.get(family_name="Okafor").medical_history


def test_command_says_refused_rows_and_leaves_with_one(cast, path):
    path.write_text(LIST + ANNA + NAMELESS)

    code, error, said = failure(path, "--commit", clinic="north", by="alice@example.org")

    assert code == 1
    assert error.startswith("1 row was refused, which keeps all from being written")
    assert "line 3     refused  Cleo born 1980-01-01 · family name: missing" in said
    assert not Patient.objects.exists()


def test_command_skips_refused_rows_when_told(cast, path):
    path.write_text(LIST + ANNA + NAMELESS)

    code, error, _said = failure(path, "--commit", "--skip-refused", clinic="north", by="alice@example.org")

    assert (code, error) == (1, "1 row was refused and left out.")
    assert Patient.objects.count() == 1


def test_command_prints_counts_only_when_asked_to_be_quiet(cast, path):
    said = run(path, clinic="north", verbosity=0)

    assert "Novák" not in said
    assert "Create 2" in said


def test_command_names_every_unusable_file_and_imports_none(cast, path, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("{")

    code, error, _said = failure(
        path, bad, tmp_path / "none.csv", "--commit", clinic="north", by="alice@example.org"
    )

    assert code == 2
    assert "bad.json is not valid JSON" in error
    assert "There is no file" in error
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"clinic": "nowhere"}, "There is no clinic “nowhere” (there are: north, south)."),
        ({"clinic": "north", "commit": True}, "--commit needs --by EMAIL"),
        ({"clinic": "north", "by": "charlie@example.org"}, "no active member of North"),
        ({"clinic": "north", "delimiter": "::"}, "“::” is no separator"),
        ({"clinic": "north", "source": "x" * 101}, "at most 100 characters"),
        ({"clinic": "north", "encoding": "klingon"}, "There is no encoding called klingon."),
    ],
)
def test_command_refuses_options_that_cannot_be(cast, path, options, reason):
    code, error, _said = failure(path, **options)

    assert code == 2
    assert reason in error


def test_command_shows_no_control_characters_of_a_file(cast, path):
    path.write_text(LIST + "1,An\x1b[31mna,Nov\x1bak,1965-05-17,f,,\n")

    _code, error, said = failure(path, clinic="north")

    assert "\x1b" not in said + error


def test_command_writes_no_name_to_the_log(cast, path, caplog):
    run(path, "--commit", clinic="north", by="alice@example.org")

    assert "Nov" not in caplog.text


def test_outcomes_are_the_words_of_the_report():
    assert [str(outcome) for outcome in Outcome] == ["create", "matched", "refused"]


# Records that were merged


@pytest.fixture
def kept_and_merged(north, alice):
    kept = PatientFactory(clinic=north, created_by=alice, record_number="000101", family_name="Smith")
    same = {"source_system": "csv", "source_id": "1"}
    merged = PatientFactory(
        clinic=north, created_by=alice, record_number="000102", family_name="Novák", **same
    )
    seen = mark_of_both(kept, merged)
    merge_patients(kept=kept, merged=merged, by=alice, reason="Married", seen=seen)
    return kept, merged


def test_import_patients_knows_a_merged_record_as_the_one_it_went_into(north, alice, kept_and_merged):
    report = load(north, alice, ANNA)

    assert outcomes(report) == ["matched"]
    assert "record 000101 (before its merge record 000102)" in report.rows[0].reasons[0]
    assert Patient.objects.count() == 2


def test_import_patients_does_not_take_a_record_and_what_was_merged_into_it_for_two(north, alice):
    details = {"clinic": north, "created_by": alice, "family_name": "Novák"}
    kept, merged = PatientFactory.create_batch(2, **details)
    seen = mark_of_both(kept, merged)
    merge_patients(kept=kept, merged=merged, by=alice, reason="Twice", seen=seen)

    report = load(north, alice, ANNA)

    assert (outcomes(report), report.written) == (["matched"], 0)
    assert f"record {kept.record_number}" in report.rows[0].reasons[0]
