"""Reads the scores of a case from the record: what a run of scores is made of."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from cases.models import OutcomeScore, Visit
from cases.outcomes import Row

_VISIT = ("visit_id", "visit__seen_on", "visit__created_at")
_SCORE = ("measure", "scale", "value", "activity_id", "activity__text")


def rows_of(case_id: UUID, *, upto: date | None = None) -> list[Row]:
    """Return every score of the case's signed visits in the order of time. Two queries.

    Visits marked as entered in error do not count, nor does a draft. The pain now of the complaint
    stands in the visit itself. `upto` leaves out visits after that day.
    """
    visits = Visit.objects.signed().filter(case=case_id)
    if upto is not None:
        visits = visits.filter(seen_on__lte=upto)
    pain = visits.filter(pain_now__isnull=False).values_list("pk", "seen_on", "created_at", "pain_now")
    scores = OutcomeScore.objects.filter(visit__in=visits).order_by("activity__added_at")
    found: list[tuple[Any, ...]] = [
        (*values[:3], "nrs", "foot_now", values[3], None, None) for values in pain
    ]
    found += scores.values_list(*_VISIT, *_SCORE)
    return [_row(*values) for values in sorted(found, key=lambda values: values[1:3])]


def before(visit: Visit) -> list[tuple[Row, bool]]:
    """Return the scores of this draft, and those of earlier signed visits, in the order of time.

    Each comes with whether it is the draft's own. One query.
    """
    signed = Q(visit__signed_at__isnull=False, visit__voided_at__isnull=True)
    scores = OutcomeScore.objects.filter(visit__case=visit.case_id).filter(signed | Q(visit=visit))
    scores = scores.order_by("visit__seen_on", "visit__created_at", "activity__added_at")
    rows = [_row(*values) for values in scores.values_list(*_VISIT, *_SCORE)]
    earlier = [row for row in rows if row.visit != visit.pk and row.on <= visit.seen_on]
    return [*((row, False) for row in earlier), *((row, True) for row in rows if row.visit == visit.pk)]


def _row(
    visit: UUID,
    on: date,
    _created_at: Any,
    measure: str,
    scale: str,
    value: Any,
    activity: UUID | None,
    words: str | None,
) -> Row:
    return Row(
        visit=visit,
        on=on,
        measure=measure,
        scale=scale,
        value=Decimal(value),
        activity=str(activity or ""),
        words=words or "",
    )
