"""A real Chromium, and the rules that every page it sees has to keep."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.factories import PASSWORD
from tests.journeys import page_rules

# Playwright's own event loop lives in the test's thread; the tests use the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine is slow at times, and that says nothing about the page.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

TABLET: dict[str, Any] = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Counts what fingers do, in the page itself: choosing from a list costs opening and choosing.
# Whatever breaks the Content-Security-Policy is said as an error of the page.
WATCH = """
if (location.protocol.startsWith("http")) {
    const count = (taps) => { sessionStorage.taps = Number(sessionStorage.taps ?? 0) + taps; };
    addEventListener("pointerup", (event) => event.isTrusted && count(1), true);
    addEventListener("change", (event) => event.target.matches("select") && count(2), true);
    addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
}
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


# What htmx logs when a search is overtaken by the next one. A request that fails says sendError beside it.
OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")


def is_problem(message: ConsoleMessage) -> bool:
    """Whether the page logged an error of its own."""
    return message.type == "error" and not message.text.startswith(OVERTAKEN)


class Counted:
    """The site, with the number of requests that it is answering."""

    def __init__(self, site: Callable[..., Any]) -> None:
        self.site, self.under_way, self.lock = site, 0, threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        with self.lock:
            self.under_way += 1
        try:
            return self.site(environ, start_response)
        finally:
            with self.lock:
                self.under_way -= 1

    def wait(self) -> None:
        """Wait until nothing is under way: what a closed page has sent still reaches the site."""
        quiet, until = 0, time.monotonic() + PATIENCE_MS / 1000
        while quiet < 3 and time.monotonic() < until:
            time.sleep(0.01)
            quiet = 0 if self.under_way else quiet + 1


@pytest.fixture(scope="session")
def counted(live_server) -> Counted:
    """The live server's site, counting."""
    server = live_server.thread.httpd
    server.set_app(Counted(server.get_app()))
    return server.get_app()


@pytest.fixture
def open_page(browser: Browser, live_server, counted: Counted) -> Iterator[Callable[..., Page]]:
    """Open a page of a device of its own. The test fails when any of them logs an error."""
    contexts = []
    problems: list[str] = []

    def opened(device: dict[str, Any] = TABLET) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
            **device,
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda message: is_problem(message) and problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.set_default_timeout(PATIENCE_MS)
        page.problems = problems
        return page

    yield opened
    for context in contexts:
        context.close()
    counted.wait()
    assert problems == []


@pytest.fixture
def page(open_page, request) -> Page:
    """A tablet's page, or that of the device with which a test is parametrised."""
    return open_page(getattr(request, "param", TABLET))


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
def as_user(page: Page, live_server):
    """Give the page the session of a user, where the test is not about logging in."""

    def carry(user, page: Page = page) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])

    return carry


@pytest.fixture
def log_out(page: Page):
    def sign_out() -> None:
        page.context.clear_cookies()

    return sign_out


@pytest.fixture
def taps(page: Page) -> Callable[[], int]:
    """Return how many times the page was tapped, as the page itself counted."""
    return lambda: int(page.evaluate("sessionStorage.taps ?? 0"))


@pytest.fixture
def accessible(page: Page):
    """Check the page as it stands with axe-core, light and dark: WCAG 2.2 AA, no violations."""

    def check() -> None:
        assert page_rules.violations(page) == [], page.url
        assert page_rules.violations(page, "dark", page_rules.COLOURS) == [], page.url
        assert page_rules.duplicate_ids(page) == [], page.url

    return check
