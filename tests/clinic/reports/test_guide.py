"""The guide to the measures is the one that the reports themselves give."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from clinic.reports import reports

pytestmark = pytest.mark.django_db


def test_the_guide_says_what_each_report_says(capsys):
    call_command("write_measures", check=True)

    assert "up to date" in capsys.readouterr().out


def test_every_report_is_in_the_guide():
    text = (Path(settings.BASE_DIR) / "docs" / "measures.md").read_text("utf-8")

    assert [f"## {report.title}" in text for report in reports()] == [True] * 8


def test_a_guide_that_has_fallen_behind_is_found(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "measures.md").write_text("# What the reports measured\n", "utf-8")

    with pytest.raises(CommandError, match="is stale"):
        call_command("write_measures", check=True)

    call_command("write_measures")
    call_command("write_measures", check=True)
