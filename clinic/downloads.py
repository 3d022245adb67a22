"""Files with many rows, made at the same small cost of memory however many there are."""

from collections.abc import Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from weakref import finalize

from django.db import close_old_connections, connection
from django.http import StreamingHttpResponse

from clinic.spreadsheets import ROWS_AT_ONCE, closed_after, parts_of

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BYTES_IN_MEMORY = 1024 * 1024


def stream_rows(sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query as they are fetched, some hundreds at a time, from a cursor of the server.

    The server keeps them until the last one is fetched, so that no transaction stays open meanwhile; the
    query itself has the 30 seconds that any query has. The cursor is closed with the iterator.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows


def download(parts: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """Return a response that sends `parts` as a file called `name`, which ends in .csv or .xlsx.

    The file is made on disk before the first byte leaves. So what its rows have shown is in the log of
    reads before it leaves, a query that fails is an error page and no file cut short, and whoever fetches
    it slowly keeps no connection to the database. Raises KeyError for a name that ends otherwise.
    """
    content_type = TYPES[name.rpartition(".")[2]]
    # Closed by the response, which sends it; it has no name, and is gone once it is closed.
    file = SpooledTemporaryFile(BYTES_IN_MEMORY)  # noqa: SIM115
    try:
        with closed_after(parts) as left:
            # Its own `writelines` would keep all of them in memory first.
            for part in left:
                file.write(part)
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(file.tell()),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return StreamingHttpResponse(_Sent(file), content_type=content_type, headers=headers)


class _Sent:
    """The parts of a file. The connection that the request had goes back to the pool before the first."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        # Called at the end, or when the collector finds a response that nobody read.
        self.close = finalize(self, file.close)

    def __iter__(self) -> Iterator[bytes]:
        # Within a transaction, as a test is, the connection is the caller's.
        if not connection.in_atomic_block:
            close_old_connections()
        yield from parts_of(self.file)
