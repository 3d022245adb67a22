"""Reports and the rows behind them as files that a spreadsheet program opens, with no live formula."""

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpResponse, HttpResponseBase

from clinic.reports.content import Value
from clinic.reports.listing import Listing
from clinic.spreadsheets import as_csv, as_xlsx

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_of_table(
    kind: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[Value]]
) -> HttpResponseBase:
    """Return a table as a file to save."""
    if kind not in TYPES:
        raise Http404
    cells = [[value if isinstance(value, int | str) else str(value or "") for value in row] for row in rows]
    content = as_csv(heads, cells) if kind == "csv" else as_xlsx(name, heads, cells)
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def file_of_rows(kind: str, name: str, listing: Listing) -> HttpResponseBase:
    """Return all the rows behind a figure as a file to save."""
    rows = listing.rows(1_000_000)
    columns = [
        (str(place), column)
        for place, column in enumerate(listing.count.population.columns)
        if not column.link
    ]
    cells = [
        [
            str(column.labels.get(row[place], row[place] or "")) if column.labels else row[place]
            for place, column in columns
        ]
        for row in rows
    ]
    return file_of_table(kind, name, listing.heads, cells)
