"""Which treatments the answers block, restrict to certain forms, or only warn about."""

from collections.abc import Iterable
from dataclasses import dataclass

from .catalogue import Catalogue, TreatmentCheck
from .expressions import Facts
from .score import ScoredCondition


@dataclass(frozen=True, slots=True)
class TreatmentFinding:
    """A treatment, or one `kind` (form) of it, with the present signs that cause the finding."""

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
            "signs": list(self.signs),
            "reason": self.reason,
            "source": self.source,
            "overridable": self.overridable,
        }

    def as_record(self) -> dict[str, object]:
        """With the form of the treatment that it is about (None: all of it)."""
        return {**self.as_dict(), "kind": self.kind}

    def keys(self) -> Iterable[str]:
        """With `[]`, lets `dict(finding)` give the JSON form."""
        return self.as_dict().keys()

    def __getitem__(self, key: str) -> object:
        return self.as_dict()[key]


@dataclass(frozen=True, slots=True)
class TreatmentFindings:
    """Whole treatments blocked, single forms restricted, and precautions."""

    blocked: tuple[TreatmentFinding, ...]
    restricted: tuple[TreatmentFinding, ...]
    warned: tuple[TreatmentFinding, ...]


def check_treatments(
    facts: Facts,
    catalogue: Catalogue,
    *,
    conditions: Iterable[ScoredCondition],
    emergency_signs: frozenset[str],
) -> TreatmentFindings:
    """What the answers, the suspected `conditions` and the urgency in `facts` say about treatments."""
    suspected = {c.code: c for c in conditions if c.suspected}
    found: dict[str, list[TreatmentFinding]] = {"block": [], "restrict": [], "warn": []}
    for check in catalogue.treatment_checks:
        signs = check.matches(facts)
        if signs is None:
            continue
        if check.for_emergency:
            signs |= emergency_signs
        for code in check.conditions & suspected.keys():
            signs |= _behind(suspected[code]) & facts.present
        found[check.effect].append(TreatmentFinding(check, tuple(sorted(signs))))
    return TreatmentFindings(tuple(found["block"]), tuple(found["restrict"]), tuple(found["warn"]))


def _behind(one: ScoredCondition) -> frozenset[str]:
    """The signs that speak for a condition, or that fired the rule naming it."""
    return frozenset(one.rule_signs) | {c.sign for c in one.contributions if c.points > 0}
