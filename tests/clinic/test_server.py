"""script/server from the moment its packages are there: what it refuses, and one whole life."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from clinic import embedded_postgres

ROOT = Path(__file__).parents[2]


@pytest.fixture
def var():
    """An empty var/ that PostgreSQL's own user may enter."""
    with tempfile.TemporaryDirectory(prefix="footnote-test-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


def environment(var, **changes):
    names = (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "DJANGO_SETTINGS_MODULE",
        "ENVIRONMENT",
        "HOST",
        "SECRET_KEY",
    )
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return kept | {"FOOTNOTE_VAR": str(var), "PORT": str(free_port())} | changes


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def refusal(var, **changes):
    """Start the server, expect it to end by itself, and return the one sentence it leaves."""
    result = subprocess.run(
        [sys.executable, "-m", "clinic.server"],
        cwd=ROOT,
        env=environment(var, **changes),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr.strip()


def test_a_port_in_use_is_refused_before_anything_is_started(var):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = refusal(var, PORT=str(port))

    assert sentence == (
        f"Port {port} on 127.0.0.1 is in use: stop what uses it, or choose another, "
        f"PORT={port + 1 if port < 65535 else 8000} script/server."
    )
    assert list(var.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty' and must be a number from 1 to 65535."),
        ({"PORT": "70000"}, "PORT is '70000' and must be a number from 1 to 65535."),
        ({"HOST": "192.0.2.1"}, "HOST is '192.0.2.1', which is no address of this machine."),
        ({"HOST": "no such host"}, "HOST is 'no such host', which is no address of this machine."),
    ],
)
def test_an_address_that_cannot_be_is_refused(var, changes, sentence):
    assert refusal(var, **changes) == sentence
    assert list(var.iterdir()) == []


def test_production_without_a_database_is_refused_and_none_is_started(var):
    sentence = refusal(var, ENVIRONMENT="production", SECRET_KEY="x" * 60)

    assert sentence == "ENVIRONMENT=production needs DATABASE_URL to be set."
    assert not (var / "postgres").exists()


def test_a_database_that_does_not_answer_is_refused(var):
    sentence = refusal(var, DATABASE_URL=f"postgresql://nobody:secret@127.0.0.1:{free_port()}/none")

    assert sentence.startswith("The database cannot be used: ")
    assert "secret" not in sentence


@pytest.mark.heavy
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_fills_up_is_one_sentence(var):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m,mode=755", "tmpfs", var], check=True)
    try:
        sentence = refusal(var)
        assert not embedded_postgres.is_running(var / "postgres")
    finally:
        subprocess.run(["umount", "--lazy", var], check=True)

    assert re.fullmatch(r"The disk .* is full: make room and start again\.", sentence)


class Running:
    """A server process under test and what it has said so far."""

    def __init__(self, var):
        self.var, self.env = var, environment(var)
        self.log = var / "said"
        with self.log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "clinic.server"], cwd=ROOT, env=self.env, stdout=said, stderr=said
            )

    def wait_for(self, words, seconds=240):
        deadline = time.monotonic() + seconds
        while words not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", int(self.env["PORT"]), timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=40)


@pytest.fixture
def running(var):
    server = Running(var)
    yield server
    if server.process.poll() is None:
        server.stop()
    embedded_postgres.stop(var / "postgres")


def test_the_server_comes_up_revives_its_job_worker_and_stops_cleanly(running):
    running.wait_for("Footnote is at http://127.0.0.1:")
    supervisor = psutil.Process(running.process.pid)
    jobs = next(child for child in supervisor.children() if "procrastinate" in child.cmdline())
    assert running.get("/healthz") == 200

    jobs.kill()
    running.wait_for("The job worker stopped with exit code -9; starting it again.")
    processes = supervisor.children(recursive=True)

    assert running.stop() == 0
    assert "Footnote has stopped.\n" in running.log.read_text()
    assert not [process for process in processes if process.is_running()]
    assert not embedded_postgres.is_running(running.var / "postgres")
    assert "Traceback" not in running.log.read_text()


@pytest.mark.heavy
def test_the_server_starts_a_killed_database_again(running):
    running.wait_for("Footnote is at http://127.0.0.1:")
    pid_file = embedded_postgres.location(running.var / "postgres") / "data" / "postmaster.pid"

    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)

    running.wait_for("PostgreSQL has stopped; starting it again.")
    deadline = time.monotonic() + 60
    while (status := running.get("/healthz")) != 200:
        assert time.monotonic() < deadline, status
        time.sleep(0.1)
    assert running.stop() == 0
