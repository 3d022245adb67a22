"""A patient's programme: what they are to do at home today, each thing once, in their words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from cases.choices import TreatmentKind
from cases.contradicted import AT_HOME, Contradicted, contradicted
from cases.courses import Course, courses_of, prescribed
from cases.doses import dose_words, how_it_feels, ice_sentences, pain_rule, rest_sentences
from cases.exercises import Exercise, load_library
from cases.models import Patient, Treatment
from clinic.calendar import today_in

BACK_ORIGINS = frozenset({"back", "mixed"})


@dataclass(frozen=True)
class Item:
    """One running course, as the patient is told of it today."""

    course: Course
    today: date

    @property
    def treatment(self) -> Treatment:
        """The prescription that counts: the newest."""
        return self.course.newest

    @property
    def kind(self) -> str:
        return self.treatment.kind

    @cached_property
    def exercise(self) -> Exercise | None:
        """The exercise of the library that it was made from, if the library still has it."""
        return load_library().exercises.get(str(self.treatment.details.get("exercise_code", "")))

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.treatment.details.get("name") or self.treatment.get_kind_display())

    @property
    def steps(self) -> list[str]:
        """What to do: as written for this patient, or else as the library has it."""
        written = [line.strip() for line in self.treatment.instructions.splitlines() if line.strip()]
        return written or list(self.exercise.steps if self.exercise else ())

    @property
    def sentences(self) -> list[str]:
        """Rest or ice in plain words, and then what else was written for this patient."""
        plain = {TreatmentKind.ICE: ice_sentences, TreatmentKind.REST: rest_sentences}[
            TreatmentKind(self.kind)
        ]
        told = [*plain(self.treatment), *self.treatment.instructions.splitlines()]
        return [f"{self.begins}.", *told] if self.begins else told

    @property
    def begins(self) -> str:
        """When to begin, where that is still to come: a boot may have to come off first."""
        start = self.course.start_on
        return _("Not before %(date)s") % {"date": format_date(start, "j F Y")} if start > self.today else ""

    @property
    def dose(self) -> str:
        """How often and how much, and from when."""
        words = dose_words(self.treatment.details)
        return f"{self.begins}: {words}" if self.begins else words

    @property
    def feel(self) -> list[str]:
        """How hard it should feel and how much it may hurt."""
        details = self.treatment.details
        return [words for words in (how_it_feels(details), pain_rule(details)) if words]

    @property
    def easier(self) -> str:
        """What to do when it is too hard."""
        return self.exercise.easier if self.exercise else ""

    def detail(self, name: str) -> str:
        """Return a text of the prescription."""
        return str(self.treatment.details.get(name) or "")

    @property
    def harder(self) -> str:
        """When and how to make it harder."""
        return self.detail("progression")

    @property
    def stop(self) -> str:
        """When to stop."""
        return self.detail("stop_rules")

    @property
    def equipment(self) -> str:
        """What it takes."""
        return self.detail("equipment")


@dataclass(frozen=True)
class Held:
    """A running course that is not handed out, and why."""

    item: Item
    because: Contradicted


@dataclass(frozen=True)
class Programme:
    """What runs today, exercises before rest and ice. `review_on` is the first review to come.

    What a later finding forbids is `held` back: it runs until somebody stops it, and is not handed out.
    """

    exercises: tuple[Item, ...]
    others: tuple[Item, ...]
    today: date
    held: tuple[Held, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.exercises or self.others)

    @property
    def items(self) -> tuple[Item, ...]:
        return (*self.exercises, *self.others)

    @property
    def review_on(self) -> date | None:
        """The day on which the clinic asks how it went: the next, or the one that has just passed."""
        days = [one.course.due_on for one in self.items if one.course.due_on]
        return min(days) if days else None

    @property
    def needs_back_advice(self) -> bool:
        """Whether the patient has to know when a bad back is an emergency."""
        return any(_is_of_the_back(one) for one in self.items)


def _is_of_the_back(item: Item) -> bool:
    case = item.treatment.case
    if (case.decided_origin or case.suggested_origin) in BACK_ORIGINS or item.treatment.region == "back":
        return True
    return item.treatment.details.get("exercise_type") == "nerve_glide" or bool(
        item.exercise and item.exercise.region == "back"
    )


def programme_of(patient: Patient) -> Programme:
    """Return what this patient is to do at home today. Four queries, more once a later visit speaks."""
    today = today_in(patient.clinic)
    mine = Treatment.objects.filter(case__patient=patient, clinic=patient.clinic_id, kind__in=AT_HOME)
    mine = mine.select_related("case", "prescribed_by", "visit").prefetch_related("overrides")
    courses = courses_of(prescribed(mine))
    running = [one for one in courses if one.is_running(today) and not _is_over(one.newest, today)]
    held = {one.course: one for one in contradicted(patient, running)}
    exercises, others = _parted(Item(one, today) for one in running if one not in held)
    kept_back = tuple(Held(Item(course, today), because) for course, because in held.items())
    return Programme(exercises, others, today, kept_back)


def _is_over(treatment: Treatment, today: date) -> bool:
    """Whether its days are over, where no end was written down."""
    days = treatment.details.get("days")
    if treatment.planned_end_on or not isinstance(days, int):
        return False
    return treatment.start_on + timedelta(days=days) <= today


def _parted(items: Iterable[Item]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    kept = tuple(items)
    exercises = tuple(one for one in kept if one.kind == TreatmentKind.EXERCISE)
    return exercises, tuple(one for one in kept if one not in exercises)
