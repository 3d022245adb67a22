"""How pages write dates and people."""

import datetime

import pytest
import time_machine

from clinic.templatetags.footnote import browser, clock, day, initials, when


@time_machine.travel("2026-11-21 12:00Z", tick=False)
@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2026-11-21", "Sat 21 Nov, today"),
        ("2026-11-20", "Fri 20 Nov, yesterday"),
        ("2026-11-22", "Sun 22 Nov, tomorrow"),
        ("2026-11-08", "Sun 8 Nov, 13 days ago"),
        ("2026-11-07", "Sat 7 Nov, 2 weeks ago"),
        ("2026-03-03", "Tue 3 Mar, 8 months ago"),
        ("2025-11-21", "Fri 21 Nov 2025, 1 year ago"),
        ("2027-01-04", "Mon 4 Jan 2027, in 6 weeks"),
    ],
)
def test_when_says_the_day_and_how_far_away_it_is(date, words):
    assert when(datetime.date.fromisoformat(date)) == words


def test_dates_that_are_not_known_are_empty():
    assert when(None) == day(None) == clock(None) == ""


@time_machine.travel("2026-07-01 23:30Z", tick=False)
def test_when_counts_in_the_time_zone_of_the_clinic():
    assert when(datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)) == "Thu 2 Jul, today"


@pytest.mark.parametrize(("name", "letters"), [("Anna Maria Novak", "AN"), ("Anna", "A"), ("", "")])
def test_initials_are_those_of_the_first_and_last_word(name, letters):
    assert initials(name) == letters


def test_browser_names_the_browser_and_the_system():
    assert (
        browser("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0") == "Firefox, Windows"
    )
    assert browser("") == "Unknown browser"
