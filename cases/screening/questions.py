"""What to ask next: the minimum red-flag screen, and the questions that would tell most."""

from collections.abc import Iterable
from dataclasses import dataclass

from .answers import Answers
from .catalogue import Catalogue, Condition, load_catalogue
from .expressions import Facts
from .rules import FiredRule
from .score import ScoredCondition, points_if

MOST_QUESTIONS = 8
MOST_FOLLOW_UPS = 3
SCREEN_SHARE = 6
LEADING = 6
MOST_EXPLAINED = 6
SUPPOSED_FREQUENCY = 0.3
SPINAL_REGIONS = frozenset({"back", "systemic"})


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question not asked yet and what its answer would do to one condition, in points.

    `if_yes` and `if_no` are the changes of the condition's score; `expected` is their size
    weighted by how likely each answer is, given how likely the condition is now.
    """

    sign: str
    label: str
    condition: str
    name: str
    if_yes: int
    if_no: int
    expected: float

    @property
    def adds(self) -> int:
        """The most that an answer could add."""
        return max(self.if_yes, self.if_no, 0)

    @property
    def takes(self) -> int:
        """The most that an answer could take away, as a positive number."""
        return -min(self.if_yes, self.if_no, 0)

    def as_dict(self) -> dict[str, object]:
        return {
            "sign": self.sign,
            "label": self.label,
            "condition": self.condition,
            "name": self.name,
            "if_yes": self.if_yes,
            "if_no": self.if_no,
            "expected": self.expected,
        }


def screen_missing(answers: Answers, catalogue: Catalogue | None = None) -> tuple[str, ...]:
    """Signs of the minimum red-flag screen that were answered neither yes nor no."""
    catalogue = catalogue or load_catalogue()
    asked = answers.answered
    return tuple(code for code in catalogue.screen_order if code not in asked)


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
    answered = answers.answered
    return list(dict.fromkeys(code for code in asked if code not in answered))


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
    answered = answers.answered
    found = [code for code in ranked if code not in answered]
    return found or [code for code in catalogue.opening_questions if code not in answered]


def open_questions(
    answers: Answers, catalogue: Catalogue, conditions: Iterable[ScoredCondition]
) -> tuple[OpenQuestion, ...]:
    """What was not asked and would change the points of the first few `conditions`, most telling first.

    One question may stand here once for each condition that it would move.
    """
    scored = [one for one in conditions if not one.by_rule][:MOST_EXPLAINED]
    found = [question for one in scored for question in _questions_on(one, answers, catalogue)]
    return tuple(sorted(found, key=lambda q: (-q.expected, q.sign, q.condition)))


def most_telling(questions: Iterable[OpenQuestion]) -> tuple[OpenQuestion, ...]:
    """Each question once, ordered by its expected change over all conditions together.

    It is shown with the condition that it would move most.
    """
    worth: dict[str, float] = {}
    shown: dict[str, OpenQuestion] = {}
    for one in questions:  # the most telling of each sign comes first
        worth[one.sign] = worth.get(one.sign, 0.0) + one.expected
        shown.setdefault(one.sign, one)
    ranked = sorted(shown.values(), key=lambda q: (-round(worth[q.sign], 6), q.sign))
    return tuple(ranked[:MOST_QUESTIONS])


def _questions_on(one: ScoredCondition, answers: Answers, catalogue: Catalogue) -> list[OpenQuestion]:
    condition = one.condition
    facts = Facts(answers.present, answers.absent, answers.age)
    asked = answers.answered
    signs = sorted({sign for weight in condition.weights for sign in weight.signs if sign not in asked})
    found = []
    for sign in signs:
        if_yes = _change(condition, facts, sign, "yes", one.points, catalogue)
        if_no = _change(condition, facts, sign, "no", one.points, catalogue)
        if if_yes or if_no:
            expected = expected_change(one.probability, if_yes, if_no)
            label = catalogue.label(sign)
            found.append(OpenQuestion(sign, label, condition.code, one.name, if_yes, if_no, expected))
    return found


def expected_change(probability: float, if_yes: int, if_no: int) -> float:
    """The expected size of the change in points, one decimal: each answer's change by its chance.

    Points on both answers are two likelihood ratios, and these fix how often the sign is found with
    the condition and without it. Points on one answer do not; then it is assumed to be found in three
    of ten where it is the more frequent.
    """
    chance = _chance_of_yes(probability, _ratio(if_yes), _ratio(if_no))
    return round(chance * abs(if_yes) + (1 - chance) * abs(if_no), 1)


def _ratio(points: int) -> float:
    return float(10 ** (points / 10))


def _chance_of_yes(probability: float, ratio_yes: float, ratio_no: float) -> float:
    if (ratio_yes - 1) * (ratio_no - 1) < 0:
        without = (1 - ratio_no) / (ratio_yes - ratio_no)
    elif ratio_yes == 1:
        return 1 - _chance_of_yes(probability, ratio_no, 1.0)
    else:
        without = SUPPOSED_FREQUENCY / max(ratio_yes, 1)
    return probability * without * ratio_yes + (1 - probability) * without


def _change(
    condition: Condition, facts: Facts, sign: str, answer: str, now: int, catalogue: Catalogue
) -> int:
    if not any(sign in group.members for group in condition.groups):
        return _plain_change(condition, facts, sign, answer)
    present, absent = facts.present, facts.absent
    after = (
        Facts(present | {sign}, absent, facts.age)
        if answer == "yes"
        else Facts(present, absent | {sign}, facts.age)
    )
    return points_if(condition, after, catalogue) - now


def _plain_change(condition: Condition, facts: Facts, sign: str, answer: str) -> int:
    """The sum of the weights that the answer would switch on: for signs outside every group."""
    given = facts.present if answer == "yes" else facts.absent
    return sum(
        weight.points
        for weight in condition.weights
        if sign in weight.signs
        and (weight.direction == "absent") == (answer == "no")
        and weight.fits_age(facts.age)
        and weight.signs.isdisjoint(given)  # a set counts once, however many of it are present
    )
