"""What can still be done to a visit once it is signed, or dated on an earlier day."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import actions
from cases.models import Addendum, Visit
from tests.factories import CaseFactory, PatientFactory
from tests.journeys.page_rules import broken_rules
from tests.journeys.steps import followed, screen_answered_no, sign, signed_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(north, alice):
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice))


@pytest.fixture
def draft(page: Page, as_user, alice, case) -> Visit:
    """A draft with the screen answered, open on the page."""
    visit = actions.start_visit(case=case, by=alice)
    actions.record_answers(visit=visit, by=alice, answers=screen_answered_no())
    as_user(alice)
    page.goto(f"/visits/{visit.pk}/")
    return visit


def void(page: Page, reason: str) -> None:
    page.get_by_text("Entered by mistake?").tap()
    page.get_by_label("Why is this visit an error?").fill(reason)
    page.get_by_role("button", name="Mark as entered in error").tap()


def test_an_addendum_is_added_and_the_note_stays_as_it_was(page: Page, as_user, alice, case):
    visit = signed_visit(case, alice, plan="See again in six weeks.")
    as_user(alice)
    page.goto(f"/visits/{visit.pk}/")

    page.get_by_text("Add an addendum").tap()
    page.get_by_label("Addendum").fill("It was the right foot.")
    page.get_by_role("button", name="Add to the note").tap()

    expect(page.locator("#addenda .addendum")).to_contain_text("It was the right foot.")
    expect(page.locator("#addenda .addendum")).to_contain_text("Alice Archer")
    assert broken_rules(page) == {}
    assert Addendum.objects.get().written_by == alice
    visit.refresh_from_db()
    assert visit.plan == "See again in six weeks."


def test_a_visit_entered_by_mistake_stays_readable_with_its_reason(page: Page, as_user, alice, case):
    visit = signed_visit(case, alice, plan="See again in six weeks.")
    as_user(alice)
    page.goto(f"/visits/{visit.pk}/")

    void(page, "Written for another patient")

    expect(page.get_by_text("The visit is marked as entered in error.")).to_be_visible()
    page.goto(f"/visits/{visit.pk}/")
    expect(page.locator("main")).to_contain_text("Entered in error")
    expect(page.locator("main")).to_contain_text("Written for another patient")
    expect(page.locator("main")).to_contain_text("See again in six weeks.")
    expect(page.get_by_role("link", name="Write a referral")).to_have_count(0)
    assert broken_rules(page) == {}


def test_a_draft_entered_by_mistake_leaves_the_list_of_unsigned_visits(page: Page, draft):
    void(page, "Opened for the wrong case")

    expect(page.get_by_text("The visit is marked as entered in error.")).to_be_visible()
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Everything is signed")
    draft.refresh_from_db()
    assert (draft.void_reason, draft.signed_at) == ("Opened for the wrong case", None)


def test_a_visit_of_an_earlier_day_is_signed_only_with_the_reason(page: Page, draft):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    reason = page.get_by_label("Reason for writing it up later")
    expect(reason).to_be_hidden()
    with followed(page, "/save/"):
        page.get_by_role("button", name="Yesterday").tap()
    expect(reason).to_be_visible()
    page.get_by_role("button", name="Sign the visit").tap()

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert broken_rules(page) == {}
    summary.get_by_role("link").first.tap()
    expect(reason).to_be_focused()
    reason.fill("The tablet was flat")
    sign(page)

    visit = Visit.objects.get()
    assert (visit.seen_on, visit.back_dating_reason) == (yesterday, "The tablet was flat")
    expect(page.locator("main")).to_contain_text("The tablet was flat")


def test_a_visit_of_tomorrow_is_not_signed(page: Page, draft):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    page.locator("#id_seen_on").fill(tomorrow.isoformat())
    page.get_by_role("button", name="Sign the visit").tap()

    refused = page.get_by_role("alert").filter(has_text="must not be after")
    expect(refused).to_be_in_viewport()
    assert Visit.objects.get().is_draft
    page.problems[:] = [problem for problem in page.problems if "422" not in problem]
