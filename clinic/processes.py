"""The processes that a server consists of: started together, watched, restarted, stopped together."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from clinic.progress import say

_RESTARTS = 3
_WITHIN_SECONDS = 60


class GaveUp(Exception):
    """A process died too often; the message is a sentence."""


@dataclass
class Child:
    """One process, known by what it is to a person ("The web server"), with its output kept in `log`."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[str] | None = None
    deaths: list[float] = field(default_factory=list)
    output: threading.Thread | None = None

    def start(self) -> None:
        """Start the process in a session of its own: Ctrl-C reaches us alone and we stop it in order."""
        self.process = subprocess.Popen(
            self.command,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.output = threading.Thread(target=_forward, args=(self.process.stdout, self.log), daemon=True)
        self.output.start()

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> None:
        """Start the process again if it has died; raise GaveUp when it dies over and over."""
        if self.process is None or self.is_alive():
            return
        now = time.monotonic()
        self.deaths = [died for died in self.deaths if now - died < _WITHIN_SECONDS] + [now]
        how = f"with exit code {self.process.returncode}"
        if len(self.deaths) > _RESTARTS:
            raise GaveUp(f"{self.name} stopped {how} and does not stay up. Details: {self.log}")
        say(f"{self.name} stopped {how}; starting it again. Details: {self.log}")
        self.start()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process and all it started."""
        if self.process is not None and self.is_alive():
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def stop_all(children: list[Child], patience: float = 15) -> None:
    """Ask all to finish what they are doing, and end after `patience` seconds those that have not."""
    for child in children:
        # Only the process itself: it tells its own workers.
        if child.process is not None and child.is_alive():
            child.process.terminate()
    deadline = time.monotonic() + patience
    while any(child.is_alive() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in children:
        child.send(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
        if child.output is not None:
            child.output.join(timeout=2)


def _forward(stream: TextIO, log: Path) -> None:
    """Copy output to the log, and of it to the terminal only the first line of each log record.

    What else a process prints, tracebacks above all, would bury those lines.
    """
    with stream, _open(log) as file:
        for line in stream:
            file.write(line)
            file.flush()
            if re.match(r"\[?\d{4}-\d\d-\d\d ", line):
                sys.stdout.write(line)
                sys.stdout.flush()


def _open(log: Path) -> TextIO:
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > 10_000_000:
            log.replace(log.with_suffix(".1.log"))
        return log.open("a")
    except OSError:
        return Path(os.devnull).open("w")
