"""Patients written as a clinician would chart them, with what the sources say should be done."""

import json
from pathlib import Path

import pytest

from cases.screening import Answers, assess, load_catalogue
from cases.screening.catalogue import RANK
from cases.screening.evaluation import evaluate, read_labelled

FILE = Path(__file__).with_name("labelled_cases.json")
CASES = json.loads(FILE.read_text("utf-8"))
LABELLED, _ = read_labelled(FILE.read_bytes(), load_catalogue())
FEWEST = 40


@pytest.mark.parametrize("labelled", LABELLED, ids=[case.id for case, _ in LABELLED])
def test_a_labelled_case_is_judged_as_its_source_says(labelled):
    evaluation = evaluate([labelled], load_catalogue())

    assert [one.misses for one in evaluation.missed] == []


def test_the_labelled_cases_are_many_and_each_names_its_sources():
    sources = load_catalogue().sources

    assert len(CASES) >= FEWEST
    assert all(case["source"] for case in CASES)
    assert all(key in sources for case in CASES for key in case["source"].split(", "))
    assert all(case["expected"] for case in CASES)


def cases(fits):
    return [case for case in CASES if fits(case)]


def present(*codes):
    return lambda case: not set(codes).isdisjoint(case["signs_present"])


@pytest.mark.parametrize(
    ("fewest", "fits"),
    [
        pytest.param(25, lambda case: case["expected"].get("urgency") == "emergency", id="emergencies"),
        pytest.param(15, lambda case: case["expected"].get("refer") is False, id="no referral"),
        pytest.param(8, lambda case: (case["age"] or 99) < 17, id="children"),
        pytest.param(
            20,
            lambda case: case["expected"].get("origin") in ("back", "hip"),
            id="back or hip felt in the foot",
        ),
        pytest.param(3, present("foot_pain_before_back_pain"), id="foot and gait driving the back"),
        pytest.param(3, lambda case: case["expected"].get("origin") == "mixed", id="mixed"),
        pytest.param(3, lambda case: "conflicting_data" in case["expected"].get("flags", ()), id="conflicts"),
        pytest.param(3, lambda case: case["expected"].get("origin", "") is None, id="little answered"),
        pytest.param(3, present("progressive_motor_deficit"), id="getting worse"),
        pytest.param(3, present("acute_foot_drop"), id="a new foot drop"),
        pytest.param(3, present("foot_drop_stable"), id="an old foot drop"),
    ],
)
def test_the_labelled_cases_cover(fewest, fits):
    assert len(cases(fits)) >= fewest


def test_no_case_without_a_referral_raises_a_red_flag():
    benign = cases(lambda case: case["expected"].get("refer") is False)

    assert benign
    for case in benign:
        assert assess(Answers.from_record(case)).as_dict()["red_flags"] == []


def test_no_labelled_case_is_judged_less_urgent_than_its_source():
    for case, expected in LABELLED:
        if expected.urgency:
            assert RANK[assess(case.answers).urgency] >= RANK[expected.urgency], case.id
