"""The panel beside the visit: it follows the answers, and what was opened in it stays open."""

import pytest
from playwright.sync_api import Page, expect

from cases import actions
from tests.factories import CaseFactory, PatientFactory

pytestmark = pytest.mark.browser


def test_what_was_opened_in_the_panel_stays_open_after_the_next_answer(
    page: Page, log_in, accessible, alice, north
):
    visit = actions.start_visit(
        case=CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice), by=alice
    )
    told = (
        "slr_positive",
        "pain_radiates_back_to_foot",
        "leg_pain_worse_than_back",
        "foot_symptoms_change_with_spine",
    )
    answers = {code: [actions.Answer(present=True, side="left")] for code in told}
    actions.record_answers(visit=visit, by=alice, answers=answers)
    log_in(alice)
    page.goto(f"/visits/{visit.pk}/")
    panel = page.locator("#assessment")

    panel.get_by_text("Sciatica").last.click()
    panel.get_by_text("Sources", exact=True).click()
    expect(panel.get_by_text("could add up to 3 or take away up to 4 points").first).to_be_visible()

    links = panel.locator("a[href^='#sign-']").evaluate_all("links => links.map((link) => link.hash)")
    assert links
    assert page.evaluate("links => links.filter((link) => !document.querySelector(link))", links) == []

    panel.get_by_role("link", name="Stocking numbness, both feet").click()
    page.locator("#sensory_loss_stocking-no").check()

    expect(panel.get_by_role("link", name="Stocking numbness, both feet")).to_have_count(0)
    expect(panel.get_by_text("still to be re-read").first).to_be_visible()
    expect(panel.locator("details.condition[open]")).to_have_count(1)
    accessible()
