"""Charts are drawn to scale, say what they are, and hold nothing live."""

import re
from xml.etree import ElementTree

import pytest

from clinic.reports import Bars, Columns, Intervals, Lines, Series, Unit
from clinic.reports.drawing import cut, drawing_of

LABELS = ["Jan", "Feb", "Mar"]
KINDS = [Bars, Columns, Lines]


def parsed(chart):
    return ElementTree.fromstring(drawing_of(chart, "chart1"))  # noqa: S314 - drawn by us


def with_class(svg, name):
    return [one for one in svg.iter() if name in one.get("class", "").split()]


@pytest.mark.parametrize("kind", [*KINDS, Intervals])
def test_a_chart_has_a_name_and_points_to_its_table(kind):
    svg = parsed(kind("Visits", LABELS, [Series(name, [1, 2, 3]) for name in "abc"]))

    assert svg.get("role") == "img"
    named = svg.get("aria-labelledby").split()
    assert [one.text for one in svg.iter() if one.get("id") in named] == [
        "Visits",
        "The table beside it says the same in numbers.",
    ]


@pytest.mark.parametrize("kind", [*KINDS, Intervals])
def test_a_chart_of_nothing_is_not_drawn(kind):
    assert drawing_of(kind("Visits", LABELS, [Series(name, [0, None, 0]) for name in "abc"]), "c") == ""


@pytest.mark.parametrize("kind", [*KINDS, Intervals])
def test_what_somebody_typed_stays_text(kind):
    nasty = "<script>alert(1)</script>\"'&"

    svg = drawing_of(kind(nasty, [nasty] * 3, [Series(nasty, [1, 2, 3]) for _n in "abc"]), "c")

    assert "<script" not in svg
    assert "style=" not in svg
    ElementTree.fromstring(svg)  # noqa: S314 - drawn by us


def test_bars_are_as_long_as_their_numbers():
    svg = parsed(Bars("Waiting", LABELS, [Series("all", [10, 40, 20])]))

    widths = [float(bar.get("width")) for bar in with_class(svg, "chart-area")]
    assert widths[0] * 4 == pytest.approx(widths[1], abs=0.5)
    assert widths[0] * 2 == pytest.approx(widths[2], abs=0.5)


def test_columns_stand_upon_each_other():
    svg = parsed(Columns("Visits", ["Jan"], [Series("seen", [30]), Series("not seen", [10])]))

    seen, not_seen = with_class(svg, "chart-area")
    assert float(seen.get("height")) == pytest.approx(3 * float(not_seen.get("height")), abs=0.5)
    assert float(not_seen.get("y")) + float(not_seen.get("height")) == pytest.approx(
        float(seen.get("y")), abs=0.2
    )


def test_a_line_breaks_where_there_is_no_number():
    svg = parsed(Lines("Days", ["1", "2", "3", "4", "5"], [Series("median", [3, 4, None, 5, 6])]))

    (line,) = with_class(svg, "chart-line")
    assert re.sub(r"[\d.,]+", "", line.get("d")) == "M L M L"
    assert len(with_class(svg, "chart-dot")) == 4


def test_an_interval_reaches_from_its_low_to_its_high_end():
    chart = Intervals(
        "Change", ["Ice"], [Series("mean", [-2]), Series("from", [-3]), Series("to", [-1])], Unit.POINTS
    )
    svg = parsed(chart)

    (dot,), (line,) = with_class(svg, "chart-dot"), with_class(svg, "chart-range")
    low, high = re.match(r"M([\d.]+),[\d.]+ H([\d.]+)", line.get("d")).groups()
    assert float(low) < float(dot.get("cx")) < float(high)
    assert (float(low) + float(high)) / 2 == pytest.approx(float(dot.get("cx")), abs=0.2)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_drawn_beyond_the_edge(kind):
    labels = [f"{month:02} 2026 of a long name" for month in range(40)]
    svg = parsed(kind("Visits", labels, [Series("all", [place % 7 * 999 for place in range(40)])]))

    _x, _y, wide, high = map(float, svg.get("viewBox").split())
    for one in svg.iter():
        right = float(one.get("x") or 0) + float(one.get("width") or 0)
        assert 0 <= float(one.get("x") or 0) <= right <= wide
        assert 0 <= float(one.get("y") or 0) <= high


def test_the_table_twin_says_the_same_in_numbers():
    chart = Columns("Visits", LABELS, [Series("seen", [1, 2, None]), Series("not seen", [0, 5, 6])])

    table = chart.table
    assert list(table.heads) == ["", "seen", "not seen"]
    assert [[getattr(cell, "value", cell) for cell in row] for row in table.rows] == [
        ["Jan", 1, 0],
        ["Feb", 2, 5],
        ["Mar", None, 6],
    ]


def test_fewer_labels_have_room_where_letters_are_big_and_the_last_is_among_them():
    labels = [f"Jan {year}" for year in range(2010, 2022)]
    svg = parsed(Columns("Visits", labels, [Series("all", [1] * 12)]))

    shown = [one for one in svg.iter() if one.text in labels]
    kept = [one for one in shown if one.get("class") != "chart-more"]
    assert len(kept) < len(shown)
    assert kept[-1].text == labels[-1]


def test_a_name_too_long_for_its_drawing_is_cut_and_the_table_has_the_whole_of_it():
    chart = Bars("Missing", ["x" * 60], [Series("all", [1])])

    (name,) = [one.text for one in parsed(chart).iter() if one.text and one.text.startswith("xx")]
    assert name == "x" * 49 + "…"
    assert chart.table.rows[0][0] == "x" * 60


def test_a_card_has_the_first_rows_of_a_chart_and_all_of_a_time():
    bars = cut(Bars("Missing", LABELS, [Series("all", [3, 2, 1])]), 2)

    assert list(bars.labels) == LABELS[:2]
    assert list(bars.series[0].values) == [3, 2]
    assert list(cut(Columns("Visits", LABELS, [Series("all", [3, 2, 1])]), 2).labels) == LABELS


@pytest.mark.parametrize("most", [1, 5, 10, 13, 39])
def test_the_scale_of_few_has_no_half_a_visit(most):
    svg = parsed(Columns("Visits", LABELS, [Series("all", [most] * 3)]))

    scale = [one.text for one in svg.iter() if one.get("text-anchor") == "end" and one.text not in LABELS]
    assert len(scale) == 5
    assert not [text for text in scale if "." in text]
