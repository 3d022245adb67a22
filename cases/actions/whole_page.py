"""Saving everything on a draft's page at once, as a browser without JavaScript sends it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from cases.actions.body_chart import mark_regions
from cases.actions.errors import ChangedMeanwhile
from cases.actions.outcomes import Scores, record_scores
from cases.actions.visits import Answer, is_behind, locked_draft, record_answers, save_visit
from cases.models import Visit
from clinic.models import User


@transaction.atomic
def save_whole_page(
    *,
    visit: Visit,
    by: User,
    version: int | None,
    page: UUID | None,
    notes: Mapping[str, Any],
    answers: Mapping[str, Sequence[Answer]],
    marks: Collection[tuple[str, str]] | None,
    scores: Scores | None = None,
    known: Scores | None = None,
) -> Visit:
    """Save the notes, the answers, the scores and the marks of the body chart: all of them, or nothing.

    No `marks` leave the chart as it is; a page that is behind changes none. `scores` and `known` are
    those of `record_scores`. Returns the visit with its new version. Raises NotADraft,
    ChangedMeanwhile, AnsweredMeanwhile, ScoredMeanwhile, ValidationError.
    """
    draft = locked_draft(visit)
    if marks is not None and is_behind(draft, version, page):
        if set(marks) != set(draft.body_marks.values_list("region", "sensation")):
            raise ChangedMeanwhile(draft)
        marks = None
    saved = save_visit(visit=visit, by=by, version=version, page=page, **notes)
    if answers:
        saved = record_answers(visit=visit, by=by, answers=answers, version=version, page=page)
    if scores:
        saved = record_scores(visit=visit, by=by, scores=scores, known=known, version=version, page=page)
    if marks is not None:
        saved = mark_regions(visit=visit, by=by, marks=marks)
    return saved
