"""Footnote on one machine: database, web server and job worker together, until Ctrl-C.

Run by script/server. HOST and PORT say where it listens (127.0.0.1, 8000); without DATABASE_URL it
brings its own PostgreSQL. Whatever goes wrong is one sentence here and, where there is more to say,
a log under var/log.
"""

import errno
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from clinic import embedded_postgres
from clinic.command_line import var_directory
from clinic.processes import Child, GaveUp, stop_all
from clinic.progress import say, step
from clinic.stopping import Stopped, held_off, listen

ROOT = Path(__file__).resolve().parent.parent
FULL_DISK = "The disk that holds {} is full: make room and start again."
_UP_SECONDS = 60
_LITTLE_SPACE = 16 * 1024 * 1024


class Refusal(Exception):
    """What keeps the server from starting, as a sentence."""


def main() -> int:
    """Run the server until it is told to stop; return the exit code."""
    listen()
    try:
        with ExitStack() as stack:
            serve(stack)
    except Stopped:
        say("Footnote has stopped.")
        return 0
    except (Refusal, GaveUp, embedded_postgres.EmbeddedPostgresError) as error:
        return _refuse(str(error))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _refuse(FULL_DISK.format(var_directory()))
        return _refuse(f"{error.strerror}: {error.filename or var_directory()}. Details: {_keep_traceback()}")
    except Exception as error:
        return _refuse(f"Footnote could not go on ({type(error).__name__}). Details: {_keep_traceback()}")
    return 0


def serve(stack: ExitStack) -> None:
    """Bring everything up in order and watch it; what `stack` holds is taken down again in reverse order."""
    host, port = address()
    stack.enter_context(reserved(host, port))
    embedded = not os.environ.get("DATABASE_URL") and os.environ.get("ENVIRONMENT") != "production"
    if embedded:
        stack.enter_context(database(var_directory() / "postgres"))
    prepare()
    children = [web_server(host, port), job_worker()]
    stack.callback(stop_all, children)
    with step("Starting the web server and the job worker"):
        with held_off():
            for child in children:
                child.start()
        wait_until_up(host, port, children)
    say(f"Footnote is at http://{_in_url(_reachable(host))}:{port}/ (Ctrl-C stops it)")
    watch(children, var_directory() / "postgres" if embedded else None)


# Before anything is started


def address() -> tuple[str, int]:
    """Return HOST and PORT, or refuse a port that is none."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Refusal(f"PORT is {port!r} and must be a number from 1 to 65535.")
    return host.strip("[]"), int(port)


@contextmanager
def reserved(host: str, port: int) -> Iterator[None]:
    """Hold the address so that nobody else gets it; gunicorn may share it, and only that.

    The first socket finds out whether somebody listens there. The second one shares the port with
    gunicorn's workers, never listens, and so gets no connection.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as exclusive:
            exclusive.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            exclusive.bind((host, port))
            exclusive.listen(1)
        with socket.socket(family) as shared:
            shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            shared.bind((host, port))
            yield
    except (OSError, UnicodeError) as error:
        if (sentence := _address_problem(error, host, port)) is None:
            raise
        raise Refusal(sentence) from error


def _address_problem(error: OSError | UnicodeError, host: str, port: int) -> str | None:
    if isinstance(error, UnicodeError | socket.gaierror):
        return f"HOST is {host!r}, which is no address of this machine."
    return {
        errno.EADDRINUSE: f"Port {port} on {host} is in use: stop what uses it, or choose another, "
        f"PORT={port + 1 if port < 65535 else 8000} script/server.",
        errno.EADDRNOTAVAIL: f"HOST is {host!r}, which is no address of this machine.",
        errno.EACCES: f"Port {port} is kept for root: choose one from 1024 up, PORT=8000 script/server.",
    }.get(error.errno or 0)


# The database and what is in it


@contextmanager
def database(directory: Path) -> Iterator[None]:
    """Run the embedded PostgreSQL, and stop it at the end if it was we who started it."""
    place = embedded_postgres.location(directory)
    if place != directory:
        say(f"PostgreSQL runs as a user who may not enter {directory}: its data is in {place}")
    ours = not embedded_postgres.is_running(directory)
    try:
        with step(f"Starting PostgreSQL in {place}"):
            ours = embedded_postgres.start(directory)
        yield
    finally:
        if ours:
            with step("Stopping PostgreSQL"):
                embedded_postgres.stop(directory)


def prepare() -> None:
    """Bring schema, rights, static files and, in an empty database, the demo clinic up to date."""
    command = [sys.executable, str(ROOT / "manage.py"), "prepare_server"]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode:
        raise Refusal(_why(result.stderr))


def _why(output: str) -> str:
    # PostgreSQL may have died of the full disk, and then its client knows nothing of it.
    if os.strerror(errno.ENOSPC) in output or shutil.disk_usage(var_directory()).free < _LITTLE_SPACE:
        return FULL_DISK.format(var_directory())
    if "Traceback (most recent call last)" not in output and output.strip():
        return output.strip().splitlines()[-1]
    return f"Footnote could not prepare its database. Details: {_keep(output)}"


# The web server and the job worker


def web_server(host: str, port: int) -> Child:
    options = {
        "--bind": f"{_in_url(host)}:{port}",
        "--worker-class": "gthread",
        "--workers": os.environ.get("WEB_CONCURRENCY", "2"),
        "--threads": "4",
        "--timeout": "60",
        "--graceful-timeout": "10",
        "--log-level": "warning",
    }
    if os.access("/dev/shm", os.W_OK):  # noqa: S108 - a heartbeat file there never waits for a disk
        options["--worker-tmp-dir"] = "/dev/shm"  # noqa: S108
    words = [word for option in options.items() for word in option]
    # Without --reuse-port one worker was seen to take all the connections.
    command = [sys.executable, "-m", "gunicorn", "clinic.wsgi", "--reuse-port", "--no-control-socket", *words]
    return Child("The web server", command, _web_environment(), var_directory() / "log" / "web.log")


def job_worker() -> Child:
    command = [
        sys.executable,
        str(ROOT / "manage.py"),
        "procrastinate",
        "worker",
        "--shutdown-graceful-timeout",
        "10",
    ]
    return Child("The job worker", command, _web_environment(), var_directory() / "log" / "jobs.log")


def _web_environment() -> dict[str, str]:
    """Return our environment with the web's way into the database, and less the owner's."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    environment["DATABASE_URL"] = environment.get("DATABASE_URL") or embedded_postgres.url(
        var_directory() / "postgres"
    )
    return environment


def wait_until_up(host: str, port: int, children: list[Child]) -> None:
    """Return when the web server answers; refuse when a process dies first or it takes too long."""
    deadline = time.monotonic() + _UP_SECONDS
    while not _answers(_reachable(host), port):
        for child in children:
            if not child.is_alive():
                raise Refusal(f"{child.name} did not start. Details: {child.log}")
        if time.monotonic() > deadline:
            raise Refusal(f"The web server gave no answer in {_UP_SECONDS} s. Details: {children[0].log}")
        time.sleep(0.05)


def watch(children: list[Child], embedded: Path | None) -> None:
    """Keep everything up until we are told to stop."""
    while True:
        time.sleep(1)
        with held_off():
            if embedded and not embedded_postgres.is_running(embedded):
                say("PostgreSQL has stopped; starting it again.")
                embedded_postgres.start(embedded)
            for child in children:
                child.revive()


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _reachable(host: str) -> str:
    """Return an address of this machine for one that means all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


# Reporting


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201
    return 1


def _keep_traceback() -> Path:
    return _keep(traceback.format_exc())


def _keep(text: str) -> Path:
    log = var_directory() / "log" / "server.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{text}\n")
    except OSError:
        pass  # A full disk may be the reason for this very report.
    return log


if __name__ == "__main__":
    sys.exit(main())
