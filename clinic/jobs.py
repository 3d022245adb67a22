"""What every job needs of its connection to the database."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections, connection

P = ParamSpec("P")
R = TypeVar("R")


def connected(job: Callable[P, R]) -> Callable[P, R]:
    """Begin a job on a connection that works: one may have broken while the worker waited.

    A request lets go of its connection at its end; a job does not. When PostgreSQL is started anew, those
    that wait in the pool are broken too: each is given back until one answers. Decorate below `app.task`.
    """

    @wraps(job)
    def with_a_live_connection(*args: P.args, **kwargs: P.kwargs) -> R:
        # Called within a transaction, as a test does, the connection is the caller's.
        if not connection.in_atomic_block:
            close_old_connections()
            _find_a_live_one()
        return job(*args, **kwargs)

    return with_a_live_connection


def _find_a_live_one() -> None:
    """Let go of broken connections, at most as many as the pool can hold."""
    for _one in range(settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]):
        connection.ensure_connection()
        if connection.is_usable():
            return
        connection.close()
