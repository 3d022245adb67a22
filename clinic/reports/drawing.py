"""Charts as inline SVG, drawn here on the server: bars, columns along time, lines, and intervals.

Presentation attributes and classes only, for the Content-Security-Policy; colours are those of
`css/reports.css`. Each has a name and points to its table, which says the same in numbers. Time runs from
left to right in every language, so that the drawing says its own direction.
"""

from collections.abc import Iterable, Sequence
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
LEFT, RIGHT, HEIGHT, FOOT = 46, 14, 240, 30
# How wide a letter of a label is, on average, and how many grid lines stand beside the lowest.
LETTER, LINES = 7.2, 4
TONES = 8
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
    scale = (WIDTH - 92) / (max(totals) or 1)
    rows = []
    for place, label in enumerate(chart.labels):
        top = TOP + place * ROW
        rows.append(format_html('<text x="0" y="{}">{}</text>', top + 13, label))
        rows.append(_one_bar(chart, place, top + 19, scale))
        rows.append(
            format_html(
                '<text class="chart-number" x="{}" y="{}">{}</text>',
                round(totals[place] * scale + 8, 1),
                top + 19 + 13,
                written(totals[place], chart.unit),
            )
        )
    return _svg(chart, key, TOP + len(chart.labels) * ROW, _join(rows))


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


def _columns(chart: Columns, key: str) -> SafeString:
    places = range(len(chart.labels))
    top = _nice(max(sum(_n(one.values[place]) for one in chart.series) for place in places))
    step = (WIDTH - LEFT - RIGHT) / len(chart.labels)
    wide = max(1.0, step * 0.72)
    parts = [_grid(0, top, chart.unit), _labels([str(label) for label in chart.labels], step)]
    for place in places:
        low = 0.0
        for tone, one in zip(tones(chart.series), chart.series, strict=True):
            value = _n(one.values[place])
            if value:
                y = _y(low + value, 0, top)
                left = LEFT + place * step + (step - wide) / 2
                parts.append(_rect(tone, left, y, wide, _y(low, 0, top) - y))
            low += value
    return _svg(chart, key, HEIGHT, _join(parts))


def _lines(chart: Lines, key: str) -> SafeString:
    top = _nice(max(_n(value) for one in chart.series for value in one.values))
    step = (WIDTH - LEFT - RIGHT) / len(chart.labels)
    parts = [_grid(0, top, chart.unit), _labels([str(label) for label in chart.labels], step)]
    for tone, one in zip(tones(chart.series), chart.series, strict=True):
        dots = [
            (LEFT + (place + 0.5) * step, _y(_n(value), 0, top))
            for place, value in enumerate(one.values)
            if value is not None
        ]
        parts.append(format_html('<path class="chart-line {}" d="{}"/>', tone, _path(one, step, top)))
        if len(dots) <= 60:
            parts += [_dot(tone, x, y) for x, y in dots]
    return _svg(chart, key, HEIGHT, _join(parts))


def _path(series: Series, step: float, top: float) -> str:
    """Return the line, broken where there is no value."""
    parts, before = [], False
    for place, value in enumerate(series.values):
        if value is not None:
            x, y = LEFT + (place + 0.5) * step, _y(_n(value), 0, top)
            parts.append(f"{'L' if before else 'M'}{x:.1f},{y:.1f}")
        before = value is not None
    return " ".join(parts)


def _dot(tone: str, x: float, y: float) -> SafeString:
    return format_html(
        '<circle class="chart-dot {}" cx="{}" cy="{}" r="3.5"/>', tone, round(x, 1), round(y, 1)
    )


def _y(value: float, low: float, top: float) -> float:
    return TOP + (HEIGHT - FOOT - TOP) * (1 - (value - low) / (top - low))


def _grid(low: float, top: float, unit: Unit) -> SafeString:
    """The lines of the scale with their numbers."""
    lines = []
    for place in range(LINES + 1):
        value = low + (top - low) * place / LINES
        y = round(_y(value, low, top), 1)
        lines.append(
            format_html(
                '<path class="chart-grid" d="M{},{} H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
                LEFT,
                y,
                WIDTH - RIGHT,
                LEFT - 8,
                y + 4,
                written(value, Unit.PERCENT if unit == Unit.PERCENT else Unit.COUNT),
            )
        )
    return _join(lines)


def _labels(labels: Sequence[str], step: float) -> SafeString:
    """As many labels as have room, the last one always."""
    widest = max(len(label) for label in labels) * LETTER + 10
    every = max(1, ceil(widest / step))
    shown = [place for place in range(len(labels)) if (len(labels) - 1 - place) % every == 0]
    return _join(
        format_html(
            '<text x="{}" y="{}" text-anchor="middle">{}</text>',
            round(min(max(LEFT + (place + 0.5) * step, widest / 2), WIDTH - widest / 2 + 5), 1),
            HEIGHT - 8,
            labels[place],
        )
        for place in shown
    )


def _nice(most: float) -> float:
    """Return a round number not below `most` that four grid lines divide well."""
    if most <= 0:
        return LINES
    size = 10 ** floor(log10(most))
    steps = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
    best = next(size * step for step in steps if size * step >= most - 1e-9)
    return best if best >= LINES else LINES


# ---- Intervals -------------------------------------------------------------------------------------


def _intervals(chart: Intervals, key: str) -> SafeString:
    middle, low, high = chart.series
    numbers = [float(value) for one in chart.series for value in one.values if value is not None]
    first, last = min(0.0, *numbers), max(0.0, *numbers)
    room = (last - first) or 1.0

    def x(value: Number) -> float:
        return round(12 + (WIDTH - 110) * (float(value) - first) / room, 1)

    parts = [
        format_html('<path class="chart-zero" d="M{0},{1} V{2}"/>', x(0), TOP, TOP + len(chart.labels) * ROW)
    ]
    for place, label in enumerate(chart.labels):
        y = TOP + place * ROW + 28
        parts.append(format_html('<text x="0" y="{}">{}</text>', y - 14, label))
        value, start, end = middle.values[place], low.values[place], high.values[place]
        if value is None:
            continue
        if start is not None and end is not None:
            parts.append(format_html('<path class="chart-range" d="M{},{} H{}"/>', x(start), y, x(end)))
        parts.append(_dot("chart-accent", x(value), y))
        parts.append(
            format_html(
                '<text class="chart-number" x="{}" y="{}">{}</text>',
                round(x(end if end is not None else value) + 10, 1),
                y + 5,
                written(value, chart.unit),
            )
        )
    return _svg(chart, key, TOP + len(chart.labels) * ROW + 4, _join(parts))
