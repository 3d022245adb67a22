"""Which treatments the answers block, and which they only warn about."""

from collections.abc import Iterable
from dataclasses import dataclass

from .answers import Answers
from .catalogue import Catalogue, TreatmentCheck
from .expressions import NOTHING, Facts
from .score import ScoredCondition


@dataclass(frozen=True, slots=True)
class TreatmentFinding:
    """A treatment, or one `kind` of it, that is blocked or warned about, with the signs causing it."""

    check: TreatmentCheck
    signs: tuple[str, ...]

    @property
    def treatment(self) -> str:
        return self.check.treatment

    @property
    def kind(self) -> str | None:
        return self.check.kind

    @property
    def reason(self) -> str:
        return self.check.reason

    @property
    def source(self) -> str:
        return ", ".join(self.check.source)

    @property
    def overridable(self) -> bool:
        """Whether a clinician may go on, with a reason that is recorded."""
        return self.check.overridable

    def as_dict(self) -> dict[str, object]:
        return {
            "treatment": self.treatment,
            "kind": self.kind,
            "signs": list(self.signs),
            "reason": self.reason,
            "source": self.source,
            "overridable": self.overridable,
        }


def check_treatments(
    answers: Answers,
    catalogue: Catalogue,
    *,
    conditions: Iterable[ScoredCondition],
    urgency: str,
    emergency_signs: frozenset[str],
    screen_complete: bool,
) -> tuple[tuple[TreatmentFinding, ...], tuple[TreatmentFinding, ...]]:
    """(blocked, warned), each in the catalogue's order."""
    suspected = {c.code: c for c in conditions if c.suspected}
    facts = Facts(
        answers.present, answers.absent, answers.age, frozenset(suspected), urgency, screen_complete
    )
    found: dict[str, list[TreatmentFinding]] = {"block": [], "warn": []}
    for check in catalogue.treatment_checks:
        signs = check.matches(facts)
        if signs is None:
            continue
        if "urgency:emergency" in check.when:
            signs |= emergency_signs
        found[check.effect].append(
            TreatmentFinding(check, tuple(sorted(signs | _behind(check, suspected, answers))))
        )
    return tuple(found["block"]), tuple(found["warn"])


def _behind(check: TreatmentCheck, suspected: dict[str, ScoredCondition], answers: Answers) -> frozenset[str]:
    """The present signs that made a suspected condition count for this check."""
    text = repr(check.when)
    signs = {
        contribution.sign
        for code, one in suspected.items()
        if f"condition:{code}'" in text
        for contribution in one.contributions
        if contribution.points > 0 and contribution.answer == "yes"
    }
    return frozenset(signs & answers.present) if signs else NOTHING
