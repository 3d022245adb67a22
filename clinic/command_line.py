"""What `manage.py` does before Django: gives each command the database it needs, in the right role.

The web and most commands work as a role that owns nothing. Commands that change the schema need
the owner: DATABASE_OWNER_URL, or the embedded server's. Some commands need no database at all, and
none is started for them.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

WITHOUT_DATABASE = {
    "assess",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "evaluate_screening",
    "findstatic",
    "help",
    "makemessages",
    "sendtestemail",
    "startapp",
    "startproject",
    "version",
    "write_clinical_rules",
}
AS_OWNER = {
    "createcachetable",
    "flush",
    "grant_web_role",
    "keep_anew",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "pgtrigger",
    "prepare_server",
    "sqlflush",
    "sqlmigrate",
    "squashmigrations",
    "test",
}


def run(argv: list[str]) -> int:
    """Run a management command; a database or setting that is missing is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.core.management import execute_from_command_line

    from clinic.embedded_postgres import EmbeddedPostgresError

    try:
        with ExitStack() as stack:
            if needs_database(argv[1:]):
                stack.enter_context(chosen_database(argv[1]))
                check_reachable(os.environ.get("DATABASE_URL", ""))
            execute_from_command_line(argv)
    except (ImproperlyConfigured, EmbeddedPostgresError) as error:
        return _refuse(str(error))
    except OperationalError as error:
        # The first line says what; the server's address and name follow it.
        return _refuse(f"The database cannot be used: {str(error).strip().splitlines()[0]}")
    return 0


@contextmanager
def chosen_database(command: str) -> Iterator[None]:
    """Set DATABASE_URL to what this command needs.

    If nobody named a server, the embedded one is started for as long as the command runs, unless it
    runs anyway.
    """
    as_owner = command in AS_OWNER
    if os.environ.get("DATABASE_URL"):
        if as_owner and (owner := os.environ.get("DATABASE_OWNER_URL")):
            os.environ["DATABASE_URL"] = owner
        yield
        return
    if os.environ.get("ENVIRONMENT") == "production":
        yield  # The settings refuse this, in their own words.
        return
    from clinic import embedded_postgres

    directory = var_directory() / "postgres"
    started = embedded_postgres.start(directory)
    url = embedded_postgres.owner_url if as_owner else embedded_postgres.url
    os.environ["DATABASE_URL"] = url(directory)
    try:
        yield
    finally:
        if started:
            _close_connections()
            embedded_postgres.stop_if_unused(directory)


def _close_connections() -> None:
    from django.db import connections

    # The pools keep theirs open otherwise, and the server would look used.
    for connection in connections.all(initialized_only=True):
        connection.close()
        getattr(connection, "close_pool", lambda: None)()


def check_reachable(url: str) -> None:
    """Raise OperationalError at once when no server answers: Django's pool would try on for seconds."""
    if url.startswith(("postgres://", "postgresql://")):
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.OperationalError as error:
            raise OperationalError(str(error)) from error


def needs_database(arguments: list[str]) -> bool:
    """Return whether these arguments of manage.py name a command that talks to the database."""
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in WITHOUT_DATABASE or "--database" in arguments


def var_directory() -> Path:
    """Return where this machine keeps data, logs and static files: FOOTNOTE_VAR, or var/ in the clone."""
    root = Path(__file__).resolve().parent.parent
    return Path(os.environ.get("FOOTNOTE_VAR") or root / "var").absolute()


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1
