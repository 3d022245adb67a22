"""Queries that take longer to plan than to run: planned once for each connection."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Model


def planned_once() -> Any:
    """Return a cursor whose queries the server plans once and remembers (`prepare_threshold`).

    Values travel beside the text, so the text must be the same each time and type its values itself.
    Counted and timed like any other query of Django's. For reading only: the audit's context goes with
    the text of a write.
    """
    connection.ensure_connection()
    return connection._prepare_cursor(ServerBindingCursor(connection.connection))  # type: ignore[attr-defined, call-arg]


class Parts:
    """Some columns of a few models, by what a query calls their tables, for a list that needs no more.

    The names are attributes of the model. What is not among them is read when somebody asks for it, as of
    any deferred field.
    """

    def __init__(self, **models: tuple[type[Model], str]) -> None:
        self.models: list[tuple[type[Model], list[str]]] = []
        columns = []
        for table, (model, names) in models.items():
            fields = [field for field in model._meta.concrete_fields if field.attname in names.split()]
            self.models.append((model, [field.attname for field in fields]))
            columns += [f"{table}.{field.column}" for field in fields]
        self.columns = ", ".join(columns)

    def read(self, row: Sequence[Any]) -> list[Any]:
        """Return an object of each model, from the row's first values; None where its key is NULL."""
        values = iter(row)
        parts = [
            model.from_db("default", names, list(islice(values, len(names)))) for model, names in self.models
        ]
        return [part if part.pk else None for part in parts]
