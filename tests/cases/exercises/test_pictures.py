"""The drawings: inside their panel, with feet on the ground, readable by a screen reader, free of styles."""

from xml.etree import ElementTree

import pytest

from cases.exercises import load_library, picture_svg
from cases.exercises.pictures import (
    LENGTHS,
    WIDTH,
    Body,
    Foot,
    outline_of,
    points_of,
    read_picture,
    skeleton_of,
)

EXERCISES = load_library().exercises
every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
STANDING = Body((80, 136), "near_ankle", 90, 90, ((-90, -90, 0),), ((-90, -90),))


@every_exercise
def test_every_line_stays_in_its_panel(exercise):
    for pose in exercise.picture.poses:
        for x, y in points_of(pose):
            assert 0 <= x <= WIDTH, (x, y)
            assert y <= 150, (x, y)


@every_exercise
def test_nobody_sinks_into_the_floor(exercise):
    for pose in exercise.picture.poses:
        floors = [thing.points[0][1] for thing in pose.things if thing.kind == "floor"]
        if pose.body and floors:
            skeleton = skeleton_of(pose.body)
            lines = (skeleton.trunk, *skeleton.near, *skeleton.far)
            assert max(y for line in lines for _, y in line) <= floors[0] + 1


@every_exercise
def test_a_picture_is_svg_in_the_colour_of_the_text_with_its_words(exercise):
    text = picture_svg(exercise.picture)
    svg = ElementTree.fromstring(text)  # noqa: S314 - we drew it

    assert svg.get("role") == "img"
    assert svg.get("aria-label") == exercise.picture.alt
    assert "style" not in text
    assert "currentColor" in text
    assert "#" not in text


@every_exercise
def test_the_words_say_what_is_seen(exercise):
    assert exercise.picture.alt.endswith(".")
    assert 4 <= len(exercise.picture.alt.split()) <= 40


@every_exercise
def test_what_moves_has_an_arrow_or_is_held_still(exercise):
    is_still = exercise.code in {"cycling", "balance_one_leg"}

    assert is_still or any(pose.arrows for pose in exercise.picture.poses)


def test_a_body_keeps_its_lengths_however_it_stands():
    skeleton = skeleton_of(STANDING)
    hip, neck = skeleton.trunk

    assert hip == pytest.approx((80, 136 - LENGTHS["thigh"] - LENGTHS["shank"]))
    assert neck == pytest.approx((80, hip[1] - LENGTHS["trunk"]))
    assert skeleton.near[0][-2] == pytest.approx((80, 136))


def test_an_anchor_that_is_no_joint_is_refused():
    with pytest.raises(ValueError, match="no joint"):
        skeleton_of(Body((0, 0), "far_ankle", 90, 90, ((-90, -90, 0),), ()))


def test_toes_that_are_up_are_higher_than_toes_that_are_flat():
    flat, up = (outline_of(Foot((50, 100), toes=turn)) for turn in (0, 50))

    assert min(y for x, y in up if x > 100) < min(y for x, y in flat if x > 100)


@pytest.mark.parametrize(
    "data",
    [
        {"alt": "x", "pose": []},
        {"alt": "x", "pose": [{}, {}, {}]},
        {"alt": "x", "pose": [{"things": [["dragon", [0, 0], [1, 1]]]}]},
        {"alt": "x", "pose": [{"things": [["floor", [0, 0]]]}]},
        {"alt": "x", "pose": [{"hat": 1}]},
        {"pose": [{}]},
    ],
    ids=["no pose", "three poses", "unknown thing", "half a thing", "unknown part", "no words"],
)
def test_a_picture_that_cannot_be_drawn_is_refused(data):
    with pytest.raises((KeyError, ValueError)):
        read_picture(data)


def test_what_a_text_alternative_holds_cannot_leave_its_attribute():
    picture = read_picture({"alt": '"><script>&', "pose": [{"foot": {"at": [50, 100]}}]})
    svg = ElementTree.fromstring(picture_svg(picture))  # noqa: S314 - we drew it

    assert svg.get("aria-label") == '"><script>&'
