"""What the visit page shows: the catalogue's signs in the groups of the consulting room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases import measures
from cases.choices import Side
from cases.measures import TABLE_OF, TABLES, TESTS, Cell, Test
from cases.models import Finding
from cases.progress import Earlier, day_words
from cases.screening import Catalogue, Sign, load_catalogue

CHILD_AGE = 17
NOTHING: Mapping[str, str] = {}

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
    measures.NEUROLOGY: measures.TITLES[measures.NEUROLOGY],
    "power": _("Weakness and foot drop"),
    "sensation_and_reflexes": _("Other nerve signs"),
    "back": _("Back"),
    measures.HIP: measures.TITLES[measures.HIP],
    "hip": _("Hip: pain and daily life"),
    "foot_and_ankle": _("Foot and ankle"),
    "circulation_and_skin": _("Circulation, skin and diabetes"),
    "wider_nervous_system": _("Wider nervous system"),
    "child": _("Children under 17"),
}


@dataclass(frozen=True)
class SignRow:
    """One sign with its answer on this visit: "yes", "no" or "" for not asked.

    `was` is what the last signed visit recorded of it, in words. `cells` are its left and right side
    where the sign stands in a table.
    """

    sign: Sign
    answer: str
    finding: Finding | None
    was: str = ""
    cells: tuple[Cell, ...] = ()
    is_without_side: bool = False

    @property
    def test(self) -> Test | None:
        """The row of its table, or None."""
        return TESTS.get(self.sign.code)

    @property
    def note(self) -> str:
        """What was noted with it."""
        return self.finding.note if self.finding else ""


@dataclass(frozen=True)
class SignGroup:
    """A titled group of signs on the page."""

    key: str
    title: Any
    rows: list[SignRow]
    is_screen: bool

    @property
    def is_table(self) -> bool:
        """Whether it is shown with the left beside the right."""
        return self.key in TABLES

    @property
    def answered(self) -> int:
        """How many of its signs were asked."""
        return sum(1 for row in self.rows if row.answer)

    @property
    def found(self) -> int:
        """How many of its signs are present."""
        return sum(1 for row in self.rows if row.answer == "yes")

    @property
    def has_copies(self) -> bool:
        """Whether the last visit answered something here that may be taken over and is still open."""
        return not self.is_screen and any(
            row.was and not row.answer and not measures.warns(row.sign) for row in self.rows
        )

    @property
    def parts(self) -> list[tuple[Any, list[SignRow]]]:
        """The rows of a table under the headings of its parts."""
        rows = {row.sign.code: row for row in self.rows}
        parts = [
            (part.title, [rows[test.code] for test in part.tests if test.code in rows])
            for part in TABLES[self.key]
        ]
        return [(title, rows) for title, rows in parts if rows]


def page_group(sign: Sign) -> str:
    """Return the key of the page's group in which the sign stands."""
    if sign.answers in ("cauda_equina", "red_flag_questions"):
        is_core = sign.screen or sign.answers == "cauda_equina"
        return sign.answers if is_core else "red_flag_more"
    if sign.screen:
        return "red_flag_tests"
    return TABLE_OF.get(sign.code, sign.answers)


@lru_cache(maxsize=4)
def _signs_by_group(catalogue_version: str) -> dict[str, list[Sign]]:
    groups: dict[str, list[Sign]] = {key: [] for key in (*RED_FLAG_GROUPS, *FINDING_GROUPS)}
    for sign in load_catalogue().signs.values():
        groups.setdefault(page_group(sign), []).append(sign)
    for key in TABLES:
        order = list(TESTS)
        groups[key].sort(key=lambda sign: order.index(sign.code))
    return groups


def group_codes(key: str) -> list[str]:
    """Return the codes of one group. Raises KeyError for an unknown group."""
    return [sign.code for sign in _signs_by_group(load_catalogue().version)[key]]


def sign_rows(
    codes: Iterable[str], findings: Iterable[Finding], was: Mapping[str, str] = NOTHING
) -> list[SignRow]:
    """Return the rows of the signs named, in the order named."""
    by_sign = _by_sign(findings)
    signs = load_catalogue().signs
    return [_row(signs[code], by_sign.get(code, []), was.get(code, "")) for code in codes]


def _by_sign(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    by_sign: dict[str, list[Finding]] = {}
    for finding in findings:
        by_sign.setdefault(finding.sign, []).append(finding)
    return by_sign


def _row(sign: Sign, findings: list[Finding], was: str = "") -> SignRow:
    finding = next((one for one in findings if one.present), findings[0] if findings else None)
    answer = "" if finding is None else "yes" if finding.present else "no"
    if sign.code not in TESTS:
        return SignRow(sign, answer, finding, was)
    return SignRow(sign, answer, finding, was, measures.cells(findings), measures.is_without_side(findings))


def sign_groups(
    findings: Iterable[Finding],
    age: int | None,
    *,
    only: Iterable[str] | None = None,
    was: Mapping[str, str] = NOTHING,
) -> list[SignGroup]:
    """Return the groups of the page in order, or those named in `only`.

    The children's group is left out for somebody known to be 17 or older. `was` is what the last
    signed visit said, by sign (see `previous`).
    """
    by_sign = _by_sign(findings)
    titles = RED_FLAG_GROUPS | FINDING_GROUPS
    wanted = titles if only is None else [key for key in titles if key in set(only)]
    groups = _signs_by_group(load_catalogue().version)
    return [
        SignGroup(
            key=key,
            title=titles[key],
            rows=[_row(sign, by_sign.get(sign.code, []), was.get(sign.code, "")) for sign in groups[key]],
            is_screen=key in RED_FLAG_GROUPS,
        )
        for key in wanted
        if not (key == "child" and age is not None and age >= CHILD_AGE)
    ]


def found_groups(findings: Iterable[Finding]) -> list[SignGroup]:
    """Return what a signed visit recorded, group by group: a row for each finding, tables by sign."""
    by_sign = _by_sign(findings)
    groups = []
    for group in sign_groups((), None):
        rows = [
            found
            for row in group.rows
            for found in _found(row.sign, by_sign.get(row.sign.code, []), group.is_table)
        ]
        if rows:
            groups.append(SignGroup(group.key, group.title, rows, group.is_screen))
    return groups


def _found(sign: Sign, findings: list[Finding], is_table: bool) -> list[SignRow]:
    if is_table:
        return [_row(sign, findings)] if findings else []
    return [_row(sign, [one]) for one in findings]


def previous(last: Sequence[Earlier], seen_on: date) -> dict[str, str]:
    """Return by sign what an earlier visit recorded, such as "3 Mar: yes, left, MRC 4"."""
    said: dict[str, list[str]] = {}
    for one in last:
        said.setdefault(one.sign, []).append(_said(one))
    return {
        sign: f"{day_words(last[0].seen_on, seen_on)}: {'; '.join(words)}" for sign, words in said.items()
    }


def _said(one: Earlier) -> str:
    measured = [
        _now("MRC %(grade)s") % {"grade": one.mrc_grade} if one.mrc_grade is not None else "",
        f"{one.degrees}°" if one.degrees is not None else "",
        f"{one.millimetres} mm" if one.millimetres is not None else "",
    ]
    answer = _now("yes") if one.present else _now("no")
    side = str(Side(one.side).label).lower() if one.side else ""
    return ", ".join(filter(None, (answer, side, *measured)))


def labels(codes: Iterable[str], catalogue: Catalogue | None = None) -> list[tuple[str, str]]:
    """Return (code, label) for each code, in the order given."""
    signs = (catalogue or load_catalogue()).signs
    return [(code, signs[code].label) for code in codes if code in signs]
