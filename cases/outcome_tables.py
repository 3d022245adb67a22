"""The scores of a case as tables: a row for each visit, a column for each scale."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.outcome_words import (
    day,
    group_words,
    number,
    signed_number,
    size_of,
    title_of,
    verdict_words,
)
from cases.outcomes import Series

TITLES: dict[str, Any] = {
    "nrs": gettext_lazy("Pain, 0 to 10 (NRS)"),
    "psfs": gettext_lazy("What the patient can do (PSFS), 0 unable to 10 as before"),
    "": gettext_lazy("Questionnaires"),
}


_ANY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Table:
    """One table with its title, ready to be shown. `key` tells it from the others of the page."""

    key: str
    title: str
    head: SafeString
    body: SafeString
    foot: SafeString


def tables_of(
    series: Iterable[Series], visits: Mapping[Hashable, date], groups: Mapping[Hashable, str]
) -> list[Table]:
    """Return a table for pain, for the PSFS and for the questionnaires, as far as they were scored.

    `visits` are all visits in the order of time, `groups` the STarT Back groups by visit.
    """
    parts: dict[str, list[Series]] = {key: [] for key in TITLES}
    for one in series:
        parts.get(one.scale.measure, parts[""]).append(one)
    return [_table(key, found, visits, {} if key else groups) for key, found in parts.items() if found]


def _table(
    key: str, series: Sequence[Series], visits: Mapping[Hashable, date], groups: Mapping[Hashable, str]
) -> Table:
    heads = [*map(title_of, series)]
    columns = [{point.visit: number(point.value) for point in one.points} for one in series]
    if groups:
        heads.append(_("STarT Back, group"))
        columns.append({visit: group_words(group) for visit, group in groups.items()})
    scored = [visit for visit in visits if any(visit in column for column in columns)]
    return Table(
        key=key or "questionnaires",
        title=str(TITLES[key]),
        head=_cells('<th scope="col" class="number">{}</th>', heads),
        body=format_html_join(
            "", "<tr>{}{}</tr>", ((_visit(visit, visits[visit]), _at(visit, columns)) for visit in scored)
        ),
        foot=_foot(series, len(heads)),
    )


def _visit(visit: Hashable, on: date) -> SafeString:
    return format_html('<th scope="row"><a href="{}">{}</a></th>', _address(str(visit)), day(on))


def _address(visit: str) -> str:
    return _any_visit().replace(_ANY, visit)


@cache
def _any_visit() -> str:
    """The address of a visit, asked once a process: a table has it fifty times."""
    return reverse("cases:show_visit", args=[_ANY])


def _at(visit: Hashable, columns: Iterable[Mapping[Hashable, str]]) -> SafeString:
    return _numbers(column.get(visit) or "–" for column in columns)


def _foot(series: Sequence[Series], columns: int) -> SafeString:
    """What came of it, under each column."""
    asked: list[tuple[str, Callable[[Series], str]]] = [
        (_("Change from the first"), lambda one: signed_number(one.change) or "–"),
        (_("Change that matters"), lambda one: size_of(one.scale.change) or "–"),
        (_("Was it reached?"), _reached),
    ]
    more = [""] * (columns - len(series))
    return format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((words, _numbers([*(say(one) for one in series), *more])) for words, say in asked),
    )


def _reached(series: Series) -> str:
    if series.change is None or series.scale.change is None:
        return "–"
    return verdict_words(series.verdict)


def _numbers(texts: Iterable[str]) -> SafeString:
    return _cells('<td class="number">{}</td>', texts)


def _cells(cell: str, texts: Iterable[str]) -> SafeString:
    return format_html_join("", cell, ((text,) for text in texts))
