"""Files with many rows: how they are read, sent and left half-way."""

import csv
import io
from contextlib import closing

import pytest
from django.db import connection
from django.db.utils import DataError

from clinic.downloads import download, stream_rows
from clinic.spreadsheets import stream_csv, stream_xlsx

NUMBERS = "SELECT number, 'Novak ' || number FROM generate_series(1, %s) AS number"


def cursors():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        return cursor.fetchone()[0]


@pytest.mark.django_db
class TestStreamRows:
    def test_every_row_comes_once_and_in_order(self):
        rows = list(stream_rows(NUMBERS, [1_234]))

        assert [number for number, _name in rows] == list(range(1, 1_235))
        assert rows[-1] == (1_234, "Novak 1234")

    def test_values_come_by_name_too_and_are_never_part_of_the_query(self):
        hostile = "'; DROP TABLE cases_patient; --"

        assert list(stream_rows("SELECT %(word)s::text", {"word": hostile})) == [(hostile,)]

    def test_a_reader_who_stops_leaves_no_cursor(self):
        rows = stream_rows(NUMBERS, [5_000])
        next(rows)
        assert cursors() == 1

        rows.close()

        assert cursors() == 0


@pytest.mark.django_db(transaction=True)
class TestDownload:
    def file(self, count=2_000, name="visits-2026-10.csv"):
        return download(stream_csv(["Number", "Name"], stream_rows(NUMBERS, [count])), name)

    def sent(self, response):
        with closing(response):
            return b"".join(response)

    def test_a_file_says_what_it_is_how_long_it_is_and_that_nobody_keeps_it(self):
        response = self.file()
        content = self.sent(response)

        assert response.streaming
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"] == 'attachment; filename="visits-2026-10.csv"'
        assert response["Content-Length"] == str(len(content))
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert (rows[0], rows[-1], len(rows)) == (["Number", "Name"], ["2000", "Novak 2000"], 2_001)

    def test_a_workbook_is_sent_the_same_way(self):
        response = download(
            stream_xlsx("Visits", ["Number", "Name"], stream_rows(NUMBERS, [600])), "visits.xlsx"
        )

        assert response["Content-Type"].endswith("spreadsheetml.sheet")
        assert self.sent(response).startswith(b"PK")

    def test_a_file_of_another_kind_is_refused_before_anything_is_read(self):
        with pytest.raises(KeyError):
            download(iter([b""]), "visits.exe")

    def test_every_row_was_read_before_the_first_byte_leaves(self):
        read = []
        rows = ([number] for number in range(3_000) if not read.append(number))

        with closing(download(stream_csv(["Number"], rows), "rows.csv")):
            assert len(read) == 3_000

    def test_a_slow_reader_keeps_no_connection(self):
        response = self.file(count=100_000)
        parts = iter(response)
        next(parts)

        assert connection.connection is None

        response.close()
        assert cursors() == 0

    def test_a_reader_who_hangs_up_leaves_nothing_open(self):
        response = self.file(count=100_000)

        response.close()

        with pytest.raises(ValueError, match="closed file"):
            next(iter(response))
        assert cursors() == 0

    def test_a_file_that_nobody_reads_is_let_go_of(self):
        response = self.file(count=100)
        file = response._iterator.gi_frame.f_locals["self"].file

        del response

        assert file.closed

    def test_a_query_that_fails_half_way_is_an_error_and_no_short_file(self):
        rows = stream_rows("SELECT 1 / (1500 - number) FROM generate_series(1, 2000) AS number")

        with pytest.raises(DataError):
            download(stream_csv(["Number"], rows), "rows.csv")

        assert cursors() == 0
