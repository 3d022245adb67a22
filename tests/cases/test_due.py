"""The reviews that wait for one podiatrist, on the home page and in full."""

from datetime import timedelta

import hypothesis
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies as st

from cases import actions
from cases.courses import courses_in
from cases.due import AHEAD, due_reviews
from cases.models import Treatment
from tests.factories import (
    CaseFactory,
    PatientFactory,
    TreatmentFactory,
    TreatmentReviewFactory,
    VisitFactory,
)
from tests.journeys.steps import signed_visit

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def prescribed(clinic, lead, *, review_in=0, family="Novak", case=None, begun=28, **fields):
    """Return a treatment of a signed visit some weeks ago, to be reviewed in so many days."""
    if case is None:
        patient = PatientFactory(clinic=clinic, created_by=lead, family_name=family)
        case = CaseFactory(patient=patient, lead=lead)
    visit = VisitFactory(case=case, seen_on=in_days(-begun), created_by=lead)
    at = timezone.now() - timedelta(days=begun)
    details = {"name": "Calf stretch"}
    fields = {"kind": "exercise", "details": details, "review_on": in_days(review_in)} | fields
    treatment = TreatmentFactory(visit=visit, created_at=at, start_on=visit.seen_on, **fields)
    Treatment.objects.filter(pk=treatment.pk).update(signed_at=at)
    type(visit).objects.filter(pk=visit.pk).update(signed_at=at, signed_by=lead)
    return treatment


def due(clinic, user):
    return [course.newest for course in due_reviews(clinic, user, 50)]


def test_the_oldest_comes_first_and_a_week_ahead_is_soon_enough(north, alice):
    soon, late = prescribed(north, alice, review_in=7), prescribed(north, alice, review_in=-9)
    prescribed(north, alice, review_in=8)

    assert due(north, alice) == [late, soon]


@pytest.mark.parametrize(
    "settled",
    [
        {"stopped_on": timezone.localdate, "stop_reason": lambda: "Better"},
        {"review_on": lambda: None},
        {"review_on": lambda: in_days(30)},
    ],
    ids=["stopped", "no date", "moved"],
)
def test_what_is_settled_is_not_due(north, alice, settled):
    treatment = prescribed(north, alice)
    Treatment.objects.filter(pk=treatment.pk).update(**{name: value() for name, value in settled.items()})

    assert due(north, alice) == []


def test_a_review_since_settles_it_and_one_of_a_voided_visit_does_not(north, alice):
    treatment = prescribed(north, alice)
    draft = actions.start_visit(case=treatment.case, by=alice)
    actions.review_treatment(treatment=treatment, by=alice, visit=draft, response="better")
    assert due(north, alice) == []

    actions.void_visit(visit=signed_visit(treatment.case, alice), by=alice, reason="Wrong patient")
    assert due(north, alice) == [treatment]


def test_a_prescription_that_was_dated_anew_is_due_on_its_new_date(north, alice):
    first = prescribed(north, alice, review_in=-9)
    again = prescribed(north, alice, case=first.case, begun=14, review_in=3)

    assert due(north, alice) == [again]


def test_a_date_goes_on_with_the_course_and_a_review_of_the_newer_prescription_keeps_it(north, alice):
    first = prescribed(north, alice, review_in=-2)
    again = prescribed(north, alice, case=first.case, begun=14, review_on=None)
    assert due(north, alice) == [again]

    TreatmentReviewFactory(treatment=again)
    assert due(north, alice) == []


def test_a_colleagues_a_closed_case_and_another_clinic_are_not_listed(north, south, alice, cast):
    prescribed(north, cast.bob)
    prescribed(south, cast.charlie)
    closed = prescribed(north, alice).case
    actions.discharge_case(case=closed, by=alice, outcome="recovered")

    assert due(north, alice) == []


def test_a_voided_visits_prescription_is_not_due(north, alice):
    treatment = prescribed(north, alice)
    actions.void_visit(visit=treatment.visit, by=alice, reason="Wrong patient")

    assert due(north, alice) == []


class TestPages:
    def test_home_lists_ten_and_leads_to_all(self, north, alice, as_alice):
        for number in range(11):
            prescribed(north, alice, review_in=-number, family=f"Person{number:02}")

        page = as_alice.get(reverse("cases:home")).text
        every = as_alice.get(reverse("cases:list_due_reviews")).text

        first = page[page.index('id="reviews-due"') :].split("</section>")[0]
        assert first.count("row-link") == 10
        assert first.index("PERSON10") < first.index("PERSON01")
        assert reverse("cases:list_due_reviews") in first
        assert every.count("row-link") == 11

    def test_home_takes_as_many_queries_for_many_as_for_one(self, north, alice, as_alice):
        prescribed(north, alice)
        as_alice.get(reverse("cases:home"))
        counts = []
        for _more in range(2):
            with CaptureQueriesContext(
                connection,
            ) as caught:
                as_alice.get(reverse("cases:home"))
            counts.append(len(caught))
            for _each in range(8):
                prescribed(north, alice)

        assert counts[0] == counts[1]

    def test_nothing_due_takes_no_room_on_the_first_page(self, as_alice):
        assert "reviews-due" not in as_alice.get(reverse("cases:home")).text
        assert "No review is due" in as_alice.get(reverse("cases:list_due_reviews")).text

    def test_admin_staff_see_no_treatments_on_their_first_page(self, north, alice, as_dana):
        prescribed(north, alice)

        assert "Calf stretch" not in as_dana.get(reverse("cases:home")).text
        assert as_dana.get(reverse("cases:list_due_reviews")).status_code == 403


# What may happen to a course, in any order; what an action refuses leaves everything as it was.
STEPS = {
    "review": lambda one, by: actions.review_treatment(treatment=one, by=by, response="same"),
    "review early": lambda one, by: actions.review_treatment(
        treatment=one, by=by, response="better", reviewed_on=in_days(-20)
    ),
    "review and ask again": lambda one, by: actions.review_treatment(
        treatment=one, by=by, response="worse", review_on=in_days(3)
    ),
    "move": lambda one, by: actions.move_review(treatment=one, by=by, review_on=in_days(40)),
    "move near": lambda one, by: actions.move_review(treatment=one, by=by, review_on=in_days(5)),
    "no date": lambda one, by: actions.move_review(treatment=one, by=by, review_on=None),
    "stop": lambda one, by: actions.stop_treatment(treatment=one, by=by, reason="x"),
    "resume": lambda one, by: actions.resume_treatment(treatment=one, by=by),
    "again": lambda one, by: prescribe_again(one, by, review_on=None),
    "again, dated": lambda one, by: prescribe_again(one, by, review_on=in_days(2)),
    "void": lambda one, by: actions.void_visit(
        visit=one.case.visits.signed().order_by("-created_at").first() or one.visit, by=by, reason="x"
    ),
}
REFUSALS = (actions.AlreadyStopped, actions.NotSigned, actions.VisitIsVoided)


def prescribe_again(one, by, **fields):
    def prescribe(visit):
        TreatmentFactory(visit=visit, kind="exercise", details=one.details, **fields)

    signed_visit(one.case, by, treat=prescribe)


@pytest.mark.django_db(transaction=False)
@hypothesis.settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
@hypothesis.given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=7))
def test_in_whatever_order_courses_and_the_due_list_agree(north, alice, steps):
    treatment = prescribed(north, alice, review_in=-3)
    for step in steps:
        try:
            STEPS[step](Treatment.objects.get(pk=treatment.pk), alice)
        except REFUSALS:
            continue

    until = in_days(0) + AHEAD
    courses = courses_in(treatment.case)
    waiting = {course.newest for course in courses if course.due_on and course.due_on <= until}
    listed = {
        course.newest
        for course in due_reviews(north, alice, 50)
        if course.newest.case_id == treatment.case_id
    }
    assert listed == waiting
    for course in courses:
        assert not (course.is_stopped and course.due_on)
        assert course.is_running(in_days(0)) is not course.is_stopped
