"""The regions of the body chart: their codes, their words, and where each can be tapped.

No query and no clock. A region's code is a place with the patient's own side: `left_heel`. Codes are
kept in the record and never change their meaning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases.choices import Sensation, Side

LETTERS = {Sensation.PAIN: "P", Sensation.NUMBNESS: "N", Sensation.TINGLING: "T"}

# What is seen from where, in the order of the page: from the back down to the toes.
VIEWS: dict[str, Any] = {
    "back": _("Back"),
    "front": _("Front"),
    "top": _("Top of the foot"),
    "sole": _("Sole"),
    "inner": _("Inner side"),
    "outer": _("Outer side"),
}
PLACES: dict[str, dict[str, Any]] = {
    "back": {
        "lower_back": _("lower back"),
        "buttock": _("buttock"),
        "thigh_back": _("back of the thigh"),
        "knee_back": _("back of the knee"),
        "calf": _("calf"),
    },
    "front": {
        "groin": _("groin"),
        "outer_hip": _("outer hip"),
        "thigh_front": _("front of the thigh"),
        "knee_front": _("front of the knee"),
        "shin_front": _("shin"),
    },
    "top": {
        "big_toe_top": _("top of the big toe"),
        "toes_top": _("tops of the small toes"),
        "forefoot_top": _("top of the forefoot"),
        "midfoot_top": _("top of the midfoot"),
        "ankle_front": _("front of the ankle"),
    },
    "sole": {
        "big_toe_sole": _("underside of the big toe"),
        "toes_sole": _("undersides of the small toes"),
        "ball": _("ball of the foot"),
        "arch": _("arch"),
        "outer_sole": _("outer sole"),
        "heel": _("heel, underneath"),
    },
    "inner": {
        "inner_shin": _("inner shin"),
        "inner_ankle": _("inner ankle"),
        "inner_heel": _("inner heel"),
        "inner_midfoot": _("inner midfoot"),
        "big_toe_joint": _("big-toe joint, inner side"),
    },
    "outer": {
        "outer_shin": _("outer shin"),
        "outer_ankle": _("outer ankle"),
        "outer_heel": _("outer heel"),
        "outer_midfoot": _("outer midfoot"),
        "little_toe_joint": _("little-toe joint, outer side"),
        "achilles": _("Achilles tendon"),
    },
}
# Lies across both sides.
MIDDLE: dict[str, dict[str, Any]] = {"back": {"mid_back": _("middle of the back")}}
SIDES = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True)
class Region:
    """One region: a place on a side, or across both. `view` is the picture it is listed under."""

    code: str
    place: Any
    side: str
    view: str

    @property
    def words(self) -> str:
        """Its name in a sentence, such as "left heel, underneath"."""
        if not self.side:
            return str(self.place)
        if self.side == Side.LEFT:
            return _now("left %(place)s") % {"place": self.place}
        return _now("right %(place)s") % {"place": self.place}

    @property
    def label(self) -> str:
        """Its name in a list, such as "Left heel, underneath"."""
        return self.words[:1].upper() + self.words[1:]


def _regions() -> Iterable[Region]:
    for view, places in PLACES.items():
        for code, place in MIDDLE.get(view, {}).items():
            yield Region(code, place, "", view)
        for code, place in places.items():
            for side in SIDES:
                yield Region(f"{side.value}_{code}", place, side.value, view)


REGIONS: dict[str, Region] = {region.code: region for region in _regions()}


def in_words(marks: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return for each sensation that is marked the names of its regions, from the back down.

    `marks` are pairs of region and sensation. A region that is no longer drawn keeps its code's words.
    """
    order = {code: place for place, code in enumerate(REGIONS)}
    by_sensation: dict[str, list[str]] = {}
    for region, sensation in sorted(marks, key=lambda mark: (order.get(mark[0], len(order)), mark)):
        words = REGIONS[region].words if region in REGIONS else region.replace("_", " ")
        by_sensation.setdefault(sensation, []).append(words)
    return {one: by_sensation[one] for one in Sensation.values if one in by_sensation}


def letters(sensations: Iterable[str]) -> str:
    """Return the letters of what is felt in one region, such as "PN"."""
    felt = set(sensations)
    return "".join(letter for sensation, letter in LETTERS.items() if sensation.value in felt)
