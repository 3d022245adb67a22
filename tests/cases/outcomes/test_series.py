"""From rows to series: first, latest, change, and activities that come and go."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.outcomes import BETTER, Frame, Row, TimeAxis, bars_of, line_of, series_of, spread
from cases.outcomes.charts import MOST_TICKS, Course

START = date(2026, 3, 2)


def row(day, measure, scale, value, activity=""):
    on = START + timedelta(days=day)
    return Row(
        visit=day,
        on=on,
        measure=measure,
        scale=scale,
        value=Decimal(value),
        activity=activity,
        words=activity,
    )


def activity(day, name, value):
    return row(day, "psfs", "activity", value, name)


class TestSeries:
    def test_a_run_of_scores_has_a_first_a_latest_and_a_change(self):
        (worst,) = series_of(
            [row(day, "nrs", "foot_worst", value) for day, value in ((0, 8), (9, 7), (49, 3))]
        )

        assert (worst.first.value, worst.latest.value, worst.change, worst.verdict) == (8, 3, -5, BETTER)
        assert [point.verdict for point in worst.points] == ["", "", BETTER]
        assert worst.matters_at == 6

    def test_one_score_has_no_change(self):
        (one,) = series_of([row(0, "lefs", "total", 40)])

        assert (one.change, one.verdict) == (None, "")

    def test_series_come_in_the_order_of_the_measures_whatever_was_scored_first(self):
        rows = [row(0, "ohs", "total", 20), row(0, "nrs", "back_worst", 3), row(0, "nrs", "foot_now", 3)]

        assert [one.key for one in series_of(rows)] == [
            ("nrs", "foot_now"),
            ("nrs", "back_worst"),
            ("ohs", "total"),
        ]

    def test_a_scale_that_is_no_longer_known_is_left_out(self):
        assert series_of([row(0, "vas", "total", 3), row(0, "nrs", "ear_worst", 3)]) == []

    def test_two_visits_of_one_day_are_two_points(self):
        rows = [row(0, "nrs", "foot_worst", 8), row(0, "nrs", "foot_worst", 6)]

        assert len(series_of(rows)[0].points) == 2


class TestActivities:
    def test_the_mean_is_of_what_was_scored_at_the_visit(self):
        rows = [
            activity(0, "Stairs", 2),
            activity(0, "Dog", 3),
            activity(9, "Stairs", 5),
            activity(9, "Dog", 5),
        ]
        mean, *activities = series_of(rows)

        assert [point.value for point in mean.points] == [Decimal("2.5"), 5]
        assert (mean.change, mean.verdict) == (Decimal("2.5"), BETTER)
        assert [one.words for one in activities] == ["Stairs", "Dog"]

    def test_taking_a_hard_activity_out_makes_nobody_better(self):
        rows = [activity(0, "Stairs", 1), activity(0, "Dog", 7), activity(0, "Shop", 7)]
        rows += [activity(9, "Dog", 7), activity(9, "Shop", 7)]
        mean = series_of(rows)[0]

        assert mean.points[1].value == 7
        assert (mean.change, mean.verdict) == (0, "")

    def test_one_activity_alone_needs_the_change_of_a_single_item(self):
        def verdict_of(first, latest):
            return series_of([activity(0, "Stairs", first), activity(9, "Stairs", latest)])[0].verdict

        assert verdict_of(3, 5) == ""
        assert verdict_of(3, 6) == BETTER

    def test_with_nothing_in_common_nothing_is_compared(self):
        mean = series_of([activity(0, "Stairs", 1), activity(9, "Dog", 9)])[0]

        assert (mean.change, mean.verdict) == (None, "")

    def test_one_that_was_taken_out_ends_with_its_last_score(self):
        rows = [activity(0, "Stairs", 1), activity(0, "Dog", 2), activity(9, "Dog", 4)]
        _mean, stairs, dog = series_of(rows)

        assert [point.on for point in stairs.points] == [START]
        assert len(dog.points) == 2


frames = st.builds(
    Frame,
    width=st.integers(200, 1000),
    height=st.integers(100, 400),
    left=st.integers(0, 60),
    right=st.integers(0, 60),
    top=st.integers(0, 30),
    bottom=st.integers(0, 30),
)
days = st.lists(st.integers(0, 4000), min_size=1, max_size=50).map(sorted)


class TestGeometry:
    @given(frames, days, st.data())
    def test_every_point_lies_in_the_plot_and_time_never_runs_back(self, frame, days, data):
        values = data.draw(st.lists(st.integers(0, 10), min_size=len(days), max_size=len(days)))
        rows = [row(day, "nrs", "foot_worst", value) for day, value in zip(days, values, strict=True)]
        (series,) = series_of(rows)
        axis = TimeAxis(frame, series.first.on, series.latest.on)

        line = line_of(series, axis)

        assert all(frame.left - 0.1 <= dot.x <= frame.x1 + 0.1 for dot in line.dots)
        assert all(frame.top - 0.1 <= dot.y <= frame.y1 + 0.1 for dot in line.dots)
        assert [dot.x for dot in line.dots] == sorted(dot.x for dot in line.dots)
        assert line.matters_y is None or frame.top <= line.matters_y <= frame.y1

    @given(frames, st.integers(0, 20_000), st.integers(0, 40_000))
    def test_the_axis_names_at_most_six_days_in_order_and_inside(self, frame, start, span):
        first = date(1960, 1, 1) + timedelta(days=start)
        axis = TimeAxis(frame, first, first + timedelta(days=span))

        ticks = axis.ticks()

        assert 1 <= len(ticks) <= MOST_TICKS
        assert [tick.on for tick in ticks] == sorted({tick.on for tick in ticks})
        assert all(axis.first <= tick.on <= axis.last for tick in ticks)

    @given(
        frames,
        st.integers(0, 400),
        st.lists(st.tuples(st.integers(-50, 450), st.integers(0, 400)), max_size=20),
    )
    def test_every_bar_lies_in_the_plot_one_below_the_other(self, frame, span, given):
        axis = TimeAxis(frame, START, START + timedelta(days=span))
        starts = [(START + timedelta(days=start), long) for start, long in given]
        courses = [
            Course(label="Ice", start=on, end=on + timedelta(days=long) if long else None)
            for on, long in starts
        ]

        bars = bars_of(courses, axis, 38)

        assert all(bar.width > 0 and bar.x + bar.width <= frame.x1 + 0.2 for bar in bars)
        assert all(bar.x >= frame.left - 0.2 for bar in bars if frame.x1 - frame.left > 10)
        assert [bar.y for bar in bars] == [frame.top + 38.0 * place for place in range(len(bars))]
        assert all(bar.is_open for bar in bars if bar.course.end is None)

    @given(st.lists(st.floats(0, 200), max_size=12))
    def test_labels_are_kept_apart_in_their_order(self, heights):
        found = spread(heights, 14, 0, 200)

        order = sorted(range(len(heights)), key=lambda place: heights[place])
        placed = [found[place] for place in order]
        assert all(after - before >= 13.99 for before, after in pairwise(placed))
        assert all(-0.01 <= height <= 200.01 for height in found) or len(heights) > 14

    @pytest.mark.parametrize("days", [0, 1, 6, 7, 59, 60, 366, 4000, 30_000])
    def test_a_day_alone_lies_in_the_middle_and_a_year_has_its_months(self, days):
        frame = Frame(640, 150, 40, 40, 10, 30)
        axis = TimeAxis(frame, START, START + timedelta(days=days))

        assert axis.x(START) == (320 if days == 0 else 40)
        assert axis.ticks()
