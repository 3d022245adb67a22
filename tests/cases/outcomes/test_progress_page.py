"""The progress page: what a case's scores say, drawn and in numbers."""

import re
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.models import Case, OutcomeScore, Visit
from cases.outcome_record import rows_of
from cases.outcomes import series_of
from cases.outcomes_summary import strips_of
from cases.progress_page import progress_page
from tests.factories import (
    ActivityFactory,
    CaseFactory,
    OutcomeScoreFactory,
    PatientFactory,
    TreatmentFactory,
    VisitFactory,
)
from tests.journeys.steps import signed_visit

FIRST, LAST = date(2026, 3, 2), date(2026, 4, 20)


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


def summary_of(case):
    """The strips of a case as its page shows them."""
    return strips_of(series_of(rows_of(case.pk)))


def page_of(client, case, **query):
    return client.get(reverse("cases:show_progress", args=[case.pk]), query)


class TestPage:
    def test_a_case_without_scores_says_what_will_stand_here(self, as_alice, case):
        page = page_of(as_alice, case).text

        assert "No scores yet" in page
        assert '<svg class="outcome-chart"' not in page

    def test_it_says_in_words_what_fell_and_whether_that_matters(self, as_alice, case):
        visit_of(case, FIRST, ("nrs", "foot_worst", 8), pain_now=6)
        visit_of(case, LAST, ("nrs", "foot_worst", 3), pain_now=2)

        page = page_of(as_alice, case).text

        assert "Worst foot pain fell from 8 to 3 between 2 Mar and 20 Apr 2026." in page
        assert "The change that matters (2 points or 30 %) is reached." in page
        assert "Foot pain now" in page

    def test_the_drawing_says_the_same_to_somebody_who_cannot_see_it(self, as_alice, case):
        def exercise(visit):
            TreatmentFactory(visit=visit, kind="exercise", target="Heel pain", start_on=FIRST)

        visit_of(case, FIRST, ("nrs", "foot_worst", 8), treat=exercise)
        visit_of(case, LAST, ("nrs", "foot_worst", 3))

        page = page_of(as_alice, case).text
        desc = re.search(r'<desc id="chart-nrs-foot_worst-says">(.*?)</desc>', page).group(1)

        assert desc.startswith("Worst foot pain fell from 8 to 3")
        assert "is reached" in desc
        assert "Treatment in that time: Exercise: Heel pain." in desc
        assert 'role="img"' in page
        assert "Exercise: Heel pain, from 2 Mar 2026, running." in page

    def test_worse_by_as_much_is_marked_and_said(self, as_alice, case):
        visit_of(case, FIRST, ("nrs", "back_worst", 3))
        visit_of(case, LAST, ("nrs", "back_worst", 5))

        page = page_of(as_alice, case).text

        assert "It is worse by a change that matters (2 points)." in page
        assert page.count('class="outcome-worse"') == 2  # in the key and in the chart
        assert page.count('class="outcome-better"') == 1

    def test_the_pain_scored_most_often_is_drawn_and_another_can_be_chosen(self, as_alice, case):
        visit_of(case, FIRST, ("nrs", "foot_average", 5), pain_now=6)
        visit_of(case, LAST, pain_now=4)

        assert 'id="chart-nrs-foot_now"' in page_of(as_alice, case).text
        chosen = page_of(as_alice, case, pain="average").text
        assert 'id="chart-nrs-foot_average"' in chosen
        assert 'id="chart-nrs-foot_now"' not in chosen
        assert page_of(as_alice, case, pain="<script>").status_code == 200

    def test_one_visit_is_one_point_and_no_change(self, as_alice, case):
        visit_of(case, FIRST, ("lefs", "total", 40))

        page = page_of(as_alice, case).text

        assert "LEFS was 40 on 2 Mar 2026." in page
        assert "40 on 2 Mar 2026. The change" not in page

    def test_a_visit_entered_in_error_and_a_draft_do_not_count(self, as_alice, case, alice):
        wrong = visit_of(case, FIRST, ("nrs", "foot_worst", 9), pain_now=9)
        actions.void_visit(visit=wrong, by=alice, reason="Wrong patient")
        OutcomeScoreFactory(visit=actions.start_visit(case=case, by=alice), value=1)

        assert "No scores yet" in page_of(as_alice, case).text
        assert summary_of(case) == []

    def test_a_dropped_activity_stays_until_its_last_score(self, as_alice, case, alice):
        stairs, dog = (ActivityFactory(case=case, text=text) for text in ("Stairs", "Walking the dog"))
        visit_of(case, FIRST, (stairs, 2), (dog, 3))
        draft = actions.start_visit(case=case, by=alice, seen_on=LAST)
        actions.drop_activity(visit=draft, by=alice, activity=stairs)
        visit_of(case, LAST, (dog, 6))

        page = page_of(as_alice, case).text

        assert "Stairs: 2, scored once" in page
        assert "Walking the dog: 3 to 6, change that matters: reached" in page

    def test_an_activity_is_shown_as_typed_and_never_run(self, as_alice, case):
        visit_of(case, FIRST, (ActivityFactory(case=case, text="<script>alert(1)</script>"), 2))

        page = page_of(as_alice, case).text

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page

    def test_nothing_in_it_has_a_style_of_its_own(self, as_alice, case):
        visit_of(case, FIRST, ("nrs", "foot_worst", 8), ("faam", "adl", 60))
        visit_of(case, LAST, ("nrs", "foot_worst", 3), ("faam", "adl", 70))

        assert " style=" not in page_of(as_alice, case).text

    def test_the_start_back_group_stands_with_its_visit(self, as_alice, case):
        visit_of(case, FIRST, ("start_back", "total", 5), ("start_back", "sub", 4))
        visit_of(case, LAST, ("start_back", "total", 5), ("start_back", "sub", 3))

        page = page_of(as_alice, case).text

        assert '<td class="number">high risk</td>' in page
        assert "Latest group: medium risk." in page

    def test_a_closed_case_ends_with_what_happened_last(self, as_alice, case):
        visit_of(case, FIRST, ("nrs", "foot_worst", 8))
        visit_of(case, LAST, ("nrs", "foot_worst", 3))
        Case.objects.filter(pk=case.pk).update(
            status="closed",
            outcome="recovered",
            closed_at=datetime(2026, 4, 21, tzinfo=UTC),
            closed_by=case.lead,
        )

        page = page_of(as_alice, case).text

        days = re.findall(r'text-anchor="middle">([^<]+)<', page)
        assert set(days) <= {"2 Mar", "16 Mar", "30 Mar", "13 Apr"}

    def test_admin_staff_and_another_clinic_do_not_get_it(self, as_dana, as_charlie, case):
        assert page_of(as_dana, case).status_code == 403
        assert page_of(as_charlie, case).status_code == 404


class TestSpeed:
    @pytest.fixture
    def many(self, case, alice):
        """Fifty visits, each with fourteen scores; written straight into the tables."""
        plain = [("nrs", "foot_worst"), ("nrs", "leg_worst"), ("nrs", "back_worst"), ("lefs", "total")]
        plain += [("faam", "adl"), ("odi", "total"), ("ohs", "total"), ("ffi", "total")]
        wanted: list[dict[str, object]] = [{"measure": measure, "scale": scale} for measure, scale in plain]
        wanted += [
            {"measure": "psfs", "scale": "activity", "activity": ActivityFactory(case=case)} for _ in range(5)
        ]
        for place in range(50):
            visit = VisitFactory(case=case, seen_on=FIRST + timedelta(days=3 * place), pain_now=5)
            TreatmentFactory(visit=visit, target=f"Problem {place % 5}", signed_at=timezone.now())
            value = (place * 7) % 10
            OutcomeScore.objects.bulk_create(OutcomeScore(visit=visit, value=value, **one) for one in wanted)
            Visit.objects.filter(pk=visit.pk).update(signed_at=timezone.now(), signed_by=alice)
        return case

    def test_it_takes_as_many_queries_for_fifty_visits_as_for_one(self, as_alice, case, alice, north, many):
        other = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice), lead=alice)
        visit_of(other, FIRST, ("nrs", "foot_worst", 8), treat=lambda visit: TreatmentFactory(visit=visit))
        counts = []
        for one in (other, many):
            page_of(as_alice, one)
            with CaptureQueriesContext(connection) as context:
                assert page_of(as_alice, one).status_code == 200
            counts.append(len([query for query in context if "SAVEPOINT" not in query["sql"]]))

        assert counts[0] == counts[1]
        assert counts[0] <= 8

    def test_the_page_itself_asks_three_questions_and_the_summary_two(self, many, django_assert_num_queries):
        with django_assert_num_queries(3):
            progress_page(many)
        with django_assert_num_queries(2):
            summary_of(many)

    def test_fifty_visits_are_drawn_fast(self, many):
        progress_page(many)
        started = time.perf_counter()
        progress_page(many)

        assert time.perf_counter() - started < 0.5
