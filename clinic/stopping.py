"""Being told to stop, by Ctrl-C or a signal, at a moment when nothing is lost by it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from clinic.progress import say

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_state = {"asked": False, "held": False}


class Stopped(BaseException):
    """Somebody asked us to stop."""


def listen() -> None:
    """Raise Stopped in the main thread at the first signal; ignore those that follow."""
    for number in _SIGNALS:
        signal.signal(number, _on_signal)


@contextmanager
def held_off() -> Iterator[None]:
    """Let the block finish first, such as the start of a process that nobody would know of otherwise."""
    _state["held"] = True
    try:
        yield
    finally:
        _state["held"] = False
    if _state["asked"]:
        raise Stopped


def _on_signal(number: int, frame: FrameType | None) -> None:
    for other in _SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    _state["asked"] = True
    say("\nStopping: what is being done is finished first")  # below the ^C that the terminal shows
    if not _state["held"]:
        raise Stopped
