"""The measures: their ranges, their groups, and the change that matters, at its borders."""

from contextlib import suppress
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.outcomes import (
    BETTER,
    WORSE,
    MeasuresError,
    NotAScore,
    load_measures,
    read_score,
    scale_of,
    triage_group,
)
from cases.outcomes.measures import build
from cases.outcomes.verdicts import line_at, verdict

# Clinical reference, section 5: measure, scale, lowest, highest, step, better, points of the change.
PAIN = [f"{place}_{time}" for place in ("foot", "leg", "back") for time in ("now", "average", "worst")]
SCALES = [
    *(("nrs", code, 0, 10, "1", "lower", 2) for code in PAIN),
    ("psfs", "activity", 0, 10, "1", "higher", 3),
    ("psfs", "mean", 0, 10, "0.1", "higher", 2),
    ("lefs", "total", 0, 80, "1", "higher", 9),
    ("faam", "adl", 0, 100, "0.1", "higher", 8),
    ("faam", "sport", 0, 100, "0.1", "higher", 9),
    ("ffi", "pain", 0, 100, "0.1", "lower", None),
    ("ffi", "disability", 0, 100, "0.1", "lower", None),
    ("ffi", "limitation", 0, 100, "0.1", "lower", None),
    ("ffi", "total", 0, 100, "0.1", "lower", 7),
    ("moxfq", "walking", 0, 100, "0.1", "lower", 16),
    ("moxfq", "pain", 0, 100, "0.1", "lower", 12),
    ("moxfq", "social", 0, 100, "0.1", "lower", 24),
    ("moxfq", "index", 0, 100, "0.1", "lower", None),
    ("odi", "total", 0, 100, "0.1", "lower", 10),
    ("start_back", "total", 0, 9, "1", "lower", None),
    ("start_back", "sub", 0, 5, "1", "lower", None),
    ("ohs", "total", 0, 48, "1", "higher", 5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "scale", "lowest", "highest", "step", "better", "points"),
    SCALES,
    ids=[f"{one[0]} {one[1]}" for one in SCALES],
)
def test_a_scale_is_as_the_reference_has_it(measure, scale, lowest, highest, step, better, points):
    one = scale_of(measure, scale)

    assert (one.lowest, one.highest, one.step, one.better) == (lowest, highest, Decimal(step), better)
    assert (one.change.points if one.change else None) == points


def test_there_are_no_other_scales():
    there = {(measure.code, scale) for measure in load_measures().values() for scale in measure.scales}

    assert there == {(one[0], one[1]) for one in SCALES}


@pytest.mark.parametrize("measure", load_measures().values(), ids=lambda one: one.code)
def test_a_measure_says_how_it_is_scored_and_under_which_licence(measure):
    assert measure.how.endswith(".")
    assert measure.licence.endswith(".")
    assert measure.source
    assert measure.source_mark in ("V", "K")
    # The items of a licensed measure are whole sentences in their dozens: none may be here.
    assert max(map(len, (measure.how, measure.use, measure.licence))) < 160


@pytest.mark.parametrize(("measure", "scale"), [one[:2] for one in SCALES])
def test_both_ends_are_scores_and_what_lies_beyond_is_none(measure, scale):
    one = scale_of(measure, scale)

    assert read_score(one, str(one.lowest)) == one.lowest
    assert read_score(one, str(one.highest)) == one.highest
    for beyond in (one.lowest - one.step, one.highest + one.step):
        with pytest.raises(NotAScore) as refused:
            read_score(one, str(beyond))
        assert refused.value.problem == "range"


@given(st.text())
def test_whatever_is_typed_is_a_score_in_range_nothing_or_refused(text):
    scale = scale_of("faam", "adl")
    with suppress(NotAScore):
        value = read_score(scale, text)
        assert value is None or scale.lowest <= value <= scale.highest


@pytest.mark.parametrize(
    ("total", "sub", "group"),
    [
        (0, 0, "low"), (3, 0, "low"), (3, 3, "low"), (3, None, "low"),
        (4, 0, "medium"), (4, 3, "medium"), (9, 3, "medium"), (7, 3, "medium"),
        (4, 4, "high"), (9, 5, "high"), (None, 4, "high"),
        (4, None, ""), (9, None, ""), (None, 3, ""), (None, None, ""),
    ],
)  # fmt: skip
def test_the_start_back_group_is_the_tools_own(total, sub, group):
    assert triage_group(*(None if one is None else Decimal(one) for one in (total, sub))) == group


@pytest.mark.parametrize(
    ("measure", "scale", "first", "value", "says"),
    [
        # Pain: two points, or 30 % where that is less.
        ("nrs", "foot_worst", 8, 6, BETTER), ("nrs", "foot_worst", 8, 7, ""),
        ("nrs", "foot_worst", 10, 8, BETTER), ("nrs", "foot_worst", 7, 5, BETTER),
        ("nrs", "foot_worst", 7, 6, ""),
        ("nrs", "foot_worst", 4, 3, ""), ("nrs", "foot_worst", 4, 2, BETTER),
        ("nrs", "foot_worst", 3, 2, BETTER), ("nrs", "foot_worst", 1, 0, BETTER),
        ("nrs", "foot_worst", 5, 5, ""), ("nrs", "foot_worst", 0, 0, ""),
        # Worse takes the points: the share was found for getting better.
        ("nrs", "foot_worst", 3, 4, ""), ("nrs", "foot_worst", 3, 5, WORSE), ("nrs", "foot_worst", 0, 1, ""),
        ("nrs", "foot_worst", 0, 2, WORSE),
        ("psfs", "activity", 3, 5, ""), ("psfs", "activity", 3, 6, BETTER), ("psfs", "activity", 6, 3, WORSE),
        ("psfs", "mean", 3, "4.9", ""), ("psfs", "mean", 3, 5, BETTER),
        ("lefs", "total", 40, 48, ""), ("lefs", "total", 40, 49, BETTER), ("lefs", "total", 40, 31, WORSE),
        ("faam", "adl", 50, "57.9", ""), ("faam", "adl", 50, 58, BETTER),
        ("faam", "sport", 50, 58, ""), ("faam", "sport", 50, 59, BETTER),
        ("ffi", "total", 50, "43.1", ""), ("ffi", "total", 50, 43, BETTER), ("ffi", "total", 50, 57, WORSE),
        ("ffi", "pain", 90, 10, ""),
        ("moxfq", "walking", 50, 34, BETTER), ("moxfq", "pain", 50, 38, BETTER),
        ("moxfq", "social", 50, 27, ""),
        ("moxfq", "index", 90, 10, ""),
        ("odi", "total", 40, 30, BETTER), ("odi", "total", 40, "30.1", ""),
        ("start_back", "total", 9, 0, ""),
        ("ohs", "total", 20, 25, BETTER), ("ohs", "total", 20, 24, ""), ("ohs", "total", 20, 15, WORSE),
    ],
)  # fmt: skip
def test_a_change_matters_from_its_border_on(measure, scale, first, value, says):
    assert verdict(scale_of(measure, scale), Decimal(first), Decimal(value)) == says


@given(st.sampled_from(SCALES), st.integers(0, 1000), st.integers(0, 1000))
def test_what_reaches_the_dashed_line_is_better_and_what_does_not_is_not(one, first, value):
    scale = scale_of(one[0], one[1])
    steps = int((scale.highest - scale.lowest) / scale.step) + 1
    a, b = (scale.lowest + scale.step * (number % steps) for number in (first, value))
    at = line_at(scale, a)

    reached = at is not None and (b <= at if scale.better == "lower" else b >= at)

    assert (verdict(scale, a, b) == BETTER) == reached


class TestLoader:
    GOOD = {
        "code": "x", "name": "X", "full_name": "X", "use": "u", "how": "h", "licence": "l",
        "source": "s", "source_mark": "V",
        "scale": [{"code": "t", "name": "T", "lowest": 0, "highest": 10, "step": 1, "better": "lower"}],
    }  # fmt: skip

    def test_the_example_itself_is_good(self):
        assert build([self.GOOD])["x"].scales["t"].highest == 10

    @pytest.mark.parametrize(
        ("where", "key", "value"),
        [
            ("measure", "how", ""), ("measure", "source_mark", "Q"), ("measure", "scale", []),
            ("measure", "unknown", "x"),
            ("scale", "highest", 0), ("scale", "highest", 101), ("scale", "lowest", -1),
            ("scale", "step", Decimal("0.25")), ("scale", "better", "upwards"), ("scale", "unknown", 1),
            ("scale", "change", {"points": 0, "mark": "V"}), ("scale", "change", {"points": 11, "mark": "V"}),
            ("scale", "change", {"points": 2, "mark": "?"}),
            ("scale", "change", {"points": 2, "share": 2, "mark": "V"}),
        ],
    )  # fmt: skip
    def test_data_that_does_not_fit_together_is_refused(self, where, key, value):
        raw = deepcopy(self.GOOD)
        (raw if where == "measure" else raw["scale"][0])[key] = value

        with pytest.raises(MeasuresError):
            build([raw])

    def test_the_same_code_twice_is_refused(self):
        with pytest.raises(MeasuresError):
            build([self.GOOD, self.GOOD])
