"""What to ask next: the minimum red-flag screen, and the questions that would tell most."""

from .answers import Answers
from .catalogue import Catalogue, load_catalogue
from .rules import FiredRule
from .score import ScoredCondition

MOST_QUESTIONS = 8
MOST_FOLLOW_UPS = 3
SCREEN_SHARE = 6
LEADING = 6
SPINAL_REGIONS = frozenset({"back", "systemic"})


def screen_missing(answers: Answers, catalogue: Catalogue | None = None) -> tuple[str, ...]:
    """Signs of the minimum red-flag screen that were answered neither yes nor no."""
    catalogue = catalogue or load_catalogue()
    return tuple(code for code in catalogue.screen_order if code not in answers.answered)


def next_questions(
    answers: Answers,
    catalogue: Catalogue,
    fired: tuple[FiredRule, ...],
    conditions: tuple[ScoredCondition, ...],
) -> tuple[str, ...]:
    """Up to eight unanswered sign codes: follow-ups of fired rules, the screen, the most telling."""
    follow_ups = _follow_ups(answers, fired)[:MOST_FOLLOW_UPS]
    screen = list(screen_missing(answers, catalogue))
    telling = _most_telling(answers, catalogue, conditions)
    if _spinal(answers, catalogue, conditions) or not telling:
        ordered = [*follow_ups, *screen[:SCREEN_SHARE], *telling, *screen]
    else:
        ordered = [*follow_ups, *screen[: SCREEN_SHARE // 2], *telling, *screen]
    return tuple(dict.fromkeys(ordered))[:MOST_QUESTIONS]


def _follow_ups(answers: Answers, fired: tuple[FiredRule, ...]) -> list[str]:
    asked = [code for one in fired for code in one.rule.ask]
    if "local_foot_injury" in answers.present:
        asked.insert(0, "ottawa_positive")
    return list(dict.fromkeys(code for code in asked if code not in answers.answered))


def _spinal(answers: Answers, catalogue: Catalogue, conditions: tuple[ScoredCondition, ...]) -> bool:
    """Whether anything ticked or suspected points beyond the foot, so that the screen comes first."""
    regions = {region for code in answers.present for region in catalogue.signs[code].regions}
    origins = {origin for c in conditions if c.suspected for origin in c.condition.origins}
    return not SPINAL_REGIONS.isdisjoint(regions | origins)


def _most_telling(
    answers: Answers, catalogue: Catalogue, conditions: tuple[ScoredCondition, ...]
) -> list[str]:
    """Unanswered signs by the expected change in log-odds over the leading scored conditions."""
    leading = [c for c in conditions if not c.by_rule][:LEADING]
    worth: dict[str, float] = {}
    for one in leading:
        uncertain = 4 * one.probability * (1 - one.probability)
        for weight in one.condition.weights:
            if len(weight.signs) != 1 or weight.direction == "age":
                continue
            (code,) = weight.signs
            chance = 1 - one.probability if weight.direction == "absent" else one.probability
            worth[code] = worth.get(code, 0.0) + abs(weight.points) * (0.1 + uncertain) * (0.5 + chance)
    ranked = sorted(worth, key=lambda code: (-worth[code], code))
    found = [code for code in ranked if code not in answers.answered]
    return found or [code for code in catalogue.opening_questions if code not in answers.answered]
