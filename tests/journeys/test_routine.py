"""A routine follow-up, counted in taps by the page itself."""

import pytest
from playwright.sync_api import Page, expect

from cases.actions import Answer
from cases.models import Treatment, Visit
from tests.factories import CaseFactory, PatientFactory, TreatmentFactory
from tests.journeys.conftest import PHONE, TABLET
from tests.journeys.steps import (
    answer_red_flags_no,
    followed,
    screen_answered_no,
    sign,
    signed_visit,
    start_from_here,
    start_visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
at_tablet_and_phone = pytest.mark.parametrize("page", [TABLET, PHONE], ids=["tablet", "phone"], indirect=True)

MOST_TAPS = 12
HEEL = {"plantar_heel_tender": [Answer(present=True, side="left")]}


@pytest.fixture
def last_visit(north, alice) -> Visit:
    """A signed visit with a treatment that goes on, an examination and a pain score."""
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), complaint="Heel pain")
    return signed_visit(
        case,
        alice,
        HEEL,
        treat=lambda draft: TreatmentFactory(visit=draft, kind="ice", details={"minutes": 10}),
        examination="Tender at the medial tubercle.",
        pain_now=7,
    )


@at_tablet_and_phone
def test_a_routine_follow_up_takes_at_most_12_taps_from_the_case(
    page: Page, as_user, taps, alice, last_visit
):
    as_user(alice)
    page.goto("/")
    page.locator("#found").get_by_role("link", name="NOVAK").tap()
    page.get_by_role("link", name="Heel pain").first.tap()
    expect(page.get_by_role("button", name="Start a visit")).to_be_visible()
    from_home = taps()

    start_from_here(page)
    with followed(page, "/start-from-last/"):
        page.get_by_role("button", name="Start from last visit").tap()
    answer_red_flags_no(page)
    page.locator("#notes .pain-scale").get_by_label("3", exact=True).tap()
    page.locator("#id_history").tap()
    page.keyboard.type("Better: two good weeks. Ice helps.")
    with followed(page, "/confirm-copied/"):
        page.get_by_role("button", name="I checked it: still right").tap()
    sign(page)

    assert taps() - from_home <= MOST_TAPS
    assert from_home <= 2
    visit = Visit.objects.exclude(pk=last_visit.pk).get()
    assert visit.is_signed
    assert (visit.kind, visit.pain_now) == ("follow_up", 3)
    assert visit.history == "Better: two good weeks. Ice helps."
    assert visit.examination == "Tender at the medial tubercle."
    assert visit.treatments.get().kind == "ice"
    assert set(visit.findings.values_list("sign", flat=True)) == set(screen_answered_no())


def test_a_finger_on_the_glass_is_counted(page: Page, as_user, taps, alice, last_visit):
    as_user(alice)
    page.goto("/")
    before = taps()

    page.locator("#found").get_by_role("link", name="NOVAK").tap()
    page.get_by_role("link", name="Heel pain").first.click()
    page.wait_for_url("**/cases/*/")
    page.keyboard.press("Tab")

    assert taps() - before == 2


def test_red_flags_and_pain_are_never_taken_over_from_the_last_visit(page: Page, as_user, alice, last_visit):
    as_user(alice)
    start_visit(page, last_visit.case)
    with followed(page, "/start-from-last/"):
        page.get_by_role("button", name="Start from last visit").tap()

    expect(page.locator("#id_examination")).to_have_value("Tender at the medial tubercle.")
    expect(page.locator("#examination-part")).to_contain_text("Copied")
    expect(page.locator("#treatments .state-copied")).to_be_visible()
    visit = Visit.objects.drafts().get()
    assert visit.pain_now is None
    assert not visit.findings.exists()
    assert not page.locator(
        ".answer-flag input[value=no]:checked, .answer-flag input[value=yes]:checked"
    ).count()


def test_what_was_copied_and_not_looked_at_is_not_signed(page: Page, as_user, accessible, alice, last_visit):
    as_user(alice)
    start_visit(page, last_visit.case)
    with followed(page, "/start-from-last/"):
        page.get_by_role("button", name="Start from last visit").tap()
    answer_red_flags_no(page)
    accessible()

    page.get_by_role("button", name="Sign the visit").tap()

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    accessible()
    summary.get_by_role("link").first.tap()
    expect(page.get_by_role("button", name="I checked it: still right")).to_be_focused()
    assert Visit.objects.drafts().exists()
    assert Treatment.objects.filter(to_confirm=True).exists()
