"""The page of a patient: all cases, what is due, what was lately, and what it costs."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.courses import courses_in
from cases.patient_page import patient_context
from referrals import actions as referrals
from tests.cases.stories import many_visits, seen
from tests.factories import CaseFactory, PatientFactory, TreatmentFactory, TreatmentReviewFactory

pytestmark = pytest.mark.django_db

FIRST, SECOND = datetime.date(2026, 9, 1), datetime.date(2026, 9, 22)


@pytest.fixture
def anna(north, alice):
    return PatientFactory(clinic=north, created_by=alice)


@pytest.fixture
def case(anna):
    return CaseFactory(patient=anna, complaint="Heel pain")


def page(client, patient):
    return client.get(reverse("cases:show_patient", args=[patient.pk])).content.decode()


def due_of(patient):
    """What is due next for each case, as the page has it: (day, words) or None."""
    rows = patient_context(patient)["cases"]
    return {row.case.complaint: (row.due.on, row.due.words) if row.due else None for row in rows}


def treated(on, **fields):
    def treat(visit):
        TreatmentFactory(visit=visit, review_on=on, **fields)

    return treat


def test_open_cases_come_first(anna, case, alice):
    closed = CaseFactory(patient=anna, complaint="Old ankle sprain")
    actions.discharge_case(case=closed, by=alice, outcome="recovered")

    rows = patient_context(anna)["cases"]

    assert [row.case.complaint for row in rows] == ["Heel pain", "Old ankle sprain"]


def test_a_case_says_when_the_patient_was_last_seen_for_it(as_alice, alice, anna, case):
    seen(case, alice, FIRST)
    wrong = seen(case, alice, SECOND)
    actions.void_visit(visit=wrong, by=alice, reason="Another patient's")

    (row,) = patient_context(anna)["cases"]

    assert (row.visits, row.last_seen_on) == (1, FIRST)
    assert "1 Sep" in page(as_alice, anna)


def test_the_next_review_of_a_running_treatment_is_due(as_alice, alice, anna, case):
    seen(case, alice, FIRST, treat=treated(datetime.date(2026, 10, 6)))

    assert due_of(anna)["Heel pain"] == (datetime.date(2026, 10, 6), "Review of treatment")
    assert '<span class="late">Tue 6 Oct' in page(as_alice, anna)


def test_the_next_step_of_a_referral_is_due_when_it_comes_first(alice, anna, case):
    visit = seen(case, alice, FIRST, treat=treated(timezone.localdate() + datetime.timedelta(days=300)))
    referral = referrals.start_referral(
        visit=visit, by=alice, destination="msk_triage", urgency="routine", question="Imaging?"
    )

    assert due_of(anna)["Heel pain"] == (referral.next_action_on, "Write and sign the letter")


def _reviewed(case, alice):
    first = seen(case, alice, FIRST, treat=treated(SECOND))
    TreatmentReviewFactory(treatment=first.treatments.get(), reviewed_on=SECOND)


def _stopped(case, alice):
    first = seen(case, alice, FIRST, treat=treated(SECOND))
    actions.stop_treatment(treatment=first.treatments.get(), by=alice, reason="Painless")


def _dated_anew(case, alice):
    seen(case, alice, FIRST, treat=treated(SECOND))
    seen(case, alice, SECOND, treat=treated(SECOND + datetime.timedelta(days=60)))


def _prescribed_again_without_a_date(case, alice):
    seen(case, alice, FIRST, treat=treated(SECOND))
    seen(case, alice, SECOND, treat=treated(None))


def _reviewed_at_a_visit_in_error(case, alice):
    first = seen(case, alice, FIRST, treat=treated(SECOND))
    wrong = seen(case, alice, SECOND, signed=False)
    TreatmentReviewFactory(treatment=first.treatments.get(), visit=wrong, reviewed_on=SECOND)
    actions.void_visit(visit=wrong, by=alice, reason="Another patient's")


def _two_treatments(case, alice):
    def treat(visit):
        TreatmentFactory(visit=visit, review_on=SECOND + datetime.timedelta(days=30))
        TreatmentFactory(visit=visit, review_on=SECOND, target="Calf")

    seen(case, alice, FIRST, treat=treat)


@pytest.mark.parametrize(
    "happened",
    [
        _reviewed,
        _stopped,
        _dated_anew,
        _prescribed_again_without_a_date,
        _reviewed_at_a_visit_in_error,
        _two_treatments,
    ],
    ids=lambda story: story.__name__.strip("_"),
)
def test_what_is_due_is_what_the_courses_say_is_due(alice, anna, case, happened):
    happened(case, alice)

    days = [course.due_on for course in courses_in(case) if course.due_on]

    expected = (min(days), "Review of treatment") if days else None
    assert due_of(anna)["Heel pain"] == expected


def test_the_last_visits_are_listed_across_cases_and_bounded(as_alice, alice, anna, case):
    other = CaseFactory(patient=anna, complaint="Ankle")
    many_visits(case, alice, 7)
    many_visits(other, alice, 7)

    lately = patient_context(anna)["lately"]

    assert len(lately) == 5
    assert {visit.complaint for visit in lately} == {"Heel pain", "Ankle"}
    assert [visit.seen_on for visit in lately] == sorted((one.seen_on for one in lately), reverse=True)
    assert reverse("cases:show_visit", args=[lately[0].visit]) in page(as_alice, anna)


def test_admin_staff_see_neither_origin_nor_links_to_visits(as_alice, as_dana, alice, anna, case):
    case.suggested_origin = case.decided_origin = "back"
    case.save()
    visit = seen(case, alice, FIRST)
    case.refresh_from_db()
    case.suggested_origin = case.decided_origin = "back"
    case.save()

    assert "· Back" in page(as_alice, anna)
    assert "· Back" not in page(as_dana, anna)
    assert reverse("cases:show_visit", args=[visit.pk]) not in page(as_dana, anna)


@pytest.mark.parametrize(("cases", "visits"), [(1, 1), (5, 20)])
def test_the_page_costs_as_many_queries_however_long_the_record(
    as_alice, alice, anna, cases, visits, django_assert_max_num_queries
):
    for number in range(cases):
        many_visits(CaseFactory(patient=anna, complaint=f"Complaint {number}"), alice, visits)
    as_alice.get("/")  # the first page of a session also notes when it began

    with django_assert_max_num_queries(12) as counted:
        page(as_alice, anna)

    assert len(counted) == 12


def test_a_review_of_ice_on_the_knee_keeps_no_date_of_ice_on_the_heel(anna, case, alice):
    on = FIRST + datetime.timedelta(days=20)

    def treat(visit):
        for region in ("heel", "knee"):
            TreatmentFactory(visit=visit, kind="ice", region=region, review_on=on)

    visit = seen(case, alice, FIRST, treat=treat)
    TreatmentReviewFactory(treatment=visit.treatments.get(region="knee"), reviewed_on=on)

    assert [course.due_on for course in courses_in(case)].count(on) == 1
    assert due_of(anna) == {"Heel pain": (on, "Review of treatment")}
