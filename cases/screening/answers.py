"""What the clinician answered: yes, no, or not asked (in neither set)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SIDES = ("left", "right", "bilateral")
OLDEST = 130


class AnswersError(ValueError):
    """A case that cannot be assessed; `field` is the key of the JSON case at fault."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Computed:
    """An answer worked out from dated measurements instead of remembered.

    `answer` and `answered` (what was ticked) are yes, no or "" for not asked; `reason` is the
    sentence that names the measurements and their dates. Where the two differ, the measurement
    stands in the answers and the contradiction is flagged.
    """

    sign: str
    answer: str
    reason: str
    answered: str = ""

    @property
    def contradicts(self) -> bool:
        """Whether the clinician ticked the opposite."""
        return bool(self.answered) and self.answered != self.answer


@dataclass(frozen=True, slots=True)
class Answers:
    """Sign codes answered yes and no; age in whole years and side may be unknown (None).

    A sign in neither set was not asked, and not asked is never no. `computed` says which of the
    answers come from measurements; `changes` are sentences on what is different from the last
    signed visit, `since` that visit's date (ISO). Raises AnswersError when a sign is in both sets,
    or the age or the side is not one that a patient can have.
    """

    present: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    age: int | None = None
    side: str | None = None
    computed: tuple[Computed, ...] = ()
    since: str = ""
    changes: tuple[str, ...] = ()

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

    def as_record(self) -> dict[str, Any]:
        """Plain JSON data to keep with a signed visit; `from_record` gives the same answers back."""
        record: dict[str, Any] = {
            "age": self.age,
            "side": self.side,
            "signs_present": sorted(self.present),
            "signs_absent": sorted(self.absent),
        }
        if self.computed:
            record["computed"] = [asdict(one) for one in self.computed]
        if self.since:
            record |= {"since": self.since, "changes": list(self.changes)}
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Answers":
        """The answers kept in a signed visit's screening. Raises AnswersError."""
        return cls(
            present=frozenset(record["signs_present"]),
            absent=frozenset(record["signs_absent"]),
            age=record.get("age"),
            side=record.get("side"),
            computed=tuple(Computed(**one) for one in record.get("computed", ())),
            since=record.get("since", ""),
            changes=tuple(record.get("changes", ())),
        )
