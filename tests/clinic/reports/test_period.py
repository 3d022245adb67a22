"""Which days a named period has, and at which moments they begin and end."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.reports.period import EARLIEST, Period, PeriodName, month_before, period_named

TODAY = date(2026, 3, 31)
NAMED = [name for name in PeriodName if name != PeriodName.CHOSEN]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("this-month", date(2026, 3, 1), TODAY),
        ("last-month", date(2026, 2, 1), date(2026, 2, 28)),
        # The end of November has no 31st.
        ("3-months", date(2026, 1, 1), TODAY),
        ("12-months", date(2025, 4, 1), TODAY),
        ("this-year", date(2026, 1, 1), TODAY),
        ("last-year", date(2025, 1, 1), date(2025, 12, 31)),
        ("all", EARLIEST, TODAY),
    ],
)
def test_a_named_period_has_these_days(name, first, last):
    assert period_named(name, TODAY) == Period(first, last)


def test_twelve_months_before_the_end_of_a_leap_year_begin_on_the_first_of_march():
    assert period_named("12-months", date(2028, 2, 29)).first == date(2027, 3, 1)
    assert period_named("12-months", date(2029, 2, 28)).first == date(2028, 2, 29)


@given(st.dates(date(1992, 1, 1), date(2199, 12, 31)), st.sampled_from(NAMED))
def test_every_named_period_has_days_and_none_to_come(today, name):
    period = period_named(name, today)

    assert period.first <= period.last <= today


@given(st.dates(date(1992, 1, 1), date(2199, 12, 31)))
def test_the_last_month_is_whole_and_ends_before_this_one(today):
    period = month_before(today)

    assert period.first.day == 1
    assert period.last + timedelta(days=1) == today.replace(day=1)


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("Europe/London", date(2026, 3, 29), datetime(2026, 3, 29, 0, tzinfo=UTC), 23),
        ("Europe/London", date(2026, 10, 25), datetime(2026, 10, 24, 23, tzinfo=UTC), 25),
        ("Australia/Sydney", date(2026, 10, 4), datetime(2026, 10, 3, 14, tzinfo=UTC), 23),
        ("Australia/Sydney", date(2026, 4, 5), datetime(2026, 4, 4, 13, tzinfo=UTC), 25),
    ],
    ids=["London loses an hour", "London gains one", "Sydney loses an hour", "Sydney gains one"],
)
def test_a_day_on_which_the_clock_is_changed_has_its_own_length(zone, day, begins, hours):
    first, after = Period(day, day).moments(ZoneInfo(zone))

    assert first == begins
    assert after.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=hours)
