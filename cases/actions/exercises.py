"""Exercises of the library, prescribed several at once."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from cases.actions.errors import NoSuchExercise
from cases.actions.treatments import add_treatment
from cases.actions.visits import locked_draft
from cases.choices import TreatmentKind
from cases.exercises import load_library
from cases.models import Treatment, Visit
from cases.picking import prescription
from clinic.models import User


@transaction.atomic
def add_exercises(
    *, visit: Visit, by: User, codes: Sequence[str], version: int | None = None, page: UUID | None = None
) -> list[Treatment]:
    """Prescribe exercises of the library at a draft visit, each with its usual dose: all, or none.

    One that is there already is left as it is. Raises NotADraft, NoSuchExercise, TreatmentBlocked.
    """
    library = load_library().exercises
    if unknown := [code for code in codes if code not in library]:
        raise NoSuchExercise(unknown)
    draft = locked_draft(visit)
    there = {one.details.get("exercise_code") for one in draft.treatments.filter(kind=TreatmentKind.EXERCISE)}
    return [
        add_treatment(
            visit=draft,
            by=by,
            kind=TreatmentKind.EXERCISE,
            version=version,
            page=page,
            **prescription(library[code], draft),
        )
        for code in dict.fromkeys(codes)
        if code not in there
    ]
