"""Reading dates, and telling day from month over a whole column."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.import_export.dates import NotADate, find_order, read_date

TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("1965-05-17", "dmy", (1965, 5, 17)),
        ("1965/5/7", "mdy", (1965, 5, 7)),
        ("19650517", "dmy", (1965, 5, 17)),
        ("17/05/1965", "dmy", (1965, 5, 17)),
        ("05/17/1965", "mdy", (1965, 5, 17)),
        ("17.5.1965", "dmy", (1965, 5, 17)),
        ("17 May 1965", "mdy", (1965, 5, 17)),
        ("17-Sept-1965", "dmy", (1965, 9, 17)),
        ("May 17th, 1965", "dmy", (1965, 5, 17)),
        ("17/05/65", "dmy", (1965, 5, 17)),
        ("17/05/1965 00:00:00", "dmy", (1965, 5, 17)),
        ("1965-05-17T09:30:00Z", "dmy", (1965, 5, 17)),
        ("29/02/2024", "dmy", (2024, 2, 29)),
    ],
)
def test_read_date_knows_how_people_write_dates(text, order, expected):
    assert read_date(text, order, TODAY) == datetime.date(*expected)


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("31/02/1965", "dmy", "no such day"),
        ("05/17/1965", "dmy", "has month 17"),
        ("1965-13-01", "dmy", "no such day"),
        ("0000-01-01", "dmy", "no such day"),
        ("01/01/1879", "dmy", "before 1880"),
        ("22/11/2026", "dmy", "in the future"),
        ("23879", "dmy", "not a date"),
        ("unknown", "dmy", "not a date"),
        ("17 Foo 1965", "dmy", "no month"),
        ("01/02/22", "dmy", "two digits"),
        ("01/02/1965", "ymd", "year first"),
    ],
)
def test_read_date_says_what_is_wrong(text, order, reason):
    with pytest.raises(NotADate, match=reason):
        read_date(text, order, TODAY)


def test_find_order_is_fixed_by_one_day_after_the_twelfth():
    found = find_order([(2, "01/02/1960"), (3, "13/02/1960")], "mdy")

    assert (found.order, found.is_certain) == ("dmy", True)


def test_find_order_uses_the_default_and_says_so_when_nothing_tells():
    found = find_order([(2, "01/02/1960"), (3, "11/12/1960")], "dmy")

    assert (found.order, found.is_certain) == ("dmy", False)


def test_find_order_is_certain_without_dates_that_could_be_turned_round():
    assert find_order([(2, "1960-02-01"), (3, "05/05/1960"), (4, "")], "dmy").is_certain


def test_find_order_refuses_a_column_that_contradicts_itself():
    with pytest.raises(NotADate, match="line 2 has the day first, line 9 the month first"):
        find_order([(2, "13/02/1960"), (9, "02/13/1960")], "dmy")


@given(st.text(max_size=40), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_read_date_gives_a_plausible_date_or_says_why_not(text, order):
    try:
        found = read_date(text, order, TODAY)
    except NotADate:
        return
    assert datetime.date(1880, 1, 1) <= found <= TODAY
