"""A case read on one screen, closed, opened again and handed to a colleague."""

import datetime

import pytest
from playwright.sync_api import Page, expect

from cases.actions import Answer
from tests.cases.stories import seen
from tests.factories import CaseFactory, PatientFactory, TreatmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREEN = {"viewport": {"width": 1280, "height": 800}}
DAYS = [datetime.date(2026, 9, 1), datetime.date(2026, 9, 22), datetime.date(2026, 10, 20)]


@pytest.fixture
def case(north, alice):
    patient = PatientFactory(clinic=north, created_by=alice, allergies="Penicillin: rash")
    opened = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC)
    case = CaseFactory(
        patient=patient, complaint="Burning on top of the left foot", lead=alice, opened_at=opened
    )

    def walking(visit):
        TreatmentFactory(visit=visit, kind="exercise", target="Nerve pain", details={"name": "Walking"})

    for number, on in enumerate(DAYS):
        seen(
            case,
            alice,
            on,
            answers={
                "slump_positive": [Answer(present=number < 2, side="left" if number < 2 else "")],
                "ehl_weak": [Answer(present=True, side="left", mrc_grade=3 + min(number, 1))],
            },
            scores={("nrs", "foot_worst"): 8 - 2 * number},
            treat=walking if number == 0 else None,
            pain_now=7 - 2 * number,
            assessment=f"Suspected left L5 radiculopathy, visit {number + 1}",
        )
    return case


def is_on_screen(locator) -> bool:
    box = locator.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= SCREEN["viewport"]["height"]


@pytest.mark.parametrize("page", [SCREEN], indirect=True)
def test_a_case_of_three_visits_is_read_on_one_screen(page: Page, as_user, accessible, alice, case):
    as_user(alice)

    page.goto(f"/cases/{case.pk}/")

    entries = page.locator(".story > li")
    expect(entries).to_have_count(3)
    for entry in entries.all():
        assert is_on_screen(entry)
    assert is_on_screen(page.get_by_role("heading", name="Outcomes"))
    assert is_on_screen(page.locator(".outcome-strip").first)
    assert is_on_screen(page.get_by_role("heading", name="Running treatments"))
    expect(entries.nth(0)).to_contain_text("Slump test positive: now no, was yes.")
    expect(entries.nth(0)).to_contain_text("Pain 3 of 10, was 5")
    expect(entries.nth(1)).to_contain_text("now MRC 4 of 5, was MRC 3 of 5.")
    expect(entries.nth(2)).to_contain_text("Exercise: Walking – started.")
    expect(page.locator(".steps [aria-current]")).to_have_text("Treatment")
    accessible()


@pytest.mark.parametrize("page", [SCREEN], indirect=True)
def test_a_case_is_discharged_opened_again_and_handed_over(
    page: Page, as_user, accessible, alice, cast, case
):
    as_user(alice)
    page.goto(f"/cases/{case.pk}/")

    page.get_by_role("link", name="Discharge").click()
    expect(page.get_by_text("A treatment is still running")).to_be_visible()
    accessible()
    page.get_by_label("Better, goals reached").check()
    page.get_by_label("Summary at discharge").fill("Walks an hour without pain.")
    page.get_by_role("button", name="Close the case").click()

    expect(page.get_by_text("Closed by Alice Archer").first).to_be_visible()
    expect(page.locator(".steps [aria-current]")).to_have_text("Closed")
    expect(page.locator(".story")).to_contain_text("Exercise: Walking – stopped: The case was closed.")
    expect(page.get_by_role("button", name="Start a visit")).to_have_count(0)
    accessible()

    page.get_by_role("link", name="Open the case again").click()
    page.get_by_label("Reason for opening it again").fill("The pain came back after a fall.")
    page.get_by_role("button", name="Open the case again").click()
    expect(page.get_by_role("button", name="Start a visit")).to_be_visible()
    expect(page.locator(".story")).to_contain_text("The pain came back after a fall.")
    expect(page.locator(".story")).to_contain_text("Walks an hour without pain.")

    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Lead podiatrist").select_option("Bob Birch")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".case-header")).to_contain_text("led by Bob Birch")
    expect(page.locator(".story")).to_contain_text("Now led by Bob Birch.")


def test_admin_staff_read_dates_and_status_and_nothing_clinical(page: Page, as_user, accessible, cast, case):
    as_user(cast.dana)

    page.goto(f"/cases/{case.pk}/")

    expect(page.locator(".story > li")).to_have_count(3)
    expect(page.locator(".story")).to_contain_text("Alice Archer")
    expect(page.get_by_role("heading", name="Referrals")).to_be_visible()
    expect(page.get_by_role("heading", name="Files")).to_be_visible()
    words = page.locator("main").inner_text()
    for clinical in ("Slump", "radiculopathy", "Pain ", "Walking", "Suspected", "Outcomes", "Discharge"):
        assert clinical not in words
    accessible()


def test_what_does_not_fit_is_unfolded_on_demand(page: Page, as_user, alice, case):
    signs = ("low_back_pain", "slr_positive", "hip_abduction_weak", "sensory_loss_l5", "ankle_reflex_reduced")
    for on, present in ((datetime.date(2026, 11, 3), True), (datetime.date(2026, 11, 17), False)):
        seen(case, alice, on, answers={sign: [Answer(present=present)] for sign in signs})
    as_user(alice)
    page.goto(f"/cases/{case.pk}/")
    newest = page.locator(".story > li").first
    last = newest.get_by_text("Straight-leg raise reproduces leg/foot pain: now no, was yes.")

    newest.get_by_text("2 more").tap()

    expect(newest.locator(".story-line span").filter(has_text="now no, was yes.")).to_have_count(5)
    expect(last).to_be_visible()
