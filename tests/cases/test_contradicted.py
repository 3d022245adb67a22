"""What still runs although a later visit found what forbids it: said at the visit, left off the handout."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.actions import Answer
from cases.programme import programme_of
from tests.cases.stories import seen
from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db
LAST_WEEK = timezone.localdate() - timedelta(days=7)
TODAY = timezone.localdate()
NUMB = {"sensory_loss_sole": [Answer(present=True, side="left")]}
ICE = {"method": "wrapped_pack", "barrier": "Damp cloth", "minutes": 15, "hours_between": 2, "times_a_day": 3}


@pytest.fixture
def case(alice, north):
    return CaseFactory(patient__clinic=north, patient__created_by=alice, complaint="Sore heel", side="left")


def ice(visit, region="heel"):
    actions.add_treatment(
        visit=visit,
        by=visit.created_by,
        kind="ice",
        target="Sore heel",
        region=region,
        side="left",
        start_on=visit.seen_on,
        planned_end_on=visit.seen_on + timedelta(days=13),
        details=ICE | {"days": 14, "sensation": "felt"},
    )


def walking(visit):
    actions.add_exercises(visit=visit, by=visit.created_by, codes=["walking"])


def kinds(case):
    programme = programme_of(case.patient)
    return [item.kind for item in programme.items], [one.item.kind for one in programme.held]


def handout_of(client, case):
    return client.get(reverse("cases:show_handout_pdf", args=[case.patient_id]))


@pytest.mark.parametrize("signed", [True, False])
def test_ice_on_a_foot_that_is_numb_since_is_left_off(case, alice, signed):
    seen(case, alice, LAST_WEEK, treat=ice)
    assert kinds(case) == (["ice"], [])

    visit = seen(case, alice, TODAY, answers=NUMB, signed=signed)

    assert kinds(case) == ([], ["ice"])
    [held] = programme_of(case.patient).held
    assert [block.id for block in held.because.blocks] == ["ice_no_sensation"]
    assert held.because.visit == visit


def test_a_finding_of_another_case_holds_it_back_too(case, alice):
    other = CaseFactory(patient=case.patient, complaint="Numb foot", side="left", lead=alice)
    seen(case, alice, LAST_WEEK, treat=ice)
    seen(other, alice, TODAY, answers=NUMB)

    assert kinds(case) == ([], ["ice"])


def test_every_exercise_waits_while_an_emergency_is_open(case, alice):
    seen(case, alice, LAST_WEEK, treat=walking)
    answers = {"acute_limb_ischaemia_signs": [Answer(present=True, side="left")]}
    seen(case, alice, TODAY, answers=answers, signed=False)

    assert kinds(case) == ([], ["exercise"])


def test_it_is_handed_out_again_once_the_finding_is_gone(case, alice):
    seen(case, alice, LAST_WEEK, treat=ice)
    seen(case, alice, TODAY - timedelta(days=3), answers=NUMB)
    seen(case, alice, TODAY, answers={"sensory_loss_sole": [Answer(present=False)]})

    assert kinds(case) == (["ice"], [])


def test_a_finding_elsewhere_before_it_or_in_error_holds_nothing_back(case, alice):
    seen(case, alice, LAST_WEEK - timedelta(days=7), answers=NUMB)
    seen(case, alice, LAST_WEEK, treat=ice)
    wrong = seen(case, alice, TODAY - timedelta(days=1), answers=NUMB)
    actions.void_visit(visit=wrong, by=alice, reason="Wrong patient")
    seen(case, alice, TODAY, answers={"sensory_loss_sole": [Answer(present=True, side="right")]})

    assert kinds(case) == (["ice"], [])


def test_what_was_overridden_goes_on(case, alice):
    back = {"low_back_pain": [Answer(present=True)]}

    def bed(visit):
        actions.add_treatment(
            visit=visit, by=alice, kind="rest", target="Back", start_on=visit.seen_on,
            details={"rest_kind": "bed", "days": 30}, override_reason="Cannot stand at all",
        )  # fmt: skip

    seen(case, alice, LAST_WEEK, answers=back, treat=bed)
    seen(case, alice, TODAY, answers=back)

    assert kinds(case) == (["rest"], [])


def test_the_page_says_why_and_the_handout_leaves_it_out(client, case, alice):
    seen(case, alice, LAST_WEEK, treat=ice)
    visit = seen(case, alice, TODAY, answers=NUMB)
    client.force_login(alice)

    html = client.get(reverse("cases:show_programme", args=[case.patient_id])).content.decode()

    assert "Left off the handout: Ice" in html
    assert "the patient cannot feel an ice burn" in html
    assert f"{reverse('cases:show_visit', args=[visit.pk])}#sign-sensory_loss_sole" in html
    assert "Put ice" not in html
    assert handout_of(client, case).status_code == 302


def test_the_visit_that_finds_it_says_so_until_it_is_stopped(client, case, alice):
    seen(case, alice, LAST_WEEK, treat=ice)
    visit = seen(case, alice, TODAY, signed=False)
    [running] = case.treatments.all()
    client.force_login(alice)
    htmx = {"HTTP_HX_REQUEST": "true"}
    said = "A finding speaks against what the patient is doing: Ice: Sore heel"

    assert said not in client.get(reverse("cases:show_visit", args=[visit.pk])).content.decode()
    answered = client.post(
        reverse("cases:answer_signs", args=[visit.pk]),
        {"sensory_loss_sole-answer": "yes"},
        **htmx,
    )
    assert said in answered.content.decode()
    assert f"#review-{running.pk}" in answered.content.decode()

    stopped = client.post(
        reverse("cases:stop_treatment", args=[running.pk]),
        {"visit": visit.pk, "why": "worse", "stopped_on": TODAY.isoformat()},
        **htmx,
    )
    running.refresh_from_db()
    assert running.stopped_on == TODAY
    assert 'id="treatment-alerts"' in stopped.content.decode()
    assert said not in stopped.content.decode()


def test_what_begins_later_says_when(case, alice):
    def later(visit):
        [curl] = actions.add_exercises(visit=visit, by=alice, codes=["towel_curl"])
        actions.change_treatment(treatment=curl, by=alice, start_on=visit.seen_on + timedelta(days=14))

    seen(case, alice, LAST_WEEK, treat=later)
    [item] = programme_of(case.patient).exercises
    day = LAST_WEEK + timedelta(days=14)

    assert item.dose.startswith(f"Not before {day.day} {day:%B %Y}: 5 times a week")
