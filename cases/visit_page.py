"""What the visit page shows: the catalogue's signs in the groups of the consulting room."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import Finding
from cases.screening import Catalogue, Sign, load_catalogue

CHILD_AGE = 17

# The order of the consulting room: what could be dangerous first, then head to toe.
RED_FLAG_GROUPS: dict[str, Any] = {
    "cauda_equina": _("Bladder, bowel, saddle area and both legs"),
    "red_flag_questions": _("Illness, injury and bones"),
    "red_flag_tests": _("Weakness, pulses and sensation"),
    "red_flag_more": _("Ask when one of these fits"),
}
FINDING_GROUPS: dict[str, Any] = {
    "story": _("The story"),
    "pain_pattern": _("Where the pain goes and what changes it"),
    "pain_on_walking": _("Pain on walking and standing"),
    "walking": _("Gait and posture"),
    "power": _("Power"),
    "sensation_and_reflexes": _("Sensation and reflexes"),
    "nerve_tension": _("Nerve tension tests"),
    "back": _("Back"),
    "hip": _("Hip"),
    "foot_and_ankle": _("Foot and ankle"),
    "circulation_and_skin": _("Circulation, skin and diabetes"),
    "wider_nervous_system": _("Wider nervous system"),
    "child": _("Children under 17"),
}


@dataclass(frozen=True)
class SignRow:
    """One sign with its answer on this visit: "yes", "no" or "" for not asked."""

    sign: Sign
    answer: str
    finding: Finding | None


@dataclass(frozen=True)
class SignGroup:
    """A titled group of signs on the page."""

    key: str
    title: Any
    rows: list[SignRow]
    is_screen: bool

    @property
    def answered(self) -> int:
        """How many of its signs were asked."""
        return sum(1 for row in self.rows if row.answer)

    @property
    def found(self) -> int:
        """How many of its signs are present."""
        return sum(1 for row in self.rows if row.answer == "yes")


def page_group(sign: Sign) -> str:
    """Return the key of the page's group in which the sign stands."""
    if sign.answers in ("cauda_equina", "red_flag_questions"):
        is_core = sign.screen or sign.answers == "cauda_equina"
        return sign.answers if is_core else "red_flag_more"
    return "red_flag_tests" if sign.screen else sign.answers


@lru_cache(maxsize=4)
def _signs_by_group(catalogue_version: str) -> dict[str, list[Sign]]:
    groups: dict[str, list[Sign]] = {key: [] for key in (*RED_FLAG_GROUPS, *FINDING_GROUPS)}
    for sign in load_catalogue().signs.values():
        groups[page_group(sign)].append(sign)
    return groups


def group_codes(key: str) -> list[str]:
    """Return the codes of one group. Raises KeyError for an unknown group."""
    return [sign.code for sign in _signs_by_group(load_catalogue().version)[key]]


def sign_rows(codes: Iterable[str], findings: Iterable[Finding]) -> list[SignRow]:
    """Return the rows of the signs named, in the order named."""
    by_sign = _findings_by_sign(findings)
    signs = load_catalogue().signs
    return [_row(signs[code], by_sign.get(code)) for code in codes]


def _findings_by_sign(findings: Iterable[Finding]) -> dict[str, Finding]:
    by_sign: dict[str, Finding] = {}
    for finding in findings:
        if finding.sign not in by_sign or finding.present:
            by_sign[finding.sign] = finding
    return by_sign


def _row(sign: Sign, finding: Finding | None) -> SignRow:
    answer = "" if finding is None else "yes" if finding.present else "no"
    return SignRow(sign, answer, finding)


def sign_groups(
    findings: Iterable[Finding], age: int | None, *, only: Iterable[str] | None = None
) -> list[SignGroup]:
    """Return the groups of the page in order, or those named in `only`.

    The children's group is left out for somebody known to be 17 or older.
    """
    by_sign = _findings_by_sign(findings)
    titles = RED_FLAG_GROUPS | FINDING_GROUPS
    wanted = titles if only is None else [key for key in titles if key in set(only)]
    groups = _signs_by_group(load_catalogue().version)
    return [
        SignGroup(
            key=key,
            title=titles[key],
            rows=[_row(sign, by_sign.get(sign.code)) for sign in groups[key]],
            is_screen=key in RED_FLAG_GROUPS,
        )
        for key in wanted
        if not (key == "child" and age is not None and age >= CHILD_AGE)
    ]


def labels(codes: Iterable[str], catalogue: Catalogue | None = None) -> list[tuple[str, str]]:
    """Return (code, label) for each code, in the order given."""
    signs = (catalogue or load_catalogue()).signs
    return [(code, signs[code].label) for code in codes if code in signs]
