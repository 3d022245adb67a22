"""From series and courses of treatment to plain geometry, in the units of the drawing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .series import Point, Series

MOST_TICKS = 6
DAYS = (1, 2, 7, 14)
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)


# A bar of one day can still be seen.
SHORTEST = 6.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing of `width` by `height` and the margins round its plot."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def x1(self) -> int:
        """The right edge of the plot."""
        return self.width - self.right

    @property
    def y1(self) -> int:
        """The lower edge of the plot."""
        return self.height - self.bottom


@dataclass(frozen=True, slots=True)
class Tick:
    """A day with its place on the axis. `unit` is what tells it from the next: day, month or year."""

    on: date
    x: float
    unit: str


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """From the first day to the last, over the width of a frame. One day alone lies in the middle."""

    frame: Frame
    first: date
    last: date

    def x(self, on: date) -> float:
        """Return where a day lies; a day beyond either end lies on that end."""
        span = (self.last - self.first).days
        width = self.frame.x1 - self.frame.left
        share = (on - self.first).days / span if span > 0 else 0.5
        return round(self.frame.left + width * min(max(share, 0.0), 1.0), 1)

    def ticks(self) -> list[Tick]:
        """Return the days to name: every so many days, months or years, at most six."""
        for days in DAYS:
            if (self.last - self.first).days // days < MOST_TICKS:
                return self._ticks(_by_days(self.first, self.last, days), "day")
        found: list[date] = []
        for months in MONTHS:
            found = list(_by_months(self.first, self.last, months))
            if len(found) <= MOST_TICKS:
                return self._ticks(found, "month" if months < 12 else "year")
        return self._ticks(found[-MOST_TICKS:], "year")

    def _ticks(self, days: Iterable[date], unit: str) -> list[Tick]:
        return [Tick(day, self.x(day), unit) for day in days]


def _by_days(first: date, last: date, step: int) -> Iterator[date]:
    for place in range((last - first).days // step + 1):
        yield first + timedelta(days=place * step)


def _by_months(first: date, last: date, step: int) -> Iterator[date]:
    """The firsts of every `step`th month between the two days, counted from January."""
    month = first.year * 12 + first.month - (1 if first.day == 1 else 0)
    month += -month % step
    while month // 12 <= 9999 and (day := date(month // 12, month % 12 + 1, 1)) <= last:
        yield day
        month += step


@dataclass(frozen=True, slots=True)
class Dot:
    """A score in the drawing."""

    x: float
    y: float
    point: Point


@dataclass(frozen=True, slots=True)
class Line:
    """A series in the drawing: its dots, the path through them, and where the change that matters lies."""

    series: Series
    dots: Sequence[Dot]
    path: str
    matters_y: float | None


def line_of(series: Series, axis: TimeAxis) -> Line:
    """Return a series as it is drawn; its scale fills the frame of the axis from bottom to top."""
    frame = axis.frame
    dots = [Dot(axis.x(point.on), y_of(series, point.value, frame), point) for point in series.points]
    path = " ".join(f"{'L' if place else 'M'}{dot.x:g},{dot.y:g}" for place, dot in enumerate(dots))
    at = series.matters_at
    return Line(series, dots, path, None if at is None else y_of(series, at, frame))


def y_of(series: Series, value: Decimal, frame: Frame) -> float:
    """Return the height at which a score lies: the highest of its scale on top."""
    scale = series.scale
    share = float((value - scale.lowest) / (scale.highest - scale.lowest))
    return round(frame.y1 - (frame.y1 - frame.top) * min(max(share, 0.0), 1.0), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A treatment from its first day to its last; without one it is still running."""

    label: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A course in the drawing. The label stands over the bar, from its start or up to its end."""

    course: Course
    x: float
    width: float
    y: float
    label_x: float
    label_is_end: bool
    is_open: bool


def bars_of(courses: Iterable[Course], axis: TimeAxis, row: float, letter: float = 0) -> list[Bar]:
    """Return a bar for each course, `row` below the one before; what goes on reaches the end of the axis.

    `letter` is how wide a letter of a label is.
    """
    return [_bar(course, place * row, axis, letter) for place, course in enumerate(courses)]


def _bar(course: Course, down: float, axis: TimeAxis, letter: float) -> Bar:
    frame = axis.frame
    is_open = course.end is None or course.end > axis.last
    x = axis.x(course.start)
    end = frame.x1 if is_open else axis.x(course.end or axis.last)
    width = max(end - x, SHORTEST)
    x = min(x, frame.x1 - width)
    # A long label that begins late would leave the drawing: it ends with the plot instead.
    is_late = x > (frame.left + frame.x1) / 2 and x + len(course.label) * letter > frame.width
    return Bar(
        course=course,
        x=round(x, 1),
        width=round(width, 1),
        y=float(frame.top + down),
        label_x=float(frame.x1) if is_late else round(x, 1),
        label_is_end=is_late,
        is_open=is_open,
    )


def spread(heights: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return heights for labels that would lie on each other: at least `gap` apart, in their order.

    They stay between `low` and `high` as long as there is room.
    """
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    spread = [0.0] * len(heights)
    lowest = low
    for place in order:
        spread[place] = max(heights[place], lowest)
        lowest = spread[place] + gap
    highest = high
    for place in reversed(order):
        spread[place] = min(spread[place], max(highest, low))
        highest = spread[place] - gap
    return spread
