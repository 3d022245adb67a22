"""A manager reads the reports: every page keeps the rules, figures lead to their rows, and it prints."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from clinic.reports import reports
from tests.clinic.two_clinics import rows_of
from tests.journeys.page_rules import ALL_COLOURS, broken_rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUGS = [report.slug for report in reports()]


@pytest.fixture
def mo(as_user):
    rows = rows_of("north")
    as_user(rows.people["manager"])
    return rows


def test_the_reports_and_the_rows_behind_them_keep_the_rules(page: Page, mo):
    broken = {}
    for report in reports():
        paths = [reverse("admin:report", args=[report.slug])]
        paths += [reverse("admin:report_rows", args=[report.slug, one.key]) for one in report.counts()][:1]
        for path in paths:
            assert page.goto(path).status == 200, path
            assert page.locator("h1").count() == 1, path
            if found := broken_rules(page, ALL_COLOURS):
                broken[path] = found

    assert broken == {}


def test_the_first_page_of_the_reports_says_what_each_has_to_say(page: Page, mo):
    page.goto(reverse("admin:reports"))
    for report in reports():
        card = page.locator(".report-card", has=page.get_by_role("link", name=str(report.title)))
        expect(card.locator(".report-card-says")).not_to_contain_text(str(report.question))

    assert broken_rules(page, ALL_COLOURS) == {}


def test_a_mistake_in_the_filters_is_named_and_the_page_keeps_the_rules(page: Page, mo):
    page.goto(reverse("admin:report", args=["access-review"]))
    page.get_by_label("From").fill("2026-03-09")
    page.get_by_label("To").fill("2026-03-01")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".error-summary")).to_contain_text("The last day is before the first.")
    expect(page.get_by_label("From")).to_have_value("2026-03-09")
    assert broken_rules(page, ALL_COLOURS) == {}


def test_a_period_and_a_person_stay_in_the_address_on_the_way_to_the_rows_and_back(page: Page, mo):
    page.goto(reverse("referrals:show_referral", args=[mo.referral.pk]))
    page.goto(reverse("admin:report", args=["access-review"]))
    page.get_by_role("link", name="This month").click()
    page.locator("main").get_by_role("link", name="1", exact=True).first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Pages shown")
    assert "period=this-month" in page.url
    page.get_by_role("link", name="Access review").click()
    expect(page.get_by_role("link", name="This month")).to_have_attribute("aria-current", "true")


def test_a_report_prints_its_filters_and_leaves_out_its_buttons(page: Page, mo):
    page.goto(reverse("admin:report", args=["access-review"]) + "?period=last-month")
    page.emulate_media(media="print")

    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.locator("p.print-only").first).to_be_visible()
    expect(page.get_by_role("heading", name="What each measure means")).to_be_visible()
