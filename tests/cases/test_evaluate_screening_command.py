"""manage.py evaluate_screening, run as a clinic would run it: without a database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "tests" / "cases" / "screening" / "labelled_cases.json"


def run(*arguments, stdin=b""):
    command = [sys.executable, str(ROOT / "manage.py"), "evaluate_screening", *arguments]
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    return subprocess.run(
        command, input=stdin, capture_output=True, cwd=ROOT, timeout=60, check=False, env=environment
    )


def test_it_prints_the_figures_the_tables_and_the_misses():
    done = run(str(LABELLED))

    printed = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    for words in ("Emergency sensitivity", "Under-triage", "No-referral specificity", "Misses: 0"):
        assert words in printed
    assert "expected in rows, suggested in columns" in printed


def test_it_prints_json_under_the_catalogue_named():
    done = run("-", "--json", "--catalogue", "2026.11.0", stdin=b'[{"id": "1"}]')

    assert json.loads(done.stdout)["catalogue_version"] == "2026.11.0"


@pytest.mark.parametrize(
    ("arguments", "stdin", "line"),
    [
        (["-"], b'[{"id": "x", "expected": {"urgency": "soonish"}}]', b"case 'x': expected.urgency"),
        (["-"], b"[{", b"input: not valid JSON"),
        (["no-such-file.json"], b"", b"no-such-file.json"),
        (["-", "--catalogue", "../2026.11.0"], b"[]", b"there is no catalogue of version"),
    ],
    ids=["bad label", "bad JSON", "no file", "no such catalogue"],
)
def test_it_refuses_in_one_line_with_exit_code_2(arguments, stdin, line):
    done = run(*arguments, stdin=stdin)

    assert done.returncode == 2
    assert done.stdout == b""
    assert line in done.stderr
    assert done.stderr.count(b"\n") == 1
