"""Tables that leave in parts: nothing in them is a formula, and they take no more memory for being long."""

import csv
import datetime
import io
import re
import subprocess
import sys
import tracemalloc
import zipfile
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest
from django.conf import settings
from django.utils import timezone

from clinic.spreadsheets import csv_cell, stream_csv, stream_xlsx
from tests.referrals.test_worklist_export import HARMLESS, PAYLOADS

NUMBERS = ["+44 7700 900123", "+44 (0)113 496 0000", "0113 496 0000"]
NOON_UTC = datetime.datetime(2026, 7, 1, 12, 0, 30, tzinfo=datetime.UTC)


def read_csv(parts):
    return list(csv.reader(io.StringIO(b"".join(parts).decode("utf-8-sig"))))


def sheets_of(parts):
    book = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    return {name: book.read(name).decode() for name in book.namelist()}


def sheet_of(parts):
    return sheets_of(parts)["xl/worksheets/sheet1.xml"]


def texts_of(sheet):
    return re.findall(r"<is><t[^>]*>(.*?)</t></is>", sheet, re.DOTALL)


class TestNothingIsAFormula:
    @pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
    def test_a_live_text_in_any_part_of_a_csv_stands_behind_an_apostrophe(self, payload):
        rows = read_csv(stream_csv([payload], ([payload] for _ in range(1_001))))

        assert len(rows) == 1_002
        assert {row[0] for row in rows} == {f"'{payload}"}

    @pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
    def test_a_live_text_is_a_text_in_a_streamed_workbook(self, payload):
        book = sheets_of(stream_xlsx("Rows", ["Name"], [[payload], ["https://evil.example/"], ["0113"]]))

        sheet = book["xl/worksheets/sheet1.xml"]
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert sheet.count('t="inlineStr"') == 4
        assert not [name for name in book if "externalLink" in name]

    @pytest.mark.parametrize("text", HARMLESS + NUMBERS)
    def test_any_other_text_and_a_number_to_dial_stay_as_they_are(self, text):
        assert read_csv(stream_csv(["Name"], [[text]]))[1] == [text]

    def test_true_is_no_formula_either(self):
        sheet = sheet_of(stream_xlsx("Rows", ["a", "b"], [[True, False]]))

        assert texts_of(sheet)[-2:] == ["TRUE", "FALSE"]


class TestCells:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, ""),
            (True, "TRUE"),
            (False, "FALSE"),
            (-3, "-3"),
            (0.5, "0.5"),
            (-0.5, "-0.5"),
            (float("nan"), ""),
            (float("inf"), ""),
            (Decimal("1E+3"), "1000"),
            (Decimal("-0.10"), "-0.10"),
            (Decimal("NaN"), ""),
            (datetime.date(1899, 3, 27), "1899-03-27"),
            (datetime.datetime(2026, 3, 27, 14, 5), "2026-03-27 14:05:00"),  # noqa: DTZ001
        ],
        ids=str,
    )
    def test_each_kind_of_value_has_one_way_to_be_written(self, value, text):
        assert csv_cell(value) == text

    @pytest.mark.parametrize(
        ("zone", "shown"),
        [
            ("Europe/London", "2026-07-01 13:00:30"),
            ("Australia/Sydney", "2026-07-01 22:00:30"),
            ("UTC", "2026-07-01 12:00:30"),
        ],
    )
    def test_a_moment_is_on_the_clock_that_was_in_force_when_the_table_was_asked_for(self, zone, shown):
        with timezone.override(zone):
            parts = stream_csv(["At"], [[NOON_UTC]])

        assert read_csv(parts)[1] == [shown]

    def test_a_moment_in_a_workbook_is_on_the_clinics_clock_too(self):
        sheet = sheet_of(stream_xlsx("Rows", ["At"], [[NOON_UTC]], ZoneInfo("Australia/Sydney")))

        days = (datetime.datetime(2026, 7, 1) - datetime.datetime(1899, 12, 30)).days  # noqa: DTZ001
        found = float(re.search(r'r="A2"[^>]*><v>([\d.]+)</v>', sheet)[1])
        assert found == pytest.approx(days + (22 * 3600 + 30) / 86_400)

    def test_numbers_stay_numbers_in_a_workbook_and_a_day_before_1900_is_a_text(self):
        row = [7, 0.5, Decimal("-0.10"), float("nan"), datetime.date(1899, 3, 27)]

        sheet = sheet_of(stream_xlsx("Rows", list("abcde"), [row]))

        assert re.findall(r"<v>(.*?)</v>", sheet) == ["7", "0.5", "-0.1"]
        assert texts_of(sheet)[-1] == "1899-03-27"

    def test_a_table_without_rows_has_its_head(self):
        assert read_csv(stream_csv(["Name"], [])) == [["Name"]]
        assert texts_of(sheet_of(stream_xlsx("Rows", ["Name"], []))) == ["Name"]

    def test_a_csv_begins_once_with_the_mark_that_excel_needs(self):
        parts = list(stream_csv(["Zoë"], ([number] for number in range(1_200))))

        assert len(parts) == 4
        assert b"".join(parts).count(b"\xef\xbb\xbf") == 1
        assert parts[0].startswith(b"\xef\xbb\xbf")

    def test_more_rows_than_a_sheet_holds_go_on_on_the_next(self, monkeypatch):
        monkeypatch.setattr("clinic.spreadsheets.ROWS_A_SHEET", 2)

        book = sheets_of(stream_xlsx("R" * 40, ["n"], ([str(number)] for number in range(5))))

        sheets = [book[f"xl/worksheets/sheet{number}.xml"] for number in (1, 2, 3)]
        assert [texts_of(sheet) for sheet in sheets] == [["n", "0", "1"], ["n", "2", "3"], ["n", "4"]]


class TestLeftHalfWay:
    @pytest.mark.parametrize("stream", [stream_csv, lambda heads, rows: stream_xlsx("Rows", heads, rows)])
    def test_the_rows_are_closed_and_no_file_is_left(self, stream, tmp_path, monkeypatch):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        closed = []

        def rows():
            try:
                for number in range(10_000):
                    yield [f"Novak {number}"]
                    if number == 5_000 and stream is not stream_csv:
                        raise RuntimeError("the connection was lost")
            finally:
                closed.append(True)

        parts = stream(["Name"], rows())
        if stream is stream_csv:
            next(parts), next(parts)
            parts.close()
        else:
            with pytest.raises(RuntimeError, match="lost"):
                next(parts)

        assert closed
        assert not list(tmp_path.iterdir())


class TestMemory:
    @pytest.mark.parametrize(
        ("stream", "some", "many"),
        [(stream_csv, 2_000, 40_000), (lambda heads, rows: stream_xlsx("R", heads, rows), 1_000, 10_000)],
        ids=["csv", "xlsx"],
    )
    def test_twenty_times_the_rows_take_no_more_memory(self, stream, some, many):
        assert peak_of(stream, many) < peak_of(stream, some) + 300_000


def peak_of(stream, count):
    """Return the most bytes that were held while a table of so many rows was made and thrown away."""
    tracemalloc.start()
    try:
        for _part in stream(["Name", "n"], ([f"Novak {number}", number] for number in range(count))):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def soffice():
    script = settings.BASE_DIR / "script/_libreoffice.py"
    found = subprocess.run([sys.executable, script], stdout=subprocess.PIPE, text=True, check=True)
    return found.stdout.strip()


@pytest.mark.heavy
class TestInLibreOffice:
    """A hundred thousand rows of the worst, opened in a spreadsheet program."""

    ROWS = 100_000
    HEADS = ["Payload", "Dialled", "Digits", "Day", "Moment", "Share"]

    def rows(self):
        payloads = list(PAYLOADS.values())
        for number in range(self.ROWS):
            payload = payloads[number % len(payloads)]
            yield [payload, NUMBERS[0], "+447700900123", NOON_UTC.date(), NOON_UTC, Decimal("-0.10")]

    def opened(self, soffice, path):
        """Return the cells of a file as LibreOffice has them, with leave to work out what is in a CSV."""
        command = [soffice, f"-env:UserInstallation=file://{path.parent}/profile", "--headless"]
        if path.suffix == ".csv":
            command.append("--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,0,true")
        command += ["--convert-to", "fods", "--outdir", str(path.parent), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        return path.with_suffix(".fods")

    def test_a_formula_that_is_not_kept_from_it_would_be_found(self, soffice, tmp_path):
        path = tmp_path / "rows.csv"
        path.write_text('"Name"\n"=1+1"\n')

        assert "table:formula" in self.opened(soffice, path).read_text()

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_no_cell_is_a_formula_and_numbers_can_be_dialled(self, soffice, tmp_path, kind):
        path, process = tmp_path / f"rows.{kind}", psutil.Process()
        before = most = process.memory_info().rss
        parts = stream_csv(self.HEADS, self.rows()) if kind == "csv" else self.workbook()
        with path.open("wb") as file:
            for part in parts:
                file.write(part)
                most = max(most, process.memory_info().rss)

        formulas, dialled = self.counted(self.opened(soffice, path))

        assert most - before < 30 * 1024 * 1024
        assert formulas == 0
        assert dialled == self.ROWS

    def workbook(self):
        return stream_xlsx("Rows", self.HEADS, self.rows())

    def counted(self, path: Path):
        formulas = dialled = 0
        with path.open() as lines:
            for line in lines:
                formulas += "table:formula" in line
                dialled += f"<text:p>{NUMBERS[0]}</text:p>" in line
        return formulas, dialled
