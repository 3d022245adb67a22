"""Somebody at the desk finds a patient, is warned of a duplicate, and makes one record of two."""

import datetime
import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Patient
from tests.factories import AttachmentFactory, CaseFactory, PatientFactory, VisitFactory
from tests.journeys.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# From the last key to the patient's row on the page, in ms: three keystrokes of somebody who types well.
FOUND_WITHIN = 600

# A try may meet somebody else's work on the machine; a slow search is slow each time.
TRIES = 3

# When the last key fell and when the row was there, by the page's own clock; and how late a timer comes.
CLOCKS = """(wanted) => {
    window.typedAt = 0; window.foundAt = 0; window.lag = 0;
    let ticked = performance.now();
    setInterval(() => {
        window.lag = Math.max(lag, performance.now() - ticked - 50);
        ticked = performance.now();
    }, 50);
    document.addEventListener("input", () => { window.typedAt = performance.now(); window.foundAt = 0; });
    new MutationObserver(() => {
        const rows = [...document.querySelectorAll("#found .row-link")];
        const found = rows.some((row) => row.textContent.includes(wanted));
        if (found && !window.foundAt) window.foundAt = performance.now();
    }).observe(document.getElementById("found"), { subtree: true, childList: true });
}"""

# What a request costs here that looks for nothing.
EMPTY_REQUEST = """async () => {
    const begun = performance.now();
    for (let time = 0; time < 3; time += 1) await (await fetch("/session/")).text();
    return (performance.now() - begun) / 3;
}"""


@pytest.fixture
def town(north, cast):
    """A few dozen patients, one of whom somebody looks for."""
    for number in range(40):
        PatientFactory(
            clinic=north, created_by=cast.alice, family_name=f"Harrow{number}", given_name="Lee",
            birth_date=datetime.date(1950, 1, 1) + datetime.timedelta(days=number),
        )  # fmt: skip
    return PatientFactory(
        clinic=north, created_by=cast.alice, record_number="P-101", family_name="Kowalska", given_name="Zoë",
        birth_date=datetime.date(1965, 5, 17), phone="07700 900123",
    )  # fmt: skip


def search(page: Page):
    return page.locator("#patient-search")


def found_in(page: Page) -> tuple[float, float]:
    """Type a misspelt name: return how long the row took, and how late this machine is, both in ms."""
    row = page.locator("#found").get_by_role("link", name="KOWALSKA, Zoë")
    search(page).fill("harrow")
    expect(page.locator("#found .row-link")).to_have_count(20)
    expect(row).to_have_count(0)
    page.evaluate("window.lag = 0")
    search(page).clear()
    search(page).press_sequentially("Kovalska", delay=120)
    expect(row).to_be_visible()
    typed, found, lag = page.evaluate("[typedAt, foundAt, lag]")
    assert typed
    return found - typed, lag + page.evaluate(EMPTY_REQUEST)


class TestFinding:
    @pytest.mark.parametrize("page", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
    @pytest.mark.parametrize("path", ["/", "/patients/"])
    def test_a_misspelt_name_finds_the_patient_in_three_keystrokes_time(
        self, page: Page, as_user, cast, town, path
    ):
        as_user(cast.dana)
        page.goto(path)
        page.evaluate(CLOCKS, "KOWALSKA")

        tries = []
        while len(tries) < TRIES and not any(took <= FOUND_WITHIN + late for took, late in tries):
            tries.append(found_in(page))
        assert any(took <= FOUND_WITHIN + late for took, late in tries), tries

    def test_the_keyboard_alone_finds_and_opens(self, page: Page, as_user, cast, town):
        as_user(cast.dana)
        page.goto("/patients/")
        page.keyboard.press("/")
        page.keyboard.type("harrow", delay=20)
        rows = page.locator("#found .row-link")
        expect(rows).to_have_count(20)
        expect(page.locator("[data-found-count]")).to_have_text(re.compile("^More than 20"))
        for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
            page.keyboard.press(key)
        expect(rows.first).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(search(page)).to_be_focused()

        search(page).fill("kowalska 17/5/65")
        expect(rows).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

        page.wait_for_url(f"**/patients/{town.pk}/")

    def test_an_answer_that_was_overtaken_is_not_shown(self, page: Page, as_user, cast, town):
        as_user(cast.dana)
        page.goto("/patients/")
        search(page).press_sequentially("harrow", delay=10)
        search(page).fill("kowalska")

        expect(page.locator("#found .row-link")).to_have_count(1)
        page.wait_for_timeout(600)
        expect(page.locator("#found .row-link")).to_have_text(["KOWALSKA, Zoë (F, 61)"])


class TestRegistering:
    @pytest.fixture
    def at_the_form(self, page: Page, as_user, cast, town):
        as_user(cast.dana)
        page.goto("/patients/register/")
        page.get_by_label("Given names").fill("Zoe")
        page.get_by_label("Family name").fill("Kowalski")
        for label, text in (("Day", "17"), ("Month", "5"), ("Year", "1965")):
            page.get_by_label(label, exact=True).first.fill(text)
        page.get_by_label("Telephone").fill("0113 496 0018")
        page.get_by_role("button", name="Register", exact=True).click()
        return page

    @pytest.mark.parametrize("page", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
    def test_a_likely_duplicate_is_shown_with_the_reason_and_opened_with_what_was_typed(
        self, at_the_form: Page, town, accessible
    ):
        page = at_the_form
        warning = page.get_by_role("alert").filter(has_text="already registered here")
        expect(warning).to_be_focused()
        expect(warning).to_contain_text("The same date of birth, the name differs by one letter.")
        expect(warning).to_contain_text("07700 900123")
        accessible()
        assert Patient.objects.filter(family_name="Kowalski").count() == 0

        warning.get_by_role("button", name="This is the same person").click()
        expect(page.get_by_text("What you typed is in the form below, and not saved yet")).to_be_visible()
        expect(page.get_by_label("Telephone")).to_have_value("0113 496 0018")
        accessible()
        page.get_by_role("button", name="Save").click()

        page.wait_for_url(f"**/patients/{town.pk}/")
        town.refresh_from_db()
        assert (town.phone, town.family_name) == ("0113 496 0018", "Kowalska")

    def test_somebody_else_is_registered_anyway(self, at_the_form: Page):
        at_the_form.get_by_role("button", name="Somebody else: register anyway").click()

        expect(at_the_form.get_by_text("KOWALSKI, Zoe is registered.")).to_be_visible()
        assert Patient.objects.filter(given_name__in=["Zoë", "Zoe"]).count() == 2


class TestMerging:
    @pytest.mark.parametrize("page", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
    def test_two_records_become_one_and_two_again(self, page: Page, as_user, cast, town, north, accessible):
        other = PatientFactory(
            clinic=north, created_by=cast.alice, record_number="P-102", family_name="Kowalska-Smith",
            given_name="Zoë", phone="0113 496 0018", allergies="Latex",
        )  # fmt: skip
        case = CaseFactory(patient=other, lead=cast.alice, complaint="Numb big toe")
        VisitFactory(case=case, created_by=cast.alice)
        AttachmentFactory(patient=other, uploaded_by=cast.alice)
        as_user(cast.dana)
        page.goto(f"/patients/{town.pk}/")

        page.get_by_role("link", name="Merge with another record").click()
        expect(page.locator("#found")).to_contain_text("a part of the name is missing")
        page.get_by_label("Find the other record").press_sequentially("P-102", delay=20)
        page.locator("#found").get_by_role("link", name="KOWALSKA-SMITH, Zoë").click()

        expect(page.get_by_text("Numb big toe (left), 1 visit")).to_be_visible()
        expect(page.get_by_text("1 file", exact=True)).to_be_visible()
        latex = page.get_by_role("row").filter(has_text="Latex")
        expect(latex).to_contain_text("filled in from the other record")
        accessible()
        page.get_by_label("0113 496 0018").check()
        page.get_by_label("How you know that they are one person").fill("Told at the desk")
        page.get_by_role("button", name="Merge the two records").click()

        expect(page.get_by_text("The two records are one now.")).to_be_visible()
        expect(page.get_by_role("link", name="Numb big toe")).to_be_visible()
        expect(page.locator(".patient-bar")).to_contain_text("Latex")
        page.goto(f"/patients/{other.pk}/edit/")
        expect(page.get_by_text("This record was merged into KOWALSKA, Zoë, P-101.")).to_be_visible()
        accessible()
        page.goto("/patients/merges/")
        accessible()
        page.get_by_role("button", name="Undo").click()

        expect(page.get_by_text("The merge is undone")).to_be_visible()
        page.wait_for_url(f"**/patients/{other.pk}/")
        expect(page.get_by_role("link", name="Numb big toe")).to_be_visible()
        town.refresh_from_db()
        case.refresh_from_db()
        assert (town.phone, town.allergies, case.patient) == ("07700 900123", "", other)
        assert other.attachments.count() == 1
