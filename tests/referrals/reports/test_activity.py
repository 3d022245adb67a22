"""The report on activity, held to figures counted by hand and to what must hold of any record."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import hypothesis
import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from cases.models import Addendum, Screening, Visit
from referrals.reports.activity import Activity
from tests.factories import (
    CaseFactory,
    PatientFactory,
    ReferralFactory,
    SiteFactory,
    SpecialistFactory,
    VisitFactory,
)
from tests.referrals.reports.test_data_quality import a_letter
from tests.reports import assert_rows_stand_behind, figures, scope, table

pytestmark = pytest.mark.django_db
REPORT = Activity()


def seen(by, day, *, patient=None, hours=1, signed=True, urgency="soon", voided=False, **fields):
    """Return a visit of a day, begun at nine and signed so many hours after."""
    clinic = by.memberships.get().clinic
    patient = patient or PatientFactory(clinic=clinic, created_by=by)
    day = date.fromisoformat(f"{day}")
    begun = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=9)
    visit = VisitFactory(
        case=CaseFactory(patient=patient), seen_on=day, created_by=by, created_at=begun, **fields
    )
    if signed:
        Screening.objects.create(
            visit=visit, catalogue_version="1", answers={}, result={}, urgency=urgency, refer=False
        )
        Visit.objects.filter(pk=visit.pk).update(signed_at=begun + timedelta(hours=hours), signed_by=by)
    if voided:
        end = {"voided_at": timezone.now(), "voided_by": by, "void_reason": "Wrong patient"}
        Visit.objects.filter(pk=visit.pk).update(**end)
    return visit


@pytest.fixture
def spring(cast, north):
    """Six visits of January to March 2025, two of them drafts, and what must not count."""
    regular = PatientFactory(clinic=north, created_by=cast.alice)
    seen(cast.alice, "2024-12-30", patient=regular)
    first = seen(cast.alice, "2025-01-06", patient=regular, kind="follow_up", hours=2)
    seen(cast.alice, "2025-01-08", hours=4)
    back = seen(cast.alice, "2025-02-03", hours=30)
    seen(cast.bob, "2025-02-10", patient=back.case.patient, kind="telephone", hours=24, urgency="urgent")
    seen(cast.bob, "2025-03-23", signed=False)
    seen(cast.alice, "2025-03-30", signed=False)
    seen(cast.alice, "2025-03-31", voided=True)
    seen(cast.charlie, "2025-02-03")
    seen(cast.alice, "2025-04-01", signed=False)
    letter = a_letter(back, cast.alice, datetime(2025, 2, 4, tzinfo=UTC))
    a_letter(back, cast.bob, datetime(2025, 3, 4, tzinfo=UTC), number=2, replaces=letter)
    with time_machine.travel(datetime(2025, 2, 20, 12, tzinfo=UTC), tick=False):
        ReferralFactory(
            visit=first,
            state="did_not_attend",
            destination="gp",
            specialist=SpecialistFactory(clinic=north),
            signed_at=timezone.now(),
            signed_by=cast.alice,
            sent_at=timezone.now(),
            sent_by=cast.alice,
        )
    Addendum.objects.create(
        visit=first,
        text="She rang.",
        written_at=datetime(2025, 3, 31, 22, 59, tzinfo=UTC),
        written_by=cast.bob,
    )
    # The same minute an hour later is the first of April in London.
    Addendum.objects.create(
        visit=first, text="Again.", written_at=datetime(2025, 3, 31, 23, 59, tzinfo=UTC), written_by=cast.bob
    )
    return scope(north, "2025-01-01", "2025-03-31")


def test_figures_are_those_counted_by_hand(spring):
    page = REPORT.page(spring)

    assert page.headline == "6 visits by 2 podiatrists; new patients: 4; waiting to be signed: 3."
    assert figures(page) == {
        "Visits": 6,
        "Signed": 4,
        "Signed within 24 hours": 75,  # after 2, 4 and 24 hours; not after 30
        "Median time to signing": Decimal("14.0"),  # between 4 and 24
        "9 of 10 signed within": Decimal("28.2"),  # 24 and 0.7 of the way to 30
        "Unsigned visits today": 3,  # of 23 and 30 March, and one of 1 April
        "Unsigned for more than 1 day": 1,  # that of 30 March is one day old
        "Unsigned for more than 7 days": 1,  # that of 23 March is eight days old
        "New patients": 4,  # the regular one came in December; Bob's telephone call is Alice's patient
        "Did not attend the specialist": 1,
        "Letters signed": 1,
        "Letters corrected": 1,
        "Letters sent": 1,
        "Addenda": 1,
    }


def test_tables_are_those_counted_by_hand(spring):
    page = REPORT.page(spring)

    assert table(page, "Visits by kind") == {
        "Follow-up": [1, 17],
        "Initial visit": [4, 67],
        "Telephone": [1, 17],
        "All": [6, 100],
    }
    by_podiatrist = table(page, "Visits by podiatrist")
    assert {name: row[-1] for name, row in by_podiatrist.items()} == {
        "Alice Archer": 4,
        "Bob Birch": 2,
        "All": 6,
    }
    weeks = table(page, "Visits over time")
    assert len(weeks) == 13 + 1  # 6 January to 31 March, and all
    assert (weeks["6 Jan 2025"], weeks["3 Feb 2025"], weeks["13 Jan 2025"]) == ([2], [1], [0])
    assert table(page, "From beginning to signing") == {
        "Alice Archer": [3, Decimal("4.0"), Decimal("24.8"), 2, 67],  # of 2, 4 and 30: 4 + 0.8 * 26
        "Bob Birch": [1, Decimal("24.0"), Decimal("24.0"), 1, 100],
        "All": [4, Decimal("14.0"), Decimal("28.2"), 3, 75],
    }
    assert table(page, "Unsigned visits") == {
        "Alice Archer": [2, 0, 0],
        "Bob Birch": [1, 1, 1],
        "All": [3, 1, 1],
    }


def test_rows_stand_behind_every_number(spring):
    page = assert_rows_stand_behind(REPORT, spring)

    assert not page.is_empty
    assert set(figures(page)) <= {str(measure.label) for measure in page.measures}


def test_records_that_were_merged_are_one_patient(cast, north):
    """The case of the record that was merged goes to the one that is kept, and with it its visits."""
    kept = seen(cast.alice, "2024-06-01").case.patient
    moved = seen(cast.alice, "2025-01-06").case
    assert figures(REPORT.page(scope(north, "2025-01-01", "2025-03-31")))["New patients"] == 1

    moved.patient = kept
    moved.save()

    assert figures(REPORT.page(scope(north, "2025-01-01", "2025-03-31")))["New patients"] == 0


def test_an_empty_clinic_has_a_page_that_says_so(north):
    assert assert_rows_stand_behind(REPORT, scope(north, "2025-01-01", "2025-06-30")).is_empty


def test_the_page_takes_two_queries(spring, django_assert_num_queries):
    with django_assert_num_queries(2):
        REPORT.page(spring)


DAYS = st.dates(date(2024, 2, 27), date(2024, 3, 2)) | st.dates(date(2025, 3, 29), date(2025, 3, 31))


@hypothesis.settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
@hypothesis.given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["alice", "bob", "charlie"]), DAYS, st.integers(0, 60), st.booleans(),
            st.sampled_from([None, 0, 1]), st.integers(0, 2), st.booleans(),
        ),
        max_size=7,
    ),
    ends=st.tuples(DAYS, DAYS),
)  # fmt: skip
def test_whatever_is_recorded_rows_add_up_and_clinics_never_mix(cast, north, south, rows, ends):
    first, last = min(ends), max(ends)
    with transaction.atomic():
        sites = [SiteFactory(clinic=north) for _n in range(2)]
        people = {
            name: [PatientFactory(clinic=clinic, created_by=cast.alice) for _n in range(3)]
            for name, clinic in (("north", north), ("south", south))
        }
        counted = []
        for by, day, hours, signed, site, patient, voided in rows:
            there = by == "charlie"
            seen(
                getattr(cast, by), day, hours=hours, signed=signed, voided=voided,
                patient=people["south" if there else "north"][patient],
                site=None if there or site is None else sites[site],
            )  # fmt: skip
            if not there and not voided:
                counted.append((by, day, patient))
        here = [row for row in counted if first <= row[1] <= last]
        before = {row[2] for row in counted if row[1] < first}
        page = assert_rows_stand_behind(REPORT, scope(north, first, last))
        assert figures(page)["Visits"] == len(here)
        assert figures(page)["New patients"] == len({row[2] for row in here} - before)
        of_each = [
            figures(REPORT.page(scope(north, first, last, podiatrist=one.pk)))
            for one in (cast.alice, cast.bob)
        ]
        for name in ("Visits", "Signed", "New patients", "Unsigned visits today"):
            assert sum(found[name] for found in of_each) == figures(page)[name]
        transaction.set_rollback(True)


# Midnight, and the nights on which the clocks change: 6 April and 5 October 2025 in Sydney.
@pytest.mark.parametrize(
    ("day", "written", "counted"),
    [
        ("2025-04-06", datetime(2025, 4, 5, 12, 59, tzinfo=UTC), 0),
        ("2025-04-06", datetime(2025, 4, 5, 13, 0, tzinfo=UTC), 1),  # 11 hours ahead
        ("2025-04-06", datetime(2025, 4, 6, 13, 59, tzinfo=UTC), 1),  # 10 hours: the day has 25
        ("2025-04-06", datetime(2025, 4, 6, 14, 0, tzinfo=UTC), 0),
        ("2025-10-05", datetime(2025, 10, 4, 13, 59, tzinfo=UTC), 0),
        ("2025-10-05", datetime(2025, 10, 4, 14, 0, tzinfo=UTC), 1),
        ("2025-10-05", datetime(2025, 10, 5, 12, 59, tzinfo=UTC), 1),  # the day has 23 hours
        ("2025-10-05", datetime(2025, 10, 5, 13, 0, tzinfo=UTC), 0),
    ],
    ids=str,
)
def test_an_addendum_and_a_letter_count_on_their_day_in_sydney(north, cast, day, written, counted):
    north.time_zone = "Australia/Sydney"
    north.save()
    visit = seen(cast.alice, "2025-01-06")
    Addendum.objects.create(visit=visit, text="She rang.", written_at=written, written_by=cast.bob)
    a_letter(visit, cast.alice, written)

    found = figures(assert_rows_stand_behind(REPORT, scope(north, day, day)))

    assert (found["Addenda"], found["Letters signed"]) == (counted, counted)


def test_a_visit_of_the_29th_of_february_is_of_that_day_and_of_no_other(north, cast):
    seen(cast.alice, "2024-02-29")

    found = {
        day: figures(REPORT.page(scope(north, day, day)))["Visits"]
        for day in ("2024-02-28", "2024-02-29", "2024-03-01")
    }

    assert found == {"2024-02-28": 0, "2024-02-29": 1, "2024-03-01": 0}


@pytest.mark.parametrize(
    ("begun", "signed", "counted"),
    [
        (datetime(2025, 4, 5, 3, tzinfo=UTC), datetime(2025, 4, 6, 3, tzinfo=UTC), 1),
        (datetime(2025, 4, 5, 3, tzinfo=UTC), datetime(2025, 4, 6, 3, 1, tzinfo=UTC), 0),
    ],
    ids=str,
)
def test_24_hours_to_signing_are_hours_on_the_night_on_which_the_clocks_change(
    north, cast, begun, signed, counted
):
    """14:00 in Sydney on 5 April is 24 hours before 13:00 of the next day, by the clock 23."""
    north.time_zone = "Australia/Sydney"
    north.save()
    visit = seen(cast.alice, "2025-04-05", signed=False)
    Visit.objects.filter(pk=visit.pk).update(created_at=begun)
    Screening.objects.create(
        visit=visit, catalogue_version="1", answers={}, result={}, urgency="soon", refer=False
    )
    Visit.objects.filter(pk=visit.pk).update(signed_at=signed, signed_by=cast.alice)

    page = REPORT.page(scope(north, "2025-04-05", "2025-04-05"))

    assert figures(page)["Signed within 24 hours"] == 100 * counted
