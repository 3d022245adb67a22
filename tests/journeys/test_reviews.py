"""A follow-up that asks how treatment went, and a review between visits."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Treatment, TreatmentReview, Visit
from tests.factories import CaseFactory, PatientFactory, TreatmentFactory
from tests.journeys.conftest import PHONE, TABLET
from tests.journeys.steps import answer_red_flags_no, followed, sign, signed_visit, start_visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
at_tablet_and_phone = pytest.mark.parametrize("page", [TABLET, PHONE], ids=["tablet", "phone"], indirect=True)

STRETCH, RAISE = "Exercise: Calf stretch", "Exercise: Heel raise"


@pytest.fixture
def case(north, alice):
    """A signed visit four weeks ago with two exercises, both to be reviewed today."""
    begun = timezone.localdate() - timedelta(days=28)
    case = CaseFactory(
        patient=PatientFactory(clinic=north, created_by=alice), lead=alice, complaint="Heel pain"
    )

    def treat(visit):
        for name in ("Calf stretch", "Heel raise"):
            details = {"name": name, "exercise_type": "stretch", "times_a_week": 7, "repetitions": 10}
            TreatmentFactory(
                visit=visit,
                kind="exercise",
                details=details,
                start_on=begun,
                review_on=timezone.localdate(),
                pain_before=7,
            )

    signed_visit(case, alice, treat=treat, seen_on=begun, back_dating_reason="From paper")
    return case


def row(page: Page, name: str):
    return page.locator(".review-row").filter(has_text=name)


def say(page: Page, name: str, word: str) -> None:
    with followed(page, "/review/"):
        row(page, name).get_by_label(word, exact=True).tap()


@at_tablet_and_phone
def test_a_follow_up_asks_how_it_went_and_stops_what_made_it_worse(
    page: Page, as_user, accessible, alice, case
):
    as_user(alice)
    page.goto("/")
    expect(page.locator("#reviews-due")).to_contain_text("NOVAK")
    start_visit(page, case)

    say(page, STRETCH, "Better")
    say(page, RAISE, "Worse")
    stop = row(page, RAISE).locator(".review-stop")
    accessible()
    stop.get_by_label("Why", exact=True).select_option("worse")
    stop.get_by_label("In your own words").fill("cramp at night")
    with followed(page, "/stop/"):
        stop.get_by_role("button", name="Stop this treatment").tap()
    expect(row(page, RAISE)).to_contain_text("Made it worse: cramp at night")
    answer_red_flags_no(page)
    sign(page)

    expect(page.locator("main")).to_contain_text("Exercise: Heel raise: worse")
    accessible()
    assert dict(TreatmentReview.objects.values_list("treatment__details__name", "response")) == {
        "Calf stretch": "better",
        "Heel raise": "worse",
    }
    assert Treatment.objects.get(details__name="Heel raise").stopped_on == timezone.localdate()
    page.goto(f"/cases/{case.pk}/")
    expect(page.locator("main")).to_contain_text("cramp at night")
    page.goto("/")
    expect(page.locator("#found")).to_contain_text("NOVAK")
    assert not page.locator("#reviews-due").count()


def test_what_is_typed_is_saved_by_itself_and_a_mistake_is_told_at_once(page: Page, as_user, alice, case):
    as_user(alice)
    start_visit(page, case)
    say(page, STRETCH, "The same")
    row(page, STRETCH).locator(".review-more > summary").tap()

    pain = row(page, STRETCH).get_by_label("Pain now, 0 to 10")
    with page.expect_response(lambda answer: "/review/" in answer.url and answer.status == 422):
        pain.fill("12")
    expect(row(page, STRETCH).get_by_role("alert")).to_contain_text("less than or equal to 10")
    page.problems.clear()  # the browser logs the refusal, too
    with followed(page, "/review/"):
        pain.fill("5")

    expect(row(page, STRETCH).get_by_role("alert")).to_have_count(0)
    assert TreatmentReview.objects.get().pain_after == 5
    page.reload()
    expect(pain).to_have_value("5")


def test_a_stop_by_mistake_is_taken_back_and_the_copy_goes_with_a_stop(page: Page, as_user, alice, case):
    as_user(alice)
    start_visit(page, case)
    with followed(page, "/start-from-last/"):
        page.get_by_role("button", name="Start from last visit").tap()
    expect(page.locator("#treatments .is-copied")).to_have_count(2)

    row(page, STRETCH).locator(".review-stop > summary").tap()
    stop = row(page, STRETCH).locator(".review-stop")
    stop.get_by_label("Why", exact=True).select_option("no_help")
    with followed(page, "/stop/"):
        stop.get_by_role("button", name="Stop this treatment").tap()

    expect(page.locator("#treatments .is-copied")).to_have_count(1)
    with followed(page, "/resume/"):
        row(page, STRETCH).get_by_role("button", name="Take the stop back").tap()
    expect(row(page, STRETCH).locator(".review-stop")).to_be_visible()
    assert not Treatment.objects.filter(stopped_on__isnull=False).exists()


@at_tablet_and_phone
def test_between_visits_a_treatment_is_reviewed_from_the_case(page: Page, as_user, accessible, alice, case):
    as_user(alice)
    page.goto("/")
    page.locator("#reviews-due").get_by_role("link", name="NOVAK").tap()
    page.get_by_role("link", name=f"Review {STRETCH}").tap()
    expect(page.get_by_role("heading", name="How is it going?")).to_be_visible()
    accessible()

    page.get_by_label("The same", exact=True).first.check(force=True)
    page.get_by_label("Times done in the last week").fill("4")
    page.get_by_label("Note").fill("By telephone")
    page.get_by_role("button", name="Save the review").tap()

    expect(page.get_by_text("The review is recorded.")).to_be_visible()
    review = TreatmentReview.objects.get()
    assert (review.response, review.done, review.prescribed, review.visit) == ("same", 4, 7, None)
    assert not Visit.objects.drafts().exists()
