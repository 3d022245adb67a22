"""manage.py write_measures"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.reports.guide import guide


class Command(BaseCommand):
    """Writes what each measure of the reports means; with --check only says whether the file is stale."""

    help = "Write docs/measures.md from the reports, or check that it is up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "measures.md"
        text = guide()
        if not options["check"]:
            path.write_text(text, "utf-8")
            self.stdout.write("docs/measures.md is written.")
        elif not path.exists() or path.read_text("utf-8") != text:
            raise CommandError("docs/measures.md is stale: run manage.py write_measures")
        else:
            self.stdout.write("docs/measures.md is up to date.")
