"""A plan of rest, ice and exercise: what a finding forbids, what it only warns of, and why it was done."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from cases.models import Treatment, Visit
from tests.factories import ActivityFactory, CaseFactory, PatientFactory
from tests.journeys.conftest import PHONE, TABLET
from tests.journeys.steps import (
    answer,
    answer_red_flags_no,
    find,
    followed,
    own_exercise,
    sign,
    start_visit,
    unfold,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
at_tablet_and_phone = pytest.mark.parametrize("page", [TABLET, PHONE], ids=["tablet", "phone"], indirect=True)

NUMB_SOLE = "Numb/tingling sole or toes, heel may be spared"
MOST_TAPS = 6


@pytest.fixture
def case(north, alice):
    patient = PatientFactory(clinic=north, created_by=alice)
    case = CaseFactory(patient=patient, lead=alice, complaint="Heel pain", side="left")
    ActivityFactory(case=case, text="Walk the dog")
    return case


@pytest.fixture
def on_draft(page: Page, as_user, alice, case) -> Page:
    """A visit's page with every red flag answered no."""
    as_user(alice)
    start_visit(page, case)
    answer_red_flags_no(page)
    return page


def plan(page: Page, kind: str) -> Locator:
    """Open the form of a kind of treatment, and return it."""
    page.locator("#treatments").get_by_role("link", name=re.compile(rf"^\s*{kind}$")).click()
    form = page.locator(".treatment-form")
    expect(form).to_be_visible()
    return form


def choose(page: Page, form: Locator, name: str, value: str) -> None:
    """Choose from a list, and wait until the form has said what speaks against it."""
    with followed(page, "/checks/"):
        form.locator(f"[name={name}]").select_option(value)


def add(page: Page, form: Locator, button: str = "Add treatment") -> None:
    form.get_by_role("button", name=button).click()
    expect(page.locator(".treatment-form")).to_have_count(0)


@at_tablet_and_phone
@pytest.mark.parametrize("kind", ["Rest", "Ice"])
def test_the_usual_rest_and_ice_take_at_most_six_taps(on_draft: Page, taps, kind):
    before = taps()

    on_draft.locator("#treatments").get_by_role("link", name=kind).tap()
    form = on_draft.locator(".treatment-form")
    if kind == "Ice":
        form.get_by_label("No to all that are still open").tap()
        form.get_by_label("The patient knows how to look at the skin").tap()
    form.get_by_label("Talked over and agreed").tap()
    form.get_by_role("button", name="Add treatment").tap()

    expect(on_draft.locator(".treatment-list")).to_contain_text(kind)
    assert taps() - before <= MOST_TAPS
    assert Treatment.objects.get().consent_discussed


def test_ice_on_a_numb_foot_is_refused_and_the_finding_named(on_draft: Page, accessible):
    answer(on_draft, "sensory_loss_sole")
    form = plan(on_draft, "Ice")
    checks = form.locator("#treatment-checks")

    expect(checks).to_contain_text("A finding forbids this here")
    expect(checks).to_contain_text(f"Because: {NUMB_SOLE}, left")
    choose(on_draft, form, "region", "heel")
    form.get_by_label("No to all that are still open").check()
    form.get_by_label("The patient knows how to look at the skin").check()
    with followed(on_draft, "/treatments/"):
        form.get_by_role("button", name="Add treatment").click()
    expect(on_draft.locator("#treatment .error-summary")).to_contain_text(
        "Not possible: Sensation is reduced"
    )
    accessible()
    assert not Treatment.objects.exists()

    choose(on_draft, on_draft.locator(".treatment-form"), "region", "back")
    checks = on_draft.locator("#treatment-checks")
    expect(checks).not_to_contain_text("A finding forbids this")
    expect(checks).to_contain_text("A warning only, because the finding is elsewhere")
    accessible()

    on_draft.locator("#treatment-checks").get_by_role("link", name=NUMB_SOLE).click()
    expect(on_draft.locator("#sign-sensory_loss_sole")).to_be_in_viewport()


def test_a_block_that_arises_later_shows_at_once_and_holds_up_the_signature(on_draft: Page, accessible):
    form = plan(on_draft, "Ice")
    choose(on_draft, form, "region", "heel")
    form.get_by_label("No to all that are still open").check()
    form.get_by_label("The patient knows how to look at the skin").check()
    add(on_draft, form)

    answer(on_draft, "sensory_loss_sole")

    alert = on_draft.locator("#treatment-alerts")
    expect(alert).to_contain_text("A finding now speaks against this: Ice: Heel pain")
    expect(alert).to_contain_text(f"{NUMB_SOLE}, left")
    on_draft.get_by_role("button", name="Sign the visit").tap()
    summary = on_draft.locator(".error-summary")
    expect(summary).to_contain_text("Ice: Heel pain: Sensation is reduced")
    expect(summary).to_contain_text(NUMB_SOLE)
    accessible()

    summary.get_by_role("link", name="Ice: Heel pain").click()
    expect(on_draft.locator(f"#treatment-{Treatment.objects.get().pk}")).to_be_in_viewport()
    on_draft.locator("#treatments").get_by_role("button", name="Remove").click()
    expect(alert).to_be_empty()
    sign(on_draft)


def prescribe_rest(page: Page) -> None:
    """Bed rest for a bad back is blocked, and a reason is typed once for what is shown."""
    form = plan(page, "Rest")
    choose(page, form, "rest_kind", "bed")
    expect(form.locator("#treatment-checks")).to_contain_text("Bed rest beyond 2 days does not help")
    expect(form.locator("#treatment-checks")).to_contain_text("Low back pain now")
    reason = form.get_by_label("Reason for giving it in spite of this")
    reason.fill("Fever as well, until Monday")
    with followed(page, "/checks/"):
        form.get_by_label("For how many days").fill("3")
        form.get_by_label("Stop").focus()
    expect(form.get_by_label("Reason for giving it in spite of this")).to_have_value(
        "Fever as well, until Monday"
    )
    unfold(form.locator(".more-fields"))
    form.get_by_label("Goal").fill("Walk the dog")
    add(page, form)


def prescribe_ice(page: Page) -> None:
    """Ice on the ankle, with the warning that diabetes brings."""
    form = plan(page, "Ice")
    choose(page, form, "region", "ankle")
    choose(page, form, "sensation", "felt")
    form.get_by_label("No to all that are still open").check()
    form.get_by_label("The patient knows how to look at the skin").check()
    expect(form.locator("#treatment-checks")).to_contain_text("Diabetes: test sensation and pulses")
    add(page, form)


def prescribe_exercise(page: Page) -> None:
    own_exercise(page)
    form = page.locator(".treatment-form")
    form.get_by_label("Exercise", exact=True).fill("Calf raise")
    form.get_by_label("Type").select_option("strength")
    form.get_by_label("Sets").fill("3")
    form.get_by_label("Repetitions").fill("15")
    add(page, form)


@at_tablet_and_phone
def test_rest_ice_and_exercise_are_planned_signed_and_read(on_draft: Page, case, accessible):
    page = on_draft
    for code in ("low_back_pain", "diabetes_known"):
        answer(page, code)
    find(page, "slump_positive")

    prescribe_rest(page)
    prescribe_ice(page)
    prescribe_exercise(page)
    accessible()
    sign(page)

    signed = page.locator("main")
    expect(signed).to_contain_text("Kind of rest: Bed rest")
    expect(signed).to_contain_text("Fever as well, until Monday")
    expect(signed).to_contain_text("In spite of “Bed rest beyond 2 days")
    expect(signed).to_contain_text("Minutes each time: 15")
    expect(signed).to_contain_text("Heart disease or severe high blood pressure? no.")
    expect(signed).to_contain_text("Repetitions: 15")
    accessible()

    visit = Visit.objects.get(case=case)
    page.goto(f"/visits/{visit.pk}/refer/")
    page.get_by_role("button", name="Go on to the letter").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Treatment so far")
    for words in ("Bed rest", "Ice", "Calf raise"):
        expect(preview).to_contain_text(words)
