"""Check that the log of reads has not been tampered with."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic import audit


class Command(BaseCommand):
    help = (
        "Checks the chain of the access log and prints its heads as JSON. Keep them somewhere else "
        "and give them back with --anchor: only then is a cut tail found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", type=Path, help="file with the heads of an earlier run")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = [f"{clinic}, row {number}: {what}" for clinic, number, what in audit.broken_links()]
        if options["anchor"]:
            broken += audit.missing_since(self._heads(options["anchor"]))
        if broken:
            raise CommandError("The access log was changed:\n" + "\n".join(broken))
        self.stdout.write(json.dumps(audit.heads(), indent=2))

    def _heads(self, path: Path) -> dict[str, tuple[int, str]]:
        try:
            heads = json.loads(path.read_text())
            return {slug: (int(number), str(row_hash)) for slug, (number, row_hash) in heads.items()}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise CommandError(f"The anchor {path} cannot be read: {error}") from None
