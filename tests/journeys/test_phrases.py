"""Phrases: a short word becomes its text at the cursor, and the browser's undo brings it back."""

import pytest
from playwright.sync_api import Page, expect

from cases import actions
from cases.models import Phrase, Visit
from tests.factories import CaseFactory, PatientFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFERED = "#phrase-list [role=option]"
REST = "Rest from running for two weeks."


@pytest.fixture
def visit(page: Page, as_user, north, alice):
    Phrase.objects.create(clinic=north, owner=alice, shortcut="rest", text=REST)
    Phrase.objects.create(clinic=north, owner=None, shortcut="review", text="Review in six weeks.")
    visit = actions.start_visit(
        case=CaseFactory(patient=PatientFactory(clinic=north, created_by=alice)), by=alice
    )
    as_user(alice)
    page.goto(f"/visits/{visit.pk}/")
    return visit


def test_a_phrase_is_inserted_at_the_cursor_and_undone(page: Page, visit, accessible):
    plan = page.locator("#id_plan")
    plan.fill("Before. After.")
    plan.evaluate("field => { field.focus(); field.setSelectionRange(8, 8); }")
    page.keyboard.type("/re")
    expect(page.locator(OFFERED)).to_have_count(2)
    accessible()
    page.keyboard.type("st")
    page.keyboard.press("Enter")

    expect(plan).to_have_value(f"Before. {REST}After.")
    page.keyboard.press("Control+z")
    expect(plan).to_have_value("Before. /restAfter.")


def test_a_phrase_chosen_by_finger_is_saved_with_the_note(page: Page, visit):
    page.locator("#id_plan").press_sequentially("/rev")
    # The few letters before it may be saved on their own.
    with page.expect_response(lambda answer: "six" in (answer.request.post_data or "")) as saved:
        page.locator(OFFERED).tap()
    assert saved.value.ok

    expect(page.locator("#id_plan")).to_have_value("Review in six weeks.")
    page.reload()
    expect(page.locator("#id_plan")).to_have_value("Review in six weeks.")
    assert Visit.objects.get().plan == "Review in six weeks."


def test_a_slash_within_a_word_offers_nothing(page: Page, visit):
    page.locator("#id_plan").press_sequentially("rest and/re")

    expect(page.locator("#phrase-box")).to_be_hidden()


def test_somebody_elses_phrases_are_not_offered(page: Page, as_user, cast, visit):
    as_user(cast.bob)
    page.goto(f"/visits/{visit.pk}/")
    page.locator("#id_plan").press_sequentially("/re")

    expect(page.locator(OFFERED)).to_have_text(["/review Review in six weeks."])
