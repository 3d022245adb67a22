"""From the library to the sheet that the patient takes home."""

import io

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases import actions
from cases.exercises import load_library
from tests.factories import CaseFactory
from tests.journeys.conftest import DESKTOP, PHONE, TABLET
from tests.journeys.page_rules import broken_rules
from tests.journeys.steps import answer, answer_red_flags_no, followed, screen_answered_no, sign, start_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THREE = ["Sole stretch", "Heel raise, both feet", "Walking"]


@pytest.fixture
def case(north, alice):
    return CaseFactory(patient__clinic=north, patient__created_by=alice, complaint="Sore heel", side="left")


@pytest.fixture
def on_draft(page: Page, as_user, case, alice) -> Page:
    as_user(alice)
    start_visit(page, case)
    return page


def open_library(page: Page) -> None:
    page.get_by_role("link", name="Exercise", exact=True).tap()
    page.locator(".exercise-picker").wait_for()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(text.split())


def test_three_exercises_go_from_the_library_to_the_patient_in_six_taps(on_draft: Page, case, taps):
    page = on_draft
    answer_red_flags_no(page)
    before = taps()

    open_library(page)
    for name in THREE:
        page.get_by_label(name, exact=True).tap()
    with followed(page, "/treatments/"):
        page.get_by_role("button", name="Add 3 exercises").tap()
    expect(page.locator(".treatment-list > li")).to_have_count(3)
    assert taps() - before <= 6

    sign(page)
    page.get_by_role("link", name="Programme and handout").tap()
    expect(page.get_by_role("heading", name="Programme", exact=True)).to_be_visible()
    for name in THREE:
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.locator(".programme")).to_contain_text("3 times a day, 10 times, hold each for 10 seconds")
    assert page.locator(".programme .exercise-picture").count() == 3

    for link in ("Handout (PDF)", "Handout, large print (PDF)"):
        address = page.get_by_role("link", name=link).get_attribute("href")
        response = page.request.get(address)
        assert response.headers["content-type"] == "application/pdf"
        assert response.body().startswith(b"%PDF")
        text = text_of(response.body())
        for exercise in load_library().exercises.values():
            if exercise.name in THREE:
                assert all(step in text for step in exercise.steps)


def test_the_list_is_in_sight_after_adding(on_draft: Page):
    open_library(on_draft)
    on_draft.get_by_label("Walking", exact=True).tap()
    with followed(on_draft, "/treatments/"):
        on_draft.get_by_role("button", name="Add 1 exercise").tap()

    expect(on_draft.locator(".treatment-list > li").first).to_be_in_viewport()


def test_a_shelf_shows_its_own_and_keeps_the_other_ticks(on_draft: Page, case):
    page = on_draft
    open_library(page)
    page.get_by_label("Towel curl").tap()

    page.locator(".exercise-filter").get_by_text("Back", exact=True).tap(force=True)

    expect(page.get_by_label("Towel curl")).to_be_hidden()
    expect(page.get_by_label("Knee rolls")).to_be_visible()
    page.get_by_label("Knee rolls").tap()
    with followed(page, "/treatments/"):
        page.get_by_role("button", name="Add 2 exercises").tap()
    expect(page.locator(".treatment-list > li")).to_have_count(2)


def test_the_whole_card_ticks(on_draft: Page):
    open_library(on_draft)
    card = on_draft.locator(".exercise-card").filter(has_text="Arch lift")

    card.locator(".exercise-picture").tap(force=True)

    expect(card.get_by_role("checkbox")).to_be_checked()


def test_the_library_is_worked_by_keys(on_draft: Page):
    page = on_draft
    page.get_by_role("link", name="Exercise", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Towel curl").focus()
    page.keyboard.press("Space")

    with followed(page, "/treatments/"):
        page.keyboard.press("Enter")

    expect(page.locator(".treatment-list > li")).to_have_count(1)


def test_a_double_tap_adds_each_once(on_draft: Page, case):
    open_library(on_draft)
    on_draft.get_by_label("Towel curl").tap()

    on_draft.get_by_role("button", name="Add 1 exercise").dblclick()

    expect(on_draft.locator(".treatment-list > li")).to_have_count(1)
    assert case.treatments.count() == 1


def test_nothing_ticked_is_said_in_the_page(on_draft: Page, accessible):
    open_library(on_draft)
    with followed(on_draft, "/exercises/"):
        on_draft.get_by_role("button", name="Add the ticked exercises").tap()

    expect(on_draft.locator("#treatments .error-summary")).to_contain_text("Tick the exercises to add.")
    accessible()


def test_what_today_forbids_is_said_and_nothing_is_offered(on_draft: Page, accessible):
    answer(on_draft, "progressive_motor_deficit")

    open_library(on_draft)

    expect(on_draft.locator("#treatments")).to_contain_text("A finding forbids exercise")
    assert on_draft.locator("#treatments input[name=codes]").count() == 0
    accessible()


@pytest.mark.parametrize("page", [PHONE, TABLET, DESKTOP], indirect=True, ids=["phone", "tablet", "desktop"])
def test_the_button_is_in_sight_wherever_one_is_in_the_library(page: Page, as_user, case, alice):
    visit = actions.start_visit(case=case, by=alice)
    as_user(alice)
    page.goto(reverse("cases:show_visit", args=[visit.pk]))
    page.get_by_role("link", name="Exercise", exact=True).click()
    page.locator(".exercise-picker").wait_for()

    for name in ("Towel curl", "Ankle alphabet", "Knee rolls"):
        page.get_by_label(name).check()
        button = page.locator(".exercise-actions button")
        expect(button).to_be_in_viewport()
        button.click(trial=True)


def test_the_library_in_the_page_keeps_the_rules(on_draft: Page):
    open_library(on_draft)
    on_draft.get_by_label("Towel curl").tap()

    assert broken_rules(on_draft) == {}


def test_an_exercise_is_fitted_to_the_patient_and_keeps_its_picture(on_draft: Page, case):
    page = on_draft
    open_library(page)
    page.get_by_label("Towel curl").tap()
    with followed(page, "/treatments/"):
        page.get_by_role("button", name="Add 1 exercise").tap()
    page.get_by_role("link", name="Change").first.tap()
    form = page.locator(".treatment-form")
    form.get_by_label("Repetitions").fill("6")

    form.get_by_role("button", name="Save changes").tap()

    expect(page.locator(".treatment-list")).to_contain_text("Repetitions: 6")
    details = case.treatments.get().details
    assert (details["repetitions"], details["exercise_code"]) == (6, "towel_curl")


def test_the_programme_prints_without_its_buttons(page: Page, as_user, case, alice):
    visit = actions.start_visit(case=case, by=alice)
    actions.add_exercises(visit=visit, by=alice, codes=["towel_curl", "clam"])
    _sign(visit, alice)
    as_user(alice)
    page.goto(reverse("cases:show_programme", args=[case.patient_id]))

    page.emulate_media(media="print")

    expect(page.get_by_role("link", name="Handout (PDF)")).to_be_hidden()
    expect(page.get_by_role("heading", name="Towel curl")).to_be_visible()
    expect(page.locator(".exercise-picture").first).to_be_visible()
    assert "NOVAK" in text_of(page.pdf(format="A4"))


def _sign(visit, by):
    actions.record_answers(visit=visit, by=by, answers=screen_answered_no())
    actions.sign_visit(visit=visit, by=by, version=None)
