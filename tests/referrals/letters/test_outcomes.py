"""What a letter tells of the scores of a case."""

from datetime import date
from decimal import Decimal

import pytest

from cases import actions
from referrals.letters.facts import OutcomeFacts
from referrals.letters.outcomes import outcomes_of
from tests.factories import CaseFactory
from tests.journeys.steps import signed_visit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)


@pytest.fixture
def case():
    return CaseFactory()


def visit(case, on, scores, pain_now=None):
    draft = actions.start_visit(case=case, by=case.lead, seen_on=on)
    rows = {(measure, scale, ""): Decimal(value) for (measure, scale), value in scores.items()}
    actions.record_scores(visit=draft, by=case.lead, scores=rows)
    notes = {"seen_on": on, "back_dating_reason": "Later", "pain_now": pain_now}
    return signed_visit(case, case.lead, **notes)


def test_a_score_is_told_with_first_latest_and_whether_it_matters(case):
    visit(case, date(2026, 3, 2), {("nrs", "foot_worst"): 8, ("nrs", "foot_average"): 6})
    visit(case, date(2026, 4, 20), {("nrs", "foot_worst"): 3})

    assert outcomes_of(case.pk, upto=TODAY) == (
        OutcomeFacts(
            measure="Worst foot pain (0 to 10, lower is better)",
            first_on=date(2026, 3, 2),
            first="8",
            latest_on=date(2026, 4, 20),
            latest="3",
            change="−5",
            verdict="The change that matters (2 points or 30 %) is reached.",
        ),
    )


def test_a_pain_now_asked_once_stands_in_the_history_alone(case):
    visit(case, date(2026, 3, 2), {}, pain_now=6)
    assert outcomes_of(case.pk, upto=TODAY) == ()

    visit(case, date(2026, 4, 20), {}, pain_now=5)
    assert [one.measure for one in outcomes_of(case.pk, upto=TODAY)] == [
        "Foot pain now (0 to 10, lower is better)"
    ]


def test_the_start_back_group_is_told(case):
    visit(case, date(2026, 3, 2), {("start_back", "total"): 6, ("start_back", "sub"): 4})

    assert outcomes_of(case.pk, upto=TODAY)[0].verdict == "Latest group: high risk."


def test_scores_of_a_later_day_or_a_voided_visit_are_not_told(case):
    wrong = visit(case, date(2026, 3, 2), {("nrs", "foot_worst"): 8})
    actions.void_visit(visit=wrong, by=case.lead, reason="Wrong patient")
    visit(case, date(2026, 7, 2), {("nrs", "foot_worst"): 3})

    assert outcomes_of(case.pk, upto=TODAY) == ()


def test_the_activities_stand_with_their_mean(case):
    draft = actions.start_visit(case=case, by=case.lead, seen_on=date(2026, 3, 2))
    activity = actions.add_activity(visit=draft, by=case.lead, text="Climbing stairs")
    scores = {("psfs", "activity", str(activity.pk)): Decimal(3)}
    actions.record_scores(visit=draft, by=case.lead, scores=scores)
    signed_visit(case, case.lead, seen_on=date(2026, 3, 2), back_dating_reason="Later")

    (told,) = outcomes_of(case.pk, upto=TODAY)

    assert (told.first, told.latest, told.activities) == ("3", "", ("Climbing stairs: 3",))
