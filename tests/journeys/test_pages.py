"""The shell and the patients' pages in a real browser: keys, focus, narrow screens, axe."""

import datetime

import pytest
from playwright.sync_api import Page, expect

from cases import actions
from tests.factories import PASSWORD, CaseFactory, PatientFactory, VisitFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def anna(north, alice):
    patient = PatientFactory(
        clinic=north,
        created_by=alice,
        record_number="000101",
        allergies="Penicillin, with a rash over the whole body that lasted for weeks",
        on_anticoagulant=True,
        has_diabetes=True,
    )
    case = CaseFactory(patient=patient, complaint="Burning pain under the left foot, worse on walking")
    VisitFactory(case=case, created_by=alice)
    return patient


def pages_of(patient) -> list[str]:
    """Return where a patient with much to warn of is shown; test_sweep sees the other pages."""
    case = patient.cases.get()
    return [
        "/",
        "/patients/",
        f"/patients/{patient.pk}/",
        f"/patients/{patient.pk}/edit/",
        f"/patients/{patient.pk}/cases/open/",
        f"/cases/{case.pk}/",
    ]


def test_every_page_of_a_patient_passes_axe_in_both_themes(page: Page, log_in, accessible, alice, anna):
    page.goto("/account/login/")
    accessible()
    log_in(alice)

    for path in pages_of(anna):
        page.goto(path)
        accessible()


def test_no_page_of_a_patient_scrolls_sideways_at_320_px(page: Page, log_in, alice, anna):
    page.set_viewport_size({"width": 320, "height": 640})
    log_in(alice)

    for path in pages_of(anna):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_mistakes_are_listed_and_lead_to_their_fields(page: Page, log_in, accessible, alice):
    log_in(alice)
    page.goto("/patients/register/")
    page.get_by_label("Day").fill("31")
    page.get_by_label("Month").fill("2")
    page.get_by_label("Year").fill("1965")
    page.get_by_label("Telephone").fill("07700 900123")

    page.get_by_role("button", name="Register").click()

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Register a patient · Footnote")
    expect(page.get_by_label("Telephone")).to_have_value("07700 900123")
    accessible()
    summary.get_by_role("link", name="Family name is missing.").click()
    expect(page.get_by_label("Family name")).to_be_focused()
    summary.get_by_role("link", name="Enter a real date of birth").click()
    expect(page.get_by_label("Day")).to_be_focused()


def test_a_patient_is_found_without_a_mouse(page: Page, log_in, accessible, alice, anna):
    log_in(alice)
    page.goto("/patients/")
    page.locator("body").click()

    page.keyboard.press("/")
    page.keyboard.type("nov")
    expect(page.locator("#found")).to_contain_text("NOVAK, Anna")
    accessible()
    page.keyboard.press("Enter")

    expect(page.locator(".patient-bar")).to_contain_text("Anticoagulant")
    assert "nov" not in page.url


def test_keys_can_be_listed_and_switched_off(page: Page, log_in, accessible, alice):
    log_in(alice)
    page.locator("h1").click()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    accessible()
    page.get_by_label("Use the / and ? keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_be_hidden()


def test_theme_follows_the_choice_without_a_flash(page: Page, log_in, accessible, alice):
    log_in(alice)
    page.locator("details.menu summary").click()
    accessible()
    page.get_by_role("button", name="Dark").click()

    page.goto("/patients/", wait_until="commit")

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_patient_header_stays_in_sight(page: Page, log_in, alice, anna):
    log_in(alice)
    page.set_viewport_size({"width": 820, "height": 400})
    page.goto(f"/patients/{anna.pk}/")

    page.mouse.wheel(0, 5000)

    expect(page.locator(".patient-bar .patient-name")).to_be_in_viewport()


def test_a_change_by_somebody_else_is_shown_before_it_is_lost(
    page: Page, log_in, accessible, alice, cast, anna
):
    log_in(alice)
    page.goto(f"/patients/{anna.pk}/edit/")
    actions.update_patient(patient=anna, by=cast.dana, birth_date=datetime.date(1966, 5, 17))
    page.get_by_label("Occupation").fill("Postwoman")

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Somebody else has changed these details")).to_be_visible()
    expect(page.get_by_label("Occupation")).to_have_value("Postwoman")
    accessible()


def test_a_lost_session_is_told_without_losing_the_page(page: Page, log_in, alice, anna):
    log_in(alice)
    page.goto("/patients/")
    page.context.clear_cookies(name="session")

    page.locator("#patient-search").press_sequentially("nov")

    expect(page.get_by_text("You were signed out.")).to_be_visible()
    expect(page.locator("#patient-search")).to_have_value("nov")


def test_two_step_log_in_with_recovery_codes_and_a_passkey(page: Page, log_in, accessible, alice):
    passkeys = page.context.new_cdp_session(page)
    passkeys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    passkeys.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    log_in(alice)
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    accessible()
    page.get_by_label("Name").fill("Tablet of the clinic")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/**")
    accessible()

    page.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name="Log in with a passkey").click()

    page.wait_for_url("/")
    expect(page.locator("h1")).to_contain_text("Alice Archer")
