"""The cards from which exercises are picked for a draft visit, with what speaks against each today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import TreatmentKind
from cases.exercises import Dose, Exercise, load_library
from cases.exercises.library import REGIONS
from cases.forms.treatments import ExerciseForm
from cases.models import Visit
from cases.screening import Assessment
from cases.treating import Caution
from cases.treatment_checks import Seen, planned

REGION_LABELS = {"foot": _("Foot"), "calf": _("Calf and ankle"), "hip": _("Hip"), "back": _("Back")}


@dataclass(frozen=True)
class Card:
    """One exercise to pick. `blocks` forbid it today, `warnings` are words of care."""

    exercise: Exercise
    blocks: tuple[Caution, ...]
    warnings: tuple[str, ...]
    is_planned: bool
    is_picked: bool

    @property
    def can_be_picked(self) -> bool:
        return not self.blocks and not self.is_planned


@dataclass(frozen=True)
class Shelf:
    """The exercises of one region of the body."""

    region: str
    label: Any
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Choice:
    """Everything to pick from. `blocks` and `warnings` are about every exercise."""

    shelves: tuple[Shelf, ...]
    blocks: tuple[Caution, ...]
    warnings: tuple[Caution, ...]

    @property
    def cards(self) -> list[Card]:
        return [card for shelf in self.shelves for card in shelf.cards]


def choice_for(visit: Visit, seen: Seen, picked: Iterable[str] = ()) -> Choice:
    """Return the cards for a draft, the shelf of the likely origin first. One query."""
    picked = set(picked)
    there = {one.details.get("exercise_code") for one in visit.treatments.filter(kind=TreatmentKind.EXERCISE)}
    exercises = load_library().exercises.values()
    against = {
        one.code: seen.cautions(planned(TreatmentKind.EXERCISE, prescription(one, visit)))
        for one in exercises
    }
    common = _in_all(list(against.values()))
    cards = [
        _card(one, against[one.code], common, is_planned=one.code in there, is_picked=one.code in picked)
        for one in exercises
    ]
    ids = {one.id for one in common}
    general = [one for one in next(iter(against.values())) if one.id in ids]
    return Choice(
        shelves=tuple(_shelf(region, cards) for region in _order(seen.assessment)),
        blocks=tuple(one for one in general if one.is_block),
        warnings=tuple(one for one in general if not one.is_block),
    )


def _in_all(lists: Sequence[Sequence[Caution]]) -> list[Caution]:
    """The cautions that are about every exercise, as the first has them."""
    shared = set.intersection(*({(one.id, one.is_block) for one in found} for found in lists))
    return [one for one in lists[0] if (one.id, one.is_block) in shared]


def _card(
    exercise: Exercise,
    against: Sequence[Caution],
    common: Sequence[Caution],
    *,
    is_planned: bool,
    is_picked: bool,
) -> Card:
    library = load_library()
    own = library.against(exercise, frozenset(one.id for one in against))
    said = {check for warning in own for check in warning.checks} | {one.id for one in common}
    return Card(
        exercise=exercise,
        blocks=tuple(one for one in against if one.is_block),
        warnings=(
            *(warning.words for warning in own),
            *(one.reason for one in against if not one.is_block and one.id not in said),
        ),
        is_planned=is_planned,
        is_picked=is_picked and not is_planned and not any(one.is_block for one in against),
    )


def _order(assessment: Assessment) -> list[str]:
    """The shelves, that of the suspected origin first."""
    origin = assessment.origin
    return sorted(REGIONS, key=lambda region: region != origin)


def _shelf(region: str, cards: Iterable[Card]) -> Shelf:
    of_region = tuple(card for card in cards if card.exercise.region == region)
    return Shelf(region, REGION_LABELS[region], of_region)


def prescription(exercise: Exercise, visit: Visit) -> dict[str, Any]:
    """Return an exercise's usual beginning as the fields of a treatment of this visit."""
    start = max(visit.seen_on, timezone.localdate())
    return {
        "target": visit.case.complaint[:160],
        "region": exercise.where,
        "side": visit.case.side if exercise.one_sided else "",
        "start_on": start,
        "review_on": start + timedelta(days=ExerciseForm.review_after_days),
        "instructions": "\n".join(exercise.steps),
        "details": _details(exercise),
    }


def _details(exercise: Exercise) -> dict[str, Any]:
    texts = {
        "exercise_code": exercise.code,
        "name": exercise.name,
        "exercise_type": exercise.type,
        "equipment": exercise.equipment,
        "progression": exercise.progression,
        "stop_rules": exercise.stop,
    }
    amounts = {name: getattr(exercise.dose, name) for name in Dose.__slots__}
    return {name: value for name, value in (texts | amounts).items() if value not in ("", None)}
