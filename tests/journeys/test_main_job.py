"""The main job, once through: from a foot that hurts to a letter on its way."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cases.models import Patient, Visit
from clinic.models import AccessLog
from referrals.models import Letter, LetterFile, Referral
from tests.factories import SpecialistFactory
from tests.journeys.steps import (
    answer,
    answer_red_flags_no,
    find,
    grade,
    letter_text,
    open_case,
    own_exercise,
    start_from_here,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def specialist(north, cast):
    north.referral_coordinator = cast.dana
    north.save()
    return SpecialistFactory(clinic=north)


def register(page: Page) -> None:
    page.get_by_role("link", name="Register a patient").first.click()
    page.get_by_label("Family name").fill("Żółkiewska")
    page.get_by_label("Given names").fill("Łucja")
    page.get_by_label("Day").fill("17")
    page.get_by_label("Month").fill("5")
    page.get_by_label("Year").fill("1965")
    page.get_by_role("button", name="Register").click()


BUNDLE = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {
            "fullUrl": "urn:uuid:0b8f3c7e-8a0e-4a53-9d27-5d8f9f3c1a01",
            "resource": {
                "resourceType": "Patient",
                "id": "0b8f3c7e-8a0e-4a53-9d27-5d8f9f3c1a01",
                "name": [{"use": "official", "family": "Żółkiewska", "given": ["Łucja"], "prefix": ["Ms."]}],
                "gender": "female",
                "birthDate": "1965-05-17",
                "telecom": [{"system": "phone", "value": "0113 496 0444", "use": "home"}],
                "address": [{"line": ["9 Mill Lane"], "city": "Leeds", "postalCode": "LS6 2AB"}],
            },
            "request": {"method": "POST", "url": "Patient"},
        }
    ],
}


def import_patient(directory: Path, alice) -> None:
    file = directory / "export.json"
    file.write_text(json.dumps(BUNDLE), encoding="utf-8")
    call_command("import_patients", str(file), clinic="north", by=alice.email, commit=True)


def find_patient(page: Page, misspelt: str) -> None:
    """Type a name that is spelt wrongly and choose who is found."""
    with page.expect_response(lambda response: "/search/" in response.url):
        page.locator("#patient-search").fill(misspelt)
    page.locator("#found").get_by_role("link", name="ŻÓŁKIEWSKA").first.click()


def record_l5(page: Page) -> None:
    for sign in ("pain_radiates_back_to_foot", "low_back_pain", "no_local_foot_findings"):
        answer(page, sign)
    for sign in ("slump_positive", "hip_abduction_weak", "sensory_loss_l5", "ehl_weak"):
        find(page, sign)
    grade(page, "ehl_weak", "4")


def prescribe_exercise(page: Page) -> None:
    own_exercise(page)
    form = page.locator(".treatment-form")
    form.get_by_label("Exercise", exact=True).fill("Short walks")
    form.get_by_label("Type").select_option("aerobic")
    form.get_by_label("Times a week").fill("14")
    form.get_by_label("Minutes").fill("10")
    form.get_by_role("button", name="Add treatment").click()
    expect(page.locator("#treatments")).to_contain_text("Short walks")


def write_notes(page: Page) -> None:
    with page.expect_response(lambda response: "/save/" in response.url):
        page.locator("#id_history").fill("Eight weeks, from the buttock to the big toe.")
    expect(page.locator("#save-status")).to_contain_text("Saved")


def test_a_patient_is_registered_and_a_case_opened(page: Page, log_in, alice):
    log_in(alice)

    register(page)
    open_case(page)

    expect(page.get_by_role("button", name="Start a visit").first).to_be_visible()
    assert Patient.objects.get().cases.get().side == "left"


def test_from_a_painful_foot_to_a_letter_on_its_way(
    page: Page, log_in, log_out, accessible, cast, specialist, tmp_path
):
    import_patient(tmp_path, cast.alice)
    log_in(cast.alice)
    accessible()
    find_patient(page, "zolkievska")
    open_case(page)
    accessible()

    start_from_here(page)
    answer_red_flags_no(page)
    record_l5(page)
    panel = page.locator("#assessment")
    expect(panel.locator(".assessment-origin")).to_have_text("Back")
    expect(panel).to_contain_text("Pinched (trapped) nerve, L5 root")
    write_notes(page)
    prescribe_exercise(page)
    accessible()
    page.get_by_role("button", name="Sign the visit").click()
    expect(page.get_by_text("The visit is signed and locked.")).to_be_visible()
    accessible()
    visit = Visit.objects.get()
    assert (visit.is_signed, visit.screening.origin) == (True, "back")
    assert visit.findings.get(sign="ehl_weak").mrc_grade == 4

    page.get_by_role("link", name="Write a referral").click()
    page.locator("#id_specialist").select_option(label=str(specialist))
    page.get_by_role("button", name="Go on to the letter").click()
    with page.expect_response(lambda response: "/letter/" in response.url):
        page.locator("#letter-fields").get_by_role("group", name="Patient agrees").get_by_label("Yes").check(
            force=True
        )
    expect(page.get_by_text("The letter is complete")).to_be_visible()
    accessible()
    page.get_by_role("button", name="Sign the letter").click()
    expect(page.get_by_text("The letter is signed.")).to_be_visible()
    accessible()

    log_out()
    log_in(cast.dana)
    page.get_by_role("link", name="Referrals").click()
    accessible()
    page.get_by_role("link", name="ŻÓŁKIEWSKA").click()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Open the PDF").click()
    popup.value.close()
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.get_by_text("Marked as sent.")).to_be_visible()
    accessible()

    referral = Referral.objects.get()
    assert (referral.state, referral.owner) == ("sent", cast.dana)
    assert referral.next_action
    assert referral.next_action_on
    text = letter_text(LetterFile.objects.get())
    assert "Łucja Żółkiewska" in text
    assert "17 May 1965" in text
    assert (
        Letter.objects.get().dispatches.get(audience="specialist").sha256 == LetterFile.objects.get().sha256
    )
    assert AccessLog.objects.filter(user=cast.dana, action="referrals:show_letter_pdf").exists()
