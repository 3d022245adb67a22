"""A visit without a mouse, from the log-in to the signature (R27)."""

import pytest
from playwright.sync_api import Locator, Page, expect

from cases.models import Visit
from tests.factories import PASSWORD, CaseFactory, PatientFactory
from tests.journeys.conftest import DESKTOP
from tests.journeys.steps import SCREEN_GROUPS, followed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STOPS = 150

# Where the focus is: in sight with an outline, and not wholly under something that stays in sight.
_FOCUS_PROBLEM = """() => {
    const element = document.activeElement;
    const isChoice = element.matches("[type=radio], [type=checkbox]");
    const shown = isChoice ? element.closest("span, label, div") : element;
    const box = shown.getBoundingClientRect();
    // A date's parts have the focus one by one, inside the element.
    if (!element.matches(":focus-visible, [type^=date]")) return "no visible focus";
    const places = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map(
        (y) => [box.left + box.width * x, box.top + box.height * y]
    ));
    const seen = places.some(([x, y]) => {
        const top = document.elementFromPoint(x, y);
        return top && (shown.contains(top) || top.contains(shown));
    });
    return seen ? "" : "under something else, or out of sight";
}"""


def tab_to(page: Page, goal: Locator, key: str = "Tab") -> None:
    """Press Tab until the goal has the focus; everything passed on the way must be seen."""
    for _ in range(MOST_STOPS):
        if goal.count() and goal.first.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
        if page.evaluate("document.activeElement === document.body"):
            continue
        problem = page.evaluate(_FOCUS_PROBLEM)
        here = page.evaluate("document.activeElement.outerHTML.slice(0, 160)")
        assert not problem, f"{problem}: {here}"
    raise AssertionError(f"not reached in {MOST_STOPS} stops: {goal}")


def log_in_by_keys(page: Page, user) -> None:
    page.goto("/account/login/")
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type(user.email)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("/")


def answer_group_no(page: Page, group: str) -> None:
    summary = page.locator(f"#group-{group} > summary")
    tab_to(page, summary)
    if page.locator(f"#group-{group}").get_attribute("open") is None:
        page.keyboard.press("Enter")
    tab_to(page, page.locator(f"#rows-{group}").get_by_role("button", name="none of these"))
    with followed(page):
        page.keyboard.press("Enter")


def answer_yes(page: Page, sign: str, words: str) -> None:
    """Find a sign by its words; its group then holds one stop, and the arrow takes the answer."""
    tab_to(page, page.locator("[data-sign-search]"))
    page.keyboard.type(words)
    tab_to(page, page.locator(f"#{sign}-na"))
    with followed(page):
        page.keyboard.press("ArrowRight")
    expect(page.locator(f"#{sign}-yes")).to_be_checked()


@pytest.mark.parametrize("page", [DESKTOP], ids=["desktop"], indirect=True)
def test_a_visit_is_logged_and_signed_by_keys_alone(page: Page, north, alice, taps):
    CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), complaint="Heel pain")
    log_in_by_keys(page, alice)
    page.keyboard.press("/")
    page.keyboard.type("nova")
    expect(page.locator("#found").get_by_role("link", name="NOVAK")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/*/")
    tab_to(page, page.get_by_role("link", name="Heel pain"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*/")
    tab_to(page, page.get_by_role("button", name="Start a visit"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/visits/*/")

    for group in SCREEN_GROUPS:
        answer_group_no(page, group)
    answer_yes(page, "plantar_heel_tender", "plantar heel")
    tab_to(page, page.locator("[name=pain_now]:checked"))
    for _ in range(5):  # from "not asked" round to 0, and on to 4
        page.keyboard.press("ArrowRight")
    expect(page.locator("[name=pain_now]:checked")).to_have_value("4")
    tab_to(page, page.locator("#id_history"))
    page.keyboard.type("Sore on the first steps of the day.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Saved").first).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Sign the visit"), key="Shift+Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The visit is signed and locked.")).to_be_visible()
    visit = Visit.objects.get()
    assert visit.is_signed
    assert (visit.pain_now, visit.history) == (4, "Sore on the first steps of the day.")
    assert visit.findings.get(sign="plantar_heel_tender").present
    assert taps() == 0
