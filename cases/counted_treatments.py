"""Counts the treatments of every case anew, for rows that were written with the triggers switched off."""

from django.db import connection, transaction

from cases.models.counted_treatment import COLUMNS, counted


@transaction.atomic
def keep_anew() -> None:
    """Work out every row of `CountedTreatment`. Nobody else writes to it until the transaction ends."""
    with connection.cursor() as cursor:
        # In the order of the days, so that a period's rows lie together.
        cursor.execute("LOCK TABLE cases_countedtreatment IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM cases_countedtreatment")
        cursor.execute(f"INSERT INTO cases_countedtreatment ({COLUMNS}) {counted()} ORDER BY w.seen_on")
