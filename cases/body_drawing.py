"""The pictures of the body chart: outlines, the regions cut out of them, and the nerve strips.

Each picture is drawn for the half on the viewer's right and mirrored for the other. Coordinates are
absolute "x,y" pairs. The regions are plain shapes clipped to the outline, so that they always fit.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from cases.choices import Side

_PAIR = re.compile(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Shape:
    """A region's shape in one picture, with the point of its letters."""

    region: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Strip:
    """Where a nerve root is felt, with the point of its name."""

    root: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Caption:
    """The side that a picture or half of one shows; the patient's own."""

    side: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """One picture of a view.

    `fills` are closed outlines, `lines` what is drawn of them, `details` what helps to recognise it.
    """

    key: str
    view: str
    width: int
    height: int
    fills: tuple[str, ...]
    lines: tuple[str, ...]
    captions: tuple[Caption, ...]
    shapes: tuple[Shape, ...] = field(default=())
    strips: tuple[Strip, ...] = field(default=())
    details: tuple[str, ...] = field(default=())


# place or root: path and point, drawn on the viewer's right
Half = dict[str, tuple[str, float, float]]


def _mirror(path: str, axis: float) -> str:
    return _PAIR.sub(lambda pair: f"{2 * axis - float(pair[1]):g},{pair[2]}", path)


def _box(left: float, top: float, right: float, bottom: float) -> tuple[str, float, float]:
    path = f"M{left},{top} L{right},{top} L{right},{bottom} L{left},{bottom} Z"
    return path, (left + right) / 2, (top + bottom) / 2


def _oval(x: float, y: float, across: float, along: float) -> str:
    """An ellipse by four curves, which mirror by their points alone."""
    a, b = across * 0.552, along * 0.552
    return (
        f"M{x:g},{y - along:g} C{x + a:g},{y - along:g} {x + across:g},{y - b:g} {x + across:g},{y:g} "
        f"C{x + across:g},{y + b:g} {x + a:g},{y + along:g} {x:g},{y + along:g} "
        f"C{x - a:g},{y + along:g} {x - across:g},{y + b:g} {x - across:g},{y:g} "
        f"C{x - across:g},{y - b:g} {x - a:g},{y - along:g} {x:g},{y - along:g} Z"
    )


# ---- The body from the chest down, front and back ------------------------------------------------

AXIS = 70
_BODY = (
    "C113,44 109,66 108,88 C108,108 118,124 122,148 C125,178 123,204 120,226 C116,256 111,276 110,298 "
    "C113,320 116,338 111,362 C107,384 103,400 102,418 C102,426 107,430 109,438 C110,446 100,449 93,449 "
    "C86,449 84,444 86,436 C88,430 88,424 87,416 C88,396 81,376 80,352 C79,332 83,318 84,300 "
    "C82,272 77,238 73,196"
)
_BODY_FILL = f"M70,10 L113,10 {_BODY} L70,192 Z"
_BODY_LINES = (f"M113,10 {_BODY} L70,192",)
_FRONT: Half = {
    "groin": _box(70, 124, 97, 190),
    "outer_hip": _box(97, 124, 130, 190),
    "thigh_front": _box(70, 190, 130, 276),
    "knee_front": _box(70, 276, 130, 320),
    "shin_front": _box(70, 320, 130, 416),
}
_BACK: Half = {
    "lower_back": _box(70, 84, 130, 132),
    "buttock": _box(70, 132, 130, 200),
    "thigh_back": _box(70, 200, 130, 278),
    "knee_back": _box(70, 278, 130, 318),
    "calf": _box(70, 318, 130, 416),
}
_POINTS = {"thigh_front": 98, "thigh_back": 98, "knee_front": 97, "knee_back": 97, "shin_front": 96}
_POINTS |= {"calf": 96, "buttock": 96, "lower_back": 89, "outer_hip": 109, "groin": 84}
_BACK_DETAILS = ("M70,22 L70,126", "M73,196 C84,207 104,205 114,190", "M86,306 C92,310 102,310 108,305")
_FRONT_DETAILS = ("M88,294 C91,285 103,285 106,294", "M88,305 C91,312 103,312 106,305")
_FRONT_STRIPS: Half = {
    "L4": ("M96,296 L80,318 L74,372 L84,436 L93,436 L95,372 Z", 87, 352),
    "L5": ("M97,296 L112,300 L118,350 L108,424 L98,440 L97,372 Z", 105, 352),
}
_BACK_STRIPS: Half = {"S1": ("M84,414 L104,414 L110,450 L82,450 Z", 96, 432)}

# ---- A foot from above and from below, toes up ----------------------------------------------------

FOOT_AXIS = 120
_FOOT = (
    "M135,78 C128,92 129,106 133,122 C138,142 141,160 139,186 C137,214 143,243 166,245 "
    "C190,246 198,220 199,196 C201,166 217,142 219,114 C220,98 215,86 207,78 C197,68 178,60 160,61 "
    "C147,62 140,68 135,78 Z"
)
_BIG_TOE = _oval(150, 42, 15, 26)
_TOES = " ".join(
    _oval(x, y, across, along)
    for x, y, across, along in ((174, 40, 9, 20), (190, 48, 8, 18), (204, 59, 7.5, 15), (216, 74, 7, 12))
)
_TOP: Half = {
    "forefoot_top": _box(120, 56, 230, 124),
    "midfoot_top": _box(120, 124, 230, 186),
    "ankle_front": _box(120, 186, 230, 250),
    "big_toe_top": (_BIG_TOE, 150, 42),
    "toes_top": (_TOES, 190, 48),
}
_SOLE: Half = {
    "ball": _box(120, 56, 230, 124),
    "arch": _box(120, 124, 169, 190),
    "outer_sole": _box(169, 124, 230, 190),
    "heel": _box(120, 190, 230, 250),
    "big_toe_sole": (_BIG_TOE, 150, 42),
    "toes_sole": (_TOES, 190, 48),
}
_FOOT_POINTS = {"forefoot_top": 174, "midfoot_top": 169, "ankle_front": 168, "ball": 174}
_FOOT_POINTS |= {"arch": 154, "outer_sole": 187, "heel": 168}
_NAILS = (
    "M142,24 C143,16 157,16 158,24 L157,33 C152,35 148,35 143,33 Z",
    "M170,27 C171,22 177,22 178,27",
    "M187,36 C188,31 193,31 194,36",
    "M201,50 C202,46 206,46 207,50",
)
_CREASES = ("M138,66 C146,72 156,72 164,66", "M140,116 C160,128 190,126 212,104")
_TOP_STRIPS: Half = {
    "L5": ("M133,14 L182,18 L188,120 L178,200 L150,200 L146,120 Z", 166, 104),
    "S1": ("M198,62 L232,62 L232,140 L204,190 L196,248 L186,248 L190,180 L204,110 Z", 207, 140),
}
_SOLE_STRIPS: Half = {
    "L5": ("M130,14 L168,14 L166,72 L130,84 Z", 150, 66),
    "S1": ("M196,62 L232,62 L232,150 L206,252 L130,252 L130,200 L180,194 L190,130 Z", 196, 168),
}

# ---- A foot and the lower leg from the side, toes to the right ------------------------------------

_SIDE_AXIS = 80
_LEG_LINE = "C67,50 66,80 65,104 C68,124 88,134 108,146 C128,157 146,164 151,174 C155,184 149,191 138,192"
_INNER_SOLE = "C112,193 100,190 88,183 C74,176 60,184 48,192 C34,197 18,196 11,188"
_OUTER_SOLE = "C104,194 84,191 66,191 C48,194 20,197 11,188"
_BACK_LINE = "C4,178 7,160 14,147 C22,132 23,118 22,100 C20,66 14,40 18,10"
_INNER: Half = {
    "inner_shin": _box(0, 8, 90, 98),
    "inner_ankle": _box(0, 98, 74, 148),
    "inner_heel": _box(0, 148, 48, 200),
    "inner_midfoot": ("M74,98 L104,98 L104,200 L48,200 L48,148 L74,148 Z", 79, 161),
    "big_toe_joint": _box(104, 110, 160, 200),
}
_OUTER: Half = {
    "outer_shin": _box(41, 8, 90, 98),
    "achilles": ("M0,8 L41,8 L41,98 L36,148 L0,148 Z", 30, 84),
    "outer_ankle": ("M41,98 L74,98 L74,148 L36,148 Z", 56, 124),
    "outer_heel": _box(0, 148, 48, 200),
    "outer_midfoot": ("M74,98 L104,98 L104,200 L48,200 L48,148 L74,148 Z", 79, 161),
    "little_toe_joint": _box(104, 110, 160, 200),
}
_SIDE_POINTS = {"inner_shin": (44, 54), "inner_ankle": (45, 124), "inner_heel": (30, 172)}
_SIDE_POINTS |= {"outer_heel": (30, 172), "outer_shin": (54, 54), "big_toe_joint": (126, 176)}
_SIDE_POINTS |= {"little_toe_joint": (126, 176)}
_ANKLE_BONE = ("M38,120 C40,112 52,112 54,120 C54,128 50,132 46,132",)
_INNER_STRIPS: Half = {
    "L4": ("M26,8 L62,8 L58,100 L64,146 L30,146 L34,100 Z", 46, 80),
    "S1": ("M0,164 L44,164 L44,200 L0,200 Z", 24, 188),
    "L5": ("M112,140 L158,166 L158,196 L124,196 Z", 140, 180),
}
_OUTER_STRIPS: Half = {
    "L5": ("M42,8 L72,8 L66,104 L110,142 L96,156 L58,112 Z", 56, 76),
    "S1": ("M0,160 L60,158 L110,160 L158,172 L158,200 L0,200 Z", 84, 180),
}


def _halves(half: Half, axis: float, viewers_right: Side, points: Mapping[str, float]) -> tuple[Shape, ...]:
    viewers_left = Side.LEFT if viewers_right == Side.RIGHT else Side.RIGHT
    shapes = []
    for place, (path, x, y) in half.items():
        x = points.get(place, x)
        shapes.append(Shape(f"{viewers_right.value}_{place}", path, x, y))
        shapes.append(Shape(f"{viewers_left.value}_{place}", _mirror(path, axis), 2 * axis - x, y))
    return tuple(shapes)


def _strips(half: Half, axis: float) -> tuple[Strip, ...]:
    return tuple(
        strip
        for root, (path, x, y) in half.items()
        for strip in (Strip(root, path, x, y), Strip(root, _mirror(path, axis), 2 * axis - x, y))
    )


def _body(
    view: str,
    viewers_right: Side,
    half: Half,
    strips: Half,
    details: tuple[str, ...],
    middle: tuple[Shape, ...] = (),
) -> Drawing:
    viewers_left = Side.LEFT if viewers_right == Side.RIGHT else Side.RIGHT
    return Drawing(
        key=view,
        view=view,
        width=140,
        height=472,
        fills=(_BODY_FILL, _mirror(_BODY_FILL, AXIS)),
        lines=(*_BODY_LINES, *(_mirror(line, AXIS) for line in _BODY_LINES)),
        captions=(Caption(viewers_left, 44, 463), Caption(viewers_right, 96, 463)),
        shapes=(*middle, *_halves(half, AXIS, viewers_right, _POINTS)),
        strips=_strips(strips, AXIS),
        details=(*details, *(_mirror(line, AXIS) for line in details)),
    )


def _feet(view: str, viewers_right: Side, half: Half, strips: Half, details: tuple[str, ...]) -> Drawing:
    viewers_left = Side.LEFT if viewers_right == Side.RIGHT else Side.RIGHT
    outline = (_BIG_TOE, _TOES, _FOOT)
    both = (*outline, *(_mirror(path, FOOT_AXIS) for path in outline))
    return Drawing(
        key=view,
        view=view,
        width=240,
        height=270,
        fills=both,
        lines=both,
        captions=(Caption(viewers_left, 72, 261), Caption(viewers_right, 168, 261)),
        shapes=_halves(half, FOOT_AXIS, viewers_right, _FOOT_POINTS),
        strips=_strips(strips, FOOT_AXIS),
        details=(*details, *(_mirror(line, FOOT_AXIS) for line in details)),
    )


def _from_the_side(view: str, side: Side, *, toes_right: bool, half: Half, strips: Half) -> Drawing:
    sole = _INNER_SOLE if view == "inner" else _OUTER_SOLE
    line = f"M68,10 {_LEG_LINE} {sole} {_BACK_LINE}"

    def turned(path: str) -> str:
        return path if toes_right else _mirror(path, _SIDE_AXIS)

    def across(x: float) -> float:
        return x if toes_right else 2 * _SIDE_AXIS - x

    def placed(place: str, x: float, y: float) -> tuple[float, float]:
        x, y = _SIDE_POINTS.get(place, (x, y))
        return across(x), y

    return Drawing(
        key=f"{view}-{side.value}",
        view=view,
        width=160,
        height=220,
        fills=(turned(f"{line} Z"),),
        lines=(turned(line),),
        captions=(Caption(side, 80, 211),),
        shapes=tuple(
            Shape(f"{side.value}_{place}", turned(path), *placed(place, x, y))
            for place, (path, x, y) in half.items()
        ),
        strips=tuple(Strip(root, turned(path), across(x), y) for root, (path, x, y) in strips.items()),
        details=tuple(turned(line) for line in _ANKLE_BONE),
    )


@cache
def drawings() -> tuple[Drawing, ...]:
    """Return every picture, in the order of the views.

    From the front and on the soles the patient's left is on the viewer's right; from the back and
    from above it is on the viewer's left.
    """
    middle = Shape("mid_back", _box(10, 24, 130, 84)[0], 70, 56)
    side: Callable[..., Drawing] = _from_the_side
    return (
        _body("back", Side.RIGHT, _BACK, _BACK_STRIPS, _BACK_DETAILS, (middle,)),
        _body("front", Side.LEFT, _FRONT, _FRONT_STRIPS, _FRONT_DETAILS),
        _feet("top", Side.RIGHT, _TOP, _TOP_STRIPS, _NAILS),
        _feet("sole", Side.LEFT, _SOLE, _SOLE_STRIPS, _CREASES),
        side("inner", Side.RIGHT, toes_right=False, half=_INNER, strips=_INNER_STRIPS),
        side("inner", Side.LEFT, toes_right=True, half=_INNER, strips=_INNER_STRIPS),
        side("outer", Side.LEFT, toes_right=False, half=_OUTER, strips=_OUTER_STRIPS),
        side("outer", Side.RIGHT, toes_right=True, half=_OUTER, strips=_OUTER_STRIPS),
    )
