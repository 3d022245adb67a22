"""What every job needs of its connection to the database."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection

P = ParamSpec("P")
R = TypeVar("R")


def connected(job: Callable[P, R]) -> Callable[P, R]:
    """Begin a job on a fresh connection of the pool: its own may have broken while the worker waited.

    A request lets go of its connection at its end; a job does not. Decorate below `app.task`.
    """

    @wraps(job)
    def with_a_live_connection(*args: P.args, **kwargs: P.kwargs) -> R:
        # Called within a transaction, as a test does, the connection is the caller's.
        if not connection.in_atomic_block:
            close_old_connections()
        return job(*args, **kwargs)

    return with_a_live_connection
