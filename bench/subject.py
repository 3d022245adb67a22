"""One thing that the bench measures."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Subject:
    """One thing to measure. `run` does it once; `queries` counts its SQL, where it is a page.

    `before` makes ready, once and not measured. Its times are divided by `parts`.
    """

    name: str
    run: Callable[[], Any]
    aim: str
    queries: Callable[[], int] | None = None
    most_rounds: int = 1_000
    warm_ups: int = 3
    before: Callable[[], Any] | None = None
    parts: int = 1
