"""Tables as CSV and XLSX in which no cell is a formula, whoever typed what is in it.

A spreadsheet program takes a text that begins with =, +, - or @ for a formula, also after a tab, a
line break, a quotation mark or an invisible character, and written in full width. In a CSV such a
text gets an apostrophe before it; in an XLSX every text is stored as text. Source: OWASP, CSV injection.
"""

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

import xlsxwriter

Cell = str | int | datetime.date | None

_LIVE = frozenset("=+-@")
_IN_DISGUISE = frozenset("\t\r\n\"'`|%")
# A number to dial, in groups: no program takes it for a formula or a sum, and a person reads it as it is.
_DIALLED = re.compile(r"\+\d{1,4} (\(0\))?\d{1,12}( \d{1,12})*\Z", re.ASCII)


def is_live(text: str) -> bool:
    """Return whether a spreadsheet program might take `text` for a formula."""
    if not text or _DIALLED.match(text):
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


def csv_cell(value: Cell) -> str:
    """Return a cell's text for a CSV: dates as 2026-03-27, a live text behind an apostrophe."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\x00", "")
    return f"'{text}" if is_live(text) else text


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV in UTF-8 with a byte order mark, which Excel needs to read it as such."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([csv_cell(head) for head in heads])
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as XLSX: one sheet, its head kept in sight, texts as text and dates as dates."""
    file = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"in_memory": True, **plain})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(title[:31])
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, day)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(heads) - 1), 18)
    book.close()
    return file.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, value: Cell, day: object) -> None:
    if isinstance(value, datetime.date):
        sheet.write_datetime(row, column, datetime.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, value[:32_767])
