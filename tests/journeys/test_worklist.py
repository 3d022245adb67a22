"""An admin person works the list in a real browser: filters, steps in their rows, many at once, next."""

import pytest
from playwright.sync_api import Page, expect

from cases import actions as case_actions
from cases.screening import load_catalogue
from referrals import actions
from referrals.actions.printing import make_print_run
from referrals.models import PrintRun, Referral, SavedView
from referrals.workflow import State
from tests.factories import CaseFactory, PatientFactory, SpecialistFactory
from tests.journeys.conftest import DESKTOP, PHONE, TABLET
from tests.journeys.page_rules import broken_rules
from tests.journeys.steps import followed
from tests.referrals.worklist_rows import referral_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT_A_DESK = pytest.mark.parametrize("page", [DESKTOP], ids=["desktop"], indirect=True)
EVERY_DEVICE = pytest.mark.parametrize(
    "page", [PHONE, TABLET, DESKTOP], ids=["phone", "tablet", "desktop"], indirect=True
)


def row(page: Page, name: str):
    """Return the row of a patient, by family name."""
    return page.locator(".worklist tbody tr").filter(has=page.locator(".row-link", has_text=name.upper()))


def tile(page: Page, name: str) -> int:
    """Return the count of a queue, as the page shows it."""
    return int(number_on(page, name).inner_text())


def number_on(page: Page, name: str):
    """Return what shows the count of a queue; it may follow a step a moment later."""
    return page.locator(".worklist-tiles .tile").filter(has_text=name).locator(".tile-number")


@pytest.fixture
def morning(page: Page, as_user, north, cast):
    """Dana's list: three letters that nobody has confirmed, and one that is seen."""
    specialist = SpecialistFactory(clinic=north, site="St James")
    for days, name in enumerate(("Ash", "Birch", "Cedar"), start=1):
        referral_in(State.SENT, north, cast.alice, family_name=name, specialist=specialist, due_in=days)
    referral_in(State.SEEN, north, cast.bob, family_name="Dogwood", urgency="urgent", due_in=9)
    as_user(cast.dana)
    page.goto("/referrals/")


@AT_A_DESK
def test_a_list_is_filtered_saved_as_a_view_and_found_again(page: Page, morning, cast):
    page.get_by_text("Filter and order").click()
    page.get_by_label("Urgency").select_option("urgent")
    page.get_by_label("Podiatrist").select_option(label="Bob Birch")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".worklist tbody tr")).to_have_count(1)
    expect(row(page, "Dogwood")).to_be_visible()

    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name of the view").fill("Bob’s urgent ones")
    page.get_by_role("button", name="Save").click()

    view = page.get_by_role("link", name="Bob’s urgent ones")
    expect(view).to_have_attribute("aria-current", "true")
    page.goto("/referrals/")
    view.click()
    expect(page.locator(".worklist tbody tr")).to_have_count(1)
    assert SavedView.objects.get().query == f"urgency=urgent&podiatrist={cast.bob.pk}"
    page.get_by_role("link", name="Rename or remove").click()
    page.get_by_role("button", name="Remove this view").click()
    expect(view).to_have_count(0)


@EVERY_DEVICE
def test_a_step_is_done_in_its_row_and_undone_and_the_queues_follow(page: Page, morning):
    page.goto("/referrals/?tile=no_acknowledgement")
    assert (tile(page, "No acknowledgement"), tile(page, "Awaiting appointment")) == (3, 0)

    with followed(page, "/steps/"):
        row(page, "Ash").get_by_role("link", name="They have it").click()
    with followed(page, "/acknowledge/"):
        row(page, "Ash").get_by_role("button", name="Save: they have it").click()

    expect(row(page, "Ash")).to_contain_text("Now in: Awaiting appointment")
    expect(row(page, "Ash").locator(".state")).to_have_text("Acknowledged")
    expect(number_on(page, "No acknowledgement")).to_have_text("2")
    expect(number_on(page, "Awaiting appointment")).to_have_text("1")
    assert page.url.endswith("?tile=no_acknowledgement")
    assert broken_rules(page) == {}

    with followed(page, "/undo/"):
        row(page, "Ash").get_by_role("button", name="Undo").click()
    expect(row(page, "Ash").locator(".state")).to_have_text("Sent")
    expect(number_on(page, "No acknowledgement")).to_have_text("3")


@EVERY_DEVICE
def test_the_chosen_rows_are_assigned(page: Page, morning, cast):
    expect(page.get_by_role("button", name="Assign")).to_be_hidden()
    row(page, "Ash").locator("input[name=referral]").check()
    row(page, "Cedar").locator("input[name=referral]").check()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    assert broken_rules(page) == {}

    page.get_by_label("Assign to").select_option(label="Bob Birch")
    page.get_by_role("button", name="Assign", exact=True).click()

    expect(page.get_by_text("2 referrals are with Bob Birch.")).to_be_visible()
    assert Referral.objects.filter(owner=cast.bob).count() == 3


@AT_A_DESK
def test_all_of_a_page_are_asked_after_at_once(page: Page, morning):
    page.goto("/referrals/?tile=no_acknowledgement")
    page.get_by_label("Choose all on this page").check()
    page.get_by_text("Ask after them").click()
    page.get_by_label("What came of it").last.select_option(index=0)
    page.get_by_role("button", name="Save: asked after").click()

    expect(page.get_by_text("3 were asked after, each with its next date.")).to_be_visible()
    assert [referral.chases.count() for referral in Referral.objects.filter(state="sent")] == [1, 1, 1]


@AT_A_DESK
def test_a_refused_choice_says_so_and_keeps_the_ticks(page: Page, morning):
    row(page, "Birch").locator("input[name=referral]").check()
    page.get_by_role("button", name="Assign", exact=True).click()

    expect(page.locator(".error-summary:focus")).to_contain_text("Assign to: choose one")
    assert page.title().startswith("Error:")
    expect(row(page, "Birch").locator("input[name=referral]")).to_be_checked()


def signed_letter(north, by, specialist, name):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=by, family_name=name), lead=by)
    visit = case_actions.start_visit(case=case, by=by)
    screen = [code for code, sign in load_catalogue().signs.items() if sign.screen]
    answers = {code: [case_actions.Answer(present=False)] for code in screen}
    case_actions.record_answers(visit=visit, by=by, answers=answers)
    referral = actions.start_referral(
        visit=case_actions.sign_visit(visit=visit, by=by, version=None),
        by=by,
        destination="msk_triage",
        specialist=specialist,
        urgency="soon",
        question="Is imaging needed?",
        told_patient="That a specialist will look at it.",
        reason_for_urgency="Root deficit",
        consent_given=True,
    )
    actions.sign_letter(referral=referral, by=by, version=referral.version)


@AT_A_DESK
def test_the_letters_of_the_chosen_rows_are_printed_with_progress(page: Page, morning, north, cast):
    specialist = SpecialistFactory(clinic=north, name="Dr Lee")
    for name in ("Elm", "Fir"):
        signed_letter(north, cast.alice, specialist, name)
    page.goto("/referrals/?tile=to_send")
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Print the letters").click()

    expect(page.get_by_role("heading", name="2 letters to print")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    make_print_run(str(PrintRun.objects.get().pk))
    expect(page.get_by_role("link", name="Open the PDF and print it")).to_be_visible()


@EVERY_DEVICE
def test_one_goes_from_referral_to_referral_through_the_list(page: Page, morning):
    page.goto("/referrals/?tile=no_acknowledgement&sort=patient")
    row(page, "Ash").locator(".row-link").click()
    expect(page.locator(".patient-bar")).to_contain_text("ASH")
    assert broken_rules(page) == {}
    ash = Referral.objects.get(case__patient__family_name="Ash")
    actions.acknowledge_referral(referral=ash, by=ash.owner, version=ash.version)

    page.get_by_role("link", name="Next in list").click()
    expect(page.locator(".patient-bar")).to_contain_text("BIRCH")
    page.get_by_role("link", name="Next in list").click()
    expect(page.locator(".patient-bar")).to_contain_text("CEDAR")
    page.get_by_role("link", name="Next in list").click()
    expect(page.get_by_text("That was the last referral of this list.")).to_be_visible()
    assert page.url.endswith("?tile=no_acknowledgement&sort=patient")


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_a_phone_shows_a_card_for_each_referral(page: Page, morning):
    card = row(page, "Ash")

    expect(card).to_contain_text("Check that it was received")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box, button = card.bounding_box(), card.get_by_role("link", name="They have it").bounding_box()
    assert box["width"] > 330
    assert button["y"] + button["height"] <= box["y"] + box["height"]
    label = card.locator(".tick label").bounding_box()
    assert min(label["width"], label["height"]) >= 44


@AT_A_DESK
def test_the_list_can_be_worked_with_keys_alone(page: Page, morning):
    row(page, "Ash").locator("input[name=referral]").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 chosen")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with followed(page, "/steps/"):
        page.keyboard.press("Enter")
    expect(row(page, "Ash").get_by_role("button", name="Save: they have it")).to_be_visible()
