"""What signing keeps of a screening, for the visits that are written by COPY."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from cases.screening import Answers, Assessment, assess

COLUMNS = (
    *("catalogue_version", "answers", "result", "origin", "urgency", "refer", "destinations"),
    "decided_origin",
)


def kept(present: Iterable[str], absent: Iterable[str], *, lean: bool = False) -> tuple[Any, ...]:
    """Return the values of COLUMNS for these signs of a left foot of 61 years.

    `lean` leaves out the alternatives and their questions: they are half of all bytes, and the pages
    of a short case do not read them.
    """
    return _kept(frozenset(present), frozenset(absent), lean)


@lru_cache
def _kept(present: frozenset[str], absent: frozenset[str], lean: bool) -> tuple[Any, ...]:
    answers = Answers(present=present, absent=absent, age=61, side="left")
    assessment = assess(answers)
    result = _lean(assessment) if lean else assessment.as_record()
    return (
        result["catalogue_version"],
        json.dumps(answers.as_record()),
        json.dumps(result),
        result["origin"] or "",
        result["urgency"],
        result["refer"],
        result["destinations"],
        result["origin"] or "",
    )


def _lean(assessment: Assessment) -> dict[str, Any]:
    return assessment.as_dict() | {"suspected": assessment.as_record()["suspected"]}
