"""What the clinician answered: yes, no, or not asked (in neither set)."""

from dataclasses import dataclass

SIDES = ("left", "right", "bilateral")
OLDEST = 130


class AnswersError(ValueError):
    """A case that cannot be assessed; `field` is the key of the JSON case at fault."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Answers:
    """Sign codes answered yes and no; age in whole years and side may be unknown (None).

    A sign in neither set was not asked, and not asked is never no. Raises AnswersError when a
    sign is in both sets, or the age or the side is not one that a patient can have.
    """

    present: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    age: int | None = None
    side: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "present", frozenset(self.present))
        object.__setattr__(self, "absent", frozenset(self.absent))
        both = sorted(self.present & self.absent)
        if both:
            raise AnswersError("signs_absent", f"{', '.join(both)} is answered both yes and no")
        if self.side is not None and self.side not in SIDES:
            raise AnswersError("side", "must be left, right, bilateral or null")
        self._check_age()

    def _check_age(self) -> None:
        if self.age is None:
            return
        if isinstance(self.age, bool) or not isinstance(self.age, int):
            raise AnswersError("age", "must be a whole number of years or null")
        if not 0 <= self.age <= OLDEST:
            raise AnswersError("age", f"must be between 0 and {OLDEST} years")

    @property
    def answered(self) -> frozenset[str]:
        return self.present | self.absent
