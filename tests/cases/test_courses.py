"""Prescriptions of the same thing are one course; which of them runs, is due, and is asked about."""

from datetime import date, timedelta

import pytest

from cases.courses import Course, courses_of
from cases.models import Treatment, TreatmentReview

DAY = date(2026, 3, 2)
STRETCH = {"name": "Calf stretch", "times_a_week": 7}


def in_days(days):
    return DAY + timedelta(days=days)


def prescribe(start=0, visit=1, reviews=(), **fields):
    """A treatment with its reviews in hand, that no database has seen."""
    fields = {"kind": "exercise", "target": "Heel pain", "details": STRETCH} | fields
    one = Treatment(start_on=in_days(start), **fields)
    one.visit_id = visit
    given = [TreatmentReview(reviewed_on=in_days(day), response=said) for day, said in reviews]
    one._prefetched_objects_cache = {"reviews": given}
    return one


def names(courses):
    return [[one.details.get("name", one.kind) for one in course.prescriptions] for course in courses]


def test_the_same_exercise_prescribed_again_is_one_course_from_its_first_day_whatever_its_dose():
    again = prescribe(14, visit=2, details=STRETCH | {"times_a_week": 14})

    (course,) = courses_of([again, prescribe()])

    assert (course.start_on, course.newest) == (DAY, again)


@pytest.mark.parametrize(
    "other",
    [
        {"details": {"name": "Heel raise"}},
        {"target": "Ankle sprain"},
        {"side": "right"},
        {"region": "heel"},
        {"site": "Achilles tendon"},
        {"kind": "rest", "details": {"rest_kind": "boot"}},
    ],
    ids=[
        "another exercise",
        "another problem",
        "the other side",
        "elsewhere",
        "another site",
        "another kind",
    ],
)
def test_something_else_is_a_course_of_its_own(other):
    assert len(courses_of([prescribe(), prescribe(14, visit=2, **other)])) == 2


def test_the_same_thing_begun_again_after_a_stop_is_another_course():
    stopped = prescribe(stopped_on=in_days(7), stop_reason="Blisters")

    courses = courses_of([stopped, prescribe(14, visit=2), prescribe(28, visit=3)])

    assert [len(course.prescriptions) for course in courses] == [1, 2]


def test_the_same_thing_begun_again_after_its_planned_end_is_another_course():
    ended = prescribe(planned_end_on=in_days(3))

    assert len(courses_of([ended, prescribe(4, visit=2)])) == 2
    assert len(courses_of([ended, prescribe(3, visit=2)])) == 1


def test_two_of_the_same_visit_are_two_courses_and_each_goes_on():
    courses = courses_of([prescribe(), prescribe(), prescribe(7, visit=2), prescribe(7, visit=2)])

    assert [len(course.prescriptions) for course in courses] == [2, 2]


def test_courses_come_in_the_order_of_their_first_days():
    late, early = prescribe(9, details={"name": "Late"}), prescribe(1, details={"name": "Early"})

    assert names(courses_of([late, early])) == [["Early"], ["Late"]]


def test_a_course_keeps_the_reviews_of_each_prescription_in_order():
    first = prescribe(reviews=[(7, "same"), (21, "better")], pain_before=6)
    course = Course((first, prescribe(10, visit=2, reviews=[(14, "worse")])))

    assert [one.response for one in course.reviews] == ["same", "worse", "better"]
    assert course.pain_before == 6


@pytest.mark.parametrize(
    ("fields", "on", "running"),
    [
        ({}, 100, True),
        ({"planned_end_on": in_days(5)}, 5, True),
        ({"planned_end_on": in_days(5)}, 6, False),
        ({"stopped_on": in_days(5), "stop_reason": "x"}, 5, False),
        ({"kind": "surgery_referral"}, 1, False),
        ({"kind": "other", "details": {"other_kind": "safety_net"}}, 1, False),
    ],
    ids=["open end", "on its last day", "past its end", "stopped", "referral", "advice of the day"],
)
def test_what_runs_is_not_stopped_not_past_its_end_and_not_done_once(fields, on, running):
    assert Course((prescribe(**fields),)).is_running(in_days(on)) is running


@pytest.mark.parametrize(
    ("reviews", "due"),
    [([], True), ([(20, "better")], True), ([(21, "better")], False), ([(40, "same")], False)],
    ids=["never", "more than a week early", "a week early", "late"],
)
def test_a_date_of_review_is_kept_by_a_review_in_the_week_before_it_or_later(reviews, due):
    course = Course((prescribe(review_on=in_days(28), reviews=reviews),))

    assert course.due_on == (in_days(28) if due else None)


def test_a_date_of_review_goes_on_where_the_next_prescription_sets_none():
    course = Course((prescribe(review_on=in_days(28)), prescribe(14, visit=2)))

    assert course.due_on == in_days(28)


def test_nothing_is_due_of_what_was_stopped():
    assert Course((prescribe(review_on=DAY, stopped_on=DAY, stop_reason="x"),)).due_on is None


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, True),
        ({"start_on": in_days(60)}, False),
        ({"planned_end_on": in_days(9)}, True),
        ({"planned_end_on": in_days(9), "reviews": [(9, "better")]}, False),
        ({"stopped_on": in_days(9), "stop_reason": "x"}, False),
        ({"kind": "surgery_referral"}, False),
        ({"kind": "surgery_referral", "review_on": in_days(20)}, True),
    ],
    ids=[
        "running",
        "not begun",
        "ended and never asked",
        "ended and asked",
        "stopped",
        "referral",
        "referral with a date",
    ],
)
def test_a_visit_asks_about_what_runs_what_ended_unasked_and_what_is_due(fields, asked):
    start = fields.pop("start_on", DAY)
    course = Course((prescribe((start - DAY).days, **fields),))

    assert course.is_to_ask(in_days(30)) is asked
