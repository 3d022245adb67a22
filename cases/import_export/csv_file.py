"""A patient list as CSV into `IncomingPatient`: separator, header, dates and rows."""

import csv
import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from cases.import_export import csv_row
from cases.import_export.csv_columns import has_names, system_of, targets_of
from cases.import_export.dates import ORDER_WORDS, NotADate, OrderFound, find_order
from cases.import_export.incoming import IncomingPatient, Unusable, tidy

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_CELL_LIMIT = 10_000_000
_DATES = ("birth_date", "deceased_on")


@dataclass
class CsvFile:
    """What one file gave, and in words how it was read."""

    patients: list[IncomingPatient] = field(default_factory=list)
    described: str = ""
    warnings: list[str] = field(default_factory=list)


@dataclass
class _Table:
    """Header and rows; each row with the line it begins on."""

    headers: list[str]
    targets: list[str]
    rows: list[tuple[int, list[str]]]
    delimiter: str


def read_csv(
    content: str,
    file: str,
    today: datetime.date,
    *,
    delimiter: str = "",
    date_order: str = "auto",
    default_order: str = "dmy",
    source: str = "",
) -> CsvFile:
    """Return the patients of a file, one a row.

    `default_order` reads dates when the whole column cannot tell, which is then said in `warnings`.
    Raises Unusable when no header is recognised, a quote never ends, or the dates contradict
    themselves.
    """
    table = _table(content, file, delimiter)
    order = _order(table, file, date_order, default_order)
    system = source or system_of(table.targets)
    patients = []
    for line, cells in table.rows:
        row = IncomingPatient(file, f"line {line}", source_system=system)
        csv_row.read(table.targets, cells, row, order.order, today, is_cliniko=system == "cliniko")
        patients.append(row)
    words = f"CSV, separator {DELIMITERS.get(table.delimiter, repr(table.delimiter))}, dates "
    words += f"{ORDER_WORDS[order.order]}, {len(patients)} rows"
    return CsvFile(patients, words, _warnings(table, order))


def _table(content: str, file: str, delimiter: str) -> _Table:
    first, _, rest = content.partition("\n")
    skipped = 0
    # Excel's own way of naming the separator.
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        content, delimiter, skipped = rest, delimiter or first[4], 1
    tables = [
        _parse(content, file, candidate, skipped)
        for candidate in ([delimiter] if delimiter else list(DELIMITERS))
        if delimiter or _header_fits(content, candidate)
    ]
    tables = [table for table in tables if has_names(table.targets)]
    if not tables:
        raise Unusable(
            f"{file} has no header that is recognised: its first line must name the columns, "
            "such as last_name, first_name, date_of_birth."
        )
    return max(tables, key=lambda table: sum(map(bool, table.targets)))


def _header_fits(content: str, delimiter: str) -> bool:
    """Look at the beginning alone, so that a wrong separator does not cost a parse or an error."""
    try:
        header = next((cells for _line, cells in _records(content[:100_000], delimiter) if any(cells)), [])
    except csv.Error:
        return False
    return has_names(targets_of(header))


def _records(content: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins on. Raises csv.Error."""
    csv.field_size_limit(_CELL_LIMIT)
    stream = io.StringIO(content, newline="")
    # Strict, for a quote that never ends would swallow all patients after it in silence.
    reader = csv.reader(stream, delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _parse(content: str, file: str, delimiter: str, skipped: int) -> _Table:
    rows: list[tuple[int, list[str]]] = []
    try:
        for line, cells in _records(content, delimiter):
            if any(cell.strip() for cell in cells):
                rows.append((line + skipped, cells))
    except csv.Error as error:
        after = f"after line {rows[-1][0]}" if rows else "from the first line on"
        raise Unusable(f"{file} cannot be read as CSV {after}: {_reason(str(error))}.") from None
    headers = rows[0][1] if rows else []
    return _Table(headers, targets_of(headers), rows[1:], delimiter)


def _reason(message: str) -> str:
    if "unexpected end of data" in message:
        return "a quotation mark is opened and never closed"
    if "expected after" in message:
        return "text follows a closing quotation mark"
    if "larger than field limit" in message:
        return "a cell is larger than 10 MB"
    return message


def _order(table: _Table, file: str, date_order: str, default_order: str) -> OrderFound:
    if date_order != "auto":
        return OrderFound(date_order, True)
    columns = [number for number, target in enumerate(table.targets) if target in _DATES]
    texts = ((line, cells[number]) for line, cells in table.rows for number in columns if number < len(cells))
    try:
        return find_order(texts, default_order)
    except NotADate as error:
        raise Unusable(
            f"{file}: {error}; say which with --date-order, and the other rows are refused."
        ) from None


def _warnings(table: _Table, order: OrderFound) -> list[str]:
    warnings = []
    if not order.is_certain:
        warnings.append(
            f"Nothing in the file tells whether 03/04 is a day in April or March; dates were read "
            f"{ORDER_WORDS[order.order]}. Check some, or say --date-order."
        )
    left = [
        tidy(header)[:40]
        for header, target in zip(table.headers, table.targets, strict=True)
        if header.strip() and not target
    ]
    if left:
        warnings.append("Columns not taken: " + ", ".join(left) + ".")
    if "referring_doctor" in table.targets:
        warnings.append("The referring doctor was taken as the GP: check before a letter goes out.")
    return warnings
