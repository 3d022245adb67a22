"""A directory as CSV into rows: separator, header, and what is wrong with each cell. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from referrals.directory.columns import HEADERS, LISTS, LONG, fields_of_headers, one_of, several, weeks

MOST_ROWS = 5_000
MOST_BYTES = 2_000_000
SEPARATORS: tuple[str, ...] = (",", ";", "\t")
_CELL_LIMIT = 100_000


class Unreadable(Exception):
    """Nothing of the file can be used; `code` is empty, no_header, quotes or too_many."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code, self.line = code, line


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell: the `column` as the file calls it, a code, and the text itself."""

    column: str
    code: str
    text: str = ""


@dataclass(slots=True)
class Row:
    """One entry as the file gives it, by the names of the model's fields. Empty cells are left out."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What makes two entries the same one."""
        return key_of(self.values.get("name", ""), self.values.get("organisation", ""))


@dataclass(slots=True)
class Table:
    """The rows of a file, how its columns are called, and those that were not understood."""

    rows: list[Row]
    columns: dict[str, str]
    not_taken: list[str]


def key_of(name: str, organisation: str) -> tuple[str, str]:
    """Return name and organisation without case and doubled blanks."""
    return " ".join(name.casefold().split()), " ".join(organisation.casefold().split())


def read_directory(
    text: str, *, destinations: Mapping[str, str], urgencies: Mapping[str, str], conditions: Mapping[str, str]
) -> Table:
    """Return the rows of a CSV. The three tables lead from a plain label or code to the code.

    Raises Unreadable when there is no row, no header that names entries, an open quote, or too much.
    """
    records = _best(text)
    headers = records[0][1]
    fields = fields_of_headers(headers)
    rows = records[1:]
    if not rows:
        raise Unreadable("empty")
    if len(rows) > MOST_ROWS:
        raise Unreadable("too_many")
    columns = {name: header for name, header in zip(fields, headers, strict=True) if name}
    known = {"destination": destinations, "urgencies": urgencies, "conditions": conditions}
    return Table(
        [_row(line, cells, fields, columns, known) for line, cells in rows],
        columns,
        [header.strip() for name, header in zip(fields, headers, strict=True) if header.strip() and not name],
    )


def _best(text: str) -> list[tuple[int, list[str]]]:
    """Return the records by the separator under which the most headers are known."""
    text = text.lstrip("\ufeff")
    first, _, rest = text.partition("\n")
    skipped = 0
    candidates = SEPARATORS
    # Excel's own way of naming the separator.
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        text, skipped, candidates = rest, 1, (first.strip()[4],)
    if not text.strip():
        raise Unreadable("empty")
    known = {sign: _known_headers(text, sign) for sign in candidates}
    sign = max(known, key=lambda one: known[one])
    if not known[sign]:
        raise Unreadable("no_header")
    found = [(line + skipped, cells) for line, cells in _records(text, sign) if any(map(str.strip, cells))]
    if "name" not in fields_of_headers(found[0][1]):
        raise Unreadable("no_header")
    return found


def _known_headers(text: str, sign: str) -> int:
    try:
        header = next((cells for _line, cells in _records(text, sign) if any(map(str.strip, cells))), [])
    except Unreadable:
        return 0
    return sum(map(bool, fields_of_headers(header)))


def _records(text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it begins on."""
    csv.field_size_limit(_CELL_LIMIT)
    # Strict, for a quote that never ends would swallow all entries after it in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable("quotes", line) from None


def _row(
    line: int,
    cells: list[str],
    fields: list[str],
    columns: Mapping[str, str],
    known: Mapping[str, Mapping[str, str]],
) -> Row:
    row = Row(line)
    if any(cell.strip() for cell in cells[len(fields) :]):
        row.errors.append(CellError("", "too_many_cells", str(len(cells))))
        return row
    for name, cell in zip(fields, cells, strict=False):
        if name and cell.strip():
            _read(row, name, _unguarded(cell.strip()), columns[name], known)
    for name in ("name", "destination"):
        if name not in row.values and not any(error.column == columns.get(name) for error in row.errors):
            row.errors.append(CellError(columns.get(name, HEADERS[name][0]), "missing"))
    return row


def _unguarded(cell: str) -> str:
    """Without the apostrophe that our own export puts before what a spreadsheet takes for a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell


def _read(row: Row, name: str, text: str, column: str, known: Mapping[str, Mapping[str, str]]) -> None:
    if name in LISTS:
        codes = {part: one_of(part, known[name]) for part in several(text)}
        row.errors += [CellError(column, f"no_{name}", part) for part, code in codes.items() if not code]
        row.values[name] = [code for code in dict.fromkeys(codes.values()) if code]
    elif name == "destination":
        if code := one_of(text, known[name]):
            row.values[name] = code
        else:
            row.errors.append(CellError(column, "no_destination", text))
    elif name == "typical_wait_weeks":
        number = weeks(text)
        if number is None:
            row.errors.append(CellError(column, "no_weeks", text))
        else:
            row.values[name] = number
    else:
        row.values[name] = text if name in LONG else " ".join(text.split())
