"""Red-flag rules: fired before and independently of scoring, by what is present only.

A "no" can lift a rule (through `unless`) and never fires one; a missing age or onset never
switches a rule off unless the age is the criterion itself.
"""

from dataclasses import dataclass

from .answers import Answers
from .catalogue import RANK, Catalogue, Rule
from .expressions import Facts

RED_FLAG_FROM = RANK["urgent"]


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule with the present signs that fired it."""

    rule: Rule
    signs: tuple[str, ...]

    @property
    def is_red_flag(self) -> bool:
        """Urgent or more; soon and routine rules only ask for a referral."""
        return RANK[self.rule.urgency] >= RED_FLAG_FROM

    @property
    def urgency(self) -> str:
        return self.rule.urgency

    @property
    def reason(self) -> str:
        """What to say and do, as a sentence."""
        return self.rule.say

    @property
    def source(self) -> str:
        return ", ".join(self.rule.source)

    def as_dict(self) -> dict[str, object]:
        return {
            "rule": self.rule.id,
            "signs": list(self.signs),
            "urgency": self.urgency,
            "source": self.source,
        }


def fired_rules(answers: Answers, catalogue: Catalogue) -> tuple[FiredRule, ...]:
    """The rules that fire, most urgent first, otherwise in the catalogue's order."""
    facts = Facts(answers.present, answers.absent, answers.age)
    fired = []
    for rule in catalogue.rules:
        if rule.triggers.isdisjoint(answers.present):
            continue
        signs = rule.matches(facts)
        if signs is not None and rule.lifted(facts) is None:
            fired.append(FiredRule(rule, tuple(sorted(signs | (rule.also & answers.present)))))
    return tuple(sorted(fired, key=lambda one: -RANK[one.rule.urgency]))


def conflicts(answers: Answers, catalogue: Catalogue) -> tuple[str, ...]:
    """A sentence for every contradiction between the answers."""
    return tuple(
        conflict.say
        for conflict in catalogue.conflicts
        if conflict.present <= answers.present
        and conflict.absent <= answers.absent
        and (not conflict.present_any or conflict.present_any & answers.present)
        and conflict.missing_all.isdisjoint(answers.present)
        and (conflict.age_from is None or (answers.age or 0) >= conflict.age_from)
    )
