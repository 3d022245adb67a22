"""A manager words the clinic's letters, and admin staff take in a directory from a file."""

import pytest
from playwright.sync_api import Page, expect

from referrals.models import LetterTemplateVersion, Specialist
from referrals.wording.record import wording_for
from tests.factories import SpecialistFactory
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.steps import followed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("page", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_a_manager_changes_a_wording_sees_it_at_once_and_goes_back(
    page: Page, as_user, cast, north, accessible
):
    as_user(cast.mo)
    page.goto("/wordings/")
    page.get_by_role("link", name="Opening of a letter").click()
    text, preview = page.get_by_label("Wording"), page.locator("#wording-preview")

    # What is typed is shown for the sample patient, and what is wrong is said while it is wrong.
    with followed(page, "/preview/"):
        text.fill("Dear colleague, please see {{ patient_nam }}.")
    expect(preview).to_contain_text("Is it patient_name?")
    with followed(page, "/preview/"):
        text.fill("Dear colleague, please see .")
    expect(preview).to_contain_text("Dear colleague, please see .")

    # A field is inserted where the cursor is; undo takes it out again.
    page.get_by_text("Insert a field at the cursor").click()
    text.evaluate("field => { field.focus(); field.setSelectionRange(27, 27); }")
    with followed(page, "/preview/"):
        page.get_by_role("button", name="Patient’s name", exact=True).click()
    expect(text).to_have_value("Dear colleague, please see {{ patient_name }}.")
    expect(preview).to_contain_text("please see Ms Anna Novak.")
    accessible()
    page.keyboard.press("Control+z")
    expect(text).to_have_value("Dear colleague, please see .")
    page.keyboard.press("Control+y")
    expect(text).to_have_value("Dear colleague, please see {{ patient_name }}.")

    page.get_by_label("What changed").fill("Our own words")
    page.get_by_role("button", name="Save the wording").click()
    expect(page.get_by_text("The wording is saved")).to_be_visible()
    expect(page.locator("tbody").get_by_text("Our own words")).to_be_visible()
    assert wording_for(north, "opening") == "Dear colleague, please see {{ patient_name }}."

    # A second version, compared with the first, and the first again.
    text.fill("Please see {{ patient_name }} soon.")
    page.get_by_role("button", name="Save the wording").click()
    page.get_by_role("link", name="Version 2").click()
    expect(page.locator("del").first).to_contain_text("Dear colleague")
    accessible()
    page.get_by_role("link", name="Opening of a letter").click()
    page.get_by_role("link", name="Version 1").click()
    page.get_by_role("button", name="Use this version again").click()
    expect(page.get_by_text("Version 1 is in use again.")).to_be_visible()
    assert LetterTemplateVersion.objects.first().number == 3

    page.get_by_role("button", name="Go back to the built-in wording").click()
    expect(page.get_by_text("Your versions are kept below.")).to_be_visible()
    assert wording_for(north, "opening").startswith("Thank you for seeing")


LIST = "\r\n".join(
    (
        "Name;Organisation;Kind of service;Typical wait;Notes",
        "Zoë Müller;Spine House;Spinal or neurosurgery service;6 weeks;Ça va",
        "Dr Known;Old House;GP;;Rings back",
        "Dr Wrong;Nowhere;Wizardry;;",
    )
).encode("cp1252")


def test_admin_staff_take_in_a_directory_from_a_file(page: Page, as_user, cast, north, accessible):
    known = SpecialistFactory(clinic=north, name="Dr Known", organisation="Old House", destination="gp")
    as_user(cast.dana)
    page.goto("/specialists/")
    page.get_by_role("link", name="Import a list").click()
    page.locator("#id_file").set_input_files(
        {"name": "directory.csv", "mimeType": "text/csv", "buffer": LIST}
    )
    page.get_by_label("Update them from the file").check()
    page.get_by_role("button", name="Look at it first").click()

    expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
    expect(page.get_by_text("“Wizardry” is no kind of service")).to_be_visible()
    expect(page.get_by_text("was read as Windows-1252")).to_be_visible()
    accessible()
    assert Specialist.objects.count() == 1

    page.get_by_role("button", name="Import 2 entries").click()

    expect(page.get_by_text("1 entry is added. 1 is updated.")).to_be_visible()
    new = Specialist.objects.get(name="Zoë Müller")
    assert (new.typical_wait_weeks, new.notes, new.clinic) == (6, "Ça va", north)
    known.refresh_from_db()
    assert known.notes == "Rings back"

    # It is found by a word, and its page says how long it takes.
    page.get_by_label("Name, organisation, site or role").fill("müller")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name="Zoë Müller").click()
    expect(page.get_by_text("6 weeks")).to_be_visible()
    accessible()


def test_a_condition_is_found_among_many_and_ticked(page: Page, as_user, cast, north):
    one = SpecialistFactory(clinic=north)
    as_user(cast.dana)
    page.goto(f"/specialists/{one.pk}/edit/")
    page.get_by_text("Conditions accepted").click()
    page.get_by_label("Find a condition").fill("cauda")
    expect(page.locator(".condition-boxes .form-check:visible")).to_have_count(1)
    page.get_by_label("Cauda equina syndrome").check()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Cauda equina syndrome")).to_be_visible()
    one.refresh_from_db()
    assert one.conditions == ["cauda_equina_syndrome"]
