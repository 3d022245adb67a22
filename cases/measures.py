"""The two tables of the visit page: nerves by root, and the hip, each test left beside right.

Pure of the database: from the catalogue and the findings of a visit to cells, and from cells to words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.choices import Side
from cases.models import Finding
from cases.screening import Sign

SIDES = (Side.LEFT, Side.RIGHT)
NORMAL_POWER = 5
NEUROLOGY, HIP = "neurology", "hip_tests"

# What the two answers of a test are called: (no, yes).
POWER = (_("Normal"), _("Weak"))
FEELING = (_("Normal"), _("Reduced"))
REFLEX = (_("Normal"), _("Reduced"))
TEST = (_("Negative"), _("Positive"))
MOVEMENT = (_("Full"), _("Limited"))


@dataclass(frozen=True)
class Limit:
    """The angle in degrees from which a source calls a movement limited."""

    degrees: int
    counts_itself: bool
    said: Any

    def is_limited(self, degrees: int) -> bool:
        """Return whether the source calls this angle limited."""
        return degrees < self.degrees or (self.counts_itself and degrees == self.degrees)


@dataclass(frozen=True)
class Test:
    """One row of a table: a sign that is tested on each side."""

    code: str
    name: Any
    words: tuple[Any, Any]
    limit: Limit | None = None


@dataclass(frozen=True)
class Part:
    """Some rows of a table under one heading."""

    title: Any
    tests: tuple[Test, ...]


NEUROLOGY_TABLE = (
    Part(
        _("L4"),
        (
            Test("knee_extension_weak", _("Knee extension (L3, L4)"), POWER),
            Test("dorsiflexion_weak", _("Ankle dorsiflexion (L4, L5)"), POWER),
            Test("heel_walk_weak", _("Heel walking (L4, L5)"), POWER),
            Test("sensory_loss_l4", _("Feeling, medial shin and ankle"), FEELING),
            Test("knee_reflex_reduced", _("Knee jerk"), REFLEX),
        ),
    ),
    Part(
        _("L5"),
        (
            Test("ehl_weak", _("Big-toe extension"), POWER),
            Test("inversion_weak", _("Inversion"), POWER),
            Test("hip_abduction_weak", _("Hip abduction"), POWER),
            Test("sensory_loss_l5", _("Feeling, top of foot and big toe"), FEELING),
        ),
    ),
    Part(
        _("S1"),
        (
            Test("eversion_weak", _("Eversion (L5, S1)"), POWER),
            Test("toe_walk_weak", _("Toe walking"), POWER),
            Test("single_heel_raise_unable", _("Single heel raise"), POWER),
            Test("sensory_loss_s1", _("Feeling, lateral foot and heel"), FEELING),
            Test("ankle_reflex_reduced", _("Ankle jerk"), REFLEX),
        ),
    ),
    Part(
        _("Nerve tension"),
        (
            Test("slr_positive", _("Straight-leg raise"), TEST),
            Test("crossed_slr_positive", _("Crossed straight-leg raise (side of the pain)"), TEST),
            Test("slump_positive", _("Slump"), TEST),
            Test("femoral_stretch_positive", _("Femoral stretch (L2 to L4)"), TEST),
        ),
    ),
)
HIP_TABLE = (
    Part(
        _("Movement"),
        (
            Test(
                "hip_flexion_limited",
                _("Flexion"),
                MOVEMENT,
                Limit(115, False, _("Under 115° is limited (Altman).")),
            ),
            Test(
                "hip_ir_limited",
                _("Internal rotation"),
                MOVEMENT,
                Limit(25, True, _("25° or less is limited (Sutlive); Altman’s limit is under 15°.")),
            ),
            Test("hip_adduction_limited", _("Adduction"), MOVEMENT),
            Test("thomas_positive", _("Thomas test, degrees short of flat"), TEST),
        ),
    ),
    Part(
        _("Tests that bring the pain on"),
        (
            Test("hip_ir_painful", _("Internal rotation painful"), TEST),
            Test("faber_positive", _("FABER"), TEST),
            Test("fadir_positive", _("FADIR"), TEST),
            Test("scour_positive", _("Hip scour"), TEST),
            Test("log_roll_positive", _("Log roll"), TEST),
            Test("trochanter_tender", _("Greater trochanter tender"), TEST),
            Test("resisted_hip_abduction_pain", _("Resisted abduction painful"), TEST),
            Test("single_leg_stance_pain", _("Pain on one leg within 30 seconds"), TEST),
            Test("piriformis_test_positive", _("Piriformis test"), TEST),
        ),
    ),
)
TABLES: dict[str, tuple[Part, ...]] = {NEUROLOGY: NEUROLOGY_TABLE, HIP: HIP_TABLE}
TITLES: dict[str, Any] = {
    NEUROLOGY: _("Nerves: power, feeling, reflexes and tension"),
    HIP: _("Hip: movement and tests"),
}
TESTS = {test.code: test for parts in TABLES.values() for part in parts for test in part.tests}
TABLE_OF = {test.code: key for key, parts in TABLES.items() for part in parts for test in part.tests}

# A red flag that only says how soon is no warning by itself.
_NO_WARNING = ("Routine", "Modifier", "Not a red flag")
# Their dates tell which came first.
_BEGAN = frozenset({"foot_pain", "low_back_pain"})


def warns(sign: Sign) -> bool:
    """Return whether a yes to this sign is a red flag; these are never copied from an earlier visit."""
    return sign.screen or not (sign.red_flag or "Routine").startswith(_NO_WARNING)


def takes_onset(sign: Sign) -> bool:
    """Return whether "since when" is asked with a yes: of red flags and of weakness."""
    return sign.measure == "mrc" or warns(sign) or sign.code in _BEGAN


@dataclass(frozen=True)
class Cell:
    """One test on one side: "yes", "no" or "" for not tested, with what was measured."""

    side: str
    answer: str = ""
    mrc_grade: int | None = None
    degrees: int | None = None
    onset_on: Any = None


def cells(findings: Iterable[Finding]) -> tuple[Cell, Cell]:
    """Return the left and the right cell of one sign's findings.

    What was found on both sides stands in both. A no without a side is of both; a yes without a side
    is of neither, since nobody knows which.
    """
    found = list(findings)
    left, right = (_cell(side, found) for side in SIDES)
    return left, right


def _cell(side: str, findings: list[Finding]) -> Cell:
    exact = [one for one in findings if one.side == side]
    general = [one for one in findings if one.side == Side.BILATERAL or not (one.side or one.present)]
    for one in (*exact, *general):
        answer = "yes" if one.present else "no"
        return Cell(side, answer, one.mrc_grade, one.degrees, one.onset_on)
    return Cell(side)


def is_without_side(findings: Iterable[Finding]) -> bool:
    """Return whether a sign was found without saying on which side."""
    return any(one.present and not one.side for one in findings)


def cell_words(code: str, cell: Cell) -> str:
    """Return what a cell says, such as "Weak, MRC 4" or "Full, 120°"; "" when not tested."""
    if not cell.answer:
        return ""
    no, yes = TESTS[code].words
    said = [str(yes if cell.answer == "yes" else no)]
    if cell.mrc_grade is not None:
        said.append(str(_("MRC %(grade)s of 5") % {"grade": cell.mrc_grade}))
    if cell.degrees is not None:
        said.append(f"{cell.degrees}°")
    return ", ".join(said)
