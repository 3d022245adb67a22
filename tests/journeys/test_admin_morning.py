"""A morning at the desk: twenty referrals worked from the list, until each is where it should be."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from referrals.models import Referral
from referrals.workflow import State
from tests.factories import SpecialistFactory
from tests.journeys.conftest import DESKTOP
from tests.journeys.page_rules import broken_rules
from tests.journeys.steps import followed
from tests.journeys.test_worklist import row, signed_letter, tile
from tests.referrals.worklist_rows import referral_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("page", [DESKTOP], ids=["desktop"], indirect=True),
]
SIGNED = ("Abel", "Baker", "Clark")
SENT = ("Dale", "Eaton", "Fisher", "Grant", "Hale", "Irwin")
ACKNOWLEDGED = ("Joyce", "Keane", "Lowe", "Mason", "Nash")
BOOKED = ("Owen", "Pratt", "Quinn")
SEEN = ("Reid", "Stone", "Tate")


@pytest.fixture
def twenty(page: Page, as_user, north, cast):
    """Twenty referrals between a signed letter and a reply, and Dana at her desk."""
    north.referral_coordinator = cast.dana
    north.save()
    specialist = SpecialistFactory(clinic=north, email="triage@example.org")
    for name in SIGNED:
        signed_letter(north, cast.alice, specialist, name)
    yesterday = timezone.now() - timedelta(days=1)
    for state, names in (
        (State.SENT, SENT),
        (State.ACKNOWLEDGED, ACKNOWLEDGED),
        (State.BOOKED, BOOKED),
        (State.SEEN, SEEN),
    ):
        for name in names:
            more = {"appointment_at": yesterday} if state == State.BOOKED else {}
            referral_in(
                state, north, cast.alice, family_name=name, specialist=specialist, owner=cast.dana, **more
            )
    as_user(cast.dana)
    page.goto("/referrals/?sort=patient")
    expect(page.locator(".worklist tbody tr")).to_have_count(20)


def in_row(page: Page, name: str, link: str, button: str, fill: dict[str, str] | None = None) -> None:
    """Do what the row of a patient offers, without leaving the list."""
    with followed(page, "/steps/"):
        row(page, name).get_by_role("link", name=link, exact=True).click()
    for label, text in (fill or {}).items():
        page.locator("input").and_(row(page, name).get_by_label(label)).fill(text)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        row(page, name).get_by_role("button", name=button).click()
    assert answered.value.ok


def on_its_page(page: Page, name: str, what: str, button: str, fill: dict[str, str]) -> None:
    """Open a referral from the list, write down what happened to it, and come back."""
    row(page, name).locator(".row-link").click()
    page.locator("summary").get_by_text(what, exact=True).click()
    for label, text in fill.items():
        page.locator("input").and_(page.get_by_label(label)).locator("visible=true").first.fill(text)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Undo this step")).to_be_visible()
    page.goto("/referrals/?sort=patient")


def test_twenty_referrals_are_worked_from_the_list(page: Page, twenty, cast):
    for name in SIGNED:
        row(page, name).get_by_role("link", name="Send").click()
        page.locator("summary").get_by_text("By hand, with the patient", exact=True).click()
        page.get_by_role("button", name="Mark as sent").locator("visible=true").click()
        expect(page.get_by_text("Marked as sent.")).to_be_visible()
        page.goto("/referrals/?sort=patient")
    for name in SENT[:3]:
        in_row(page, name, "They have it", "Save: they have it", {"Who said so": "Ms Hill, 4711"})
    on_its_page(page, SENT[3], "They declined", "Save: they declined", {"Why they declined": "Not theirs"})
    soon = f"{timezone.localdate() + timedelta(days=20):%Y-%m-%d}T09:30"
    on_its_page(page, SENT[4], "Appointment booked", "Save the appointment", {"Appointment": soon})
    in_row(page, SENT[5], "Ask after it", "Save the call or letter", {"Spoke to": "Ms Hill"})
    for name in ACKNOWLEDGED:
        in_row(page, name, "Appointment booked", "Save the appointment", {"Appointment": soon})
    for name in BOOKED[:2]:
        in_row(page, name, "Patient was seen", "Save: patient was seen")
    on_its_page(page, BOOKED[2], "Patient did not attend", "Save: did not attend", {})
    for name in SEEN:
        row(page, name).get_by_role("link", name="Reply came").click()
        page.get_by_label("or its text").fill("L5 root compression. Injection given.")
        page.get_by_role("button", name="Record the reply").click()
        expect(page.get_by_text("Alice Archer is to read it.")).to_be_visible()
        page.goto("/referrals/?sort=patient")

    assert broken_rules(page) == {}
    assert {name: tile(page, name) for name in TILES} == TILES
    everybody = Referral.objects.all()
    assert everybody.filter(owner=cast.alice, state__in=[State.REPLIED, State.DECLINED]).count() == 4
    assert everybody.filter(owner=cast.dana).count() == 16
    assert not everybody.filter(next_action_on__lt=timezone.localdate()).exists()


TILES = {
    "Overdue": 0,
    "To write": 1,
    "To sign": 0,
    "To send": 0,
    "No acknowledgement": 4,
    "Awaiting appointment": 4,
    "Awaiting reply": 8,
    "Reply to read": 3,
}
