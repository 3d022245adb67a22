"""What a podiatrist does on the pages, in their own words."""

import io
from collections.abc import Iterable
from contextlib import contextmanager

import pypdfium2
from playwright.sync_api import Locator, Page, expect

from cases import actions
from cases.models import Visit
from cases.screening import load_catalogue
from cases.visit_page import RED_FLAG_GROUPS
from referrals.models import LetterFile

SCREEN_GROUPS = [group for group in RED_FLAG_GROUPS if group != "red_flag_more"]


@contextmanager
def followed(page: Page, part: str = "/answers/"):
    """Wait until the server has answered what is done in the block; a redirect is no answer yet."""
    with page.expect_response(
        lambda response: part in response.url and response.status not in (302, 303)
    ) as answered:
        yield
    assert answered.value.ok, answered.value.url


def start_visit(page: Page, case) -> None:
    """Start a visit from its case, and wait until the page can be worked with."""
    page.goto(f"/cases/{case.pk}/")
    start_from_here(page)


def start_from_here(page: Page) -> None:
    """Tap "Start a visit" on the case's page, and wait until the visit's can be worked with."""
    page.get_by_role("button", name="Start a visit").first.tap()
    page.wait_for_url("**/visits/*/")


def open_case(page: Page) -> None:
    page.get_by_role("link", name="Open a case").first.click()
    page.get_by_label("Complaint").fill("Numb and painful top of the left foot")
    page.get_by_label("Left", exact=True).check(force=True)
    page.get_by_role("button", name="Open the case").click()


def unfold(box: Locator) -> None:
    """Tap the heading of a folded group; an open one stays open."""
    if box.get_attribute("open") is None:
        box.locator("> summary").tap()


def sign_row(page: Page, sign: str) -> Locator:
    """Return the row of a sign, its group unfolded."""
    row = page.locator(f"#sign-{sign}")
    if not row.is_visible():
        unfold(page.locator("details[data-group]").filter(has=row))
    return row


def answer(page: Page, sign: str, word: str = "Yes") -> None:
    """Tap an answer and wait until the page has followed it."""
    choice = sign_row(page, sign).get_by_label(word, exact=True)
    with followed(page):
        choice.tap()


def find(page: Page, sign: str, side: str = "left") -> None:
    """Tap in a table that a test found something on one side."""
    sign_row(page, sign)
    with followed(page):
        page.locator(f"#{sign}-{side}-yes").tap()


def grade(page: Page, sign: str, power: str, side: str = "left") -> None:
    """Choose the power of a muscle on one side, 0 to 5."""
    with followed(page):
        page.locator(f"[name={sign}-{side}-mrc_grade]").select_option(power)


def answer_red_flags_no(page: Page, groups: Iterable[str] = SCREEN_GROUPS) -> None:
    """In each group of red flags tap once that none of the rest is present."""
    for key in groups:
        group = page.locator(f"#group-{key}")
        unfold(group)
        with followed(page):
            group.get_by_role("button", name="none of these").tap()


def open_question_count(page: Page) -> int:
    """Return how many links the list of what holds up the signature has."""
    return page.locator(".error-summary[data-open-questions] a").count()


def own_exercise(page: Page) -> None:
    """Open the form of an exercise that is not in the library."""
    page.get_by_role("link", name="Exercise", exact=True).click()
    page.get_by_role("link", name="Another exercise, not in the library").click()
    page.locator(".treatment-form:not(.exercise-picker)").wait_for()


def sign(page: Page) -> None:
    page.get_by_role("button", name="Sign the visit").tap()
    expect(page.get_by_text("The visit is signed and locked.")).to_be_visible()


def screen_answered_no() -> dict[str, list[actions.Answer]]:
    """Return a "no" to every question of the minimum screen."""
    signs = load_catalogue().signs.values()
    return {sign.code: [actions.Answer(present=False)] for sign in signs if sign.screen}


def signed_visit(case, by, answers=None, treat=None, **notes) -> Visit:
    """Return a signed visit with the screen answered "no", and these answers, notes and treatments."""
    visit = actions.start_visit(case=case, by=by)
    actions.record_answers(visit=visit, by=by, answers=screen_answered_no() | (answers or {}))
    if notes:
        actions.save_visit(visit=visit, by=by, version=None, **notes)
    if treat:
        treat(visit)
    return actions.sign_visit(visit=visit, by=by, version=None)


def letter_text(file: LetterFile) -> str:
    """Return the words of a signed letter's PDF, in one line."""
    document = pypdfium2.PdfDocument(io.BytesIO(bytes(file.pdf)))
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(text.split())
