"""The report on treatments, held to figures counted by hand and to what must hold of any record."""

from datetime import date, timedelta

import hypothesis
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from cases.models import CountedTreatment, Screening, Treatment, Visit
from cases.reports.treatments import Treatments
from clinic.reports.numbers import mean, share
from tests.factories import (
    ActivityFactory,
    BlockOverrideFactory,
    CaseFactory,
    OutcomeScoreFactory,
    PatientFactory,
    SiteFactory,
    TreatmentFactory,
    TreatmentReviewFactory,
    VisitFactory,
)
from tests.reports import assert_filters_partition, assert_rows_stand_behind, figures, scope, table

pytestmark = pytest.mark.django_db
REPORT = Treatments()


def visit_on(day, by, *, case=None, urgency="soon", signed=True, treat=None, scores=(), **fields):
    """Return a visit of a day with what `treat` adds to it, signed unless it is to stay a draft."""
    clinic = by.memberships.get().clinic
    case = case or CaseFactory(patient=PatientFactory(clinic=clinic, created_by=by))
    visit = VisitFactory(case=case, seen_on=date.fromisoformat(f"{day}"), created_by=by, **fields)
    if treat:
        treat(visit)
    for activity, value in scores:
        OutcomeScoreFactory(visit=visit, measure="psfs", scale="activity", activity=activity, value=value)
    if signed:
        Treatment.objects.filter(visit=visit).update(signed_at=timezone.now())
        Visit.objects.filter(pk=visit.pk).update(signed_at=timezone.now(), signed_by=by)
        Screening.objects.create(
            visit=visit, catalogue_version="1", answers={}, result={}, urgency=urgency, refer=False
        )
    return visit


def given(kind, **fields):
    return lambda visit: TreatmentFactory(visit=visit, kind=kind, **fields)


def asked(visit, on, response, **fields):
    treatment = visit.treatments.get()
    TreatmentReviewFactory(treatment=treatment, reviewed_on=on, response=response, **fields)


@pytest.fixture
def spring(cast, north):
    """Seven treatments of Alice and Bob in the first half of 2025, and what must not count."""
    exercise = {"name": "Calf stretch"}
    # Exercise, pain 8 to 4; prescribed again after six weeks; stairs 3 to 7.
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=cast.alice))
    stairs = ActivityFactory(case=case)
    again = given("exercise", details=exercise, pain_before=8)
    visit_on("2025-01-10", cast.alice, case=case, treat=again, scores=[(stairs, 3)])
    second = visit_on(
        "2025-02-20", cast.alice, case=case, treat=given("exercise", details=exercise, pain_before=6),
        scores=[(stairs, 7)],
    )  # fmt: skip
    asked(second, "2025-03-20", "better", pain_after=4)
    # Exercise, pain 5 to 4, which is less than 30 % of 5; and 3 to 2, which is more than 30 % of 3.
    asked(
        visit_on("2025-01-20", cast.alice, treat=given("exercise", pain_before=5)),
        "2025-02-01", "same", pain_after=4,
    )  # fmt: skip
    asked(
        visit_on("2025-02-10", cast.bob, urgency="urgent", treat=given("exercise", pain_before=3)),
        "2025-02-17", "better", pain_after=2,
    )  # fmt: skip
    # Rest, pain 2 to 6, with a rash. Two reviews: the newer one counts.
    rest = visit_on("2025-02-12", cast.bob, treat=given("rest", pain_before=2))
    asked(rest, "2025-02-20", "better", pain_after=0)
    asked(rest, "2025-02-27", "worse", pain_after=6, adverse_event="Rash")

    # Ice against a block, never asked about; and ice that did not help.
    def ice(visit):
        treatment = TreatmentFactory(visit=visit, kind="ice", review_on=date(2025, 3, 10))
        BlockOverrideFactory(
            treatment=treatment, check_id="ice_cold", block="Cold harms.", reason="Asked for"
        )

    visit_on("2025-03-01", cast.alice, treat=ice)
    stopped = visit_on("2025-03-05", cast.alice, treat=given("ice", review_on=date(2025, 3, 10)))
    Treatment.objects.filter(visit=stopped).update(
        stopped_on="2025-03-09", stop_reason="Did not help: at all"
    )
    # Before and after the period, a draft, a voided visit, another clinic.
    visit_on("2024-12-31", cast.alice, treat=given("rest", review_on=date(2025, 1, 5)))
    visit_on("2025-07-01", cast.alice, treat=given("rest"))
    visit_on("2025-03-03", cast.alice, treat=given("rest"), signed=False)
    voided = visit_on("2025-03-04", cast.alice, treat=ice)
    Visit.objects.filter(pk=voided.pk).update(
        voided_at=timezone.now(), voided_by=cast.alice, void_reason="Wrong patient"
    )
    visit_on("2025-03-04", cast.charlie, treat=ice)
    return scope(north, "2025-01-01", "2025-06-30")


def test_figures_are_those_counted_by_hand(spring):
    page = REPORT.page(spring)

    assert str(page.headline) == "6 treatments were prescribed. Of the 4 that were reviewed, 50 % are better."
    assert figures(page) == {
        "Treatments prescribed": 6,  # exercise 3, rest 1, ice 2
        "Reviewed": 4,
        "Better at the newest review": 50,  # 2 of 4
        # -4, -1, -1 and +4: -2 / 4
        "Mean change of pain": mean(4, -2, 34).value,
        "Less pain that matters": 50,  # 8 to 4 and 3 to 2, of 4
        "Mean change of PSFS": 4,  # 3 to 7
        "Can do more, by what matters": 100,  # at least 3 with one activity
        "With an adverse event": 1,
        "Overrides of blocks": 1,
        "Reviews missed today": 2,  # ice of 1 March, and the rest of December, whatever the period
    }
    assert str(mean(4, -2, 34).value) == "-0.5"
    assert set(figures(page)) <= {str(measure.label) for measure in page.measures}


def test_tables_are_those_counted_by_hand(spring, cast):
    page = REPORT.page(spring)

    assert table(page, "What was prescribed") == {
        "Exercise": [3, 50, 4],
        "Ice": [2, 33, 2],
        "Rest": [1, 17, 1],
        "All": [6, 100, 7],
    }
    assert table(page, "What patients say") == {
        "Exercise": [3, 2, 1, 0, 67],
        "Ice": [0, 0, 0, 0, None],
        "Rest": [1, 0, 0, 1, 0],
        "All": [4, 2, 1, 1, 50],
    }
    # Exercise: mean -2, squares 16 + 1 + 1, variance (18 - 36 / 3) / 2 = 3, standard error 1, t 4.303.
    # All: mean -0.5, variance (34 - 4 / 4) / 3 = 11, standard error 1.658, t 3.182.
    assert in_words(table(page, "Change of pain")) == {
        "Exercise": ["3", "-2.0", "-6.3", "2.3", "2", "67", "0"],
        "Rest": ["1", "4.0", "None", "None", "0", "0", "1"],
        "All": ["4", "-0.5", "-5.8", "4.8", "2", "50", "1"],
    }
    assert in_words(table(page, "Change of what the patient can do")) == {
        "Exercise": ["1", "4.0", "None", "None", "1", "100", "0"],
        "All": ["1", "4.0", "None", "None", "1", "100", "0"],
    }
    assert table(page, "Adverse events") == {"Rest": [1, 100], "All": [1, 25]}
    assert table(page, "Why treatments were stopped") == {"Did not help": [1, 100], "All": [1, 100]}
    assert table(page, "Overrides of blocks") == {"Cold harms.": [1, date(2025, 3, 1)], "All": [1, None]}
    assert table(page, "Reasons for overriding, as written") == {
        "2025-03-01": ["Alice Archer", "Cold harms.", "Asked for"]
    }
    assert table(page, "Reviews missed today") == {
        "Alice Archer": [2, date(2025, 1, 5)],
        "All": [2, None],
    }


def in_words(rows):
    return {name: [str(value) for value in row] for name, row in rows.items()}


def test_months_hold_each_treatment_once_also_where_there_are_none(spring):
    over_time = table(REPORT.page(spring), "Over time")

    assert over_time == {  # exercise, ice, rest, all
        "Jan 2025": [2, 0, 0, 2],
        "Feb 2025": [1, 0, 1, 2],
        "Mar 2025": [0, 2, 0, 2],
        "Apr 2025": [0, 0, 0, 0],
        "May 2025": [0, 0, 0, 0],
        "Jun 2025": [0, 0, 0, 0],
        "All": [3, 2, 1, 6],
    }


def test_a_podiatrist_a_site_and_an_urgency_narrow_it(spring, cast, north):
    of_bob = scope(north, "2025-01-01", "2025-06-30", podiatrist=cast.bob.pk)
    urgent = scope(north, "2025-01-01", "2025-06-30", urgency="urgent")
    elsewhere = scope(north, "2025-01-01", "2025-06-30", site=SiteFactory(clinic=north).pk)

    assert figures(REPORT.page(of_bob))["Treatments prescribed"] == 2
    assert figures(REPORT.page(urgent))["Treatments prescribed"] == 1
    assert figures(REPORT.page(elsewhere))["Treatments prescribed"] == 0


def test_rows_stand_behind_every_number(spring):
    page = assert_rows_stand_behind(REPORT, spring)

    assert not page.is_empty


def test_an_empty_clinic_has_a_page_that_says_so(north):
    page = assert_rows_stand_behind(REPORT, scope(north, "2025-01-01", "2025-06-30"))

    assert page.is_empty
    assert figures(page)["Better at the newest review"] is None


def test_the_page_takes_two_queries(spring, django_assert_num_queries):
    with django_assert_num_queries(2):
        REPORT.page(spring)


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(1, 8, 13), (1, 200, 1), (1, 201, 0), (2, 3, 67), (0, 5, 0), (0, 0, None)]
)
def test_a_share_is_rounded_half_up(part, whole, said):
    assert share(part, whole) == said


DAYS = st.dates(date(2024, 2, 25), date(2024, 3, 6)) | st.dates(date(2025, 3, 25), date(2025, 4, 4))
GIVEN = st.fixed_dictionaries(
    {
        "day": DAYS,
        "kind": st.sampled_from(["rest", "ice", "exercise", "surgery_referral", "other"]),
        "by": st.sampled_from(["alice", "bob", "charlie"]),
        "urgency": st.sampled_from(["soon", "urgent", "none"]),
        "site": st.sampled_from([None, 0, 1]),
        "pain": st.none() | st.tuples(st.integers(0, 10), st.integers(0, 10)),
        "response": st.sampled_from(["", "better", "same", "worse"]),
        "overridden": st.booleans(),
    }
)


@hypothesis.settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
@hypothesis.given(rows=st.lists(GIVEN, max_size=7), ends=st.tuples(DAYS, DAYS))
def test_whatever_is_recorded_rows_add_up_and_clinics_never_mix(cast, north, south, rows, ends):
    first, last = min(ends), max(ends)
    with transaction.atomic():
        sites = [SiteFactory(clinic=north) for _n in range(2)]
        for row in rows:
            record(row, cast, sites)
        asked_for = scope(north, first, last, today=last + timedelta(days=5))
        page = assert_rows_stand_behind(REPORT, asked_for)
        here = [row for row in rows if row["by"] != "charlie" and first <= row["day"] <= last]
        there = [row for row in rows if row["by"] == "charlie" and first <= row["day"] <= last]
        assert figures(page)["Treatments prescribed"] == len(here)
        assert figures(page)["Overrides of blocks"] == sum(row["overridden"] for row in here)
        other = REPORT.page(scope(south, first, last))
        assert figures(other)["Treatments prescribed"] == len(there)
        keys = [count.key for count in REPORT.counts() if count.key != "missed"]
        assert_filters_partition(
            REPORT, asked_for, keys,
            podiatrist=[cast.alice.pk, cast.bob.pk], urgency=["soon", "urgent", "none"],
        )  # fmt: skip
        placed = sum(
            figures(REPORT.page(scope(north, first, last, site=site.pk)))["Treatments prescribed"]
            for site in sites
        )
        assert placed == sum(row["site"] is not None for row in here)
        transaction.set_rollback(True)


def record(row, cast, sites):
    """Record one treatment as it was drawn."""
    by = getattr(cast, row["by"])
    before, after = row["pain"] or (None, None)

    def treat(visit):
        treatment = TreatmentFactory(
            visit=visit, kind=row["kind"], pain_before=before, review_on=row["day"] + timedelta(days=3)
        )
        if row["overridden"]:
            BlockOverrideFactory(treatment=treatment)

    site = None if row["site"] is None or row["by"] == "charlie" else sites[row["site"]]
    visit = visit_on(row["day"], by, urgency=row["urgency"], treat=treat, site=site)
    if row["response"]:
        asked(visit, row["day"], row["response"], pain_after=after)
    assert CountedTreatment.objects.filter(treatment__visit=visit).count() == 1
