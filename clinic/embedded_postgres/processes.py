"""The processes of a server, and what a killed one leaves behind."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from clinic.embedded_postgres.errors import EmbeddedPostgresError
from clinic.embedded_postgres.places import SOCKET, socket_directory


def postmaster(home: Path) -> psutil.Process | None:
    """Return the server process that the pid file speaks of, or None when the file is absent or stale."""
    try:
        pid = int((home / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        return process if works_in(process, home) else None
    except (OSError, ValueError, psutil.Error):
        return None


def servers_of(home: Path) -> Iterator[psutil.Process]:
    """Yield every living PostgreSQL process that works in this data directory, backends too."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if works_in(process, home):
                yield process


def works_in(process: psutil.Process, home: Path) -> bool:
    # A zombie has no directory any more: psutil raises.
    return process.name() == "postgres" and process.cwd() == os.path.realpath(home / "data")


def remove_leftovers(home: Path) -> None:
    """Remove the pid and socket files of a killed server.

    PostgreSQL would refuse to start when their number belongs to another program by now, as it may
    after a reboot. Backends that outlive a killed server must be gone first: they still write to
    the shared memory.
    """
    deadline = time.monotonic() + 30
    while any(servers_of(home)):
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"Processes of a killed PostgreSQL server still use {home}; end them first."
            )
        time.sleep(0.1)
    socket = socket_directory(home) / SOCKET
    for leftover in (home / "data" / "postmaster.pid", socket, socket.with_name(f"{SOCKET}.lock")):
        leftover.unlink(missing_ok=True)
