"""Counts the treatments of every case anew, for rows that were written with the triggers switched off."""

from cases.models.counted_treatment import COLUMNS, counted
from clinic.records import write_anew


def keep_anew() -> None:
    """Work out every row of `CountedTreatment`. Nobody else writes to it until the transaction ends."""
    # In the order of the days, so that a period's rows lie together.
    write_anew("cases_countedtreatment", COLUMNS, f"{counted()} ORDER BY w.seen_on")
