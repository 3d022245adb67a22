"""Every page of the site, as each role sees it: axe in both themes, a phone, a desk and 320 px."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.clinic.access_table import TABLE
from tests.clinic.two_clinics import argument, rows_of
from tests.journeys.page_rules import ALL_COLOURS, broken_rules, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OURS = [
    name
    for name, row in TABLE.items()
    if name.startswith(("cases:", "clinic:", "referrals:")) and "get" in row.methods
]
# They are no pages of their own: parts that the visit's page loads, and a file.
NO_PAGES = {
    "cases:download_attachment",
    "cases:preview_attachment",
    "cases:list_treatments",
    "cases:list_emergency_calls",
    "cases:show_handout_pdf",
    "clinic:show_logo",
    "clinic:show_signature",
    "referrals:download_specialists_template",
    "referrals:export_specialists",
    "referrals:show_letter_docx",
    "referrals:show_letter_pdf",
    "referrals:show_letter_text",
    "referrals:show_patient_copy",
    "referrals:export_csv",
    "referrals:export_xlsx",
    "referrals:show_dispatch_pdf",
    "referrals:show_mailing",
    "referrals:show_print_pdf",
    "referrals:show_print_progress",
    "referrals:show_reply_page",
}
PAGES = [name for name in OURS if name not in NO_PAGES]
# What is seen without a password, and what people keep about themselves.
ENTRANCE = ["account_login", "account_reset_password", "account_reset_password_done", "account_signup"]
OWN = [
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
    "usersessions_list",
]
# What is folded away is a part of the page too; menus would lie over the rest.
UNFOLD = "document.querySelectorAll('details:not(.menu)').forEach(box => { box.open = true })"
BATCHES = 4


def addresses(rows, role: str = "podiatrist") -> dict[str, str]:
    return {
        name: reverse(name, kwargs=argument(rows, TABLE[name])) for name in PAGES if role in TABLE[name].who
    }


def sweep(page: Page, addresses: dict[str, str]) -> dict[str, object]:
    """Return what each page breaks."""
    broken = {}
    for name, address in addresses.items():
        response = page.goto(address)
        assert response.status == 200, name
        assert page.locator("h1").count() == 1, name
        if found := broken_rules(page, ALL_COLOURS):
            broken[name] = found
    return broken


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_page_of_a_podiatrist_keeps_the_rules(page: Page, as_user, batch):
    rows = rows_of("north")
    as_user(rows.people["podiatrist"])
    mine = list(addresses(rows).items())[batch::BATCHES]

    assert sweep(page, dict(mine)) == {}


def test_a_signed_visit_keeps_the_rules(page: Page, as_user):
    rows = rows_of("north")
    as_user(rows.people["podiatrist"])
    signed = reverse("cases:show_visit", args=[rows.signed.pk])

    assert sweep(page, {"signed": signed}) == {}


def test_what_is_folded_away_on_a_draft_keeps_the_rules(page: Page, as_user):
    rows = rows_of("north")
    as_user(rows.people["podiatrist"])
    page.goto(reverse("cases:show_visit", args=[rows.visit.pk]))
    page.evaluate(UNFOLD)

    # Once: with its 170 questions open it is by far the largest page.
    assert violations(page) == []


@pytest.mark.parametrize("role", ["admin_staff", "manager", "auditor"])
def test_the_first_pages_of_the_others_keep_the_rules(page: Page, as_user, role):
    rows = rows_of("north")
    as_user(rows.people[role])
    paths = {"cases:home": reverse("cases:home")}
    if role != "auditor":
        paths["referrals:list_referrals"] = reverse("referrals:list_referrals")
        paths["referrals:show_referral"] = reverse("referrals:show_referral", args=[rows.referral.pk])

    assert sweep(page, paths) == {}


def test_the_pages_of_a_manager_alone_keep_the_rules(page: Page, as_user):
    rows = rows_of("north")
    as_user(rows.people["manager"])
    shared = addresses(rows)
    own = {name: path for name, path in addresses(rows, "manager").items() if name not in shared}

    assert sweep(page, own) == {}


def test_the_entrance_keeps_the_rules(page: Page, db):
    assert sweep(page, {name: reverse(name) for name in ENTRANCE}) == {}


def test_the_pages_about_oneself_keep_the_rules(page: Page, as_user, alice):
    as_user(alice)

    assert sweep(page, {name: reverse(name) for name in OWN}) == {}
