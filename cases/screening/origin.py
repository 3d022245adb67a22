"""Where the pain comes from: the best-supported origin, or mixed, none, or unknown (None)."""

from collections.abc import Iterable
from dataclasses import dataclass

from .answers import Answers
from .catalogue import RANK, Catalogue
from .rules import FiredRule
from .score import ScoredCondition

DECIDES_FROM = RANK["within_1_working_day"]


@dataclass(frozen=True, slots=True)
class OriginSupport:
    """An origin's best suspected condition and its points (decibans)."""

    origin: str
    points: int
    condition: str


def informative(answers: Answers, catalogue: Catalogue) -> int:
    """How many answers, yes or no, say something about the origin."""
    return len(answers.answered - catalogue.scoring.not_informative)


def support(conditions: Iterable[ScoredCondition]) -> tuple[OriginSupport, ...]:
    """The best of the suspected `conditions` for each origin, strongest first."""
    best: dict[str, OriginSupport] = {}
    for one in conditions:
        name = one.condition.origin
        if name not in best or one.points > best[name].points:
            best[name] = OriginSupport(name, one.points, one.code)
    return tuple(sorted(best.values(), key=lambda s: (-s.points, s.origin)))


def decide_origin(
    answers: Answers,
    catalogue: Catalogue,
    fired: tuple[FiredRule, ...],
    conditions: tuple[ScoredCondition, ...],
) -> str | None:
    """foot, back, hip, systemic or mixed; none when enough was asked; None when it was not.

    A condition named by an emergency or one-working-day rule decides, then a rule marked as deciding.
    Otherwise the best-supported suspected condition does, and failing that the region to which a
    fired red flag points.
    """
    named = [c for c in conditions if c.by_rule and RANK[c.urgency] >= DECIDES_FROM]
    if named:
        return _agreed(c.condition.origin for c in named if c.urgency == named[0].urgency)
    decided = next((one.rule.origin for one in fired if one.rule.decides), None)
    if decided:
        return decided
    flagged = any(one.is_red_flag for one in fired)
    enough = informative(answers, catalogue) >= catalogue.scoring.informative_minimum
    if not flagged and not enough:
        return None
    ranked = support(conditions)
    if ranked:
        return _best(ranked, catalogue.scoring.mixed_margin)
    pointed = next((one.rule.origin for one in fired if one.rule.origin), None)
    return pointed or ("none" if enough else None)


def _agreed(origins: Iterable[str]) -> str:
    found = set(origins)
    return found.pop() if len(found) == 1 else "mixed"


def _best(ranked: tuple[OriginSupport, ...], margin: int) -> str:
    """Mixed when a second origin is within the margin; a two-region condition only when it leads."""
    first = ranked[0]
    rivals = [s for s in ranked[1:] if s.origin != "mixed" and first.points - s.points <= margin]
    return "mixed" if rivals else first.origin
