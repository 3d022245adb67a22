"""The pages that say that something is not there, not allowed, or broken; and a refused log-in."""

import pytest
from django.urls import clear_url_caches, set_urlconf
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD
from tests.journeys.page_rules import broken_rules, error_state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATUSES = [400, 403, 404, 429, 500, 503]


@pytest.fixture
def failing_addresses(settings):
    """Give the server the addresses that fail."""
    settings.ROOT_URLCONF = "tests.journeys.broken_urls"
    clear_url_caches()
    yield
    set_urlconf(None)
    clear_url_caches()


def test_the_pages_of_failures_keep_the_rules(page: Page, failing_addresses, as_user, alice):
    as_user(alice)
    broken = {}
    for status in STATUSES:
        response = page.goto(f"/fail/{status}/")
        assert response.status == status
        expect(page.locator("h1")).to_have_count(1)
        if found := broken_rules(page):
            broken[status] = found
    # The browser itself notes that the answer was a failure.
    page.problems[:] = [problem for problem in page.problems if "status of" not in problem]

    assert broken == {}


def test_a_form_that_was_open_too_long_keeps_the_rules(page: Page, db):
    page.goto("/account/login/")
    page.context.clear_cookies()
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator("h1")).to_have_count(1)
    page.problems[:] = [problem for problem in page.problems if "status of" not in problem]

    assert broken_rules(page) == {}


@pytest.mark.parametrize("typed", ["", "wrong"])
def test_a_refused_log_in_says_so_and_keeps_the_rules(page: Page, alice, typed):
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(typed and alice.email)
    page.get_by_label("Password").fill(typed)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.locator(".error-summary").wait_for()

    assert error_state(page) == {}
    assert broken_rules(page) == {}


@pytest.mark.parametrize("path", ["/account/password/change/", "/account/reauthenticate/"])
def test_a_refused_form_about_oneself_says_so_and_keeps_the_rules(page: Page, as_user, alice, path):
    as_user(alice)
    page.goto(path)
    form = page.locator("main form[method=post]").first
    form.evaluate("form => { form.noValidate = true }")
    form.locator("button[type=submit]").click()
    page.locator(".error-summary").wait_for()

    assert error_state(page) == {}
    assert broken_rules(page) == {}
