"""Tables as CSV and XLSX in which no cell is a formula, whoever typed what is in it.

A spreadsheet program takes a text that begins with =, +, - or @ for a formula, also after a tab, a
line break, a quotation mark or an invisible character, and written in full width. In a CSV such a
text gets an apostrophe before it; in an XLSX every text is stored as text. Source: OWASP, CSV injection.

The forms that stream take as little memory for a million rows as for ten. A moment is written as the
clinic's clock showed it (`zone`, or the time zone in force when the function is called), without a zone.
"""

import csv
import datetime
import io
import math
import re
import unicodedata
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, TypeVar

import xlsxwriter
from django.utils import timezone

Cell = str | bool | int | float | Decimal | datetime.date | datetime.datetime | None
Rows = Iterable[Sequence[Cell]]
T = TypeVar("T")

ROWS_AT_ONCE = 500
BYTES_AT_ONCE = 64 * 1024
# What a sheet holds below its head. Source: Microsoft, Excel specifications and limits.
ROWS_A_SHEET = 1_048_575
LETTERS_A_CELL = 32_767
FIRST_YEAR_OF_EXCEL = 1900

_LIVE = frozenset("=+-@")
_IN_DISGUISE = frozenset("\t\r\n\"'`|%")
# A number to dial, in groups: no program takes it for a formula or a sum, and a person reads it as it is.
_DIALLED = re.compile(r"\+\d{1,4} (\(0\))?\d{1,12}( \d{1,12})*\Z", re.ASCII)
_AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def is_live(text: str) -> bool:
    """Return whether a spreadsheet program might take `text` for a formula."""
    if not text or (text[0].isascii() and text[0].isalnum()) or _DIALLED.match(text):
        return False
    if text[0] in "\t\r\n":
        return True
    for character in unicodedata.normalize("NFKC", text):
        if character in _LIVE:
            return True
        hidden = unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
        if not hidden and character not in _IN_DISGUISE:
            return False
    return False


def csv_cell(value: Cell, zone: datetime.tzinfo | None = None) -> str:
    """Return a cell's text for a CSV: days as 2026-03-27, a live text behind an apostrophe.

    Moments are 2026-03-27 14:05:00, numbers have a decimal point, yes and no are TRUE and FALSE.
    """
    match value:
        case None:
            return ""
        case str():
            text = value.replace("\x00", "")
            return f"'{text}" if is_live(text) else text
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime.datetime():
            return f"{_on_the_clock(value, zone):%Y-%m-%d %H:%M:%S}"
        case float() | Decimal():
            return f"{value:f}" if isinstance(value, Decimal) and _is_number(value) else _plain(value)
        case _:
            return str(value)


def stream_csv(heads: Sequence[str], rows: Rows, zone: datetime.tzinfo | None = None) -> Iterator[bytes]:
    """Return a table as parts of a CSV in UTF-8, with the mark that Excel needs to read it as such."""
    zone = zone or timezone.get_current_timezone()
    return _csv_parts(heads, rows, zone)


def _csv_parts(heads: Sequence[str], rows: Rows, zone: datetime.tzinfo) -> Iterator[bytes]:
    part: list[Sequence[Cell]] = [heads]
    encoding = "utf-8-sig"
    with closed_after(rows) as left:
        while part:
            file = io.StringIO(newline="")
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writerows([csv_cell(value, zone) for value in row] for row in part)
            yield file.getvalue().encode(encoding)
            part, encoding = list(islice(left, ROWS_AT_ONCE)), "utf-8"


def as_csv(heads: Sequence[str], rows: Rows) -> bytes:
    """Return a table as CSV in one piece: see `stream_csv`."""
    return b"".join(stream_csv(heads, rows))


def stream_xlsx(
    title: str, heads: Sequence[str], rows: Rows, zone: datetime.tzinfo | None = None
) -> Iterator[bytes]:
    """Return a table as parts of an XLSX, which is written to a file on disk first and then removed."""
    zone = zone or timezone.get_current_timezone()
    return _xlsx_parts(title, heads, rows, zone)


def _xlsx_parts(title: str, heads: Sequence[str], rows: Rows, zone: datetime.tzinfo) -> Iterator[bytes]:
    # In a directory of its own, so that nothing stays behind of a workbook that was left half-way.
    with TemporaryDirectory() as directory, TemporaryFile() as file, closed_after(rows) as left:
        book = _Book(file, zone, constant_memory=True, tmpdir=directory)
        try:
            book.write(title, heads, left)
        finally:
            book.let_go()
        yield from parts_of(file)


def as_xlsx(title: str, heads: Sequence[str], rows: Rows) -> bytes:
    """Return a table as XLSX in one piece: its head kept in sight, texts as text and days as days."""
    file = io.BytesIO()
    _Book(file, timezone.get_current_timezone(), in_memory=True).write(title, heads, rows)
    return file.getvalue()


@contextmanager
def closed_after(rows: Iterable[T]) -> Iterator[Iterator[T]]:
    """Go through rows that may come from an open cursor, which is closed then, also half-way."""
    left = iter(rows)
    try:
        yield left
    finally:
        if isinstance(left, Generator):
            left.close()


def parts_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file from its beginning in parts of some size."""
    file.seek(0)
    while part := file.read(BYTES_AT_ONCE):
        yield part


class _Book:
    """A workbook that is written row by row, with another sheet wherever one is full."""

    def __init__(self, file: IO[bytes], zone: datetime.tzinfo, **how: bool | str) -> None:
        self.book = xlsxwriter.Workbook(file, how | _AS_TYPED)
        self.zone = zone
        self.bold = self.book.add_format({"bold": True})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def write(self, title: str, heads: Sequence[str], rows: Rows) -> None:
        """Write the table and close the workbook."""
        sheet, at = self._sheet(title[:31], heads), 0
        for number, row in enumerate(rows):
            sheets, at = divmod(number, ROWS_A_SHEET)
            if sheets and not at:
                sheet = self._sheet(f"{title[:26]} {sheets + 1}", heads)
            for column, value in enumerate(row):
                self._write(sheet, at + 1, column, value)
        self.book.close()

    def let_go(self) -> None:
        """Close the files in which the rows of each sheet were kept."""
        for sheet in self.book.worksheets():
            sheet.row_data_fh.close()

    def _sheet(self, title: str, heads: Sequence[str]) -> Any:
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(heads) - 1), 18)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.bold)
        return sheet

    def _write(self, sheet: Any, row: int, column: int, value: Cell) -> None:
        match value:
            case str():
                if value:
                    sheet.write_string(row, column, value[:LETTERS_A_CELL])
            case bool():
                # LibreOffice keeps what is stored as true or false as the formula =TRUE().
                sheet.write_string(row, column, csv_cell(value))
            case int() | float() | Decimal():
                if _is_number(value):
                    sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value)
            case datetime.datetime():
                self._write_date(sheet, row, column, _on_the_clock(value, self.zone), self.moment)
            case datetime.date():
                midnight = datetime.datetime.combine(value, datetime.time.min)
                self._write_date(sheet, row, column, midnight, self.day)

    def _write_date(self, sheet: Any, row: int, column: int, at: datetime.datetime, how: Any) -> None:
        """Excel knows no day before 1900: it stands there as a text."""
        if at.year < FIRST_YEAR_OF_EXCEL:
            sheet.write_string(row, column, f"{at:%Y-%m-%d}")
        else:
            sheet.write_datetime(row, column, at, how)


def _on_the_clock(moment: datetime.datetime, zone: datetime.tzinfo | None) -> datetime.datetime:
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(zone or timezone.get_current_timezone()).replace(tzinfo=None)


def _is_number(value: int | float | Decimal) -> bool:
    return math.isfinite(value)


def _plain(value: float | Decimal) -> str:
    return str(value) if _is_number(value) else ""
