"""The progress page: what a case's scores say, drawn and in numbers."""

from datetime import date

import pytest
from django.urls import reverse

from cases import actions
from cases.outcomes_summary import outcome_summary
from tests.factories import CaseFactory, OutcomeScoreFactory, PatientFactory
from tests.journeys.steps import signed_visit

FIRST = date(2026, 3, 2)


@pytest.fixture
def case(alice, north):
    return CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)


def visit_of(case, on, *scores, treat=None, **notes):
    """Return a signed visit with these scores: (measure, scale, value) or (activity, value)."""
    visit = actions.start_visit(case=case, by=case.lead, seen_on=on)
    for *what, value in scores:
        if len(what) == 2:
            OutcomeScoreFactory(visit=visit, measure=what[0], scale=what[1], value=value)
        else:
            score = {"measure": "psfs", "scale": "activity", "activity": what[0]}
            OutcomeScoreFactory(visit=visit, value=value, **score)
    notes |= {"seen_on": on, "back_dating_reason": "Written up later"}
    return signed_visit(case, case.lead, treat=treat, **notes)


def page_of(client, case, **query):
    return client.get(reverse("cases:show_progress", args=[case.pk]), query)


class TestPage:
    def test_a_case_without_scores_says_what_will_stand_here(self, as_alice, case):
        assert "No scores yet" in page_of(as_alice, case).text

    def test_it_says_in_words_what_fell_and_whether_that_matters(self, as_alice, case):
        visit_of(case, FIRST, ("nrs", "foot_worst", 8), pain_now=6)
        visit_of(case, date(2026, 4, 20), ("nrs", "foot_worst", 3), pain_now=2)

        page = page_of(as_alice, case).text

        assert "Worst foot pain fell from 8 to 3 between 2 Mar 2026 and 20 Apr 2026." in page
        assert "The change that matters (2 points or 30 %) is reached." in page
        assert "Foot pain now" in page
        assert outcome_summary(case)[0].says.startswith("Worst foot pain fell from 8 to 3")
