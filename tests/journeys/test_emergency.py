"""A cauda equina visit: the emergency takes over, is phoned, signed, and cannot be written as routine."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import EmergencyCall, Visit
from referrals.models import LetterFile
from tests.factories import CaseFactory, PatientFactory, SpecialistFactory
from tests.journeys.conftest import PHONE, TABLET
from tests.journeys.page_rules import broken_rules
from tests.journeys.steps import answer, followed, letter_text, sign, start_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
at_tablet_and_phone = pytest.mark.parametrize("page", [TABLET, PHONE], ids=["tablet", "phone"], indirect=True)
PHONED_TO = "Dr Rao, emergency registrar"


@pytest.fixture
def case(north, alice):
    north.emergency_advice = "Emergency department: 0113 496 0999"
    north.save()
    SpecialistFactory(clinic=north, name="Emergency department", destination="emergency_department")
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice))


@pytest.fixture
def emergency(page: Page, as_user, alice, case) -> Page:
    """A visit at which trouble passing urine has just been ticked."""
    as_user(alice)
    start_visit(page, case)
    answer(page, "ces_bladder_dysfunction")
    return page


def record_call(page: Page) -> None:
    page.get_by_label("Spoken to").fill(PHONED_TO)
    page.get_by_label("What they said").fill("Send her at once.")
    with followed(page, "/emergency-calls/"):
        page.get_by_role("button", name="Record the call").tap()
    expect(page.locator("#emergency-calls")).to_contain_text(PHONED_TO)


@at_tablet_and_phone
def test_an_emergency_takes_over_the_page_and_says_what_to_do(emergency: Page):
    strip = emergency.locator(".emergency-strip")

    expect(strip).to_be_in_viewport()
    expect(strip).to_contain_text("Emergency")
    expect(strip.get_by_role("link", name="0113 496 0999")).to_have_attribute("href", "tel:01134960999")
    emergency.mouse.wheel(0, 6000)
    expect(strip).to_be_in_viewport()
    strip.get_by_role("link", name="What to do now").tap()
    expect(emergency.locator("#emergency-now")).to_be_in_viewport()
    expect(emergency.locator("#emergency-now")).to_contain_text("0113 496 0999")
    expect(emergency.locator("#emergency-now")).to_contain_text("urine")
    assert broken_rules(emergency) == {}


def test_a_call_half_written_is_not_lost_by_signing_without_a_word(emergency: Page):
    asked = []
    emergency.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    emergency.get_by_label("Spoken to").fill(PHONED_TO)

    with emergency.expect_event("dialog"):
        emergency.get_by_role("button", name="Sign the visit").tap()

    assert asked == ["beforeunload"]
    expect(emergency.get_by_label("Spoken to")).to_have_value(PHONED_TO)


def test_a_call_to_nobody_is_refused_in_its_place(emergency: Page):
    with followed(emergency, "/emergency-calls/record/"):
        emergency.get_by_role("button", name="Record the call").tap()

    expect(emergency.get_by_label("Spoken to")).to_have_attribute("aria-invalid", "true")
    assert broken_rules(emergency) == {}
    assert not EmergencyCall.objects.exists()


def test_an_emergency_without_a_call_is_signed_only_with_the_reason(emergency: Page):
    emergency.get_by_role("button", name="Sign the visit").tap()

    expect(emergency.locator(".error-summary")).to_be_focused()
    assert Visit.objects.get().is_draft
    emergency.locator("#sign_no_call_reason").fill("She was already in the ambulance.")
    sign(emergency)
    expect(emergency.locator("#addenda")).to_contain_text("She was already in the ambulance.")


def test_a_phoned_emergency_is_signed_and_never_written_as_routine(emergency: Page):
    page = emergency
    record_call(page)
    sign(page)
    visit = Visit.objects.get()
    assert (visit.screening.urgency, visit.screening.result["destinations"][0]) == (
        "emergency",
        "emergency_department",
    )
    expect(page.locator("main")).to_contain_text(PHONED_TO)

    page.get_by_role("link", name="Write a referral").tap()
    urgency = page.locator("#id_urgency")
    expect(urgency).to_have_value("emergency")
    # Should a page offer a lesser urgency, the server refuses it.
    urgency.evaluate("list => { list.add(new Option('Routine', 'routine')); list.value = 'routine'; }")
    page.get_by_role("button", name="Go on to the letter").tap()
    expect(page.locator(".error-summary")).to_contain_text("phone first")
    assert not visit.referrals.exists()


def test_the_call_of_the_visit_is_in_the_emergency_letter(emergency: Page):
    page = emergency
    record_call(page)
    sign(page)
    page.get_by_role("link", name="Write a referral").tap()
    expect(page.locator("#id_phoned_to")).to_have_value(PHONED_TO)
    page.get_by_role("button", name="Go on to the letter").tap()
    with followed(page, "/letter/"):
        page.locator("#letter-fields").get_by_role("group", name="Patient agrees").get_by_label("Yes").check(
            force=True
        )
    expect(page.get_by_text("The letter is complete")).to_be_visible()
    page.get_by_role("button", name="Sign the letter").tap()
    expect(page.get_by_text("The letter is signed.")).to_be_visible()

    text = letter_text(LetterFile.objects.get())
    assert PHONED_TO in text
    assert "Emergency, same day" in text
