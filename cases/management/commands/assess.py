"""manage.py assess: screens a file of cases, without touching the database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from cases.screening import load_catalogue
from cases.screening.cases_json import MOST_BYTES, CasesError, read_cases, results

REFUSED = 2


class Command(BaseCommand):
    """Reads a JSON list of cases and writes a JSON list of results; exit code 2 and one line if refused."""

    help = "Screen cases from a JSON file (or - for standard input) and print the results as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.json", help="a JSON list of cases, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue = load_catalogue()
        try:
            cases = read_cases(read_file(options["file"]), catalogue)
        except CasesError as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        write_utf8(self.stdout, results(cases, catalogue))


def write_utf8(stdout: OutputWrapper, text: str) -> None:
    """Write a line in UTF-8, whatever the terminal's locale is."""
    binary = getattr(getattr(stdout, "_out", None), "buffer", None)
    if binary is None:
        stdout.write(text)
        return
    stdout.flush()
    binary.write(text.encode("utf-8") + b"\n")
    binary.flush()


def read_file(name: str) -> bytes:
    """The file, or standard input for -. Raises CasesError when it cannot be read.

    At most one byte more than is allowed, so that an endless input is refused too.
    """
    try:
        if name == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "cannot be opened"
        raise CasesError(f"file {name!a}: {reason}") from None
