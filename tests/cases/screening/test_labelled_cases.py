"""Patients written as a clinician would chart them, with what the sources say should be done."""

import json
from pathlib import Path

import pytest

from cases.screening import Answers, assess, load_catalogue
from cases.screening.cases_json import read_cases

FILE = Path(__file__).with_name("labelled_cases.json")
CASES = json.loads(FILE.read_text("utf-8"))
FEWEST = 40


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_labelled_case_is_judged_as_its_source_says(case):
    expected = case["expected"]

    result = assess(
        Answers(frozenset(case["signs_present"]), frozenset(case["signs_absent"]), case["age"], case["side"])
    ).as_dict()

    judged = {name: result[name] for name in ("origin", "urgency", "refer")}
    assert judged == {name: expected[name] for name in judged}
    if expected["condition"]:
        assert expected["condition"] in [one["code"] for one in result["conditions"][:3]]


def test_the_labelled_cases_are_many_and_each_names_its_sources():
    sources = load_catalogue().sources

    assert len(CASES) >= FEWEST
    assert all(key in sources for case in CASES for key in case["source"].split(", "))


def test_the_labelled_cases_can_be_given_to_the_command_as_they_are():
    assert len(read_cases(FILE.read_bytes(), load_catalogue())) == len(CASES)


def test_no_case_without_a_referral_raises_a_red_flag():
    benign = [case for case in CASES if not case["expected"]["refer"]]

    assert benign
    for case in benign:
        answers = Answers(frozenset(case["signs_present"]), frozenset(case["signs_absent"]), case["age"])
        assert assess(answers).as_dict()["red_flags"] == []
