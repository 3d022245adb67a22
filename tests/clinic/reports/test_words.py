"""Numbers, units and months are written as people read them."""

import pytest

from clinic.reports import Unit
from clinic.reports.showing import WrittenCell, classes_of_size
from clinic.reports.words import month_in_words, written


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, Unit.DAYS, "1 day"),
        (-1, Unit.POINTS, "−1 point"),
        (1.5, Unit.POINTS, "1.5 points"),
        (99.94, Unit.HOURS, "99.9 hours"),
        (1542.3, Unit.HOURS, "1,542 hours"),
        (100.5, Unit.DAYS, "101 days"),
        (-0.25, Unit.POINTS, "−0.3 points"),
        (-0.04, Unit.POINTS, "0 points"),
        (8, Unit.PERCENT, "8\u00a0%"),
        (None, Unit.DAYS, "–"),
    ],
    ids=str,
)
def test_a_number_has_its_unit_and_no_more_figures_than_say_something(value, unit, text):
    assert written(value, unit) == text


@pytest.mark.parametrize(
    ("code", "words"),
    [("2026-07", "Jul 2026"), ("2026-13", ""), ("", ""), ("<b>", ""), ("0000-01", "")],
    ids=["a month", "no month", "nothing", "markup", "no year"],
)
def test_a_month_is_written_as_people_read_it_and_an_address_may_hold_anything(code, words):
    assert month_in_words(code) == words


def cells(*texts):
    return [WrittenCell(text) for text in texts]


@pytest.mark.parametrize(
    ("heads", "row", "classes"),
    [
        (["Month", "Visits"], ["Jul 2026", "12"], "report-narrow"),
        (["Rule", "Visits"], ["A foot drop with an isolated peroneal pattern", "1"], "report-cards"),
        (["Who", "Half within", "Nine of ten"], ["Bob Birch", "43.7 hours", "1,542 hours"], "report-cards"),
        ([f"{place}" for place in range(8)], ["0"] * 8, "report-cards report-wide"),
        ([f"{place}" for place in range(13)], ["0"] * 13, "report-cards report-wide report-widest"),
    ],
    ids=["fits", "long text", "many letters", "wide", "widest"],
)  # fmt: skip
def test_a_table_becomes_cards_on_a_phone_unless_it_fits(heads, row, classes):
    assert classes_of_size(cells(*heads), [cells(*row)]) == classes
