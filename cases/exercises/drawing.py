"""Pictures of exercises as SVG: a figure with round limbs, start and end, and an arrow of the movement.

Colours are presentation attributes in `currentColor`, so that a page's own text colour draws them.
"""

from functools import lru_cache
from math import atan2, cos, radians, sin
from xml.sax.saxutils import quoteattr

from .pictures import ROUND, WIDTH, Line, Picture, Point, Pose, Thing, outline_of, points_of, skeleton_of

GAP = 16
LOWEST = 90
# Width of the stroke and how dark it is.
_STROKES = {
    "floor": (2.5, 0.55),
    "wall": (3, 0.55),
    "box": (2.5, 0.6),
    "mat": (2, 0.45),
    "rod": (3, 0.6),
    "band": (3, 0.9),
    "towel": (3, 0.6),
    "wheel": (2.5, 0.6),
    "ring": (2.5, 0.6),
    "toe": (4, 1),
    "limb": (7, 1),
    "far_limb": (6, 0.4),
    "torso": (10, 1),
    "skin": (4, 1),
}


@lru_cache(maxsize=256)
def picture_svg(picture: Picture, ink: str = "currentColor", accent: str = "currentColor") -> str:
    """Return the picture as a whole SVG, with its words as the text alternative.

    `accent` draws the arrows, which also have the class "movement".
    """
    width = WIDTH if len(picture.poses) == 1 else 2 * WIDTH + GAP
    top, height = _window(picture)
    panels = [_panel(pose, accent) for pose in picture.poses]
    inside = panels[0]
    if len(panels) == 2:
        inside += _between(top + height / 2) + f'<g transform="translate({WIDTH + GAP} 0)">{panels[1]}</g>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {_n(top)} {width} {_n(height)}" role="img"'
        f' aria-label={quoteattr(picture.alt)} class="exercise-picture" color={quoteattr(ink)}>'
        f'<g fill="none" stroke={quoteattr(ink)} stroke-linecap="round" stroke-linejoin="round">'
        f"{inside}</g></svg>"
    )


def _panel(pose: Pose, accent: str) -> str:
    parts = [_thing(one) for one in pose.things if one.kind not in ("band", "limb", "head")]
    if pose.body:
        skeleton = skeleton_of(pose.body)
        parts += [_stroke(line, 6, 0.4) for line in skeleton.far]
        parts.append(_stroke(skeleton.trunk, 10, 1, smooth=True))
        parts += [_stroke(line, 7, 1) for line in skeleton.near]
        parts.append(_head(skeleton.head))
    if pose.foot:
        parts.append(_skin(outline_of(pose.foot)))
    parts += [_thing(one) for one in pose.things if one.kind in ("band", "limb", "head")]
    parts += [_arrow(line, accent) for line in pose.arrows]
    return "".join(parts)


def _thing(thing: Thing) -> str:
    if thing.kind == "head":
        return _head(thing.points[0])
    if thing.kind in ROUND:
        return _circle(thing)
    if thing.kind == "skin":
        return _skin(thing.points)
    width, opacity = _STROKES[thing.kind]
    closed = thing.kind in ("box", "mat")
    return _stroke(thing.points, width, opacity, closed=closed, smooth=thing.kind == "towel")


def _circle(thing: Thing) -> str:
    (x, y), (edge, _) = thing.points[:2]
    width, opacity = _STROKES[thing.kind]
    return (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(abs(edge - x))}" stroke-width="{width}"'
        f' stroke-opacity="{opacity}"/>'
    )


def _head(at: Point) -> str:
    return f'<circle cx="{_n(at[0])}" cy="{_n(at[1])}" r="9.5" fill="currentColor" stroke="none"/>'


def _stroke(line: Line, width: float, opacity: float, *, closed: bool = False, smooth: bool = False) -> str:
    path = (_smooth(line) if smooth else _straight(line)) + (" Z" if closed else "")
    shade = "" if opacity == 1 else f' stroke-opacity="{opacity}"'
    return f'<path d="{path}" stroke-width="{width}"{shade}/>'


def _skin(line: Line) -> str:
    return f'<path d="{_smooth(line)}" stroke-width="4" fill="currentColor" fill-opacity="0.1"/>'


def _arrow(line: Line, accent: str) -> str:
    """A line with a head, its direction that of the last piece."""
    (x, y), (tip_x, tip_y) = line[-2:]
    back = atan2(y - tip_y, x - tip_x)
    barbs = [(tip_x + 8 * cos(back + turn), tip_y + 8 * sin(back + turn)) for turn in map(radians, (32, -32))]
    head = _straight((barbs[0], (tip_x, tip_y), barbs[1]))
    return f'<path class="movement" d="{_smooth(line)} {head}" stroke={quoteattr(accent)} stroke-width="3"/>'


def _window(picture: Picture) -> tuple[float, float]:
    """Return the top and the height of what is shown, so that lying figures are not small."""
    heights = [y for pose in picture.poses for _, y in points_of(pose)]
    top, bottom = min(heights) - 13, max(heights) + 6
    height = max(bottom - top, LOWEST)
    return bottom - height, height


def _between(y: float) -> str:
    x = WIDTH + GAP / 2
    return _stroke(((x - 4, y - 9), (x + 5, y), (x - 4, y + 9)), 3, 0.55)


def _straight(line: Line) -> str:
    return "M" + " L".join(f"{_n(x)},{_n(y)}" for x, y in line)


def _smooth(line: Line) -> str:
    """A curve through the points (Catmull-Rom, as cubic pieces)."""
    if len(line) == 2:
        return _straight(line)
    points = (line[0], *line, line[-1])
    path = [f"M{_n(line[0][0])},{_n(line[0][1])}"]
    for before, start, end, after in zip(points, points[1:], points[2:], points[3:], strict=False):
        first = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        second = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        path.append(" ".join(f"{_n(x)},{_n(y)}" for x, y in (first, second, end)))
    return " C".join(path)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
