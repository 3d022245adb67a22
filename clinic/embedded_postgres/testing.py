"""The database of a test run."""

import atexit
import os
import re
from pathlib import Path

import psutil
from psycopg import sql

from clinic import embedded_postgres
from clinic.command_line import var_directory
from clinic.embedded_postgres.places import DATABASE, home_of, url_of


def start_for_tests() -> None:
    """Give the test run of this process its database, by setting DATABASE_URL unless it is set.

    Call it before Django reads its settings. The server has its own directory, `var/test-postgres`,
    and each run a database name of its own, so that runs and a development server do not meet.
    Processes that this one starts, such as the workers of pytest-xdist, inherit the variable.
    """
    os.environ.setdefault("ENVIRONMENT", "test")
    if os.environ.get("DATABASE_URL"):
        return
    directory = var_directory() / "test-postgres"
    embedded_postgres.start(directory, for_tests=True)
    home, starter = home_of(directory), os.getpid()
    _drop_databases_of_dead_runs(home)
    os.environ["DATABASE_URL"] = url_of(home, embedded_postgres.OWNER, f"{DATABASE}_{starter}")
    # A forked child runs this too, and must leave the server to its parent.
    atexit.register(lambda: embedded_postgres.stop_if_unused(directory) if os.getpid() == starter else None)


def _drop_databases_of_dead_runs(home: Path) -> None:
    with embedded_postgres.connect_as_superuser(home) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            found = re.match(rf"test_{DATABASE}_(\d+)", name)
            if found and not psutil.pid_exists(int(found[1])):
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )
