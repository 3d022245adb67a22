"""The access review, counted by hand, over clinics, clocks and the edges of a period."""

import csv
import io
import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clinic.models import AccessLog, Membership, Role
from clinic.reports import Cell, Period, Scope
from clinic.reports.access_review import page_in_words
from clinic.reports.listing import Listing
from clinic.reports.report import report_called
from tests.factories import ClinicFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
REVIEW = report_called("access-review")
# Both clocks are changed within these days.
NEAR_THE_CHANGES = datetime(2026, 3, 27), datetime(2026, 4, 8)  # noqa: DTZ001
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def looked(user, clinic, at, *, patients=1, page="cases:show_patient"):
    """Somebody was shown patients at a moment."""
    with time_machine.travel(at, tick=False):
        return AccessLog.objects.create(
            clinic=clinic, user=user, action=page, patients=[uuid.uuid4() for _n in range(patients)]
        )


def scope_of(clinic, period=MARCH, today=date(2026, 3, 31)):
    return Scope(clinic, period, today)


def figures(page):
    return {str(figure.label): (figure.value, figure.of) for figure in page.figures}


def table(page, title):
    (section,) = [one for one in page.sections if str(one.title) == title]
    return [[cell.value if isinstance(cell, Cell) else cell for cell in row] for row in section.twin.rows]


@pytest.fixture
def march(north, south, cast):
    """Six pages in North in March 2026, one before, one after, one in South."""
    at = lambda day, hour, minute=0: datetime(2026, 3, day, hour, minute, tzinfo=UTC)  # noqa: E731
    looked(cast.alice, north, at(2, 9))  # Monday
    looked(cast.alice, north, at(2, 10), patients=60, page="referrals:export_csv")
    looked(cast.alice, north, at(3, 6, 59))  # before 7
    looked(cast.dana, north, at(3, 19, 59))
    looked(cast.dana, north, at(4, 20))  # 20:00 is too late
    looked(cast.dana, north, at(7, 12), patients=2)  # Saturday
    looked(cast.alice, north, datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    looked(cast.alice, north, datetime(2026, 3, 31, 23, 0, tzinfo=UTC))  # 1 April in London
    looked(cast.charlie, south, at(2, 9))


def test_the_review_counts_pages_people_and_hours(march, north):
    page = REVIEW.page(scope_of(north))

    # 2 March 9:00, 10:00, 3 March 6:59, 19:59, 4 March 20:00, 7 March 12:00; outside: 6:59, 20:00, Saturday.
    assert figures(page) == {
        "Pages shown": (6, None),
        "Outside hours": (3, 6),
        "Files and lists of more than 50": (1, 6),
        "People who looked": (2, None),
        "Without a second factor": (5, 5),
        "Not signed in for 90 days": (5, 5),
    }
    assert page.headline.startswith("2 people were shown patients on 6 pages. 5 people may still sign in")


def test_the_review_counts_each_person_page_and_month(march, north, cast):
    page = REVIEW.page(scope_of(north))

    people = {row[0]: row[5:8] for row in table(page, "People")}
    assert people == {
        "Alice Archer": [3, 1, 1],
        "Dana Dale": [3, 2, 0],
        "Bob Birch": [0, 0, 0],
        "Ada Ash": [0, 0, 0],
        "Mo Marsh": [0, 0, 0],
    }
    # 1 + 1 + 1 + 1 + 2 patients on five pages of one patient, and 60 in a file.
    assert table(page, "What was looked at") == [["Show patient", 5, 3, 6], ["Export csv", 1, 0, 60]]
    assert table(page, "Over time") == [["Mar 2026", 6, 3]]


def test_somebody_whose_access_ended_is_named_and_not_counted_as_able_to_sign_in(march, north, cast):
    Membership.objects.filter(user=cast.bob).update(is_active=False)

    page = REVIEW.page(scope_of(north))

    assert figures(page)["Without a second factor"] == (4, 4)
    assert [row[2] for row in table(page, "People")] == ["yes", "yes", "yes", "yes", "ended"]


def test_a_change_of_role_counts_as_a_change_of_access(north, cast):
    today = timezone.localdate()
    Membership.objects.filter(user=cast.bob).update(role=Role.AUDITOR)

    rows = table(REVIEW.page(scope_of(north, Period(today, today), today)), "People")

    assert {row[0]: row[8] for row in rows} == {
        "Alice Archer": 1, "Bob Birch": 2, "Dana Dale": 1, "Ada Ash": 1, "Mo Marsh": 1,
    }  # fmt: skip


def test_the_rows_behind_a_figure_are_as_many_as_it_says(march, north, cast):
    scope, parts = scope_of(north), REVIEW.parts()
    for count, total in (("pages", 6), ("outside", 3), ("files", 1)):
        listing = Listing(REVIEW.count_of(count), scope)
        assert listing.total == len(listing.rows(100)) == total
    for key, person in (("pages", 3), ("outside", 2), ("files", 0)):
        listing = Listing(REVIEW.count_of(key), scope, parts["person"], str(cast.dana.pk))
        assert listing.total == len(listing.rows(100)) == person


def test_another_clinic_is_never_in_it(march, south, cast):
    page = REVIEW.page(scope_of(south))

    assert figures(page)["Pages shown"] == (1, None)
    assert [row[0] for row in table(page, "People")] == ["Charlie Cole"]


def test_the_pages_of_the_review_and_its_files(march, north, as_mo, cast):
    chosen = "period=chosen&first=2026-03-01&last=2026-03-31"

    page = as_mo.get(f"/admin/reports/access-review/?{chosen}")
    rows = as_mo.get(f"/admin/reports/access-review/rows/outside/?{chosen}&part=person&of={cast.dana.pk}")
    file = as_mo.get(f"/admin/reports/access-review/rows/outside/rows.csv?{chosen}")
    tables = as_mo.get(f"/admin/reports/access-review/tables.csv?{chosen}")

    assert "2 people were shown patients on 6 pages." in page.text
    assert "Outside hours: Dana Dale" in rows.text
    assert "1 to 2 of 2" in rows.text
    saved = list(csv.DictReader(io.StringIO(b"".join(file).decode("utf-8-sig"))))
    assert [row["Who"] for row in saved] == ["Dana Dale", "Dana Dale", "Alice Archer"]
    lines = list(csv.reader(io.StringIO(b"".join(tables).decode("utf-8-sig"))))
    assert ["Figures", "Outside hours", "6", "3"] in lines
    assert ["People", "Dana Dale", "Outside hours", "2"] in lines


@pytest.mark.parametrize(
    "query",
    [
        "part=nothing&of=1",
        "part=person&of=x",
        "part=person&of=%FF",
        "page=99999999999999",
        "page=-1",
        "page=x",
    ],
)
def test_an_address_of_rows_that_nobody_wrote_is_no_mistake_of_ours(as_mo, query):
    assert as_mo.get(f"/admin/reports/access-review/rows/pages/?{query}").status_code in (200, 400, 404)


@pytest.mark.parametrize("path", ["nothing/", "access-review/rows/nothing/", "access-review/tables.exe"])
def test_what_is_no_report_is_not_found(as_mo, path):
    assert as_mo.get(f"/admin/reports/{path}").status_code == 404


class TestOverClocks(TestCase):
    @settings(max_examples=30)
    @given(
        moments=st.lists(
            st.datetimes(*NEAR_THE_CHANGES, timezones=st.just(UTC), allow_imaginary=False),
            max_size=8,
        ),
        zone=st.sampled_from(["Europe/London", "Australia/Sydney"]),
    )
    def test_every_page_is_counted_on_the_day_of_the_clinics_own_clock(self, moments, zone):
        clinic = ClinicFactory(time_zone=zone)
        user = UserFactory()
        MembershipFactory(user=user, clinic=clinic)
        for moment in sorted(moments):
            looked(user, clinic, moment)

        days = [date(2026, 3, 26) + timedelta(days=place) for place in range(16)]
        counted = [figures(REVIEW.page(scope_of(clinic, Period(day, day))))["Pages shown"][0] for day in days]

        own = [moment.astimezone(ZoneInfo(zone)).date() for moment in moments]
        assert counted == [own.count(day) for day in days]
        assert sum(counted) == len(moments)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("cases:show_patient", "Show patient"),
        ("admin:cases_visit_changelist", "Admin: visits"),
        ("admin:cases_patient_change", "Admin: patient"),
        ("admin:cases_patient_history", "Admin: patient, history"),
        ("admin:report_rows", "Report rows"),
        ("admin:nobody_knows_it", "Nobody knows it"),
        ("", ""),
    ],
)
def test_a_page_is_called_by_what_it_shows(action, words):
    assert page_in_words(action) == words
