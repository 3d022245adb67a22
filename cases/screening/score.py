"""Scores conditions in decibans and says which are suspected.

Points are 10*log10 of the odds: the prior of the origin plus the weights of what was answered.
Nothing is added for a question that was not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .answers import Answers
from .catalogue import RANK, Catalogue, Condition, Weight, WeightGroup
from .expressions import Facts
from .rules import FiredRule


@dataclass(frozen=True, slots=True)
class Contribution:
    """One answer's share in a condition's points. `answer` is yes, no, age or rule."""

    sign: str
    answer: str
    age: int | None
    points: int
    source: str
    label: str

    def as_dict(self) -> dict[str, object]:
        return {
            "sign": self.sign,
            "answer": self.answer,
            "age": self.age,
            "points": self.points,
            "source": self.source,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class ScoredCondition:
    """A condition with its points, why, and how urgent it is if suspected."""

    condition: Condition
    points: int
    contributions: tuple[Contribution, ...]
    by_rule: bool
    suspected: bool
    urgency: str
    destinations: tuple[str, ...]
    rule_signs: tuple[str, ...] = ()  # what fired the rule that names it

    @property
    def code(self) -> str:
        return self.condition.code

    @property
    def name(self) -> str:
        return self.condition.name

    @property
    def probability(self) -> float:
        """From the points, 0 to 1, three decimals."""
        return round(1 / (1 + 10 ** (-self.points / 10)), 3)

    @property
    def support(self) -> int:
        """Points from evidence in favour."""
        return sum(c.points for c in self.contributions if c.points > 0)

    def as_dict(self) -> dict[str, object]:
        return {"code": self.code, "points": self.points, "probability": self.probability}

    def as_record(self) -> dict[str, object]:
        """With its name, urgency and every contribution."""
        return {
            **self.as_dict(),
            "name": self.name,
            "by_rule": self.by_rule,
            "urgency": self.urgency,
            "contributions": [one.as_dict() for one in self.contributions],
        }


def score_conditions(
    answers: Answers, catalogue: Catalogue, named: Mapping[str, FiredRule]
) -> tuple[ScoredCondition, ...]:
    """Every condition with something in its favour, best first.

    `named` maps each condition that a fired rule stands for to the most urgent such rule.
    """
    touched = {code for sign in answers.present for code in catalogue.by_sign.get(sign, ())}
    scored = []
    for condition in catalogue.conditions.values():
        if condition.kind == "rule":
            if condition.code in named:
                scored.append(_named(condition, named[condition.code], catalogue))
        elif condition.code in touched:
            one = _scored(condition, answers, catalogue)
            if one.suspected or _has_a_sign_in_favour(one):
                scored.append(one)
    return tuple(sorted(scored, key=_best_first))


def _best_first(one: ScoredCondition) -> tuple[bool, int, bool, int, int, str]:
    """Named by a rule (most urgent first), then suspected by points, then alternatives.

    Alternatives are ordered by how far the answers moved them from their prior: by points alone
    one weak sign of a foot condition would stand before five of the back.
    """
    rank = RANK[one.urgency] if one.by_rule else 0
    strength = one.points if one.suspected else one.points - one.condition.prior
    return (not one.by_rule, -rank, not one.suspected, -strength, -one.points, one.code)


def _has_a_sign_in_favour(one: ScoredCondition) -> bool:
    return any(c.points > 0 and c.answer == "yes" for c in one.contributions)


def _named(condition: Condition, fired: FiredRule, catalogue: Catalogue) -> ScoredCondition:
    label = "; ".join(catalogue.label(code) for code in fired.signs)
    points = condition.rule_points
    why = Contribution(fired.rule.id, "rule", None, points, fired.source, label)
    return ScoredCondition(
        condition=condition,
        points=points,
        contributions=(why,),
        by_rule=True,
        suspected=True,
        urgency=fired.urgency,
        destinations=fired.rule.destinations,
        rule_signs=fired.signs,
    )


def _scored(condition: Condition, answers: Answers, catalogue: Catalogue) -> ScoredCondition:
    contributions = _contributions(condition, answers, catalogue)
    points = condition.prior + sum(c.points for c in contributions)
    found = _has_a_finding(contributions, catalogue)
    suspected = found and is_suspected(points, condition, catalogue)
    # A "no" may lift the ranking (inversion spared in peroneal palsy) but never the urgency.
    from_yes = points - sum(c.points for c in contributions if c.answer == "no" and c.points > 0)
    urgency, destinations = _urgency(condition, answers)
    if not (found and is_suspected(from_yes, condition, catalogue)):
        urgency = "none"
    return ScoredCondition(
        condition=condition,
        points=points,
        contributions=contributions,
        by_rule=False,
        suspected=suspected,
        urgency=urgency,
        destinations=destinations,
    )


def _has_a_finding(contributions: tuple[Contribution, ...], catalogue: Catalogue) -> bool:
    """Whether something present speaks for it that is more than a risk factor."""
    return any(
        c.points > 0 and c.answer == "yes" and c.sign not in catalogue.scoring.risk_factors
        for c in contributions
    )


def is_suspected(points: int, condition: Condition, catalogue: Catalogue) -> bool:
    """At the line of suspicion or above, and at least one strong sign's worth over the prior."""
    scoring = catalogue.scoring
    return points >= max(scoring.suspicion, condition.prior + scoring.strong_evidence)


def _urgency(condition: Condition, answers: Answers) -> tuple[str, tuple[str, ...]]:
    urgency, destinations = condition.urgency, condition.destinations
    facts = Facts(answers.present, answers.absent, answers.age)
    for step in condition.steps:
        if RANK[step.urgency] >= RANK[urgency] and step.matches(facts) is not None:
            urgency, destinations = step.urgency, step.destinations
    return urgency, destinations


def points_if(condition: Condition, facts: Facts, catalogue: Catalogue) -> int:
    """What `condition` would score on these facts, correlated answers counted as they always are."""
    return condition.prior + sum(c.points for c in _contributions(condition, facts, catalogue))


def _contributions(
    condition: Condition, answers: Answers | Facts, catalogue: Catalogue
) -> tuple[Contribution, ...]:
    found = [
        contribution
        for weight in condition.weights
        if weight.fits_age(answers.age) and (contribution := _contribution(weight, answers, catalogue))
    ]
    for group in condition.groups:
        found = _GROUPS[group.kind](group, found)
    return tuple(sorted(found, key=lambda c: (-abs(c.points), c.sign, c.answer)))


def _contribution(weight: Weight, answers: Answers | Facts, catalogue: Catalogue) -> Contribution | None:
    if weight.direction == "age":
        if answers.age is None:
            return None
        label = f"Age {answers.age}"
        return Contribution("age", "age", answers.age, weight.points, weight.source, label)
    given, answer = (answers.absent, "no") if weight.direction == "absent" else (answers.present, "yes")
    if weight.label in catalogue.signs:  # one sign, by far the most frequent
        if weight.label not in given:
            return None
        label = catalogue.signs[weight.label].label
        return Contribution(weight.label, answer, None, weight.points, weight.source, label)
    hits = sorted(weight.signs & given)
    if not hits:
        return None
    label = " / ".join(catalogue.label(code) for code in hits)
    return Contribution(hits[0], answer, None, weight.points, weight.source, label)


def _once(group: WeightGroup, found: list[Contribution]) -> list[Contribution]:
    """Correlated tests count once: the strongest for and the strongest against."""
    members = [c for c in found if c.sign in group.members]
    kept = [c for c in found if c.sign not in group.members]
    favour = [c for c in members if c.points > 0]
    against = [c for c in members if c.points < 0]
    kept += sorted(favour, key=lambda c: (-c.points, c.sign))[:1]
    kept += sorted(against, key=lambda c: (c.points, c.sign))[:1]
    return kept


def _capped(group: WeightGroup, found: list[Contribution]) -> list[Contribution]:
    """The members' points for it, strongest first, until the cap is used up."""
    left = group.points
    kept = []
    for c in sorted(found, key=lambda c: (-c.points, c.sign)):
        if c.sign not in group.members or c.points < 0:
            kept.append(c)
        elif left:
            kept.append(replace(c, points=min(c.points, left)))
            left -= kept[-1].points
    return kept


def _cluster(group: WeightGroup, found: list[Contribution]) -> list[Contribution]:
    """Enough members present: together worth the cluster's points instead of their sum."""
    members = [c for c in found if c.sign in group.members and c.points > 0]
    if len(members) < group.at_least:
        return found
    kept = [c for c in found if c not in members]
    label = "Cluster: " + "; ".join(c.label for c in members)
    return [*kept, Contribution(members[0].sign, "yes", None, group.points, group.source, label)]


_GROUPS = {"once": _once, "cap": _capped, "cluster": _cluster}
