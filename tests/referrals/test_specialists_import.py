"""The directory as a file: reading what somebody sends, showing it first, and writing ours."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinic.spreadsheets import is_live
from referrals import actions
from referrals.directory.incoming import plan_import
from referrals.directory.reading import MOST_ROWS, Unreadable
from referrals.directory.writing import directory_csv, template_csv
from referrals.models import Specialist
from tests.factories import SpecialistFactory

pytestmark = pytest.mark.django_db
URL = reverse("referrals:import_specialists")
HEAD = "Name,Organisation,Kind of service,E-mail,Urgencies accepted,Conditions accepted,Typical wait,Notes"
GOOD = "Dr Ann Ōno,Spine House,spinal_service,a@b.example,urgent;soon,Cauda equina syndrome,6w,"


def rows(*lines):
    return "\n".join((HEAD, *lines))


def send(client, text, *, update="no", **more):
    file = SimpleUploadedFile("list.csv", text if isinstance(text, bytes) else text.encode())
    return client.post(URL, {"file": file, "update_known": update, **more})


def test_a_row_is_read_with_its_lists_and_words(north):
    plan = plan_import(north, rows(GOOD))

    values = plan.new[0].values
    assert values["name"] == "Dr Ann Ōno"
    assert values["destination"] == "spinal_service"
    assert values["urgencies"] == ["urgent", "soon"]
    assert values["typical_wait_weeks"] == 6
    assert len(values["conditions"]) == 1


@pytest.mark.parametrize("sign", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separators_and_encodings_are_recognised(as_dana, sign, encoding):
    text = sign.join(("Name", "Kind of service", "Notes")) + "\r\n" + sign.join(("Zoë Müller", "GP", "Ça va"))

    said = send(as_dana, text.encode(encoding)).content.decode()

    assert "Zoë Müller" in said
    assert "Import 1 entry" in said
    assert ("Windows-1252" in said) == (encoding == "cp1252")
    assert not Specialist.objects.exists()


def test_nothing_is_saved_before_it_is_confirmed_and_then_once(as_dana, north):
    said = send(as_dana, rows(GOOD)).content.decode()
    assert "Nothing is saved yet" in said
    assert not Specialist.objects.exists()

    data = {"text": rows(GOOD), "update_known": "no", "confirmed": "1"}
    as_dana.post(URL, data)
    as_dana.post(URL, data)

    assert [(one.name, one.clinic) for one in Specialist.objects.all()] == [("Dr Ann Ōno", north)]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (",Spine House,GP,,,,,", "Name: is missing"),
        ("Dr A,,Wizardry,,,,,", "Kind of service: “Wizardry” is no kind of service"),
        ("Dr A,,GP,not an address,,,,", "E-mail: Enter a valid email address"),
        ("Dr A,,GP,,sometimes,,,", "Urgencies accepted: “sometimes” is no urgency"),
        ("Dr A,,GP,,,The plague,,", "Conditions accepted: “The plague” is no condition"),
        ("Dr A,,GP,,,,long,", "Typical wait: “long” is no number of weeks"),
        ("Dr A,,GP,,,,900,", "Typical wait: Ensure this value is less than or equal to 260"),
        ("Dr A,,GP,,,,,x,more", "more cells than there are columns"),
        (f"{'D' * 130},,GP,,,,,", "Name: is longer than 120 characters"),
        (f"Dr A,,GP,,,,,{'n' * 1001}", "Notes: is longer than 1000 characters"),
        ("Dr \x07A,,GP,,,,,", "cannot be read"),
    ],
    ids=["no name", "kind", "e-mail", "urgency", "condition", "words for weeks", "years", "too many cells",
         "long name", "long notes", "control character"],
)  # fmt: skip
def test_a_row_with_a_mistake_is_named_by_line_and_column_and_left_out(as_dana, line, sentence):
    said = send(as_dana, rows(GOOD, line)).content.decode()

    assert sentence in said
    assert '<th scope="row">3</th>' in said
    assert "Import 1 entry" in said


def test_the_same_entry_twice_in_a_file_is_a_mistake(as_dana):
    said = send(as_dana, rows(GOOD, GOOD.replace("Dr Ann", "DR  ANN"))).content.decode()

    assert "Line 2 has the same name and organisation" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty or no text"),
        (HEAD, "There is no entry in it"),
        ("Foo,Bar\n1,2", "The columns are not recognised"),
        (rows('"Dr A,,GP,,,,,'), "never closed, from line 2 on"),
        (b"PK\x03\x04 a workbook", "an Excel workbook cannot be read"),
        (b"\x00\x01\x02\x00", "empty or no text"),
    ],
    ids=["nothing", "only the header", "other columns", "an open quote", "a workbook", "bytes"],
)
def test_a_file_of_which_nothing_can_be_used_is_refused_with_what_to_do(as_dana, text, sentence):
    assert sentence in send(as_dana, text).content.decode()


def test_more_than_five_thousand_rows_are_refused(north):
    with pytest.raises(Unreadable) as refused:
        plan_import(north, rows(*(f"Dr {n},,GP,,,,," for n in range(MOST_ROWS + 1))))

    assert refused.value.code == "too_many"


def test_five_thousand_rows_are_taken(north, cast):
    text = rows(*(f"Dr {n},,GP,,,,," for n in range(MOST_ROWS)))

    assert actions.import_specialists(clinic=north, by=cast.dana, text=text, update_known=False) == (
        MOST_ROWS,
        0,
    )


def test_a_known_entry_is_left_alone_or_updated_as_chosen(north, south, cast):
    known = SpecialistFactory(clinic=north, name="Dr Ann Ōno", organisation="spine house", phone="0113")
    elsewhere = SpecialistFactory(clinic=south, name="Dr Ann Ōno", organisation="Spine House")

    left = actions.import_specialists(clinic=north, by=cast.dana, text=rows(GOOD), update_known=False)
    known.refresh_from_db()
    assert (left, known.version, known.email) == ((0, 0), 1, "")

    updated = actions.import_specialists(clinic=north, by=cast.dana, text=rows(GOOD), update_known=True)
    known.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (updated, known.version, known.email) == ((0, 1), 2, "a@b.example")
    assert known.phone == "0113"  # an empty cell takes nothing away
    assert elsewhere.email == ""


def test_what_looks_like_a_formula_is_kept_as_text_and_leaves_as_text(north, cast):
    text = rows('"=HYPERLINK(""http://x"")",@home,GP,,,,,+1+1')

    actions.import_specialists(clinic=north, by=cast.dana, text=text, update_known=False)

    one = Specialist.objects.get()
    assert (one.name, one.organisation, one.notes) == ('=HYPERLINK("http://x")', "@home", "+1+1")
    written = list(csv.reader(io.StringIO(directory_csv([one]).decode("utf-8-sig"))))
    assert [cell for cell in written[1] if is_live(cell)] == [
        '\'=HYPERLINK("http://x")',
        "'@home",
        "'+1+1",
    ]


def test_what_is_exported_comes_back_as_it_was(north, cast):
    SpecialistFactory(
        clinic=north,
        name="=Dr Shah",
        address="1 Road\nLeeds",
        urgencies=["urgent", "routine"],
        conditions=["cauda_equina_syndrome"],
        typical_wait_weeks=0,
        criteria="-10 points",
        portal_url="https://portal.example/",
    )
    text = directory_csv(north.specialists.all()).decode("utf-8-sig")

    result = actions.import_specialists(clinic=north, by=cast.dana, text=text, update_known=True)

    assert result == (0, 0)


def test_the_template_can_be_imported(north):
    plan = plan_import(north, template_csv().decode("utf-8-sig"))

    assert (len(plan.new), plan.refused, plan.table.not_taken) == (1, [], [])


def test_the_export_is_a_file_of_this_clinic_alone(as_dana, north, south):
    SpecialistFactory(clinic=north, name="Dr North")
    SpecialistFactory(clinic=south, name="Dr South")

    response = as_dana.get(reverse("referrals:export_specialists"))

    assert "attachment" in response["Content-Disposition"]
    assert b"Dr North" in response.content
    assert b"Dr South" not in response.content


def test_a_manager_and_admin_staff_import_and_an_auditor_does_not(as_mo, client, cast):
    client.force_login(cast.ada)

    assert as_mo.get(URL).status_code == 200
    assert client.get(URL).status_code == 403
