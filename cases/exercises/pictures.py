"""Poses as data: where the joints are.

A body is given by the angles of its limbs and one point that is fixed; a foot seen close by how it
stands. Angles are in degrees, 0 to the right and 90 up; lengths are in units of a panel, which is
160 wide and 150 high, with y downwards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

WIDTH, HEIGHT = 160, 150
LENGTHS = {"trunk": 42, "head": 15, "thigh": 35, "shank": 34, "foot": 13, "upper_arm": 21, "forearm": 20}

Point = tuple[float, float]
Line = tuple[Point, ...]


def point_from(start: Point, length: float, angle: float) -> Point:
    """Return the point at this distance and angle."""
    return start[0] + length * cos(radians(angle)), start[1] - length * sin(radians(angle))


@dataclass(frozen=True, slots=True)
class Body:
    """A person. `anchor` names the joint that is at `at`: hip, neck, or toe or ankle of a leg.

    Legs are (thigh, shank, foot) and arms (upper arm, forearm), near ones before far ones. `bend` is how
    far the back bows out of its straight line, to the left as seen from the hip.
    """

    at: Point
    anchor: str
    trunk: float
    head: float
    legs: tuple[tuple[float, float, float], ...]
    arms: tuple[tuple[float, float], ...]
    bend: float = 0


@dataclass(frozen=True, slots=True)
class Foot:
    """A foot from close by, from the side. `at` is the ankle; `turn` how far the toes are up.

    `toes` is how far the toes alone are up, `arch` how high the arch is (0 flat), `shank` its angle.
    """

    at: Point
    turn: float = 0
    toes: float = 0
    arch: float = 6
    shank: float = 90


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing around the body: its `kind` says how it is drawn, `points` where."""

    kind: str
    points: Line


@dataclass(frozen=True, slots=True)
class Pose:
    """One panel: a person or a foot, the things around, and arrows of the movement."""

    body: Body | None = None
    foot: Foot | None = None
    things: tuple[Thing, ...] = ()
    arrows: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """One or two poses, start and end, and the same in words."""

    alt: str
    poses: tuple[Pose, ...]


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A body's lines, as they are drawn: what is far first."""

    head: Point
    trunk: Line
    near: tuple[Line, ...]
    far: tuple[Line, ...]


def skeleton_of(body: Body) -> Skeleton:
    """Return the lines of a body. Raises ValueError for an anchor that is none of its joints."""
    placed = _placed((0, 0), body)
    fixed = _joints(placed)
    if body.anchor not in fixed:
        raise ValueError(f"{body.anchor} is no joint of this body")
    x, y = fixed[body.anchor]
    return _placed((body.at[0] - x, body.at[1] - y), body)


def _placed(hip: Point, body: Body) -> Skeleton:
    neck = point_from(hip, LENGTHS["trunk"], body.trunk)
    shoulder = point_from(hip, LENGTHS["trunk"] - 3, body.trunk)
    limbs = [_leg(hip, leg) for leg in body.legs], [_arm(shoulder, arm) for arm in body.arms]
    return Skeleton(
        head=point_from(neck, LENGTHS["head"], body.head),
        trunk=_bent(hip, neck, body.trunk, body.bend),
        near=tuple(lines[0] for lines in limbs if lines),
        far=tuple(line for lines in limbs for line in lines[1:]),
    )


def _leg(hip: Point, angles: tuple[float, float, float]) -> Line:
    knee = point_from(hip, LENGTHS["thigh"], angles[0])
    ankle = point_from(knee, LENGTHS["shank"], angles[1])
    return hip, knee, ankle, point_from(ankle, LENGTHS["foot"], angles[2])


def _arm(shoulder: Point, angles: tuple[float, float]) -> Line:
    elbow = point_from(shoulder, LENGTHS["upper_arm"], angles[0])
    return shoulder, elbow, point_from(elbow, LENGTHS["forearm"], angles[1])


def _bent(hip: Point, neck: Point, angle: float, bend: float) -> Line:
    if not bend:
        return hip, neck
    middle = ((hip[0] + neck[0]) / 2, (hip[1] + neck[1]) / 2)
    return hip, point_from(middle, bend, angle + 90), neck


def _joints(skeleton: Skeleton) -> dict[str, Point]:
    legs = [line for line in (*skeleton.near, *skeleton.far) if len(line) == 4]
    joints = {"hip": skeleton.trunk[0], "neck": skeleton.trunk[-1]}
    for name, leg in zip(("near", "far"), legs, strict=False):
        joints |= {f"{name}_knee": leg[1], f"{name}_ankle": leg[2], f"{name}_toe": leg[3]}
    return joints


# A foot that stands flat, the ankle at (0, 0): how it goes round from the back of the leg to its front.
_LEG_BACK = ((-17, -70), (-13, -30))
_HEEL = ((-20, 6), (-23, 19), (-14, 27), (0, 27))
_BALL = ((38, 27), (50, 27))
_TOE = ((67, 27), (73, 20), (66, 14))
_TOP = ((47, 12), (24, -4))
_LEG_FRONT = ((13, -30), (14, -70))
_TOE_JOINT = (48, 20)


def outline_of(foot: Foot) -> Line:
    """Return the points that the outline of a foot goes through, open at the leg."""
    arch = ((20, 27 - foot.arch),)
    toes = tuple(_turned(point, _TOE_JOINT, foot.toes) for point in _TOE)
    lower = tuple(_turned(one, (0, 0), foot.turn) for one in (*_HEEL, *arch, *_BALL, *toes, *_TOP))
    back, front = (
        tuple(_turned(one, (0, 0), foot.shank - 90) for one in leg) for leg in (_LEG_BACK, _LEG_FRONT)
    )
    return tuple((foot.at[0] + x, foot.at[1] + y) for x, y in (*back, *lower, *front))


def _turned(point: Point, about: Point, degrees: float) -> Point:
    x, y = point[0] - about[0], point[1] - about[1]
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return about[0] + x * c + y * s, about[1] - x * s + y * c


THINGS = {
    "floor": 2,
    "wall": 2,
    "box": 2,
    "mat": 2,
    "rod": 2,
    "band": 2,
    "towel": 2,
    "wheel": 2,
    "ring": 2,
    "toe": 2,
    "limb": 2,
    "far_limb": 2,
    "torso": 2,
    "skin": 3,
    "head": 1,
}

# A circle: its middle and a point on its edge at the same height.
ROUND = frozenset({"wheel", "ring", "toe"})


def read_picture(data: Mapping[str, Any]) -> Picture:
    """Return the picture that the data describe. Raises KeyError, TypeError, ValueError."""
    poses = tuple(_pose(one) for one in data["pose"])
    if not 1 <= len(poses) <= 2:
        raise ValueError("a picture has one pose or two")
    return Picture(alt=str(data["alt"]), poses=poses)


def _pose(data: Mapping[str, Any]) -> Pose:
    if unknown := data.keys() - {"body", "foot", "things", "arrows"}:
        raise ValueError(f"a pose has no {', '.join(sorted(unknown))}")
    body, foot = data.get("body"), data.get("foot")
    pose = Pose(
        body=_body(body) if body else None,
        foot=Foot(**{**foot, "at": _point(foot["at"])}) if foot else None,
        things=tuple(_thing(one) for one in data.get("things", ())),
        arrows=tuple(_line(one) for one in data.get("arrows", ())),
    )
    if pose.body:
        skeleton_of(pose.body)
    return pose


def _body(data: Mapping[str, Any]) -> Body:
    return Body(
        **{
            **data,
            "at": _point(data["at"]),
            "legs": tuple((thigh, shank, foot) for thigh, shank, foot in data["legs"]),
            "arms": tuple((upper, lower) for upper, lower in data["arms"]),
        }
    )


def _thing(data: list[Any]) -> Thing:
    kind, *points = data
    if kind not in THINGS or len(points) < THINGS[kind]:
        raise ValueError(f"{kind} is nothing that can be drawn so")
    return Thing(kind, _line(points))


def _line(points: list[list[float]]) -> Line:
    return tuple(_point(one) for one in points)


def _point(data: list[float]) -> Point:
    x, y = data
    return float(x), float(y)


def points_of(pose: Pose) -> Iterator[Point]:
    """Yield every point of a pose, so that a test can see that it stays in its panel."""
    if pose.body:
        skeleton = skeleton_of(pose.body)
        yield skeleton.head
        for line in (skeleton.trunk, *skeleton.near, *skeleton.far):
            yield from line
    if pose.foot:
        yield from outline_of(pose.foot)
    for thing in pose.things:
        yield from _reach(thing)
    for arrow in pose.arrows:
        yield from arrow


def _reach(thing: Thing) -> Line:
    if thing.kind not in ROUND:
        return thing.points
    (x, y), (edge, _) = thing.points[:2]
    radius = abs(edge - x)
    return (x - radius, y - radius), (x + radius, y + radius)
