"""manage.py assess and write_clinical_rules, run as a clinic would run them."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
CASE = {
    "id": "première",
    "age": 61,
    "side": "left",
    "signs_present": ["ces_bladder_dysfunction"],
    "signs_absent": [],
}


def run(*arguments, stdin=b""):
    command = [sys.executable, str(ROOT / "manage.py"), "assess", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, timeout=60, check=False)


def test_assess_prints_a_result_for_each_case(tmp_path):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([CASE, {"id": "second"}]), "utf-8")

    done = run(str(file))

    rows = json.loads(done.stdout.decode("utf-8"))
    assert done.returncode == 0
    assert [row["id"] for row in rows] == ["première", "second"]
    assert rows[0]["urgency"] == "emergency"


def test_assess_reads_standard_input():
    done = run("-", stdin=json.dumps([CASE]).encode())

    assert json.loads(done.stdout)[0]["origin"] == "back"


@pytest.mark.parametrize(
    ("stdin", "line"),
    [
        (
            b'[{"id": "x", "signs_present": ["nonsense"]}]',
            b"case 'x': signs_present: unknown sign 'nonsense'",
        ),
        (b"[{", b"input: not valid JSON"),
        (b"\xff", b"input: not UTF-8"),
    ],
    ids=["unknown sign", "bad JSON", "bad encoding"],
)
def test_assess_refuses_in_one_line_with_exit_code_2(stdin, line):
    done = run("-", stdin=stdin)

    assert done.returncode == 2
    assert done.stdout == b""
    assert line in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_assess_refuses_a_missing_file_in_one_line():
    done = run("no-such-file.json")

    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"no-such-file.json" in done.stderr


def test_write_clinical_rules_check_accepts_the_committed_document():
    out = StringIO()

    call_command("write_clinical_rules", check=True, stdout=out)

    assert "up to date" in out.getvalue()


def test_write_clinical_rules_check_fails_on_a_stale_document(tmp_path, settings):
    settings.BASE_DIR = tmp_path

    with pytest.raises(CommandError, match="stale"):
        call_command("write_clinical_rules", check=True)

    call_command("write_clinical_rules", stdout=StringIO())
    call_command("write_clinical_rules", check=True, stdout=StringIO())
