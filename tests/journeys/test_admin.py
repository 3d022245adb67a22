"""The admin in a browser: no script or style of its own, axe, a phone and a desk, light and dark."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.clinic.access_table import TABLE
from tests.clinic.two_clinics import argument, rows_of
from tests.journeys.page_rules import ONCE, broken_rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# One of each kind of page: the lists and rows of the record are all made by the same code.
PAGES = [
    "clinic_clinic_changelist",
    "clinic_clinic_change",
    "clinic_membership_changelist",
    "clinic_membership_change",
    "clinic_closure_add",
    "clinic_closure_delete",
    "clinic_accesslog_changelist",
    "clinic_accesslog_change",
    "cases_phrase_history",
    "cases_patient_change",
    "cases_patient_readers",
    "cases_visit_changelist",
    "cases_visit_history",
    "referrals_referral_changelist",
    "referrals_referral_change",
    "referrals_specialist_changelist",
    "referrals_specialist_change",
    "referrals_lettertemplate_change",
    "exercises",
]
BATCHES = 3


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_pages_of_the_admin_keep_the_rules(page: Page, as_user, batch):
    rows = rows_of("north")
    as_user(rows.people["manager"])
    broken = {}
    for name in PAGES[batch::BATCHES]:
        address = reverse(f"admin:{name}", kwargs=argument(rows, TABLE[f"admin:{name}"]))
        assert page.goto(address).status == 200, name
        assert page.locator("h1").count() == 1, name
        if found := broken_rules(page, ONCE):
            broken[name] = found

    assert broken == {}


def test_the_rules_are_looked_up_and_compared(page: Page, as_user):
    rows = rows_of("north")
    as_user(rows.people["auditor"])
    page.goto(reverse("admin:catalogue"))
    page.get_by_label("What", exact=True).select_option("Red-flag rules")
    page.get_by_label("With the words").fill("cauda equina")
    page.get_by_role("button", name="Show").click()

    assert page.get_by_text("Possible cauda equina syndrome").count() >= 1
    assert broken_rules(page) == {}


def test_a_manager_finds_a_record_by_its_number_and_reads_its_history(page: Page, as_user):
    rows = rows_of("north")
    as_user(rows.people["manager"])
    page.goto(reverse("admin:cases_visit_changelist"))
    page.get_by_label("Record number").fill(rows.patient.record_number)
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**?patient=*")
    page.locator(".row-link").first.click()
    page.get_by_role("link", name="History").click()

    assert page.get_by_role("heading", level=1).inner_text().startswith("History: Visit")


def test_a_record_number_of_nobody_is_said_at_once(page: Page, as_user):
    rows = rows_of("north")
    as_user(rows.people["manager"])
    page.goto(reverse("admin:cases_visit_changelist"))
    page.get_by_label("Record number").fill("no such number")
    page.get_by_role("button", name="Find").click()

    assert page.locator(".error-summary:focus").inner_text().endswith("No patient has this record number.")
    assert page.get_by_label("Record number").input_value() == "no such number"
    assert broken_rules(page) == {}


def test_what_is_done_to_ticked_rows_is_asked_first(page: Page, as_user):
    rows = rows_of("north")
    as_user(rows.people["manager"])
    page.goto(reverse("admin:referrals_specialist_changelist"))
    page.locator("input.action-select").first.check()
    page.get_by_label("Action:").select_option("Retire: offer no longer")
    page.get_by_role("button", name="Go").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Retire these entries?"
    assert broken_rules(page) == {}
    page.get_by_role("button", name="Retire them").click()
    page.get_by_text("Retired: they are not offered for new referrals.").wait_for()
