"""Reports and the rows behind them as files that a spreadsheet program opens, with no live formula."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from django.http import Http404, StreamingHttpResponse

from clinic.downloads import TYPES, download, stream_rows
from clinic.reports.content import Value
from clinic.reports.listing import Listing
from clinic.spreadsheets import stream_csv, stream_xlsx


def file_of_table(
    kind: str, name: str, zone: ZoneInfo, heads: Sequence[str], rows: Iterable[Sequence[Value]]
) -> StreamingHttpResponse:
    """Return a table as a file to save; moments are written by the clock of `zone`.

    Answers 404 for a kind of file that there is not.
    """
    if kind not in TYPES:
        raise Http404
    parts = stream_csv(heads, rows, zone) if kind == "csv" else stream_xlsx(name, heads, rows, zone)
    return download(parts, f"{name}.{kind}")


def file_of_rows(kind: str, name: str, listing: Listing) -> StreamingHttpResponse:
    """Return all the rows behind a figure as a file to save, at the same cost of memory however many."""
    zone = ZoneInfo(listing.scope.clinic.time_zone)
    return file_of_table(kind, name, zone, listing.heads, _in_words(listing))


def _in_words(listing: Listing) -> Iterator[list[Value]]:
    """Yield the rows with words for codes."""
    columns = [column for column in listing.count.population.columns if not column.link]
    words = [
        {code: str(label) for code, label in column.labels.items()} if column.labels else {}
        for column in columns
    ]
    for row in stream_rows(listing.sql(), listing.params):
        yield [known.get(value, value) if known else value for known, value in zip(words, row, strict=True)]
