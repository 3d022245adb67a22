"""What must hold of every report: behind each number stand as many rows, and what adds up adds up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from clinic.reports import Cell, Period, Scope, Unit
from clinic.reports.listing import Listing


def scope(clinic, first, last, *, today=None, **more):
    """Return the scope of some days of a clinic; dates may be written 2025-03-09."""
    first, last = (date.fromisoformat(f"{day}") for day in (first, last))
    return Scope(clinic=clinic, period=Period(first, last), today=today or last, **more)


def listing(report, asked, shown):
    """Return the rows behind a figure, as the page of the list finds them."""
    narrow, count = dict(shown.narrow), report.count_of(shown.key)
    part = _part_of(report, count, narrow.pop("part")) if "part" in narrow else None
    of = narrow.pop("of", "")
    first, last = narrow.pop("first", asked.period.first), narrow.pop("last", asked.period.last)
    period = Period(*(date.fromisoformat(f"{day}") for day in (first, last)))
    named = {key: value if key == "urgency" else UUID(str(value)) for key, value in narrow.items()}
    return Listing(count, replace(asked, period=period, **named), part, of)


def _part_of(report, count, name):
    part = report.part_of(count, name)
    assert part, f"the rows of {count.key} are not narrowed by {name}"
    return part


def figures(page):
    """Return the figures of a page by their labels."""
    return {str(figure.label): figure.value for figure in page.figures}


def table(page, title):
    """Return the rows of a section's table by their first cells, and the total under All."""
    section = next(section for section in page.sections if str(section.title) == title)
    if section.twin is None:
        return {}
    rows = [*section.twin.rows, *([section.twin.total] if section.twin.total else [])]
    return {str(value_of(row[0])): [value_of(cell) for cell in row[1:]] for row in rows}


def value_of(cell):
    return cell.value if isinstance(cell, Cell) else cell


def assert_rows_stand_behind(report, asked):
    """Each number that leads to rows is how many rows there are; each total is the sum of its column."""
    page = report.page(asked)
    leading = [figure for figure in page.figures if figure.shown]
    for section in page.sections:
        twin = section.twin
        if twin is None:
            continue
        lines = [*twin.rows, *([twin.total] if twin.total else [])]
        leading += [cell for line in lines for cell in line if isinstance(cell, Cell) and cell.shown]
        if twin.total:
            _assert_adds_up(twin, section.title)
    for one in leading:
        behind = listing(report, asked, one.shown)
        if one.unit == Unit.COUNT:
            assert one.value == behind.total, (one, behind.total)
        elif getattr(one, "shown", None) and one.unit == Unit.POINTS:
            assert one.of == behind.total, (one, behind.total)
    for one in {one.shown.key: one for one in leading}.values():
        behind = listing(report, asked, one.shown)
        assert len(behind.rows(10_000)) == behind.total
    return page


def _assert_adds_up(twin, title):
    for place, cell in enumerate(twin.total):
        if isinstance(cell, Cell) and cell.unit == Unit.COUNT and isinstance(cell.value, int | Decimal):
            column = [row[place].value for row in twin.rows]
            assert sum(value or 0 for value in column) == cell.value, (title, place)


def assert_filters_partition(report, asked, keys, **choices):
    """The sum over the choices of a filter, None for those with none, is the whole: `none` counts the rest.

    `choices` are the values of each filter that every row has one of.
    """
    whole = {key: listing(report, asked, report.count_of(key).shown()).total for key in keys}
    for name, values in choices.items():
        for key in keys:
            parts = [
                listing(report, replace(asked, **{name: value}), report.count_of(key).shown()).total
                for value in values
            ]
            assert sum(parts) == whole[key], (name, key, parts, whole[key])
    return whole
