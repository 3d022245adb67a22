"""What must hold for any set of answers."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.screening import Answers, assess, load_catalogue
from cases.screening.catalogue import RANK

CODES = sorted(load_catalogue().signs)
# Modifiers that by their definition lower an urgency.
MODIFIERS = {"ces_stable_over_14_days", "foot_drop_stable"}
URGENT_WORDS = ("mergency", "rgent", "ithin 1 working day")
RED_FLAGS = sorted(
    code
    for code, sign in load_catalogue().signs.items()
    if code not in MODIFIERS and any(word in (sign.red_flag or "") for word in URGENT_WORDS)
)

ages = st.none() | st.integers(0, 110)


@st.composite
def answers(draw):
    given_answers = draw(st.dictionaries(st.sampled_from(CODES), st.booleans(), max_size=40))
    present = frozenset(code for code, yes in given_answers.items() if yes)
    return Answers(
        present, frozenset(given_answers) - present, draw(ages), draw(st.sampled_from([None, "left"]))
    )


@given(answers(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_answers_never_matters(case, random):
    present, absent = sorted(case.present), sorted(case.absent)
    random.shuffle(present)
    random.shuffle(absent)

    shuffled = Answers(frozenset(present), frozenset(absent), case.age, case.side)

    assert assess(shuffled).as_dict() == assess(case).as_dict()


@given(answers(), st.sampled_from(RED_FLAGS))
@settings(max_examples=600, deadline=None)
@example(Answers(frozenset({"foot_drop", "low_back_pain"})), "painless_foot_drop")
@example(Answers(frozenset({"foot_ulcer"})), "diabetes_known")
def test_adding_a_red_flag_never_lowers_urgency(case, code):
    flagged = Answers(case.present | {code}, case.absent - {code}, case.age)
    before = Answers(case.present - {code}, case.absent - {code}, case.age)

    assert RANK[assess(flagged).urgency] >= RANK[assess(before).urgency]


@given(answers(), st.sampled_from(CODES))
@settings(max_examples=600, deadline=None)
@example(Answers(frozenset({"eversion_weak"})), "inversion_weak")
@example(Answers(frozenset({"first_step_heel_pain", "slump_positive"})), "plantar_heel_tender")
def test_answering_no_never_raises_urgency(case, code):
    asked = Answers(case.present - {code}, case.absent | {code}, case.age)
    before = Answers(case.present - {code}, case.absent - {code}, case.age)

    assert RANK[assess(asked).urgency] <= RANK[assess(before).urgency]


@given(answers())
@settings(max_examples=150, deadline=None)
def test_mirrored_sides_give_the_same_result(case):
    left = Answers(case.present, case.absent, case.age, "left")
    right = Answers(case.present, case.absent, case.age, "right")

    assert assess(left) == assess(right)


@given(answers())
@settings(max_examples=300, deadline=None)
def test_a_result_is_whole_and_consistent(case):
    assessment = assess(case)
    result = assessment.as_dict()

    assert result["refer"] is (result["urgency"] != "none")
    assert not result["refer"] or "gp" in result["destinations"]
    assert len(set(result["destinations"])) == len(result["destinations"])
    assert set(result["missing"]).isdisjoint(case.answered)
    assert all(0 <= one["probability"] <= 1 for one in result["conditions"])
    assert all(RANK[result["urgency"]] >= RANK[flag["urgency"]] for flag in result["red_flags"])
    assert ("insufficient_data" in result["flags"]) <= (result["origin"] is None)


@pytest.mark.parametrize("code", CODES)
def test_a_missing_age_never_switches_off_a_rule_for_adults(code):
    adult = assess(Answers(frozenset({code}), age=35)).red_flags
    unknown = assess(Answers(frozenset({code}))).red_flags

    assert {flag.rule.id for flag in adult} <= {flag.rule.id for flag in unknown}


@pytest.mark.parametrize("count", [0, 20, 60, len(CODES)])
def test_any_case_is_assessed_within_five_milliseconds(count):
    case = Answers(frozenset(CODES[:count]))
    assess(case)

    fastest = min(_seconds(case) for _ in range(5))

    assert fastest < 0.005


def _seconds(case):
    start = time.perf_counter()
    assess(case)
    return time.perf_counter() - start
