"""What the exercise library holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from .pictures import Picture

# The codes are those of the exercise's form.
REGIONS = ("foot", "calf", "hip", "back")
TYPES = (
    "mobility",
    "stretch",
    "strength",
    "nerve_glide",
    "aerobic",
    "balance",
    "flexion_bias",
    "extension_bias",
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an exercise comes from. `mark`: V was read again for this library, K is from knowledge."""

    key: str
    title: str
    mark: str


@dataclass(frozen=True, slots=True)
class Warning:
    """A precaution that some exercises share.

    `checks` are the ids of the catalogue's treatment checks: when one of them speaks today, the
    exercises with this warning are marked. `words` are for the clinician.
    """

    code: str
    words: str
    checks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dose:
    """The usual beginning, by FITT-VP. `effort` and `pain_ceiling` are of 10; None is not part of it."""

    times_a_week: int
    effort: int
    pain_ceiling: int
    sets: int | None = None
    repetitions: int | None = None
    hold_seconds: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise in our own words, for a reader of eleven years.

    `region` is the shelf it stands on, `where` the part of the body of the treatment's form.
    `one_sided`: it is done with one leg at a time, so that a side belongs to it.
    """

    code: str
    name: str
    region: str
    where: str
    type: str
    purpose: str
    equipment: str
    steps: tuple[str, ...]
    dose: Dose
    easier: str
    progression: str
    stop: str
    one_sided: bool
    warnings: tuple[str, ...]
    sources: tuple[str, ...]
    picture: Picture


@dataclass(frozen=True, slots=True)
class Library:
    """All exercises of one version, in the order of the shelves."""

    version: str
    exercises: Mapping[str, Exercise]
    warnings: Mapping[str, Warning]
    sources: Mapping[str, Source]

    def of_region(self, region: str) -> tuple[Exercise, ...]:
        """Return the exercises of one shelf."""
        return tuple(one for one in self.exercises.values() if one.region == region)

    def against(self, exercise: Exercise, checks: frozenset[str]) -> list[Warning]:
        """Return the warnings of an exercise that concern it today, by the checks that speak."""
        return [self.warnings[code] for code in exercise.warnings if self.warnings[code].checks & checks]
