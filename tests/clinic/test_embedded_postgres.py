"""PostgreSQL from the wheel, on real data directories."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from clinic import embedded_postgres
from clinic.embedded_postgres import EmbeddedPostgresError
from clinic.embedded_postgres.errors import explain
from clinic.embedded_postgres.places import home_of, socket_directory

START = "import pathlib, sys; from clinic import embedded_postgres as e; e.start(pathlib.Path(sys.argv[1]))"


@pytest.fixture(scope="module")
def open_place():
    """A directory that every user may enter: as root, PostgreSQL's own has to, and pytest closes its own."""
    with tempfile.TemporaryDirectory(prefix="footnote-test-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture(scope="module")
def directory(open_place):
    """A server of this module's own, in a directory with a long name and spaces in it."""
    path = open_place / ("deep " + "down " * 20).strip() / "var" / "postgres"
    yield path
    embedded_postgres.stop(path)


@pytest.fixture
def server(directory):
    embedded_postgres.ensure_running(directory)
    return directory


def _pid(directory):
    return int((home_of(directory) / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_url_is_that_of_the_web_role_and_makes_nothing(tmp_path):
    url = embedded_postgres.url(tmp_path / "var" / "postgres")

    assert url.startswith("postgresql://footnote_web@/footnote?host=")
    assert url == embedded_postgres.url(tmp_path / "var" / "postgres")
    assert not (tmp_path / "var").exists()


def test_start_says_who_started_the_server(directory):
    embedded_postgres.stop(directory)

    assert embedded_postgres.start(directory) is True
    assert embedded_postgres.start(directory) is False
    assert embedded_postgres.is_running(directory)


def test_a_long_path_gets_a_short_socket_directory_that_is_private(server):
    sockets = socket_directory(home_of(server))

    assert len(str(sockets / ".s.PGSQL.5432")) <= 100
    assert sockets.stat().st_mode & 0o077 == 0


def test_the_web_role_owns_nothing_and_may_not_truncate(server):
    with psycopg.connect(embedded_postgres.owner_url(server)) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS note (id int)")
        owner.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON note TO footnote_web")

    with (
        psycopg.connect(embedded_postgres.url(server)) as web,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        web.execute("TRUNCATE note")


def test_a_new_database_of_the_owner_has_the_extensions(server):
    with psycopg.connect(embedded_postgres.owner_url(server), autocommit=True) as owner:
        owner.execute("CREATE DATABASE test_scratch")
    with psycopg.connect(
        embedded_postgres.owner_url(server).replace("/footnote?", "/test_scratch?")
    ) as scratch:
        extensions = {name for (name,) in scratch.execute("SELECT extname FROM pg_extension")}
        scratch.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    with psycopg.connect(embedded_postgres.owner_url(server), autocommit=True) as owner:
        owner.execute("DROP DATABASE test_scratch")

    assert extensions >= {"pg_trgm", "unaccent", "btree_gin"}


def test_letters_outside_ascii_are_letters_to_trigram_search(server):
    with psycopg.connect(embedded_postgres.url(server)) as web:
        row = web.execute("SELECT lower('ΣΟΦΊΑ ŁĄ'), similarity('Σοφία', 'Σοφίο') > 0.3").fetchone()

    assert row == ("σοφία łą", True)


def test_start_follows_a_killed_server(server):
    os.kill(_pid(server), signal.SIGKILL)

    embedded_postgres.ensure_running(server)

    with psycopg.connect(embedded_postgres.url(server)) as web:
        assert web.execute("SELECT 1").fetchone() == (1,)


def test_start_sees_through_a_pid_file_whose_number_belongs_to_another_program(server):
    pid_file = home_of(server) / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    embedded_postgres.stop(server)
    data_owner = (home_of(server) / "data").stat()
    switch = {"user": data_owner.st_uid, "group": data_owner.st_gid} if os.geteuid() == 0 else {}

    with subprocess.Popen(["sleep", "60"], cwd="/", **switch) as other:
        pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        assert not embedded_postgres.is_running(server)
        assert embedded_postgres.start(server) is True
        assert other.poll() is None
        other.kill()


def test_two_starts_at_once_make_one_server(open_place):
    directory = open_place / "limited"

    with ThreadPoolExecutor() as pool:
        started = list(pool.map(embedded_postgres.start, [directory, directory]))
    embedded_postgres.stop(directory)

    assert sorted(started) == [False, True]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the directory to another user")
def test_a_start_that_died_before_it_gave_the_directory_away_is_finished_by_the_next(open_place):
    directory = open_place / "left behind"
    directory.mkdir(mode=0o700)

    assert embedded_postgres.start(directory) is True
    embedded_postgres.stop(directory)

    assert home_of(directory).stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes directories of other users")
def test_a_directory_of_somebody_else_is_refused(open_place):
    directory = open_place / "taken"
    directory.mkdir()
    os.chown(directory, 12345, 12345)

    with pytest.raises(EmbeddedPostgresError, match="is not a directory of"):
        embedded_postgres.start(directory)


def test_the_server_outlives_the_process_that_started_it(server):
    embedded_postgres.stop(server)

    subprocess.run([sys.executable, "-c", START, str(server)], check=True, cwd=Path(__file__).parents[2])

    assert embedded_postgres.is_running(server)


def test_stop_if_unused_leaves_a_server_that_somebody_uses(server):
    with psycopg.connect(embedded_postgres.url(server)):
        embedded_postgres.stop_if_unused(server)
        assert embedded_postgres.is_running(server)


def test_stop_if_unused_waits_for_a_connection_that_is_going(server):
    connection = psycopg.connect(embedded_postgres.url(server))
    closing = threading.Timer(0.5, connection.close)
    closing.start()

    embedded_postgres.stop_if_unused(server)

    closing.join()
    assert not embedded_postgres.is_running(server)


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root may mount a small disk; the next test is for everybody"
)
def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_made(open_place):
    disk = open_place / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], check=True)
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"^The disk that holds .* is full: make room"):
            embedded_postgres.start(disk / "postgres")
        assert not list(disk.glob("postgres/data*"))
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_files_that_may_not_grow_are_one_sentence_and_leave_nothing_half_made(open_place):
    directory = open_place / "twice"

    result = subprocess.run(
        ["sh", "-c", f'ulimit -f 200; exec "$0" -c "{START}" "$1"', sys.executable, directory],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stderr.splitlines()[-1].endswith("files may not grow large enough here (ulimit -f).")
    assert not list(home_of(directory).glob("data*"))


def test_data_of_another_major_version_is_refused(server):
    embedded_postgres.stop(server)
    marker = home_of(server) / "data" / "PG_VERSION"
    version = marker.read_text()
    marker.write_text("15\n")

    with pytest.raises(EmbeddedPostgresError, match="was made by PostgreSQL 15 and this is 18"):
        embedded_postgres.start(server)
    marker.write_text(version)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("initdb: could not write: No space left on device", "The disk that holds /srv/pg is full"),
        ("FATAL: could not open file: Permission denied", "PostgreSQL may not use /srv/pg"),
        ("child process was terminated: File size limit exceeded", "files may not grow large enough here"),
        ("could not create: Read-only file system", "is read-only"),
        ("LOG: a\nFATAL: what happened\nLOG: z", "does not start from /srv/pg: FATAL: what happened"),
        ("", "it gave no reason"),
    ],
)
def test_what_went_wrong_is_one_sentence(output, sentence):
    explanation = explain(output, Path("/srv/pg"))

    assert sentence in explanation
    assert "\n" not in explanation


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
def test_a_clone_where_the_database_user_may_not_go_keeps_its_data_elsewhere(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    directory = closed / "var" / "postgres"
    place = embedded_postgres.location(directory)
    try:
        embedded_postgres.ensure_running(directory)
        with psycopg.connect(embedded_postgres.url(directory)) as web:
            assert web.execute("SELECT 1").fetchone() == (1,)
        assert (place / "data").exists()
        embedded_postgres.stop(directory)
    finally:
        shutil.rmtree(place)

    assert place.is_relative_to("/var/lib/footnote")
    assert closed.stat().st_mode & 0o077 == 0
