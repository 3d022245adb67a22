"""The databases of test runs."""

import atexit
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from clinic import embedded_postgres
from clinic.command_line import var_directory
from clinic.embedded_postgres.places import DATABASE, home_of, url_of

_ROOT = Path(__file__).resolve().parents[2]
_TEMPLATE = f"{DATABASE}_template"


def start_for_tests() -> None:
    """Give the test run of this process its database, by setting DATABASE_URL unless it is set.

    Call it before Django reads its settings. The server has its own directory, `var/test-postgres`,
    and each run a database name of its own, so that runs and a development server do not meet.
    Processes that this one starts, such as the workers of pytest-xdist, inherit the variables.
    """
    os.environ.setdefault("ENVIRONMENT", "test")
    if os.environ.get("DATABASE_URL"):
        return
    directory = var_directory() / "test-postgres"
    embedded_postgres.start(directory, for_tests=True)
    home, starter = home_of(directory), os.getpid()
    _drop_databases_of_dead_runs(home)
    os.environ["TEST_DATABASE_TEMPLATE"] = _migrated_template(home)
    os.environ["DATABASE_URL"] = url_of(home, embedded_postgres.OWNER, f"{DATABASE}_{starter}")
    # A forked child runs this too, and must leave the server to its parent.
    atexit.register(lambda: embedded_postgres.stop_if_unused(directory) if os.getpid() == starter else None)


def _drop_databases_of_dead_runs(home: Path) -> None:
    with embedded_postgres.connect_as_superuser(home) as connection:
        for name in _databases(connection):
            found = re.match(rf"test_{DATABASE}_(\d+)", name)
            if found and not psutil.pid_exists(int(found[1])):
                _drop(connection, name)


def _migrated_template(home: Path) -> str:
    """Return the name of a database with all migrations applied, which tests copy: that saves seconds a run.

    It is made once for a set of migrations and packages. Returns "" when they do not apply; the
    run then meets the same error, and shows it.
    """
    name = f"{_TEMPLATE}_{_fingerprint()}"
    with embedded_postgres.connect_as_superuser(home) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('template'))")
        present = _databases(connection)
        if name in present:
            return name
        for old in present:
            if old.startswith(_TEMPLATE):
                _drop(connection, old)
        unfinished = f"{name}_unfinished"
        create = sql.SQL("CREATE DATABASE {} OWNER {}")
        connection.execute(create.format(sql.Identifier(unfinished), sql.Identifier(embedded_postgres.OWNER)))
        if not _migrate(url_of(home, embedded_postgres.OWNER, unfinished)):
            _drop(connection, unfinished)
            return ""
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(name)))
    return name


def _fingerprint() -> str:
    digest = hashlib.sha256((_ROOT / "requirements.txt").read_bytes())
    for path in sorted(_ROOT.glob("*/migrations/*.py")):
        digest.update(os.fsencode(path.relative_to(_ROOT)) + path.read_bytes())
    return digest.hexdigest()[:12]


def _migrate(url: str) -> bool:
    result = subprocess.run(
        [sys.executable, _ROOT / "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        env=os.environ | {"DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return result.returncode == 0


def _databases(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT datname FROM pg_database")]


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
