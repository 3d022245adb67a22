"""What a treatment asks of the patient, in words that need no explaining."""

import pytest

from cases.doses import dose_words, how_it_feels, how_often, ice_sentences, pain_rule, rest_sentences, where
from cases.models import Treatment


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (1, "Once a week"),
        (2, "Twice a week"),
        (3, "3 times a week"),
        (7, "Every day"),
        (10, "10 times a week"),
        (14, "Twice a day"),
        (21, "3 times a day"),
    ],
)
def test_how_often(times, words):
    assert how_often(times) == words


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (
            {"times_a_week": 3, "sets": 3, "repetitions": 10},
            "3 times a week, 3 sets of 10, rest a minute between sets",
        ),
        (
            {"times_a_week": 14, "repetitions": 3, "hold_seconds": 30},
            "Twice a day, 3 times, hold each for 30 seconds",
        ),
        ({"times_a_week": 7, "hold_seconds": 20}, "Every day, hold for 20 seconds"),
        ({"times_a_week": 7, "sets": 3, "hold_seconds": 1}, "Every day, 3 times, hold each for 1 second"),
        ({"times_a_week": 5, "minutes": 10}, "5 times a week, for 10 minutes"),
        ({"times_a_week": 5, "minutes": 1}, "5 times a week, for 1 minute"),
        ({"times_a_week": 21, "repetitions": 1}, "3 times a day"),
        ({"times_a_week": 7, "sets": 1, "repetitions": 10}, "Every day, 10 times"),
        ({}, ""),
        ({"times_a_week": "often", "sets": None, "repetitions": [1]}, ""),
    ],
    ids=str,
)
def test_the_dose_in_one_line(details, words):
    assert dose_words(details) == words


@pytest.mark.parametrize(
    ("effort", "word"), [(0, "easy"), (3, "light"), (5, "quite hard"), (8, " hard"), (10, "very hard")]
)
def test_how_hard_it_should_feel(effort, word):
    words = how_it_feels({"effort": effort})

    assert word in words
    assert f"({effort} of 10)" in words
    assert how_it_feels({}) == ""


def test_how_much_pain_is_all_right():
    assert pain_rule({"pain_ceiling": 5}) == (
        "Pain up to 5 of 10 is all right, if it is gone by the next morning."
    )
    assert pain_rule({"pain_ceiling": 0}) == "It should not hurt."
    assert pain_rule({}) == ""


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"region": "heel", "side": "left"}, "your left heel"),
        ({"region": "ankle", "side": "bilateral"}, "your ankle"),
        ({"site": "inside of the knee", "side": "right"}, "inside of the knee (right)"),
        ({"region": "whole_body"}, "the sore place"),
        ({}, "the sore place"),
    ],
)
def test_the_place_in_the_patients_words(place, words):
    assert where(Treatment(**place)) == words


def ice(**details):
    known = {"method": "wrapped_pack", "barrier": "Damp cloth", "minutes": 15, "hours_between": 2}
    return Treatment(kind="ice", region="heel", side="left", details=known | details)


def test_ice_says_what_to_wrap_it_in_where_how_long_and_how_far_apart():
    sentences = ice_sentences(ice(times_a_day=3, days=3))

    assert sentences[:3] == [
        "Put ice, wrapped in a damp cloth, on your left heel for 15 minutes.",
        "At most 3 times a day, at least 2 hours apart.",
        "Do this for 3 days.",
    ]
    assert any("more than 20 minutes" in sentence for sentence in sentences)
    assert any("Stop if" in sentence for sentence in sentences)


def test_other_ways_of_icing_are_said_as_they_are():
    assert ice_sentences(ice(method="ice_massage", minutes=5))[0].startswith("Rub ice over your left heel")
    assert ice_sentences(ice(method="immersion"))[0].startswith("Hold your left heel in cold water")
    assert "At most once a day." in ice_sentences(ice(times_a_day=1))


def test_rest_says_what_to_stop_what_to_keep_and_the_way_back():
    treatment = Treatment(
        kind="rest",
        region="heel",
        side="left",
        details={
            "rest_kind": "activity",
            "days": 14,
            "activities_stopped": "running",
            "activities_kept": "cycling",
            "load_percent": 50,
            "weight_bearing": "partial",
            "return_steps": "walk, then jog",
        },
    )

    assert rest_sentences(treatment) == [
        "Rest your left heel from what makes it sore, and stay as active as you can.",
        "Do this for 14 days.",
        "Put only part of your weight on the leg.",
        "Stop for now: running",
        "Keep doing: cycling",
        "Do about 50% of what you usually do.",
        "The way back: walk, then jog",
    ]


@pytest.mark.parametrize("kind", ["offload_pad", "boot", "cast", "sick_note", "bed", "", "unheard of"])
def test_every_kind_of_rest_has_its_sentence(kind):
    assert rest_sentences(Treatment(kind="rest", details={"rest_kind": kind}))[0].endswith(".")
