"""The bench, in a small clinic: it must run when somebody needs a figure."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Small, but with a referral in each state.
SMALL = ("--visits", "2000", "--referrals", "2000", "--search-patients", "100", "--rounds", "1")


def measured(*options):
    """Run it in a process of its own, on its own database, and return what it says."""
    names = ("DATABASE_URL", "FOOTNOTE_VAR", "ENVIRONMENT", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    command = [sys.executable, "-m", "bench", "--json", *SMALL, *options]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


@pytest.mark.heavy
@pytest.mark.parametrize("part", ["pages", "admin"])
def test_the_bench_measures_every_page_of_a_part(part):
    rows = measured("--only", part)["rows"]

    assert len(rows) > 20
    assert all(row["p50"] > 0 for row in rows)


@pytest.mark.heavy
def test_the_bench_says_how_much_slower_the_reports_became():
    report = measured("--only", "reports", "--grow-from", "1000")

    assert [row["page"] for row in report["growth"]] == [row["page"] for row in report["rows"]]
    assert all(row["queries"] <= 6 for row in report["rows"])
