"""manage.py keep_anew: what reports and lists read, after writing with triggers switched off."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from cases import counted_treatments
from cases.models import counted
from referrals import undecided
from referrals.models import judged, passage
from referrals.models.audited import audit_the_rest

# In this order: some read what an earlier one wrote.
PARTS = (
    ("Visits", counted.keep_anew),
    ("Treatments", counted_treatments.keep_anew),
    ("Passages of referrals", passage.keep_anew),
    ("Suspicions that a specialist has judged", judged.keep_anew),
    ("Suspicions that wait for a decision", undecided.keep_anew),
    ("Letters that were signed", audit_the_rest),
)


class Command(BaseCommand):
    """Works out anew every row that triggers keep, all or none of them.

    Nobody else writes to those tables until it ends: about two minutes with 500,000 visits.
    """

    help = "Work out anew what reports and lists read, after writing with triggers switched off."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            # Of tables that were filled a minute ago the planner believes that they are empty.
            cursor.execute("ANALYZE")
        for name, keep_anew in PARTS:
            keep_anew()
            self.stdout.write(f"{name}: done.")
