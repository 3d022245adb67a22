"""manage.py evaluate_screening: how well the screening does on labelled cases, without the database."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.management.commands.assess import REFUSED, read_file, write_utf8
from cases.screening import UnknownVersion, load_catalogue
from cases.screening.cases_json import CasesError
from cases.screening.evaluation import evaluate, read_labelled
from cases.screening.evaluation_text import report

HELP = """Measure the screening on labelled cases from a JSON file (or - for standard input).

The file is a JSON list. Each case has the shape that `assess` reads, and what it should come out as:

  {"id": "1", "age": 61, "side": "left",
   "signs_present": ["slump_positive"], "signs_absent": ["cancer_history"],
   "expected": {"origin": "back", "urgency": "soon", "refer": true, "condition": "radiculopathy_l5"}}

  origin      foot, back, hip, systemic, mixed, none; null where too little is answered to say
  urgency     none, routine, soon, urgent, within_1_working_day, emergency
  refer       true or false
  condition   one code that should be among the first three; or `conditions`, a list of which any will do
  flags       a list of insufficient_data, conflicting_data, screen_incomplete that should be raised

Every label may be left out: a figure counts the cases that carry its label, and says how many.
Other keys of `expected` are listed as not evaluated. "title", "source" and "note" are for people.
"""


class Command(BaseCommand):
    """Prints sensitivity, under-triage, accuracies, specificity, confusion tables and each miss.

    See HELP for the shape of the file. Exit code 2 and one line if the file is refused.
    """

    help = HELP
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the example in the help as it is written."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.json", help="labelled cases, or - for standard input")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument("--catalogue", metavar="VERSION", help="the catalogue's version; the one in use")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalogue = load_catalogue(options["catalogue"])
            labelled, ignored = read_labelled(read_file(options["file"]), catalogue)
        except (CasesError, UnknownVersion) as error:
            raise CommandError(str(error), returncode=REFUSED) from None
        evaluation = evaluate(labelled, catalogue, ignored)
        if options["json"]:
            text = json.dumps(evaluation.as_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        else:
            text = report(evaluation)
        write_utf8(self.stdout, text)
