"""The reasons of an assessment as plain sentences, the strongest first."""

from .answers import Answers, Computed
from .catalogue import Catalogue
from .rules import FiredRule
from .score import Contribution, ScoredCondition

MOST_CONDITIONS = 5
ORIGIN_WORDS = {
    "mixed": "Two regions are about equally likely as the origin of the pain.",
    "none": "Nothing answered so far makes the back, the hip or a foot condition likely.",
    None: "Too little has been answered to suggest where the pain comes from.",
}


def reasons_for(
    catalogue: Catalogue,
    fired: tuple[FiredRule, ...],
    conditions: tuple[ScoredCondition, ...],
    contradictions: tuple[str, ...],
    origin: str | None,
    computed: tuple[Computed, ...] = (),
) -> tuple[str, ...]:
    """Red flags by urgency, measurements, the suspected `conditions` by points, then contradictions."""
    reasons = [_red_flag(one, catalogue) for one in fired]
    reasons += [one.reason for one in computed]
    scored = [one for one in conditions if not one.by_rule]
    reasons += [_condition(one) for one in scored[:MOST_CONDITIONS]]
    if origin in ORIGIN_WORDS:
        reasons.append(ORIGIN_WORDS[origin])
    reasons += [f"{say} Please check these answers." for say in contradictions]
    return tuple(reasons)


def measured_otherwise(answers: Answers, catalogue: Catalogue) -> tuple[str, ...]:
    """A sentence for every ticked answer that a dated measurement contradicts."""
    return tuple(
        f"“{catalogue.label(one.sign)}” is answered {one.answered}, but the measurements say {one.answer}. "
        f"{one.reason}"
        for one in answers.computed
        if one.contradicts
    )


def _red_flag(one: FiredRule, catalogue: Catalogue) -> str:
    seen = "; ".join(catalogue.label(code) for code in one.signs)
    return f"{one.rule.say} (Found: {seen}.)"


def _condition(one: ScoredCondition) -> str:
    favour = _list([c for c in one.contributions if c.points > 0])
    against = _list([c for c in one.contributions if c.points < 0])
    tail = f" Against: {against}." if against else ""
    return f"{one.name}: {one.points} points, about {one.probability:.0%}. For: {favour}.{tail}"


def _list(contributions: list[Contribution]) -> str:
    return "; ".join(f"{c.label}{' (no)' if c.answer == 'no' else ''} {c.points:+d}" for c in contributions)
