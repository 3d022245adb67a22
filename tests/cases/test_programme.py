"""A patient's programme: what runs, each thing once, the newest prescription, in plain words."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from cases import actions
from cases.models import Treatment
from cases.programme import programme_of
from clinic.models import AccessLog
from tests.factories import CaseFactory
from tests.journeys.steps import signed_visit

pytestmark = pytest.mark.django_db
ICE = {"method": "wrapped_pack", "barrier": "Damp cloth", "minutes": 15, "hours_between": 2}


@pytest.fixture
def case(alice, north):
    return CaseFactory(patient__clinic=north, patient__created_by=alice, complaint="Sore heel", side="left")


def sign(case, *codes, **other):
    """Sign a visit of today with these exercises, and with `other` treatments by their kinds."""

    def treat(visit):
        actions.add_exercises(visit=visit, by=case.lead, codes=codes)
        for kind, details in other.items():
            actions.add_treatment(
                visit=visit,
                by=case.lead,
                kind=kind,
                target="Sore heel",
                region="heel",
                side="left",
                start_on=visit.seen_on,
                details=details,
            )

    return signed_visit(case, case.lead, treat=treat)


def names(case):
    return [item.name for item in programme_of(case.patient).exercises]


def page_of(client, case):
    return client.get(reverse("cases:show_programme", args=[case.patient_id]))


def test_what_was_signed_runs_with_its_picture_its_steps_and_its_dose(case):
    sign(case, "towel_curl", "walking")

    curl, walk = programme_of(case.patient).exercises
    assert curl.exercise.code == "towel_curl"
    assert curl.steps[0] == "Sit with your bare foot flat on a towel."
    assert curl.dose == "5 times a week, 3 sets of 10, rest a minute between sets"
    assert walk.dose == "5 times a week, for 10 minutes"


def test_a_draft_is_no_programme(case, alice):
    visit = actions.start_visit(case=case, by=alice)
    actions.add_exercises(visit=visit, by=alice, codes=["towel_curl"])

    assert not programme_of(case.patient)


def test_what_is_copied_forward_shows_once_as_it_was_prescribed_last(case, alice):
    with time_machine.travel("2026-03-02 10:00", tick=False):
        first = sign(case, "towel_curl")
    with time_machine.travel("2026-03-16 10:00", tick=False):
        visit = actions.start_visit(case=case, by=alice)
        actions.start_from_last_visit(visit=visit, by=alice)
        actions.confirm_copied(visit=visit, by=alice)
        copy = visit.treatments.get()
        actions.change_treatment(treatment=copy, by=alice, details=copy.details | {"sets": 5})
        actions.record_answers(visit=visit, by=alice, answers=_no_to_all(first))
        actions.sign_visit(visit=visit, by=alice, version=None)

        [item] = programme_of(case.patient).exercises

    assert item.dose.startswith("5 times a week, 5 sets of 10")
    assert item.course.start_on == date(2026, 3, 2)


def _no_to_all(visit):
    return {finding.sign: [actions.Answer(present=False)] for finding in visit.findings.all()}


def test_what_is_stopped_does_not_run(case, alice):
    visit = sign(case, "towel_curl", "walking")
    curl = next(one for one in visit.treatments.all() if one.details["exercise_code"] == "towel_curl")
    Treatment.objects.filter(pk=curl.pk).update(stopped_on=visit.seen_on, stop_reason="Hurts")

    assert names(case) == ["Walking"]


def test_what_is_past_its_end_does_not_run(case):
    with time_machine.travel("2026-03-02 10:00", tick=False):
        sign(case, "walking", ice=ICE | {"times_a_day": 3, "days": 3}, rest={"days": 14})
    with time_machine.travel("2026-03-04 10:00", tick=False):
        assert sorted(item.kind for item in programme_of(case.patient).others) == ["ice", "rest"]
    with time_machine.travel("2026-03-05 10:00", tick=False):
        assert [item.kind for item in programme_of(case.patient).others] == ["rest"]
    with time_machine.travel("2026-03-16 10:00", tick=False):
        assert programme_of(case.patient).others == ()
        assert names(case) == ["Walking"]


def test_a_visit_entered_in_error_has_no_programme(case, alice):
    actions.void_visit(visit=sign(case, "walking"), by=alice, reason="Wrong patient")

    assert not programme_of(case.patient)


def test_the_programme_has_all_cases_of_the_patient_and_of_nobody_else(case, north, alice):
    other = CaseFactory(patient=case.patient, complaint="Stiff hip", side="right")
    stranger = CaseFactory(patient__clinic=north, patient__created_by=alice)
    sign(case, "towel_curl")
    sign(other, "clam")
    sign(stranger, "bridge")

    assert names(case) == ["Towel curl", "Clam"]


def test_steps_are_as_written_for_this_patient(case, alice):
    def treat(visit):
        [curl] = actions.add_exercises(visit=visit, by=alice, codes=["towel_curl"])
        actions.change_treatment(treatment=curl, by=alice, instructions="Only with a tissue.\n\n Slowly. ")

    signed_visit(case, alice, treat=treat)

    assert programme_of(case.patient).exercises[0].steps == ["Only with a tissue.", "Slowly."]


def test_an_exercise_of_ones_own_has_no_picture_and_needs_none(client, case, alice):
    def treat(visit):
        actions.add_treatment(
            visit=visit,
            by=alice,
            kind="exercise",
            target="Heel",
            start_on=visit.seen_on,
            instructions="Stand on the beam.",
            details={"name": "Beam", "exercise_type": "balance", "times_a_week": 3, "repetitions": 5}
            | {"exercise_code": "gone_from_the_library"},
        )

    signed_visit(case, alice, treat=treat)
    client.force_login(alice)

    html = page_of(client, case).content.decode()
    assert "Beam" in html
    assert "Stand on the beam." in html
    assert "exercise-picture" not in html


def test_the_page_says_since_when_and_when_it_is_reviewed(client, case, alice):
    sign(case, "towel_curl", ice=ICE | {"times_a_day": 3, "days": 3})
    client.force_login(alice)

    html = page_of(client, case).content.decode()

    assert "for: Sore heel" in html
    assert "in 4 weeks" in html
    assert "Put ice, wrapped in a damp cloth, on your left heel for 15 minutes." in html
    assert 'aria-label="Seen from close by: a foot flat on a towel.' in html
    assert reverse("cases:show_handout_pdf", args=[case.patient_id]) in html


def test_an_empty_page_says_what_to_do_and_offers_no_handout(client, case, alice):
    client.force_login(alice)

    html = page_of(client, case).content.decode()

    assert "Nothing is running" in html
    assert reverse("cases:show_case", args=[case.pk]) in html
    assert "Handout" not in html


def test_a_handout_of_nothing_goes_back_to_the_programme(client, case, alice):
    client.force_login(alice)

    response = client.get(reverse("cases:show_handout_pdf", args=[case.patient_id]), follow=True)

    assert response.redirect_chain[0][0] == reverse("cases:show_programme", args=[case.patient_id])
    assert "There is nothing to hand out" in response.content.decode()


def test_the_next_review_is_that_of_the_programme(case):
    with time_machine.travel("2026-03-02 10:00", tick=False):
        sign(case, "towel_curl")

        assert programme_of(case.patient).review_on == date(2026, 3, 2) + timedelta(days=28)


@pytest.mark.parametrize(
    ("code", "origin", "expected"),
    [
        ("towel_curl", "", False),
        ("towel_curl", "back", True),
        ("towel_curl", "mixed", True),
        ("cat_camel", "", True),
        ("tibial_glide", "", True),
        ("clam", "hip", False),
    ],
)
def test_who_has_a_bad_back_is_told_of_its_emergency(case, code, origin, expected):
    sign(case, code)
    case.suggested_origin = case.decided_origin = origin
    case.save()

    assert programme_of(case.patient).needs_back_advice is expected


@pytest.mark.parametrize("name", ["show_programme", "show_handout_pdf"])
def test_each_look_is_in_the_log_of_reads(client, case, alice, name):
    sign(case, "towel_curl")
    client.force_login(alice)
    client.get(reverse(f"cases:{name}", args=[case.patient_id]))

    row = AccessLog.objects.latest("number")
    assert (row.action, row.patients) == (f"cases:{name}", [case.patient_id])


def test_the_programme_takes_five_queries(case, django_assert_max_num_queries):
    sign(case, "towel_curl", "walking", "bridge", ice=ICE | {"times_a_day": 3, "days": 3})

    with django_assert_max_num_queries(5):
        programme = programme_of(case.patient)
        assert [(item.dose, item.steps, item.course.start_on) for item in programme.exercises]
        assert [item.sentences for item in programme.others]
        assert programme.review_on


def test_admin_staff_and_the_other_clinic_do_not_see_it(as_dana, as_charlie, case):
    sign(case, "towel_curl")

    assert page_of(as_dana, case).status_code == 403
    assert page_of(as_charlie, case).status_code == 404


@pytest.mark.parametrize("page", ["patient", "case", "signed visit"])
def test_the_programme_is_reached_from_the_record(client, case, alice, page):
    visit = sign(case, "towel_curl")
    client.force_login(alice)
    address = {
        "patient": reverse("cases:show_patient", args=[case.patient_id]),
        "case": reverse("cases:show_case", args=[case.pk]),
        "signed visit": reverse("cases:show_visit", args=[visit.pk]),
    }[page]

    html = client.get(address).content.decode()

    assert f'href="{reverse("cases:show_programme", args=[case.patient_id])}"' in html
