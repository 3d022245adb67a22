"""What is different from the last signed visit, in plain words. Pure: no query, no clock."""

from collections.abc import Iterable
from typing import Any

from cases.progress import BOTH, Earlier, Found
from cases.screening import Catalogue

ANSWER_WORDS = {True: "yes", False: "no"}
SIDE_WORDS = {("left",): "left", ("right",): "right", BOTH: "both sides"}
MEASURES = (("mrc_grade", "MRC ", " of 5"), ("degrees", "", "°"), ("millimetres", "", " mm"))

Row = Found | Earlier


def changes_since(previous: Iterable[Row], findings: Iterable[Row], catalogue: Catalogue) -> tuple[str, ...]:
    """Return a sentence for each answer that is not what it was, in the catalogue's order.

    Compared are yes and no, the sides, and the grades, degrees and millimetres of each side. A sign
    that was not asked at either visit has not changed.
    """
    before, now = _by_sign(previous), _by_sign(findings)
    order = {code: place for place, code in enumerate(catalogue.signs)}
    shared = sorted(before.keys() & now.keys(), key=lambda code: (order.get(code, len(order)), code))
    return tuple(
        f"{_label(code, catalogue)}: {said}."
        for code in shared
        for said in _differences(before[code], now[code])
    )


def _by_sign(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for one in rows:
        found.setdefault(one.sign, []).append(one)
    return found


def _label(code: str, catalogue: Catalogue) -> str:
    return catalogue.label(code) if code in catalogue.signs else code


def _differences(before: list[Row], now: list[Row]) -> list[str]:
    was, is_now = (any(one.present for one in rows) for rows in (before, now))
    if was != is_now:
        said = f"now {ANSWER_WORDS[is_now]}, was {ANSWER_WORDS[was]}"
        return [said, *_measured(before, now)]
    old, new = _sides(before), _sides(now)
    moved = [f"now {SIDE_WORDS[new]}, was {SIDE_WORDS[old]}"] if old and new and old != new else []
    return [*moved, *_measured(before, now)]


def _sides(rows: list[Row]) -> tuple[str, ...]:
    """The sides on which it is present, () when no side was said."""
    present = {one.side for one in rows if one.present}
    if "bilateral" in present:
        return BOTH
    return tuple(side for side in BOTH if side in present)


def _measured(before: list[Row], now: list[Row]) -> list[str]:
    said = []
    for name, prefix, unit in MEASURES:
        old, new = _values(before, name), _values(now, name)
        for side in sorted(old.keys() & new.keys()):
            if old[side] != new[side]:
                where = f"{side}, " if side else ""
                said.append(f"{where}now {prefix}{new[side]}{unit}, was {prefix}{old[side]}{unit}")
    return said


def _values(rows: list[Row], name: str) -> dict[str, Any]:
    """The measure of each side; one taken of both sides counts for either."""
    values: dict[str, Any] = {}
    for one in rows:
        value = getattr(one, name)
        if value is not None:
            values |= dict.fromkeys(BOTH if one.side == "bilateral" else (one.side,), value)
    return values
