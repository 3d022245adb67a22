"""The page in its rarer states: somebody else writes too, nobody answers, it is read large or at rest."""

import pytest
from playwright.sync_api import Page, expect

from cases import actions
from tests.clinic.two_clinics import rows_of
from tests.journeys.page_rules import broken_rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rows(page: Page, as_user):
    rows = rows_of("north")
    as_user(rows.people["podiatrist"])
    page.goto(f"/visits/{rows.visit.pk}/")
    return rows


def test_two_texts_of_one_draft_keep_the_rules(page: Page, rows):
    by = rows.people["podiatrist"]
    actions.save_visit(visit=rows.visit, by=by, version=None, history="Worse at night, sits up in bed")

    page.locator("#id_history").fill("Numb toe since Sunday")
    page.locator("#id_plan").focus()

    expect(page.locator("#notes-problem")).to_contain_text("Worse at night, sits up in bed")
    assert broken_rules(page) == {}
    page.problems.clear()  # Chromium logs the refused save


def test_a_page_without_a_connection_keeps_the_rules(page: Page, rows):
    page.evaluate("document.fonts.ready")
    page.context.set_offline(True)

    page.locator("#id_history").fill("Numb toe since Sunday")

    expect(page.locator("#save-problem [data-problem=lost]")).to_be_visible()
    assert broken_rules(page) == {}
    page.context.set_offline(False)
    expect(page.locator("#save-problem [data-problem=lost]")).to_be_hidden()
    page.problems.clear()  # Chromium logs each request that failed


def test_at_twice_the_size_nothing_is_lost(page: Page, rows):
    page.set_viewport_size({"width": 640, "height": 450})  # what 200 % leaves of 1280 x 900

    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    for name in ("Save draft", "Sign the visit"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport()
    page.locator("#id_plan").scroll_into_view_if_needed()
    page.locator("#id_plan").fill("Rest")
    expect(page.locator("#save-status")).to_contain_text("Saved")
    bars = "[...document.querySelectorAll('.patient-bar, .save-bar')].map(bar => bar.offsetHeight)"
    assert sum(page.evaluate(bars)) <= 450 / 2


def test_nothing_moves_for_those_who_asked_for_rest(page: Page, rows):
    page.emulate_media(reduced_motion="reduce")

    moving = """() => [...document.querySelectorAll("*")].filter((element) => {
        const style = getComputedStyle(element);
        const longest = (times) => Math.max(...times.split(",").map(parseFloat));
        return longest(style.transitionDuration) > 0.01 || longest(style.animationDuration) > 0.01;
    }).map((element) => element.outerHTML.slice(0, 80))"""

    assert page.evaluate(moving) == []
