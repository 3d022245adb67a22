"""manage.py write_clinical_rules: keeps docs/clinical-rules.md equal to the catalogue."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.screening import load_catalogue
from cases.screening.document import render


class Command(BaseCommand):
    """Writes the rules for clinicians to read; with --check only says whether the file is stale."""

    help = "Write docs/clinical-rules.md from the catalogue, or check that it is up to date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "clinical-rules.md"
        text = render(load_catalogue())
        if options["check"]:
            if not path.exists() or path.read_text("utf-8") != text:
                raise CommandError("docs/clinical-rules.md is stale: run manage.py write_clinical_rules")
            self.stdout.write("docs/clinical-rules.md is up to date.")
            return
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        self.stdout.write("docs/clinical-rules.md is written.")
