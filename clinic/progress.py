"""One line a step at the terminal, and a sign of life from every step over two seconds.

Standard library only: the scripts use it before anything is installed.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_QUIET_SECONDS = 2


def say(line: str) -> None:
    """Print a line at once, even into a pipe."""
    print(line, flush=True)


@contextmanager
def step(line: str, detail: Callable[[], str] = str) -> Iterator[None]:
    """Print `line`, then how long it has taken every two seconds until the block is left.

    `detail` is asked each time for a few words more, such as "12 of 40 packages".
    """
    say(line)
    finished = threading.Event()
    ticker = threading.Thread(target=_tick, args=(finished, detail), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        finished.set()
        ticker.join()


def _tick(finished: threading.Event, detail: Callable[[], str]) -> None:
    started = time.monotonic()
    interactive = sys.stdout.isatty()
    while not finished.wait(_QUIET_SECONDS):
        words = f"  … {time.monotonic() - started:.0f} s {detail()}".rstrip()
        # A terminal shows one line that changes; a log file gets a line each time.
        print(f"\r\033[K{words}" if interactive else words, end="" if interactive else "\n", flush=True)
    if interactive and time.monotonic() - started > _QUIET_SECONDS:
        print("\r\033[K", end="", flush=True)
