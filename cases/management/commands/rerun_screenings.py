"""manage.py rerun_screenings: every signed visit's screening again, under its own catalogue version."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.models import Screening
from cases.screening.rerun import differences
from clinic.models import Clinic

DIFFERENT = 1
UNUSABLE = 2
AT_ONCE = 500


class Command(BaseCommand):
    """Reads the frozen answers of every signed visit, assesses them again and reports what differs.

    Names visits and catalogue codes, never a patient. Exit code 1 when anything differs. Reads the
    screenings in parts, so that memory stays the same however many there are; nothing is written.
    """

    help = "Run the screening of every signed visit again under its own catalogue and report differences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clinic", metavar="SLUG", help="the clinic's short name; otherwise all clinics")

    def handle(self, *args: Any, **options: Any) -> None:
        screenings = Screening.objects.filter(visit__signed_at__isnull=False).order_by("pk")
        if options["clinic"]:
            screenings = screenings.filter(visit__clinic=_clinic(options["clinic"]))
        rows = screenings.values_list("visit_id", "catalogue_version", "answers", "result")
        count = different = 0
        for visit, version, answers, result in rows.iterator(chunk_size=AT_ONCE):
            count += 1
            if found := differences(version, answers, result):
                different += 1
                self.stdout.write(f"Visit {visit}, catalogue {version}:")
                for one in found:
                    self.stdout.write(f"  {one}")
        words = f"Signed screenings run again: {count}"
        if different:
            raise CommandError(f"{words}, different: {different}.", returncode=DIFFERENT)
        self.stdout.write(f"{words}. Every result is identical.")


def _clinic(slug: str) -> Clinic:
    clinic = Clinic.objects.filter(slug=slug).first()
    if clinic is None:
        raise CommandError(f"There is no clinic called {slug[:60]!a}.", returncode=UNUSABLE)
    return clinic
