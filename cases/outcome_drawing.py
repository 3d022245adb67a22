"""Outcomes as inline SVG: a small line beside words, and the charts of the progress page.

Presentation attributes and classes only, for the Content-Security-Policy; colours are those of
`css/outcomes.css`. Every text goes through `format_html`. Time runs from left to right in every
language, so that the drawing says its own direction.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases.outcome_words import number
from cases.outcomes import (
    BETTER,
    WORSE,
    Bar,
    Course,
    Dot,
    Frame,
    Line,
    Series,
    Tick,
    TimeAxis,
    bars_of,
    line_of,
    spread,
)

SPARK = Frame(width=132, height=36, left=6, right=8, top=6, bottom=6)
WIDTH, LEFT, RIGHT = 720, 36, 48
ONE = Frame(WIDTH, 150, LEFT, RIGHT, top=14, bottom=28)
SEVERAL = Frame(WIDTH, 210, LEFT, RIGHT, top=14, bottom=28)
BAR_TOP, BAR_BOTTOM, BAR_ROW, BAR_HEIGHT = 18, 28, 38, 10
LABEL_GAP = 14.0
# How wide a letter of a label is at most, on average.
LETTER = 6.8
TICKS = {"day": "j M", "month": "M Y", "year": "Y"}


def sparkline(series: Series) -> SafeString:
    """Return a small line of the series, without words: they stand beside it."""
    line = line_of(series, TimeAxis(SPARK, series.first.on, series.latest.on))
    return format_html(
        '<svg class="outcome-spark" viewBox="0 0 {0} {1}" width="{0}" height="{1}" direction="ltr" '
        'aria-hidden="true" focusable="false">{2}<path class="outcome-line" d="{3}"/>{4}</svg>',
        SPARK.width,
        SPARK.height,
        _dashes(line, SPARK),
        line.path,
        _marks(line.dots[-1:]),
    )


def chart_of(
    series: Sequence[Series], axis_days: tuple[date, date], visits: Iterable[date], name: str, says: str
) -> SafeString:
    """Return the chart of one scale, or of the mean of the PSFS first and its activities after it.

    `name` and `says` are what is read out in its place.
    """
    frame = ONE if len(series) == 1 else SEVERAL
    axis = TimeAxis(frame, *axis_days)
    lines = [line_of(one, axis) for one in series]
    main, others = lines[0], lines[1:]
    body = format_html(
        "{}{}{}{}{}{}{}",
        _levels(main.series, frame),
        _time(axis, visits),
        format_html_join("", "{}", ((_thin(line),) for line in others)),
        _matters(main, frame),
        format_html('<path class="outcome-line" d="{}"/>', main.path),
        _marks(main.dots),
        _labels(lines, frame),
    )
    return _drawing(frame, f"chart-{'-'.join(main.series.key)}", name, says, body)


def treatments_of(
    courses: Sequence[Course], axis_days: tuple[date, date], name: str, says: str
) -> SafeString:
    """Return the courses of treatment as bars on the same time axis."""
    height = BAR_TOP + len(courses) * BAR_ROW + BAR_BOTTOM
    frame = Frame(WIDTH, height, LEFT, RIGHT, BAR_TOP, BAR_BOTTOM)
    axis = TimeAxis(frame, *axis_days)
    found = bars_of(courses, axis, BAR_ROW, LETTER)
    bars = format_html_join("", "{}", ((_bar(bar, frame),) for bar in found))
    return _drawing(frame, "chart-treatments", name, says, format_html("{}{}", _time(axis, ()), bars))


def _drawing(frame: Frame, key: str, name: str, says: str, body: SafeString) -> SafeString:
    return format_html(
        '<svg class="outcome-chart" id="{0}" viewBox="0 0 {1} {2}" direction="ltr" role="img" '
        'aria-labelledby="{0}-name {0}-says" focusable="false">'
        '<title id="{0}-name">{3}</title><desc id="{0}-says">{4}</desc>{5}</svg>',
        key,
        frame.width,
        frame.height,
        name,
        says,
        body,
    )


def _levels(series: Series, frame: Frame) -> SafeString:
    """The lines of the lowest, the middle and the highest score, with their numbers."""
    scale = series.scale
    middle = (scale.lowest + scale.highest) / 2
    wanted = [scale.lowest, middle, scale.highest] if middle % 1 == 0 else [scale.lowest, scale.highest]
    return format_html_join(
        "",
        '<path class="outcome-grid" d="M{0},{1} H{2}"/><text x="{3}" y="{4}" text-anchor="end">{5}</text>',
        (
            (frame.left, y, frame.x1, frame.left - 8, y + 4, number(value))
            for value in wanted
            for y in [_y(scale.lowest, scale.highest, value, frame)]
        ),
    )


def _y(lowest: Decimal, highest: Decimal, value: Decimal, frame: Frame) -> float:
    return round(frame.y1 - (frame.y1 - frame.top) * float((value - lowest) / (highest - lowest)), 1)


def _time(axis: TimeAxis, visits: Iterable[date]) -> SafeString:
    """The days named under the plot, and a short stroke for each visit."""
    frame = axis.frame
    ticks = axis.ticks()
    down = "".join(f"M{tick.x:g},{frame.top} V{frame.y1} " for tick in ticks)
    strokes = "".join(f"M{axis.x(on):g},{frame.y1} v5 " for on in sorted(set(visits)))
    names = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((_inside(tick, frame), frame.y1 + 20, _tick_words(tick)) for tick in ticks),
    )
    return format_html(
        '<path class="outcome-grid" d="{}"/><path class="outcome-visits" d="{}"/>{}', down, strokes, names
    )


def _inside(tick: Tick, frame: Frame) -> float:
    return min(max(tick.x, 28.0), frame.width - 28.0)


def _tick_words(tick: Tick) -> str:
    return format_date(tick.on, TICKS[tick.unit])


def _dashes(line: Line, frame: Frame) -> SafeString | str:
    if line.matters_y is None:
        return ""
    return format_html('<path class="outcome-matters" d="M{},{} H{}"/>', frame.left, line.matters_y, frame.x1)


def _matters(line: Line, frame: Frame) -> SafeString | str:
    """The dashed line, and its name on the side away from the first score."""
    if line.matters_y is None:
        return ""
    is_above = line.matters_y < line.dots[0].y
    y = line.matters_y - 5 if is_above else line.matters_y + 14
    if y < 12 or y > frame.y1 - 1:
        y = line.matters_y + 14 if is_above else line.matters_y - 5
    return format_html(
        '{}<text class="outcome-name" x="{}" y="{}">{}</text>',
        _dashes(line, frame),
        frame.left + 6,
        round(y, 1),
        _("change that matters"),
    )


def _thin(line: Line) -> SafeString:
    dots = " ".join(f"M{dot.x:g},{dot.y:g} h0" for dot in line.dots)
    return format_html(
        '<path class="outcome-thin" d="{}"/><path class="outcome-thin-dots" d="{}"/>', line.path, dots
    )


def _labels(lines: Sequence[Line], frame: Frame) -> SafeString:
    """The latest score of the main line, and the letter of each activity, at the end of its line."""
    texts = [number(lines[0].series.latest.value), *map(letter, range(len(lines) - 1))]
    ends = [line.dots[-1] for line in lines]
    at: dict[float, list[int]] = {}
    for place, dot in enumerate(ends):
        at.setdefault(dot.x, []).append(place)
    heights = [0.0] * len(lines)
    for places in at.values():
        found = spread([ends[place].y for place in places], LABEL_GAP, frame.top, frame.y1)
        for place, height in zip(places, found, strict=True):
            heights[place] = height
    return format_html_join(
        "",
        '<text class="{}" x="{}" y="{}">{}</text>',
        (
            ("outcome-letter" if place else "outcome-latest", ends[place].x + 9, heights[place] + 4, text)
            for place, text in enumerate(texts)
        ),
    )


def letter(place: int) -> str:
    """Return the letter of an activity: A, B, …, Z, A1."""
    return chr(ord("A") + place % 26) + (str(place // 26) if place >= 26 else "")


def _bar(bar: Bar, frame: Frame) -> SafeString:
    room = (bar.label_x if bar.label_is_end else frame.width - bar.label_x) - (
        frame.left if bar.label_is_end else 8
    )
    most = int(room / LETTER)
    label = bar.course.label if len(bar.course.label) <= most else bar.course.label[: most - 1] + "…"
    arrow = (
        format_html(
            '<path class="outcome-bar-goes-on" d="M{},{} l9,{} l-9,{} Z"/>',
            bar.x + bar.width,
            bar.y + 8,
            BAR_HEIGHT / 2,
            BAR_HEIGHT / 2,
        )
        if bar.is_open
        else ""
    )
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}">{}</text>'
        '<rect class="outcome-bar" x="{}" y="{}" width="{}" height="{}" rx="2"/>{}',
        bar.label_x,
        bar.y + 2,
        "end" if bar.label_is_end else "start",
        label,
        bar.x,
        bar.y + 8,
        bar.width,
        BAR_HEIGHT,
        arrow,
    )


def _marks(dots: Iterable[Dot]) -> SafeString:
    """A ring for each; a diamond where the change matters, a triangle where it is worse by as much."""
    # Numbers and our own words only: nothing in it needs escaping, and there may be hundreds.
    return mark_safe("".join(map(_mark, dots)))  # noqa: S308


def _mark(dot: Dot) -> str:
    if dot.point.verdict == BETTER:
        return f'<path class="outcome-better" d="M{dot.x:g},{dot.y - 7:g} l7,7 l-7,7 l-7,-7 Z"/>'
    if dot.point.verdict == WORSE:
        return f'<path class="outcome-worse" d="M{dot.x:g},{dot.y - 6:g} l6.5,11 h-13 Z"/>'
    return f'<circle class="outcome-dot" cx="{dot.x:g}" cy="{dot.y:g}" r="4"/>'
