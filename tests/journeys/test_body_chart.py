"""The body chart by finger and by keys: what is kept is what was marked."""

import pytest
from playwright.sync_api import Page, expect

from cases import actions
from cases.models import BodyMark
from tests.factories import CaseFactory, PatientFactory
from tests.journeys.conftest import DESKTOP, PHONE, TABLET
from tests.journeys.steps import followed, screen_answered_no, unfold
from tests.journeys.test_keyboard import tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(page: Page, as_user, north, alice):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice))
    visit = actions.start_visit(case=case, by=alice)
    as_user(alice)
    page.goto(f"/visits/{visit.pk}/")
    return visit


def choose(page: Page, choice: str) -> None:
    page.locator("#body-chart").get_by_label(choice, exact=True).tap()


def turn_to(page: Page, view: str) -> None:
    """Choose what is seen; a wide screen shows every side at once."""
    if page.locator("#body-chart .body-turn").is_visible():
        choose(page, view)


def tap_region(page: Page, region: str) -> None:
    with followed(page, "/body/"):
        page.locator(f"#body-chart [data-region={region}]:visible").first.tap()


def marks() -> list[tuple[str, str]]:
    return sorted(BodyMark.objects.values_list("region", "sensation"))


@pytest.mark.parametrize("page", [TABLET, PHONE], ids=["tablet", "phone"], indirect=True)
def test_regions_are_marked_and_unmarked_by_finger(page: Page, visit, alice):
    choose(page, "P Pain")
    turn_to(page, "Sole")
    tap_region(page, "left_heel")
    tap_region(page, "left_arch")
    tap_region(page, "left_arch")
    choose(page, "N Numbness")
    turn_to(page, "Top")
    tap_region(page, "right_midfoot_top")

    assert marks() == [("left_heel", "pain"), ("right_midfoot_top", "numbness")]
    page.reload()
    expect(page.locator("#count-body")).to_contain_text("2")
    actions.record_answers(visit=visit, by=alice, answers=screen_answered_no())
    actions.sign_visit(visit=visit, by=alice, version=None)
    page.reload()
    expect(page.locator("main")).to_contain_text("left heel, underneath")
    expect(page.locator("main")).to_contain_text("right top of the midfoot")


@pytest.mark.parametrize("page", [DESKTOP], ids=["desktop"], indirect=True)
def test_the_same_is_marked_by_keys_in_the_list(page: Page, visit, taps):
    tab_to(page, page.locator("#body-chart-list > summary"))
    page.keyboard.press("Enter")
    row = page.get_by_role("group", name="Middle of the back", exact=True)
    tab_to(page, row.get_by_label("Pain"))
    with followed(page, "/body/"):
        page.keyboard.press("Space")
    tab_to(page, row.get_by_label("Tingling"))
    with followed(page, "/body/"):
        page.keyboard.press("Space")

    assert marks() == [("mid_back", "pain"), ("mid_back", "tingling")]
    assert taps() == 0


def test_the_root_strips_can_be_laid_over_the_chart(page: Page, visit, accessible):
    strips = page.locator("#body-chart .body-pictures, #body-chart svg").get_by_text("L5")
    expect(strips.first).to_be_hidden()

    choose(page, "Show the L4, L5 and S1 strips")

    expect(strips.locator("visible=true").first).to_be_visible()
    unfold(page.locator("#body-chart-list"))
    accessible()
