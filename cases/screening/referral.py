"""How urgent, whether to refer, and to whom, from the fired rules and suspected conditions."""

from dataclasses import dataclass

from .answers import Answers
from .catalogue import RANK, URGENCIES
from .rules import FiredRule
from .score import ScoredCondition

ADULT_FROM = 17


@dataclass(frozen=True, slots=True)
class Referral:
    """`destinations` in order of preference; podiatry alone means care in the clinic."""

    urgency: str
    refer: bool
    destinations: tuple[str, ...]


def decide_referral(
    answers: Answers, fired: tuple[FiredRule, ...], conditions: tuple[ScoredCondition, ...]
) -> Referral:
    """Urgency is the highest of the fired rules and the suspected `conditions`."""
    asks = [(one.rule.urgency, one.rule.destinations) for one in fired]
    asks += [(c.urgency, c.destinations) for c in conditions if not c.by_rule]
    rank = max((RANK[urgency] for urgency, _ in asks), default=0)
    if rank == 0:
        plan = any("podiatry" in c.destinations for c in conditions)
        return Referral("none", False, ("podiatry",) if plan else ())
    urgency = URGENCIES[rank]
    return Referral(urgency, True, _destinations(answers, urgency, asks))


def _destinations(answers: Answers, urgency: str, asks: list[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """The most urgent first; an emergency drops the slower ones; the GP always gets a copy."""
    ordered = sorted((ask for ask in asks if RANK[ask[0]] > 0), key=lambda ask: -RANK[ask[0]])
    if urgency == "emergency":
        ordered = [ask for ask in ordered if ask[0] == "emergency"]
    found = dict.fromkeys(code for _, codes in ordered for code in codes if code != "podiatry")
    if urgency == "emergency" and answers.age is not None and answers.age < ADULT_FROM:
        found.setdefault("paediatrics_same_day")
    found.setdefault("gp")
    return tuple(found)
