"""The processes of a server: their output, their deaths, their end."""

import io
import os
import sys
import time

import pytest

from clinic.processes import Child, GaveUp, _forward, stop_all


def child(tmp_path, program):
    return Child(
        "The test process", [sys.executable, "-c", program], os.environ, tmp_path / "log" / "test.log"
    )


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_log_records_reach_the_terminal_but_a_traceback_only_the_log(tmp_path, capsys):
    traceback = "Traceback (most recent call last):\n  File x\n    y()\nValueError: Anna Novak\n"
    output = f"2026-11-21 11:56:28 ERROR before\n{traceback}[2026-11-21 11:56:29 +0000] after\n"

    _forward(io.StringIO(output), tmp_path / "web.log")

    assert capsys.readouterr().out == "2026-11-21 11:56:28 ERROR before\n[2026-11-21 11:56:29 +0000] after\n"
    assert (tmp_path / "web.log").read_text() == output


def test_a_process_that_dies_is_started_again_and_said_so(tmp_path, capsys):
    process = child(tmp_path, "import time; time.sleep(60)")
    process.start()
    first = process.process.pid
    process.process.kill()
    process.process.wait()

    process.revive()

    assert process.is_alive()
    assert process.process.pid != first
    assert "The test process stopped with exit code -9; starting it again." in capsys.readouterr().out
    stop_all([process])


def test_a_process_that_keeps_dying_is_given_up(tmp_path):
    process = child(tmp_path, "raise SystemExit(3)")
    process.start()

    for _ in range(3):
        process.process.wait()
        process.revive()
    process.process.wait()

    with pytest.raises(GaveUp, match="stopped with exit code 3 and does not stay up"):
        process.revive()
    stop_all([process])


def test_stop_all_kills_what_does_not_stop(tmp_path, capsys):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    process = child(tmp_path, f"{deaf}; print('2026-11-21 deaf'); time.sleep(60)")
    process.start()
    wait_for(lambda: "deaf" in capsys.readouterr().out)

    stop_all([process], patience=0.2)

    assert not process.is_alive()
