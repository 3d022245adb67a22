"""What stands on the page of a report: figures, tables, charts, and what each measure means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.functional import Promise

# Words, translated now or when they are written.
Text = str | Promise
Value = int | float | Decimal | str | date | datetime | bool | None


class Unit(StrEnum):
    """What a number counts. It says how it is written: 12, 12 days, 73 %, 2.5 points."""

    COUNT = "count"
    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"
    PERCENT = "percent"
    POINTS = "points"
    TEXT = "text"


@dataclass(frozen=True)
class Measure:
    """A name of the page and what exactly it means."""

    label: Text
    definition: Text


@dataclass(frozen=True)
class Shown:
    """The rows behind a figure: the key of a count, and what narrows it further.

    `narrow` are filters of the page (urgency, podiatrist, site, from, to) or `part` and `of`: the name of
    one of the report's parts and its value.
    """

    key: str
    narrow: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One number of the head of a page. `of` is how many it is taken from: a share or a median needs it.

    A value of None is written as a dash: there was nothing to take it from.
    """

    label: Text
    value: Value
    unit: Unit = Unit.COUNT
    of: int | None = None
    shown: Shown | None = None
    note: Text = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a table, with the rows behind it if it is a count of some."""

    value: Value
    unit: Unit = Unit.COUNT
    shown: Shown | None = None
    # 0 to 4: how dark a cell of a table that is read like a picture is drawn.
    shade: int | None = None


@dataclass(frozen=True)
class Table:
    """A table: the first cell of each row is its head. `total` is a last row that adds them up."""

    heads: Sequence[Text]
    rows: Sequence[Sequence[Cell | Value]]
    total: Sequence[Cell | Value] | None = None
    caption: Text = ""


@dataclass(frozen=True)
class Series:
    """Some numbers under one name, as many as the chart has labels. None: there is none for that label.

    `tone` is the meaning of its colour: accent, quiet, urgent, emergency or none of these for the next.
    """

    label: Text
    values: Sequence[int | float | Decimal | None]
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """Series over labels. Its table twin says the same in numbers."""

    title: Text
    labels: Sequence[Text]
    series: Sequence[Series]
    unit: Unit = Unit.COUNT

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)

    @property
    def table(self) -> Table:
        """The same in numbers: a row for each label, a column for each series."""
        rows: list[list[Cell | Value]] = [
            [str(label), *(Cell(one.values[place], self.unit) for one in self.series)]
            for place, label in enumerate(self.labels)
        ]
        return Table(["", *(one.label for one in self.series)], rows)


@dataclass(frozen=True)
class Bars(Chart):
    """A bar across the page for each label; several series stand in it one after the other."""


@dataclass(frozen=True)
class Columns(Chart):
    """A column for each label, along time; several series stand in it one upon the other."""


@dataclass(frozen=True)
class Lines(Chart):
    """A line for each series, along time."""


@dataclass(frozen=True)
class Intervals(Chart):
    """A dot between two ends for each label. Three series: the value, the low end and the high end."""


@dataclass(frozen=True)
class Section:
    """A part of a page: a sentence, a chart with its table twin, or a table alone.

    Without a `table` the chart's own twin stands beside it. `empty` says what to do when there is nothing.
    """

    title: Text
    says: Text = ""
    chart: Chart | None = None
    table: Table | None = None
    empty: Text = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has no rows to show."""
        twin = self.twin
        return twin is None or not twin.rows

    @property
    def twin(self) -> Table | None:
        """The table of the section."""
        return self.table or (self.chart.table if self.chart else None)


@dataclass(frozen=True)
class Page:
    """A report as it is read: what it says in one sentence, its figures, sections and definitions."""

    headline: Text
    figures: Sequence[Figure] = ()
    sections: Sequence[Section] = ()
    measures: Sequence[Measure] = ()
    # Whether nothing at all was counted: the page then says what would fill it.
    is_empty: bool = False
