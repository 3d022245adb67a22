"""Content as templates write it: every cell a text, with the address of the rows behind it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clinic.access import may
from clinic.reports.content import Cell, Intervals, Section, Shown, Table, Value
from clinic.reports.drawing import drawing_of, tones
from clinic.reports.listing import Listing
from clinic.reports.report import Row
from clinic.reports.words import NOTHING, written

# How many letters stay in one line, and from how many on a text has the width of a card to itself.
SHORT, LONG = 11, 40
# How many letters a line has on the narrowest phone, the columns' gaps among them; how many columns have room
# beside a drawing; and with more than how many a table is wide, and very wide.
NARROW, BESIDE, WIDE, WIDEST = 34, 6, 7, 12
Addressed = Callable[[Shown | None], str]
# Whose rows lead to a page that not everybody may open.
VERB_OF_PAGE = {"cases:show_patient": "patients.view", "referrals:show_referral": "referrals.view"}


@dataclass(frozen=True)
class WrittenCell:
    """A cell as it is written. `head` is that of its column, for narrow screens."""

    text: str
    head: str = ""
    href: str = ""
    is_number: bool = False
    shade: int | None = None

    @property
    def linked(self) -> str:
        """The text, and if there are rows behind it the link to them."""
        return format_html('<a href="{}">{}</a>', self.href, self.text) if self.href else self.text

    @property
    def classes(self) -> str:
        """The classes by which a stylesheet knows a number, a short text that stays in one line, a dash."""
        names = {
            "number": self.is_number,
            "short": len(self.text) <= SHORT,
            "long": len(self.text) > LONG,
            "nothing": self.text == NOTHING,
            "report-link": not self.head and bool(self.href),
            f"shade-{self.shade}": self.shade is not None,
        }
        return " ".join(name for name, holds in names.items() if holds)


@dataclass(frozen=True)
class WrittenTable:
    """A table of texts; each row is its head and its cells."""

    heads: Sequence[WrittenCell]
    rows: Sequence[tuple[WrittenCell, Sequence[WrittenCell]]]
    total: tuple[WrittenCell, Sequence[WrittenCell]] | None
    caption: str

    @property
    def classes(self) -> str:
        """The classes of its size: how it is shown where there is little room."""
        return classes_of_size(self.heads, [[head, *cells] for head, cells in self.rows])

    @property
    def goes_beside(self) -> bool:
        """Whether it has room beside its drawing."""
        cells = [cell for _head, cells in self.rows for cell in cells]
        return len(self.heads) <= BESIDE and all(len(cell.text) <= SHORT for cell in cells)


def classes_of_size(heads: Sequence[WrittenCell], rows: Iterable[Sequence[WrittenCell]]) -> str:
    """Return whether a table stays one on a phone, becomes cards there, or sooner than that."""
    if len(heads) > WIDE:
        return f"report-cards report-wide{' report-widest' if len(heads) > WIDEST else ''}"
    columns = zip(heads, *rows, strict=True)
    letters = sum(max(_widest(cell.text) for cell in column) for column in columns)
    return "report-narrow" if letters + 2 * len(heads) <= NARROW else "report-cards"


def _widest(text: str) -> int:
    """Return how many letters of a text stay in one line; what would be broken into many needs more room."""
    if len(text) <= SHORT:
        return len(text)
    return NARROW if len(text) > LONG else max(map(len, text.split()), default=0)


@dataclass(frozen=True)
class WrittenSection:
    """A section as a template writes it. `legend` are the names of the chart's series and their classes."""

    title: str
    says: str
    empty: str
    drawing: SafeString
    legend: Sequence[tuple[str, str]] = ()
    table: WrittenTable | None = None
    chart_title: str = field(default="")


def section_as_shown(section: Section, key: str, address: Addressed) -> WrittenSection:
    """Return a section with its drawing and its table; an empty one has neither."""
    chart, twin = section.chart, section.twin
    legend: Sequence[tuple[str, str]] = ()
    if chart and len(chart.series) > 1 and not isinstance(chart, Intervals):
        names = [str(one.label) for one in chart.series]
        legend = list(zip(names, tones(chart.series), strict=True))
    return WrittenSection(
        title=str(section.title),
        says=str(section.says),
        empty=str(section.empty) if section.is_empty else "",
        drawing=drawing_of(chart, key) if chart else SafeString(),
        legend=legend,
        table=_table(twin, address) if twin and twin.rows else None,
        chart_title=str(chart.title) if chart else "",
    )


def _table(table: Table, address: Addressed) -> WrittenTable:
    heads = [str(head) for head in table.heads]
    rows = [_row(row, heads, address) for row in table.rows]
    total = _row(table.total, heads, address) if table.total else None
    numbers = [all(row[1][place].is_number for row in rows) for place in range(len(heads) - 1)]
    return WrittenTable(
        heads=[
            WrittenCell(heads[0]),
            *(WrittenCell(head, is_number=one) for head, one in zip(heads[1:], numbers, strict=True)),
        ],
        rows=rows,
        total=total,
        caption=str(table.caption),
    )


def _row(
    row: Sequence[Cell | Value], heads: Sequence[str], address: Addressed
) -> tuple[WrittenCell, Sequence[WrittenCell]]:
    cells = [
        _cell(value if isinstance(value, Cell) else Cell(value), head, address)
        for value, head in zip(row, heads, strict=True)
    ]
    return cells[0], cells[1:]


def _cell(cell: Cell, head: str, address: Addressed) -> WrittenCell:
    # Nothing is behind a nought.
    href = address(cell.shown) if cell.value else ""
    is_number = cell.value is None or isinstance(cell.value, int | float | Decimal)
    return WrittenCell(written(cell.value, cell.unit), head, href, is_number, cell.shade)


def rows_as_shown(request: HttpRequest, listing: Listing, rows: Sequence[Row]) -> list[list[WrittenCell]]:
    """Return the rows of a list; a column that leads to a page does so for those who may open it."""
    columns = listing.count.population.columns
    shown = [
        (place, column)
        for place, column in enumerate(columns)
        if not column.link or may(request, VERB_OF_PAGE[column.link])
    ]
    return [[_listed(row[str(place)], column) for place, column in shown] for row in rows]


def _listed(value: Any, column: Any) -> WrittenCell:
    head = str(column.head)
    if column.link:
        return WrittenCell(head, href=reverse(column.link, args=[value]) if value else "")
    if column.labels is not None:
        return WrittenCell(str(column.labels.get(value, value or written(None))), head)
    return WrittenCell(written(value), head, is_number=isinstance(value, int | float | Decimal))
