"""Dates as people type them."""

import datetime

import pytest

from clinic.dates import month_number, parse_date

FIRST_OF_FEBRUARY = datetime.date(2026, 2, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "1/2/26",
        "01/02/2026",
        "1-2-2026",
        "1.2.2026",
        "1 2 2026",
        "1, 2, 2026",
        "2026-02-01",
        "2026/2/1",
        "2026-02-01T09:30",
        "20260201",
        "01022026",
        "010226",
        "1 Feb 2026",
        "1 feb 26",
        "1st February 2026",
        "01 February, 2026",
        "1feb2026",
        "Sunday 1 February 2026",
        "Sun, 1 Feb 2026",
        "Feb 1, 2026",
        "  1 \u00a0 FEB.  2026 ",
        "１／２／２０２６",
    ],
)
def test_parse_date_reads_the_first_of_february(typed):
    assert parse_date(typed) == FIRST_OF_FEBRUARY


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "tomorrow", "31/2/2026", "29/2/2025", "1/13/2026", "0/1/2026", "1/2", "2026",
        "1/2/126", "1 Foo 2026", "1/2/2026 and more", "99999999", "1-2-0000", "-1/2/2026", "١/٢", "1e3",
    ],
)  # fmt: skip
def test_parse_date_refuses_what_is_not_one_real_date(typed):
    with pytest.raises(ValueError, match=r".*"):
        parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "year"), [("1/2/65", 1965), ("1/2/26", 2026), ("1/2/27", 1927), ("1/2/00", 2000)]
)
def test_parse_date_puts_a_short_year_not_after_the_latest_day(typed, year):
    assert parse_date(typed, latest=datetime.date(2026, 11, 21)).year == year


def test_parse_date_knows_leap_days():
    assert parse_date("29/2/24") == datetime.date(2024, 2, 29)


@pytest.mark.parametrize(("word", "number"), [("2", 2), ("02", 2), ("Feb", 2), ("sept", 9), ("MAY", 5)])
def test_month_number_takes_numbers_and_names(word, number):
    assert month_number(word) == number
