"""Charts as inline SVG, drawn here on the server: bars, columns along time, lines, and intervals.

Presentation attributes and classes only, for the Content-Security-Policy; colours are those of
`css/reports.css`. Each has a name and points to its table, which says the same in numbers. Time runs from
left to right in every language, so that the drawing says its own direction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from math import ceil, floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clinic.reports.content import Bars, Chart, Columns, Intervals, Lines, Series, Unit
from clinic.reports.words import written

WIDTH = 640
ROW, BAR, TOP = 46, 16, 6
HEAD, RIGHT, HEIGHT, FOOT = 14, 14, 240, 30
# How wide a letter of a label is, on average: at 13 units, and at the 22 which the stylesheet gives to a
# drawing that is shown small. How many letters of those there are in the whole width.
LETTER, BIG, LONGEST = 7.4, 12.4, 50
# How many grid lines stand beside the lowest, and the widest column.
LINES, WIDEST = 4, 96.0
TONES = 9
Number = int | float | Decimal


def drawing_of(chart: Chart, key: str) -> SafeString:
    """Return the chart as SVG; empty when there is nothing to draw. No other of the page has its `key`."""
    if chart.is_empty:
        return SafeString()
    match chart:
        case Bars():
            return _bars(chart, key)
        case Columns():
            return _columns(chart, key)
        case Lines():
            return _lines(chart, key)
        case Intervals():
            return _intervals(chart, key)
        case _:
            raise TypeError(type(chart))


def cut(chart: Chart, rows: int) -> Chart:
    """Return a chart whose labels stand below each other with the first of them only."""
    if not isinstance(chart, Bars | Intervals):
        return chart
    series = [replace(one, values=one.values[:rows]) for one in chart.series]
    return replace(chart, labels=chart.labels[:rows], series=series)


def tones(series: Sequence[Series]) -> list[str]:
    """Return the class of each series' colour: by its meaning, else the next of the palette."""
    free = count(1)
    return [f"chart-{one.tone}" if one.tone else f"chart-{(next(free) - 1) % TONES + 1}" for one in series]


def _svg(chart: Chart, key: str, height: float, body: SafeString) -> SafeString:
    return format_html(
        '<svg class="report-chart" viewBox="0 0 {1} {2}" direction="ltr" role="img" focusable="false" '
        'aria-labelledby="{0}-name {0}-says"><title id="{0}-name">{3}</title>'
        '<desc id="{0}-says">{4}</desc>{5}</svg>',
        key,
        WIDTH,
        round(height),
        chart.title,
        _("The table beside it says the same in numbers."),
        body,
    )


def _join(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _n(value: Number | None) -> float:
    """Return a length: what is below nought has none, and stands in the table."""
    return max(0.0, float(value or 0))


# ---- Bars across the page --------------------------------------------------------------------------


def _bars(chart: Bars, key: str) -> SafeString:
    totals = [sum(_n(one.values[place]) for one in chart.series) for place in range(len(chart.labels))]
    numbers = [written(total, chart.unit) for total in totals]
    scale = (WIDTH - _room(numbers)) / (max(totals) or 1)
    rows = []
    for place, label in enumerate(chart.labels):
        top = TOP + place * ROW
        rows.append(_name(label, top + 13))
        rows.append(_one_bar(chart, place, top + 19, scale))
        rows.append(_number(numbers[place], totals[place] * scale + 8, top + 19 + 13))
    return _svg(chart, key, TOP + len(chart.labels) * ROW, _join(rows))


def _room(numbers: Sequence[str]) -> float:
    """Return what has to stay free beside the longest bar for the numbers."""
    return max(92.0, max(map(len, numbers)) * BIG + 16)


def _name(label: object, y: float) -> SafeString:
    """The name of a row; the table has the whole of one that is too long."""
    text = str(label)
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1].rstrip()}…"
    return format_html('<text x="0" y="{}">{}</text>', y, text)


def _number(text: str, x: float, y: float) -> SafeString:
    return format_html('<text class="chart-number" x="{}" y="{}">{}</text>', round(x, 1), y, text)


def _one_bar(chart: Chart, place: int, top: float, scale: float) -> SafeString:
    parts, left = [], 0.0
    for tone, one in zip(tones(chart.series), chart.series, strict=True):
        wide = _n(one.values[place]) * scale
        if wide:
            parts.append(_rect(tone, left, top, wide, BAR))
        left += wide
    return _join(parts)


def _rect(tone: str, x: float, y: float, width: float, height: float) -> SafeString:
    return format_html(
        '<rect class="chart-area {}" x="{}" y="{}" width="{}" height="{}"/>',
        tone,
        round(x, 1),
        round(y, 1),
        round(width, 1),
        round(height, 1),
    )


# ---- Along time ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Frame:
    """Where the numbers of a chart along time lie: from `left` on, `step` for each, up to the value `top`."""

    left: float
    step: float
    top: float

    def x(self, place: int) -> float:
        """The middle of a label's place."""
        return self.left + (place + 0.5) * self.step

    def y(self, value: float) -> float:
        """The height of a value."""
        return HEAD + (HEIGHT - FOOT - HEAD) * (1 - value / self.top)


def _framed(chart: Chart, most: float) -> tuple[_Frame, list[SafeString]]:
    """Return the frame of a chart along time, with its scale and its labels."""
    top = _nice(most)
    values = [top * place / LINES for place in range(LINES + 1)]
    texts = [written(value, Unit.PERCENT if chart.unit == Unit.PERCENT else Unit.COUNT) for value in values]
    left = max(map(len, texts)) * BIG + 12
    frame = _Frame(left, (WIDTH - left - RIGHT) / len(chart.labels), top)
    return frame, [_grid(frame, values, texts), _labels([str(label) for label in chart.labels], frame)]


def _columns(chart: Columns, key: str) -> SafeString:
    places = range(len(chart.labels))
    frame, parts = _framed(chart, max(sum(_n(one.values[place]) for one in chart.series) for place in places))
    wide = min(WIDEST, max(1.0, frame.step * 0.72))
    for place in places:
        low = 0.0
        for tone, one in zip(tones(chart.series), chart.series, strict=True):
            value = _n(one.values[place])
            if value:
                y = frame.y(low + value)
                parts.append(_rect(tone, frame.x(place) - wide / 2, y, wide, frame.y(low) - y))
            low += value
    return _svg(chart, key, HEIGHT, _join(parts))


def _lines(chart: Lines, key: str) -> SafeString:
    frame, parts = _framed(chart, max(_n(value) for one in chart.series for value in one.values))
    for tone, one in zip(tones(chart.series), chart.series, strict=True):
        dots = [
            (frame.x(place), frame.y(_n(value)))
            for place, value in enumerate(one.values)
            if value is not None
        ]
        parts.append(format_html('<path class="chart-line {}" d="{}"/>', tone, _path(one, frame)))
        if len(dots) <= 60:
            parts += [_dot(tone, x, y) for x, y in dots]
    return _svg(chart, key, HEIGHT, _join(parts))


def _path(series: Series, frame: _Frame) -> str:
    """Return the line, broken where there is no value."""
    parts, before = [], False
    for place, value in enumerate(series.values):
        if value is not None:
            parts.append(f"{'L' if before else 'M'}{frame.x(place):.1f},{frame.y(_n(value)):.1f}")
        before = value is not None
    return " ".join(parts)


def _dot(tone: str, x: float, y: float) -> SafeString:
    return format_html('<circle class="chart-dot {}" cx="{}" cy="{}" r="4"/>', tone, round(x, 1), round(y, 1))


def _grid(frame: _Frame, values: Sequence[float], texts: Sequence[str]) -> SafeString:
    """The lines of the scale with their numbers."""
    return _join(
        format_html(
            '<path class="chart-grid" d="M{},{} H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
            round(frame.left, 1),
            y,
            WIDTH - RIGHT,
            round(frame.left - 8, 1),
            y + 4,
            text,
        )
        for y, text in ((round(frame.y(value), 1), text) for value, text in zip(values, texts, strict=True))
    )


def _labels(labels: Sequence[str], frame: _Frame) -> SafeString:
    """As many labels as have room, the last one always; fewer where letters are big: see `chart-more`."""
    longest = max(map(len, labels))
    every = max(1, ceil((longest * LETTER + 14) / frame.step))
    fewer = every * max(1, ceil((longest * BIG + 14) / (frame.step * every)))
    last = len(labels) - 1
    shown = [place for place in range(len(labels)) if (last - place) % every == 0]
    return _join(_label(labels[place], frame.x(place), more=bool((last - place) % fewer)) for place in shown)


def _label(text: str, x: float, *, more: bool) -> SafeString:
    """A label below its place; one at an edge grows away from it where letters are big."""
    small, big, anchor = len(text) * LETTER / 2, len(text) * BIG / 2, "middle"
    if x + big > WIDTH:
        x, anchor = min(x + small, WIDTH), "end"
    elif x < big:
        x, anchor = max(x - small, 0), "start"
    return format_html(
        '<text{} x="{}" y="{}" text-anchor="{}">{}</text>',
        SafeString(' class="chart-more"') if more else "",
        round(x, 1),
        HEIGHT - 8,
        anchor,
        text,
    )


def _nice(most: float) -> float:
    """Return a round number not below `most` that four grid lines divide well."""
    if most <= 10 * LINES:
        # Whole numbers at each line: there is no half a visit.
        return max(1, ceil(most / LINES)) * LINES
    size = 10 ** floor(log10(most))
    steps = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
    return next(size * step for step in steps if size * step >= most - 1e-9)


# ---- Intervals -------------------------------------------------------------------------------------


def _intervals(chart: Intervals, key: str) -> SafeString:
    middle, low, high = chart.series
    numbers = [float(value) for one in chart.series for value in one.values if value is not None]
    first, last = min(0.0, *numbers), max(0.0, *numbers)
    texts = [written(value, chart.unit) for value in middle.values]
    wide, room = WIDTH - 12 - _room(texts), (last - first) or 1.0

    def x(value: Number) -> float:
        return round(12 + wide * (float(value) - first) / room, 1)

    parts = []
    for place, label in enumerate(chart.labels):
        y = TOP + place * ROW + 28
        parts.append(_name(label, y - 14))
        parts.append(format_html('<path class="chart-zero" d="M{},{} V{}"/>', x(0), y - 9, y + 9))
        value, start, end = middle.values[place], low.values[place], high.values[place]
        if value is None:
            continue
        if start is not None and end is not None:
            parts.append(format_html('<path class="chart-range" d="M{},{} H{}"/>', x(start), y, x(end)))
        parts.append(_dot("chart-accent", x(value), y))
        parts.append(_number(texts[place], x(end if end is not None else value) + 10, y + 5))
    foot = TOP + len(chart.labels) * ROW
    parts.append(format_html('<text x="{}" y="{}" text-anchor="middle">0</text>', x(0), foot + 14))
    return _svg(chart, key, foot + 22, _join(parts))
