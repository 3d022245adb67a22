"""Being told to stop at an awkward moment."""

import os
import signal

import pytest

from clinic import stopping


@pytest.fixture(autouse=True)
def listening(monkeypatch):
    """Listen for signals, and leave pytest its own handlers afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(stopping, "_state", {"asked": False, "held": False})
    stopping.listen()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def told_to_stop_while_starting_a_process(steps):
    with stopping.held_off():
        os.kill(os.getpid(), signal.SIGTERM)
        steps.append("started")


def test_a_signal_stops_at_once():
    with pytest.raises(stopping.Stopped):
        os.kill(os.getpid(), signal.SIGINT)


def test_a_signal_waits_for_what_must_not_be_interrupted():
    steps = []

    with pytest.raises(stopping.Stopped):
        told_to_stop_while_starting_a_process(steps)
    assert steps == ["started"]
