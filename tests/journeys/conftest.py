"""A real Chromium, and the rules that every page it sees has to keep."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.factories import PASSWORD

# Playwright's own event loop lives in the test's thread; the tests use the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """A tablet's page. The test fails when a page logs an error, so also for a CSP violation."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 820, "height": 1180},
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    problems: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def log_in(page: Page):
    """Sign in through the form, as a person does."""

    def sign_in(user) -> None:
        page.goto("/account/login/")
        page.get_by_label("E-mail address").fill(user.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()
        page.wait_for_url("/")

    return sign_in


@pytest.fixture
def log_out(page: Page):
    def sign_out() -> None:
        page.context.clear_cookies()

    return sign_out


@pytest.fixture
def accessible(page: Page):
    """Check the page with axe-core, light and dark: WCAG 2.2 AA, no violations."""

    def check() -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
            results = Axe().run(page, options=options)
            found = [
                (rule["id"], node["target"], node["html"][:120])
                for rule in results.response["violations"]
                for node in rule["nodes"]
            ]
            assert found == [], f"{scheme}: {page.url}"
        page.emulate_media(color_scheme="light")

    return check
