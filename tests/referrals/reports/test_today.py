"""What is overdue and at risk today, checked against a small clinic counted by hand."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from clinic.reports import Scope
from clinic.reports.listing import Listing
from clinic.reports.period import Period
from referrals.models import Referral
from referrals.reports.today import Today, days_of
from tests.referrals.reports.test_turnaround import figure, plain, referred, table

REPORT = Today()
TODAY = date(2026, 6, 30)
QUARTER = Period(date(2026, 4, 1), TODAY)
WAY = [("draft", 0), ("signed", 1), ("sent", 2)]


def due(days):
    return {"next_action_on": TODAY + timedelta(days=days)}


def to_be_seen(days):
    return {"target_on": TODAY + timedelta(days=days)}


@pytest.fixture
def busy(cast, north):
    """Seven open referrals and two that ended, of two podiatrists."""
    day = date(2026, 5, 20)
    # Overdue since yesterday, its day is past: drafted on 20 May.
    referred(north, cast.alice, day, [("draft", 0)], **due(-1), **to_be_seen(-1))
    # Overdue for 15 days; no appointment, its day is in 7 days. Sent on 22 May.
    referred(north, cast.alice, day, WAY, **due(-15), **to_be_seen(7))
    # Due today; its day is in 8 days, so that there is time for an appointment.
    referred(north, cast.bob, day, WAY, **due(0), **to_be_seen(8))
    # Booked for the day after its day, at half past midnight on the clinic's clock.
    at = timezone.datetime(2026, 7, 21, 0, 30, tzinfo=ZoneInfo("Europe/London"))
    late = [*WAY, ("booked", 3)]
    referred(north, cast.bob, day, late, **due(5), target_on=date(2026, 7, 20), appointment_at=at)
    # Booked for its day.
    in_time = {"target_on": date(2026, 7, 21), "appointment_at": at}
    referred(north, cast.bob, day, late, **due(5), **in_time, urgency="urgent")
    # Seen, though its day is past; and escalated, on 10 June.
    seen = referred(north, cast.bob, day, [*WAY, ("seen", 10)], **due(1), **to_be_seen(-9))
    at = timezone.datetime(2026, 6, 10, 12, tzinfo=ZoneInfo("UTC"))
    Referral.objects.filter(pk=seen.pk).update(escalated_at=at)
    # Begun on the last day of June.
    referred(north, cast.alice, TODAY, [("draft", 0)], **due(3), **to_be_seen(42))
    # Ended on 30 April, and on 1 June; that one was escalated in May.
    referred(north, cast.alice, date(2026, 4, 2), [*WAY, ("cancelled", 28)])
    ended = referred(north, cast.alice, date(2026, 4, 3), [*WAY, ("declined", 5), ("closed", 59)])
    at = timezone.datetime(2026, 5, 9, 12, tzinfo=ZoneInfo("UTC"))
    Referral.objects.filter(pk=ended.pk).update(escalated_at=at)
    return north


@pytest.fixture
def page(busy):
    return REPORT.page(Scope(busy, QUARTER, TODAY))


def test_the_figures_are_those_counted_by_hand(page):
    assert {str(one.label): one.value for one in page.figures} == {
        "Open": 7,
        "Overdue": 2,
        "Due today": 1,
        "Day missed": 1,
        "At risk": 2,
        "Escalated": 1,
    }


def test_the_headline_says_them_in_a_sentence(page):
    assert page.headline == (
        "Overdue: 2 of 7 open referrals, 1 of them for more than two weeks. At risk of missing the day by"
        " which the patient should be seen: 2. Day missed: 1. Escalated: 1."
    )


def test_the_overdue_stand_by_how_long_they_have_been(page):
    rows = [plain(row) for row in table(page, "For how long they have been overdue").rows]

    assert rows == [
        ["1 to 3 days", 1],
        ["4 to 7 days", 0],
        ["8 to 14 days", 0],
        ["15 to 28 days", 1],
        ["29 days or more", 0],
    ]


def test_they_stand_by_owner_podiatrist_urgency_and_queue(page, cast):
    by = {
        title: {row[0]: plain(row)[1:] for row in table(page, title).rows}
        for title in ("In whose hands", "By podiatrist", "By urgency", "By queue")
    }

    # Open, overdue, due today, day missed, at risk, escalated.
    alices, bobs = [3, 2, 0, 1, 1, 0], [4, 0, 1, 0, 1, 1]
    assert by["In whose hands"] == {cast.alice.name: alices, cast.bob.name: bobs} == by["By podiatrist"]
    assert by["By urgency"] == {
        "Soon, about 6 weeks": [6, 2, 1, 1, 2, 1],
        "Urgent, within 2 weeks": [1, 0, 0, 0, 0, 0],
    }
    assert by["By queue"] == {
        "To write": [2, 1, 0, 1, 0, 0],
        "No acknowledgement": [2, 1, 1, 0, 1, 0],
        "Awaiting reply": [3, 0, 0, 0, 1, 1],
    }


def test_at_the_end_of_each_month_they_stand_in_the_state_of_their_last_step_until_then(page):
    found = table(page, "Open referrals over time")

    assert [str(head) for head in found.heads] == [
        *(
            "End of",
            "To write",
            "Sent",
            "Appointment booked",
            "Seen by the specialist",
            "Declined",
            "Together",
        )
    ]
    assert [plain(row) for row in found.rows] == [
        # Of April two: one was cancelled on the 30th itself, one had been declined.
        ["30 Apr 2026", 0, 0, 0, 0, 1, 1],
        # The draft; two sent on 22 May; two booked on the 23rd; one seen on the 30th; the declined one.
        ["31 May 2026", 1, 2, 2, 1, 1, 7],
        # The declined one was closed on 1 June; one more was begun today.
        ["30 Jun 2026", 2, 2, 2, 1, 0, 7],
    ]


def test_escalations_stand_by_the_month_of_the_first_ended_or_not(page):
    assert [plain(row) for row in table(page, "Escalations over time").rows] == [
        ["May 2026", 1],
        ["Jun 2026", 1],
    ]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 6, 17), date(2026, 6, 30), [date(2026, 6, 23), date(2026, 6, 30)]),
        (date(2024, 1, 31), date(2024, 4, 2), [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]),
    ],
    ids=["weeks", "months of a leap year"],
)
def test_the_days_are_ends_of_months_or_a_day_of_each_week(first, last, days):
    assert days_of(Period(first, last)) == [*(day for day in days if day != last), last]


def test_of_a_long_period_the_last_thirteen_days_are_shown():
    found = days_of(Period(date(1990, 1, 1), TODAY))

    assert (len(found), found[0], found[-2:]) == (13, date(2025, 6, 30), [date(2026, 5, 31), TODAY])


def test_behind_every_figure_are_as_many_rows_and_each_split_adds_up(page, busy):
    scope = Scope(busy, QUARTER, TODAY)
    for section in page.sections:
        twin = section.twin
        for row in [*twin.rows, *([twin.total] if twin.total else [])]:
            for cell in row:
                if shown := getattr(cell, "shown", None):
                    narrow = shown.narrow
                    here = scope
                    if "last" in narrow:
                        day = date.fromisoformat(narrow["last"])
                        here = Scope(busy, Period(day, day), TODAY)
                    part = REPORT.parts()[narrow["part"]] if "part" in narrow else None
                    listing = Listing(REPORT.count_of(shown.key), here, part, narrow.get("of", ""))
                    assert (listing.total, len(listing.rows(100))) == (cell.value, cell.value), shown
        if twin.total:
            columns = zip(*(plain(row)[1:] for row in twin.rows), strict=True)
            assert [sum(column) for column in columns] == plain(twin.total)[1:]


def test_filters_part_the_open_ones(busy, cast):
    def opened(**narrow):
        return figure(REPORT.page(Scope(busy, QUARTER, TODAY, **narrow)), "Open")[0]

    assert opened(podiatrist=cast.alice.pk) + opened(podiatrist=cast.bob.pk) == opened()
    assert opened(urgency="soon") + opened(urgency="urgent") == opened()


def test_another_clinic_sees_none_of_it(busy, cast):
    other = cast.charlie.memberships.get().clinic

    assert REPORT.page(Scope(other, QUARTER, TODAY)).is_empty
