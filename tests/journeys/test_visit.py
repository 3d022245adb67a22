"""Visits from blank to signed, by finger, on a tablet and on a phone."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case, Visit
from cases.screening import load_catalogue
from cases.visit_page import page_group
from tests.factories import CaseFactory, PatientFactory
from tests.journeys.conftest import PHONE, TABLET
from tests.journeys.steps import answer, answer_red_flags_no, find, grade, sign, sign_row, start_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
at_tablet_and_phone = pytest.mark.parametrize("page", [TABLET, PHONE], ids=["tablet", "phone"], indirect=True)

L5_STORY = ("pain_radiates_back_to_foot", "low_back_pain", "no_local_foot_findings")
L5_TESTS = ("slump_positive", "hip_abduction_weak", "sensory_loss_l5", "ehl_weak")


@pytest.fixture
def case(north, alice) -> Case:
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice))


@at_tablet_and_phone
def test_an_l5_root_is_suspected_with_its_reasons_and_signed(page: Page, as_user, alice, case):
    as_user(alice)
    start_visit(page, case)
    answer_red_flags_no(page)
    for one in L5_STORY:
        answer(page, one)
    for one in L5_TESTS:
        find(page, one)
    grade(page, "ehl_weak", "4")

    # clinical.md section 2, radiculopathy_l5: back; soon while power is at least 3 and does not get worse.
    panel = page.locator("#assessment")
    expect(panel.locator(".assessment-origin")).to_have_text("Back")
    expect(panel).to_contain_text("Pinched (trapped) nerve, L5 root")
    expect(panel).to_contain_text("Soon")
    expect(panel).to_contain_text("musculoskeletal triage")
    expect(panel).to_contain_text("Hip abduction weak")
    expect(panel).to_contain_text("Big-toe extension weak")
    sign(page)

    visit = Visit.objects.get()
    assert (visit.screening.origin, visit.screening.urgency) == ("back", "soon")
    assert visit.screening.result["conditions"][0]["code"] == "radiculopathy_l5"
    assert visit.findings.get(sign="ehl_weak").mrc_grade == 4
    assert visit.findings.get(sign="hip_abduction_weak").side == "left"


def test_power_below_3_makes_the_same_root_urgent(page: Page, as_user, alice, case):
    as_user(alice)
    start_visit(page, case)
    answer_red_flags_no(page)
    for one in L5_STORY:
        answer(page, one)
    find(page, "ehl_weak")

    grade(page, "ehl_weak", "2")

    # clinical.md section 1, motor_power_under_3: within two weeks.
    expect(page.locator("#assessment .urgency").first).to_contain_text("Urgent")


def test_a_limping_boy_of_12_is_routed_by_the_childrens_rules(page: Page, as_user, alice, north):
    born = timezone.localdate() - datetime.timedelta(days=12 * 366)
    boy = PatientFactory(clinic=north, created_by=alice, birth_date=born, given_name="Ben", sex="male")
    as_user(alice)
    start_visit(page, CaseFactory(patient=boy, complaint="Left foot turns out and hurts"))

    answer(page, "child_limp")
    answer(page, "child_hip_rotation_painful")

    # clinical.md section 1, child_hip_rotation_painful: emergency, a slipped growth plate of the hip.
    expect(page.locator("body")).to_contain_text("slipped growth plate")
    expect(page.locator("#assessment .urgency").first).to_contain_text("Emergency")
    expect(page.locator("#assessment")).to_contain_text("paediatrics, same day")


def test_an_adult_is_not_asked_the_childrens_questions(page: Page, as_user, alice, case):
    as_user(alice)
    start_visit(page, case)

    expect(page.locator("#sign-foot_pain")).to_be_attached()
    expect(page.locator("#sign-child_limp")).to_have_count(0)


@at_tablet_and_phone
def test_an_incomplete_screen_is_not_signed_and_leads_to_each_open_question(page: Page, as_user, alice, case):
    as_user(alice)
    start_visit(page, case)
    answer_red_flags_no(page, ["cauda_equina"])
    answer(page, "cancer_history", "No")

    page.get_by_role("button", name="Sign the visit").tap()

    links = page.locator(".error-summary[data-open-questions] a")
    expect(page.locator(".error-summary")).to_be_focused()
    assert sorted(links.all_inner_texts()) == sorted(_labels_still_open())
    for place in range(links.count()):
        links.nth(place).tap()
        code = links.nth(place).get_attribute("href").removeprefix("#").removesuffix("-yes")
        expect(sign_row(page, code)).to_be_in_viewport()
        expect(sign_row(page, code).locator("input:focus")).to_have_count(1)
    assert Visit.objects.get().is_draft

    answer_red_flags_no(page, ["red_flag_questions", "red_flag_tests"])
    expect(links).to_have_count(0)
    sign(page)
    assert Visit.objects.get().is_signed


def _labels_still_open() -> list[str]:
    return [
        sign.label
        for sign in load_catalogue().signs.values()
        if sign.screen and page_group(sign) != "cauda_equina" and sign.code != "cancer_history"
    ]


def test_what_is_typed_just_before_the_signature_is_signed_with_it(page: Page, as_user, alice, case):
    as_user(alice)
    start_visit(page, case)
    answer_red_flags_no(page)

    page.locator("#id_plan").press_sequentially("See again in six weeks.")
    sign(page)

    assert Visit.objects.get().plan == "See again in six weeks."
