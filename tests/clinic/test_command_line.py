"""Which database a management command gets."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from clinic import embedded_postgres
from clinic.command_line import chosen_database, needs_database

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["help"],
        ["assess", "-"],
        ["collectstatic"],
        ["migrate", "--help"],
        ["check", "--deploy"],
        ["--version"],
    ],
)
def test_no_database_is_started_for_a_command_that_needs_none(arguments):
    assert not needs_database(arguments)


@pytest.mark.parametrize(
    "arguments", [["migrate"], ["shell"], ["import_patients", "x"], ["check", "--database", "default"]]
)
def test_other_commands_need_one(arguments):
    assert needs_database(arguments)


@pytest.mark.parametrize(
    ("command", "role"),
    [("migrate", "owner"), ("grant_web_role", "owner"), ("shell", "web"), ("procrastinate", "web")],
)
def test_only_commands_that_change_the_schema_connect_as_the_owner(monkeypatch, command, role):
    monkeypatch.setenv("DATABASE_URL", "postgresql://web@db/footnote")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/footnote")

    with chosen_database(command):
        assert os.environ["DATABASE_URL"] == f"postgresql://{role}@db/footnote"


def manage(tmp_path, *arguments, **environment):
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | {"FOOTNOTE_VAR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_without_a_database_is_one_sentence_and_starts_none(tmp_path):
    result = manage(tmp_path, "migrate", ENVIRONMENT="production", SECRET_KEY="x" * 60)

    assert result.returncode == 1
    assert result.stderr == "ENVIRONMENT=production needs DATABASE_URL to be set.\n"
    assert not (tmp_path / "postgres").exists()


def test_an_empty_database_url_is_none(tmp_path):
    result = manage(tmp_path, "check", DATABASE_URL="")

    assert (result.returncode, result.stderr) == (0, "")


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path):
    result = manage(
        tmp_path, "migrate", DATABASE_URL="postgresql://nobody@localhost:1/none", DATABASE_POOL_SIZE="1"
    )

    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("The database cannot be used: ")


def test_a_database_started_for_a_command_is_stopped_after_it():
    with tempfile.TemporaryDirectory(prefix="footnote-test-") as var:
        Path(var).chmod(0o755)  # as root, PostgreSQL's own user has to get in
        result = manage(
            Path(var), "shell", "-c", "from django.db import connection; connection.ensure_connection()"
        )

        assert (result.returncode, result.stderr) == (0, "")
        assert (Path(var) / "postgres" / "data").exists()
        assert not embedded_postgres.is_running(Path(var) / "postgres")
