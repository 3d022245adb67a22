"""The list as CSV and XLSX: what the filters find, and no cell a formula."""

import csv
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import AccessLog
from clinic.spreadsheets import as_csv, as_xlsx, csv_cell, is_live
from referrals.workflow import State
from tests.factories import SpecialistFactory
from tests.referrals.worklist_rows import referral_in

PAYLOADS = {
    "equals": "=1+1",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1,1)",
    "tab": "\t=1+1",
    "carriage return": "\r=1+1",
    "line feed": "\n=1+1",
    "full-width equals": "＝1+1",
    "full-width plus": "＋1+1",
    "full-width minus": "－1+1",
    "full-width at": "＠SUM(1,1)",
    "quoted": '"=1+1',
    "single quoted": "'=1+1",
    "behind a blank": " =1+1",
    "behind an invisible mark": "\u200b=1+1",
    "behind a no-break blank": "\xa0=1+1",
    "dialled and summed": "+44 7700 900123+cmd|' /C calc'!A0",
}
HARMLESS = ["Novak", "", "O'Brien", "St John-Smith", "50% better", "03/12", "Ōta", "王", "a=b"]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_live_text_stands_behind_an_apostrophe_in_a_csv(payload):
    assert csv_cell(payload) == f"'{payload}"


@pytest.mark.parametrize("text", HARMLESS, ids=range(len(HARMLESS)))
def test_any_other_text_is_written_as_it_is(text):
    assert csv_cell(text) == text


@pytest.mark.parametrize("number", ["+44 7700 900123", "+44 (0)113 496 0000", "0113 496 0000"])
def test_a_telephone_number_stays_as_it_is_dialled(number):
    assert csv_cell(number) == number


def test_a_number_without_blanks_is_kept_from_becoming_a_sum():
    assert is_live("+447700900123")
    assert csv_cell("+447700900123") == "'+447700900123"


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_workbook_holds_texts_and_no_formula_number_or_link(payload):
    links = ["https://evil.example/", "mailto:a@b.example", "external:c:/x.xlsx", "{=1+1}", "0113"]

    book = zipfile.ZipFile(
        io.BytesIO(as_xlsx("Referrals", ["Name"], [[payload], *[[link] for link in links]]))
    )

    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert sheet.count('t="s"') == 2 + len(links)
    assert not [name for name in book.namelist() if "externalLink" in name]


def test_a_csv_begins_with_the_mark_that_excel_needs_and_quotes_each_cell():
    content = as_csv(["Name"], [["Łukasz, Zoë"], [timezone.datetime(2026, 3, 27).date()], [None], [7]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").split("\r\n") == [
        '"Name"', '"Łukasz, Zoë"', '"2026-03-27"', '""', '"7"', "",
    ]  # fmt: skip


class TestExport:
    def read(self, client, **query):
        response = client.get(reverse("referrals:export_csv"), query)
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        return response, rows

    @pytest.fixture
    def hostile(self, north, alice):
        specialist = SpecialistFactory(
            clinic=north, name='=HYPERLINK("http://evil.example")', phone="+44 113 496 0000", site="@site"
        )
        return referral_in(State.SENT, north, alice, family_name="=cmd|' /C calc'!A0", specialist=specialist)

    def test_no_cell_of_the_file_is_live(self, as_dana, hostile):
        _response, rows = self.read(as_dana)

        assert rows[0]["Family name"] == "'=cmd|' /C calc'!A0"
        assert rows[0]["Specialist’s telephone"] == "+44 113 496 0000"
        assert not [cell for row in rows for cell in row.values() if is_live(cell) and cell[0] != "'"]

    def test_the_file_holds_all_pages_of_what_the_filters_find(self, as_dana, north, alice):
        for number in range(30):
            referral_in(State.SENT, north, alice, family_name=f"Name{number:02}")
        referral_in(State.SEEN, north, alice, family_name="Other")

        response, rows = self.read(as_dana, tile="no_acknowledgement", sort="patient")

        assert [row["Family name"] for row in rows] == [f"Name{number:02}" for number in range(30)]
        assert rows[0]["Queue"] == "No acknowledgement"
        today = timezone.localdate()
        assert response["Content-Disposition"] == f'attachment; filename="referrals-{today:%Y-%m-%d}.csv"'

    def test_one_row_of_the_log_of_reads_names_every_patient_of_the_file(self, as_dana, north, alice):
        rows = [referral_in(State.SENT, north, alice) for _ in range(3)]

        as_dana.get(reverse("referrals:export_xlsx"))

        log = AccessLog.objects.get()
        assert log.action == "referrals:export_xlsx"
        assert set(log.patients) == {row.case.patient_id for row in rows}

    def test_a_list_that_is_too_long_for_a_file_says_so(self, as_dana, north, alice, monkeypatch):
        for module in ("worklist.export", "views.worklist_export"):
            monkeypatch.setattr(f"referrals.{module}.MOST_ROWS", 2)
        for _ in range(3):
            referral_in(State.SENT, north, alice)

        page = as_dana.get(reverse("referrals:export_csv"), {"sort": "age"}, follow=True)

        assert page.redirect_chain == [("/referrals/?sort=age", 302)]
        assert "no more than 2 referrals" in page.text

    def test_a_long_file_is_read_in_parts_and_keeps_its_order(self, as_dana, north, alice, monkeypatch):
        monkeypatch.setattr("referrals.worklist.export.ROWS_AT_ONCE", 2)
        for name in ("Cedar", "Ash", "Elm", "Birch", "Dogwood"):
            referral_in(State.SENT, north, alice, family_name=name)

        _response, rows = self.read(as_dana, sort="patient")

        assert [row["Family name"] for row in rows] == ["Ash", "Birch", "Cedar", "Dogwood", "Elm"]
        assert len(AccessLog.objects.get().patients) == 5

    def test_another_clinics_referrals_are_in_no_file(self, as_charlie, north, alice):
        referral_in(State.SENT, north, alice)

        assert self.read(as_charlie)[1] == []

    def test_the_number_of_queries_does_not_grow_with_the_rows(
        self, as_dana, north, alice, django_assert_max_num_queries
    ):
        for _ in range(6):
            referral_in(State.SENT, north, alice)
        as_dana.get(reverse("referrals:export_csv"))

        with django_assert_max_num_queries(10):
            as_dana.get(reverse("referrals:export_csv"))
