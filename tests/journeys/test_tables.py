"""The nerve and hip tables and the patient header in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from cases import actions
from tests.factories import CaseFactory, PatientFactory
from tests.journeys.conftest import DESKTOP, PHONE, TABLET
from tests.journeys.steps import followed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVERY_DEVICE = pytest.mark.parametrize(
    "page", [PHONE, TABLET, DESKTOP], ids=["phone", "tablet", "desktop"], indirect=True
)


@pytest.fixture
def visit(page: Page, as_user, north, alice):
    patient = PatientFactory(
        clinic=north,
        created_by=alice,
        allergies="Penicillin, with a rash over the whole body that lasted for weeks",
        on_anticoagulant=True,
        has_diabetes=True,
        has_implant=True,
    )
    visit = actions.start_visit(case=CaseFactory(patient=patient), by=alice)
    as_user(alice)
    page.goto(f"/visits/{visit.pk}/")
    return visit


def found(visit, sign):
    return list(visit.findings.filter(sign=sign).values_list("side", "present", "mrc_grade", "degrees"))


def cell(page: Page, name: str):
    return page.get_by_role("radiogroup", name=name, exact=True)


def answer(page: Page, name: str, said: str) -> None:
    with followed(page, "/answers/"):
        cell(page, name).get_by_label(said, exact=True).check(force=True)


@EVERY_DEVICE
def test_both_sides_are_graded_in_one_row(page: Page, visit, accessible):
    page.locator("#group-neurology > summary").click()
    grade = page.get_by_label("Power, Big-toe extension, left")
    expect(grade).to_be_hidden()

    answer(page, "Big-toe extension, left", "Weak")
    with followed(page, "/answers/"):
        grade.select_option("4")
    answer(page, "Big-toe extension, right", "Normal")

    assert found(visit, "ehl_weak") == [("left", True, 4, None), ("right", False, 5, None)]
    expect(page.locator("#count-neurology")).to_contain_text("1 yes")
    accessible()


def test_an_angle_proposes_and_the_podiatrist_decides(page: Page, visit):
    page.locator("#group-hip_tests > summary").click()
    degrees = page.get_by_label("Degrees, Flexion, left")
    degrees.fill("100")
    with followed(page, "/answers/"):
        degrees.press("Tab")

    expect(cell(page, "Flexion, left").get_by_label("Limited", exact=True)).to_be_checked()
    answer(page, "Flexion, left", "Full")

    assert found(visit, "hip_flexion_limited") == [("left", False, None, 100)]


def test_a_wrong_angle_is_said_at_its_row_and_stays(page: Page, visit):
    page.locator("#group-neurology > summary").click()
    degrees = page.get_by_label("Degrees, Straight-leg raise, right")
    degrees.fill("999")
    with page.expect_response(lambda response: "/answers/" in response.url):
        degrees.press("Tab")

    expect(page.locator("#problem-slr_positive")).to_contain_text("Right: Degrees are a whole number")
    expect(degrees).to_have_value("999")
    assert not visit.findings.exists()
    page.problems.clear()  # the browser logs a refusal


def test_search_finds_a_sign_in_a_table_by_the_words_of_the_catalogue(page: Page, visit):
    page.get_by_label("Find a sign").press_sequentially("numb medial shin")

    expect(page.locator("#sign-sensory_loss_l4")).to_be_visible()
    expect(page.locator("#sign-ehl_weak")).to_be_hidden()


@EVERY_DEVICE
def test_the_patient_header_stays_small_and_over_nothing_that_is_jumped_to(page: Page, visit):
    for part in ("Notes", "Findings", "Red flags"):
        page.locator(".part-links").get_by_role("link", name=part).click()
        page.wait_for_url(f"**{part_id(part)}")
        expect(page.locator(f"{part_id(part)} h2").first).to_be_in_viewport()
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
        header = page.locator(".patient-bar").bounding_box()
        heading = page.locator(f"{part_id(part)} h2").first.bounding_box()

        assert header["y"] == 0 or part == "Red flags"
        assert header["height"] <= 0.2 * page.viewport_size["height"]
        assert heading["y"] >= header["y"] + header["height"]


def part_id(part: str) -> str:
    return f"#{part.lower().replace(' ', '-')}"
