"""Outcomes over six visits: scored on a tablet, kept, signed, and read as a chart and as a table."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from cases import actions
from cases.models import OutcomeScore, Visit
from tests.factories import CaseFactory, PatientFactory, TreatmentFactory
from tests.journeys.conftest import PHONE, TABLET
from tests.journeys.page_rules import broken_rules
from tests.journeys.steps import answer_red_flags_no, followed, sign, signed_visit, start_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORST = ("nrs", "foot_worst", "")


@pytest.fixture
def case(north, alice):
    """Five signed visits: the worst pain fell from 8 to 5, with calf raises from the second on."""
    case = CaseFactory(
        patient=PatientFactory(clinic=north, created_by=alice), complaint="Heel pain", lead=alice
    )
    for place, pain in enumerate((8, 8, 7, 6, 5)):
        on = timezone.localdate() - timedelta(days=70 - 14 * place)
        draft = actions.start_visit(case=case, by=alice, seen_on=on)
        activity = actions.add_activity(visit=draft, by=alice, text="Climbing stairs")
        scores = {WORST: Decimal(pain), ("psfs", "activity", str(activity.pk)): Decimal(place + 2)}
        actions.record_scores(visit=draft, by=alice, scores=scores)
        treat = calf_raises if place == 1 else None
        signed_visit(case, alice, treat=treat, seen_on=on, back_dating_reason="Written up later")
    return case


def calf_raises(visit):
    TreatmentFactory(visit=visit, kind="exercise", target="Heel pain", details={"name": "Calf raises"})


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name)


def type_score(page: Page, name: str, score: str, *, is_refused: bool = False) -> None:
    """Type a score and go on to the next field, as one does."""
    with page.expect_response(lambda response: "/scores/" in response.url) as answered:
        field(page, name).fill(score)
        field(page, name).press("Tab")
    assert answered.value.status == (422 if is_refused else 200)


def forget_refusals(page: Page) -> None:
    """Take out what the browser itself says of an answer of 422."""
    page.problems[:] = [problem for problem in page.problems if "422" not in problem]


def scores_of(visit: Visit) -> dict[tuple[str, str], int]:
    return {(one.measure, one.scale): int(one.value) for one in visit.scores.all()}


def test_six_visits_are_scored_and_read(page: Page, as_user, case, alice):
    as_user(alice)
    start_visit(page, case)
    visit = case.visits.drafts().get()

    expect(page.locator("#scores")).to_contain_text("was 5 on")
    expect(field(page, "Worst foot pain")).to_have_value("")
    type_score(page, "Worst foot pain", "33", is_refused=True)
    expect(page.locator("#problem-nrs-foot_worst")).to_have_text("A whole number from 0 to 10.")
    expect(field(page, "Worst foot pain")).to_have_value("33")
    expect(field(page, "Worst foot pain")).to_have_attribute("aria-invalid", "true")
    type_score(page, "Worst foot pain", "3")
    expect(page.locator("#problem-nrs-foot_worst")).to_have_text("")
    type_score(page, "Worst back pain", "2")
    type_score(page, "Climbing stairs", "7")
    expect(page.locator("#scores-mean")).to_have_text("Mean 7 of 1 scored")

    page.get_by_label("Add an activity").fill("Walking the dog to the park")
    with followed(page, "/activities/add/"):
        page.locator("#add-activity").get_by_role("button", name="Add").tap()
    expect(field(page, "Walking the dog to the park")).to_be_focused()
    type_score(page, "Walking the dog to the park", "4")
    page.locator("#other-measures > summary").tap()
    page.get_by_text("Foot and Ankle Ability Measure").tap()
    type_score(page, "FAAM, Daily living", "62,5")

    page.reload()
    expect(field(page, "Worst foot pain")).to_have_value("3")
    expect(field(page, "Walking the dog to the park")).to_have_value("4")
    expect(field(page, "FAAM, Daily living")).to_have_value("62.5")
    answer_red_flags_no(page)
    sign(page)
    expect(page.locator("#scores")).to_contain_text("3 of 10")

    page.locator("#scores").get_by_role("link", name="Progress chart").tap()
    expect(page.get_by_role("heading", name="Progress", exact=True)).to_be_visible()
    drawing = page.get_by_role("img", name="Worst foot pain")
    said = drawing.locator("desc").text_content()
    assert said.startswith("Worst foot pain fell from 8 to 3 between")
    assert "The change that matters (2 points or 30 %) is reached." in said
    assert "Treatment in that time: Exercise: Calf raises." in said
    table = page.get_by_role("table", name="Pain, 0 to 10 (NRS)")
    expect(table.get_by_role("row")).to_have_count(1 + 6 + 3)
    expect(table.get_by_role("row", name="Was it reached?")).to_contain_text("reached")
    expect(table.get_by_role("row", name="Change from the first")).to_contain_text("−5")
    expect(page.get_by_role("table", name="Treatments")).to_contain_text("Exercise: Calf raises")
    assert broken_rules(page) == {}
    assert scores_of(visit) == {
        ("nrs", "foot_worst"): 3,
        ("nrs", "back_worst"): 2,
        ("psfs", "activity"): scores_of(visit)[("psfs", "activity")],
        ("faam", "adl"): 62,
    }
    assert visit.scores.filter(measure="psfs").count() == 2
    forget_refusals(page)


def test_a_score_that_was_refused_keeps_the_visit_from_being_signed(page: Page, as_user, case, alice):
    as_user(alice)
    start_visit(page, case)
    answer_red_flags_no(page)
    type_score(page, "Worst foot pain", "eight", is_refused=True)

    page.get_by_role("button", name="Sign the visit").tap()

    expect(page.locator(".toast, .toasts")).to_contain_text("Not signed")
    assert case.visits.drafts().exists()
    forget_refusals(page)


def test_a_score_that_somebody_else_gave_meanwhile_is_shown_and_not_overwritten(
    page: Page, as_user, case, alice, cast
):
    as_user(alice)
    start_visit(page, case)
    visit = case.visits.drafts().get()
    actions.record_scores(visit=visit, by=cast.bob, scores={WORST: Decimal(5)})

    type_score(page, "Worst foot pain", "7")
    expect(page.locator("#problem-nrs-foot_worst")).to_contain_text("somebody else wrote 5 meanwhile")
    expect(field(page, "Worst foot pain")).to_have_value("5")
    assert scores_of(visit)[("nrs", "foot_worst")] == 5

    type_score(page, "Worst foot pain", "7")
    assert scores_of(visit)[("nrs", "foot_worst")] == 7


@pytest.mark.parametrize("page", [TABLET, PHONE], ids=["tablet", "phone"], indirect=True)
def test_an_activity_is_taken_out_and_asked_again(page: Page, as_user, case, alice):
    as_user(alice)
    start_visit(page, case)

    with followed(page, "/activities/drop/"):
        page.get_by_role("button", name="Take out Climbing stairs").tap()
    expect(page.locator("#activities")).to_contain_text("no longer asked. Its earlier scores stay.")
    with followed(page, "/activities/add/"):
        page.get_by_role("button", name="Ask it again Climbing stairs").tap()
    type_score(page, "Climbing stairs", "6")

    assert case.activities.get().dropped_at is None
    assert OutcomeScore.objects.filter(measure="psfs").count() == 6
    assert broken_rules(page) == {}
