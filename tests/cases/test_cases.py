"""Pages of cases and the first page."""

import datetime

import pytest
from django.urls import reverse

from cases.models import Case
from clinic.models import AccessLog
from tests.factories import CaseFactory, PatientFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(north, alice):
    return PatientFactory(clinic=north, created_by=alice)


@pytest.fixture
def case(anna):
    return CaseFactory(patient=anna)


def shown(response):
    return response.content.decode()


def test_open_case_leads_to_the_case(as_alice, alice, anna):
    posted = {
        "complaint": "Pain under the left heel",
        "side": "left",
        "onset_on": "1/8/26",
        "mechanism": "New shoes.",
    }

    response = as_alice.post(reverse("cases:open_case", args=[anna.pk]), posted)

    case = Case.objects.get()
    assert response.url == reverse("cases:show_case", args=[case.pk])
    assert (case.patient, case.lead, case.opened_by) == (anna, alice, alice)
    assert case.onset_on == datetime.date(2026, 8, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"complaint": ""}, "Say what the patient complains of."),
        ({"complaint": "x" * 201}, "at most 200 characters"),
        ({"side": ""}, "Choose the side."),
        ({"side": "upside"}, "Select a valid choice"),
        ({"onset_on": "1/1/1950"}, "before the patient was born"),
        ({"onset_on": "1/1/2199"}, "must not be after"),
        ({"onset_on": "last summer"}, "Enter a real date"),
        ({"mechanism": "a\x00b"}, "cannot be read"),
    ],
)
def test_open_case_answers_at_the_field(as_alice, anna, changes, message):
    page = shown(
        as_alice.post(
            reverse("cases:open_case", args=[anna.pk]), {"complaint": "Heel", "side": "left"} | changes
        )
    )

    assert message in page
    assert Case.objects.count() == 0


def test_open_case_is_for_podiatrists(as_dana, anna):
    assert as_dana.get(reverse("cases:open_case", args=[anna.pk])).status_code == 403


def test_show_case_says_what_to_do_first(as_alice, case):
    page = shown(as_alice.get(reverse("cases:show_case", args=[case.pk])))

    assert "No visit yet" in page
    assert reverse("cases:start_visit", args=[case.pk]) in page


def test_show_case_goes_on_with_the_open_draft(as_alice, case):
    visit = VisitFactory(case=case)

    page = shown(as_alice.get(reverse("cases:show_case", args=[case.pk])))

    assert "Go on with the visit" in page
    assert reverse("cases:show_visit", args=[visit.pk]) in page
    assert reverse("cases:start_visit", args=[case.pk]) not in page


def test_show_case_shows_admin_staff_no_notes(as_dana, case):
    visit = VisitFactory(case=case, assessment="Lumbar origin likely")

    page = shown(as_dana.get(reverse("cases:show_case", args=[case.pk])))

    assert "Lumbar origin likely" not in page
    assert reverse("cases:show_visit", args=[visit.pk]) not in page


def test_show_case_logs_the_patient(as_alice, case):
    as_alice.get(reverse("cases:show_case", args=[case.pk]))

    assert AccessLog.objects.get().patients == [case.patient_id]


def test_case_of_another_clinic_is_as_if_unknown(as_charlie, case):
    response = as_charlie.get(reverse("cases:show_case", args=[case.pk]))

    assert response.status_code == 404
    assert "heel" not in shown(response)


def test_home_lists_my_unsigned_visits_and_nobody_elses(as_alice, cast, case):
    mine = VisitFactory(case=case, created_by=cast.alice)
    other_case = CaseFactory(patient=case.patient)
    others = VisitFactory(case=other_case, created_by=cast.bob)

    page = shown(as_alice.get("/"))

    assert reverse("cases:show_visit", args=[mine.pk]) in page
    assert reverse("cases:show_visit", args=[others.pk]) not in page


def test_home_says_when_everything_is_signed(as_alice):
    assert "Everything is signed" in shown(as_alice.get("/"))


def test_home_shows_managers_no_patients(as_mo, case):
    VisitFactory(case=case)

    assert "NOVAK" not in shown(as_mo.get("/"))


def test_home_costs_at_most_twelve_queries(as_alice, case, django_assert_max_num_queries):
    VisitFactory(case=case)
    as_alice.get("/")

    with django_assert_max_num_queries(12):
        as_alice.get("/")
