"""Queries that take longer to plan than to run: planned once for each connection."""

from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


def planned_once() -> Any:
    """Return a cursor whose queries the server plans once and remembers (`prepare_threshold`).

    Values travel beside the text, so the text must be the same each time and type its values itself.
    Counted and timed like any other query of Django's. For reading only: the audit's context goes with
    the text of a write.
    """
    connection.ensure_connection()
    return connection._prepare_cursor(ServerBindingCursor(connection.connection))  # type: ignore[attr-defined, call-arg]
