"""Patient lists as CSV into incoming patients."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.import_export.csv_file import read_csv
from cases.import_export.incoming import Unusable
from tests.cases.import_export.samples import LIST

TODAY = datetime.date(2026, 11, 21)


def read(content, **how):
    return read_csv(content, "list.csv", TODAY, **how)


def only(content, **how):
    (row,) = read(content, **how).patients
    return row


def test_read_csv_takes_the_columns_of_a_cliniko_export():
    content = (
        "id,title,first_name,preferred_first_name,last_name,date_of_birth,sex,gender_identity,email,"
        "address_1,address_2,city,state,post_code,country,patient_phone_numbers,medicare,"
        "medicare_reference_number,emergency_contact,occupation,referring_doctor,old_reference_id,"
        "appointment_notes,notes,medical_alerts,archived_at\n"
        '98123456789012345,Mrs,Zoë,Zo,"O\'Brien",1965-05-17,Female,Woman,zoe@example.org,'
        '1 High St,Unit 2,Hobart,TAS,7000,Australia,"Home: (03) 6200 0000, Mobile: 0412 345 678",'
        "2428 77813 2,1,Tom 0400,Teacher,Dr Lee,OLD-7,Late,Likes tea,Pacemaker,\n"
    )
    row = only(content)

    assert (row.source_system, row.source_id) == ("cliniko", "98123456789012345")
    assert row.refusals == row.remarks == []
    assert row.values == {
        "title": "Mrs",
        "family_name": "O'Brien",
        "given_name": "Zoë",
        "preferred_name": "Zo",
        "birth_date": datetime.date(1965, 5, 17),
        "sex": "female",
        "email": "zoe@example.org",
        "phone": "0412 345 678",
        "address": "1 High St\nUnit 2\nHobart\nTAS\nAustralia",
        "postcode": "7000",
        "national_id": "2428778132",
        "emergency_contact": "Tom 0400",
        "occupation": "Teacher",
        "gp_name": "Dr Lee",
        "record_number": "",
        "notes": "Likes tea\nGender identity: Woman\nMedical alerts (imported, to be checked): "
        "Pacemaker\nAppointment notes: Late\nOld reference: OLD-7\nHome: (03) 6200 0000\n"
        "Medicare reference number: 1",
    }


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_read_csv_finds_the_separator_and_knows_synonyms(separator):
    header = ["Patient ID", "Surname", "First Name", "DOB", "NHS number", "Mobile", "POSTCODE"]
    cells = ["77", "Novák", "Anna", "17/05/1965", "943 476 5919", "07700 900001", "LS1 1AA"]
    row = only(separator.join(header) + "\n" + separator.join(cells) + "\n")

    assert row.values["family_name"] == "Novák"
    assert row.values["birth_date"] == datetime.date(1965, 5, 17)
    assert row.values["national_id"] == "9434765919"
    assert (row.source_id, row.values["record_number"]) == ("77", "77")


def test_read_csv_follows_the_separator_that_excel_names():
    row = only("sep=;\nSurname;DOB\nNovak;1965-05-17\n")

    assert row.values["family_name"] == "Novak"
    assert row.place == "line 3"


def test_read_csv_says_when_the_date_order_cannot_be_told():
    undecided = read("Surname,DOB\nNovak,03/04/1965\n")

    assert undecided.patients[0].values["birth_date"] == datetime.date(1965, 4, 3)
    assert "Nothing in the file tells" in undecided.warnings[0]
    told = read("Surname,DOB\nNovak,03/04/1965\n", date_order="mdy")
    assert told.patients[0].values["birth_date"] == datetime.date(1965, 3, 4)
    assert told.warnings == []


def test_read_csv_lets_one_date_fix_the_whole_column():
    found = read("Surname,DOB\nNovak,03/04/1965\nReyes,03/14/1970\n")

    assert [row.values["birth_date"].month for row in found.patients] == [3, 3]


def test_read_csv_keeps_quotes_line_breaks_and_formulas_as_text():
    content = 'Surname,First name,Address,Notes\n"Novak ""Nan""","=1+1","1 High St\nLeeds","+cmd|x"\n'
    row = only(content)

    assert row.values["family_name"] == 'Novak "Nan"'
    assert row.values["given_name"] == "=1+1"
    assert row.values["address"] == "1 High St\nLeeds"
    assert row.values["notes"] == "+cmd|x"


def test_read_csv_numbers_rows_by_the_line_they_begin_on():
    content = '\nSurname,Notes\n\nNovak,"a\nb"\nReyes,c\n'

    assert [row.place for row in read(content).patients] == ["line 4", "line 6"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,Anna,Novak", "has 3 cells where the header has 7"),
        ("1,Anna,Novak,1965-05-17,f,,LS1 1AA,more", "has 8 cells where the header has 7"),
        ("1,Anna,,1965-05-17,f,,", "family name: missing"),
        ("1,Anna,?,1965-05-17,f,,", "family name: holds no letter"),
        ("1,Anna,Novak,23879,f,,", "date of birth: is not a date"),
        ("1,Anna,Novak,31/02/1965,f,,", "date of birth: there is no such day in the calendar"),
        ("1,An\x07na,Novak,1965-05-17,f,,", "given name: holds characters that are not text"),
        (f"{'9' * 201},Anna,Novak,1965-05-17,f,,", "id: is longer than 200 characters or not text"),
    ],
)
def test_read_csv_refuses_a_row_and_says_why(line, reason):
    row = only(LIST + line + "\n")

    assert reason in [str(problem) for problem in row.refusals]


def test_read_csv_refuses_two_columns_that_name_different_people():
    row = only("Surname,Last name\nNovak,Reyes\n")
    assert str(row.refusals[0]) == "family name: two columns say different things"

    assert only("Surname,Last name\nNovak,\n").values["family_name"] == "Novak"


def test_read_csv_joins_columns_of_the_same_name_that_may_be_several():
    row = only("Surname,Notes,Notes\nNovak,first,second\n")

    assert row.values["notes"] == "first; second"


def test_read_csv_says_what_it_mended():
    row = only("Surname,Mobile,NHS number,Sex\nNovak,4.47701E+11,943 476 5910,feminine\n")

    assert [problem.field for problem in row.remarks] == ["sex", "telephone", "NHS number"]
    assert row.values["sex"] == "unknown"
    assert "phone" not in row.values
    assert "national_id" not in row.values


def test_read_csv_takes_no_allergies_for_a_line_in_the_notes_only():
    assert only("Surname,Allergies\nNovak,NKDA\n").values["notes"] == "Allergies in the source: NKDA"

    row = only("Surname,Allergies\nNovak,Latex\n")
    assert row.values["allergies"] == "Imported, to be checked: Latex"


def test_read_csv_lists_the_columns_it_leaves():
    found = read("Surname,Shoe size\nNovak,41\n")

    assert found.warnings == ["Columns not taken: Shoe size."]


def test_read_csv_takes_a_cell_of_a_megabyte():
    row = only("Surname,Notes\nNovak," + "x" * 1_000_000 + "\n")

    assert len(row.values["notes"]) == 1_000_000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a,b,c\n1,2,3\n", "no header that is recognised"),
        ("Anna,Novak,1965-05-17\n", "no header that is recognised"),
        ("first_name,email\nAnna,a@example.org\n", "no header that is recognised"),
        ('Surname,Notes\nNovak,"never closed\nReyes,x\n', "after line 1: a quotation mark is opened"),
        ('Surname,Notes\nNovak,"a" b\n', "text follows a closing quotation mark"),
        ("Surname,DOB\nNovak,13/02/1960\nReyes,02/13/1960\n", "line 2 has the day first, line 3"),
        ("Surname,Notes\nNovak," + "x" * 10_000_001, "larger than 10 MB"),
        ("\n\n\n", "no header"),
    ],
)
def test_read_csv_says_in_a_sentence_why_a_file_is_unusable(content, reason):
    with pytest.raises(Unusable, match=reason):
        read(content)


@given(st.text(max_size=300))
def test_read_csv_raises_nothing_but_unusable_for_any_text(content):
    said = "list.csv"
    try:
        read(content)
    except Unusable as error:
        said = str(error)
    assert said.startswith("list.csv")


@given(st.lists(st.lists(st.text(alphabet=st.characters(), max_size=12), max_size=8), max_size=5))
def test_read_csv_answers_any_rows_with_values_or_reasons(rows):
    body = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    try:
        found = read(LIST + body)
    except Unusable:
        return
    assert all(row.refusals or row.values["family_name"] for row in found.patients)
