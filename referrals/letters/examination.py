"""Tables of the examination: nerve roots, tests by side, and the other findings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from .content import Block, paragraph, run_in, table
from .facts import FindingFacts
from .wording import NONE_RECORDED, SIDES, joined, measure, sentence_list, since, with_details

HISTORY_AREAS = frozenset({"story", "pain_pattern", "pain_on_walking"})
# Asked at the visit, but told as past history.
PAST_HISTORY = frozenset(
    {
        "diabetes_known",
        "cardiovascular_risk",
        "aneurysm_known",
        "anticoagulant_use",
        "spinal_surgery_past",
        "hip_surgery_past",
        "hip_arthritis_known",
        "gout_previous",
        "stress_fracture_previous",
        "dvt_risk_factor",
    }
)
RED_FLAG_AREAS = frozenset({"cauda_equina", "red_flag_questions"})  # listed with the red flags

# Root: (power with its short name), sensation, reflex. Clinical reference, section 1, group N.
ROOTS: dict[str, tuple[dict[str, str], str, str]] = {
    "L4": (
        {
            "knee_extension_weak": "knee straight",
            "dorsiflexion_weak": "ankle up",
            "heel_walk_weak": "heel walking",
        },
        "sensory_loss_l4",
        "knee_reflex_reduced",
    ),
    "L5": (
        {"ehl_weak": "big toe up", "hip_abduction_weak": "hip abduction", "inversion_weak": "inversion"},
        "sensory_loss_l5",
        "",
    ),
    "S1": (
        {
            "toe_walk_weak": "toe walking",
            "single_heel_raise_unable": "heel raise",
            "eversion_weak": "eversion",
        },
        "sensory_loss_s1",
        "ankle_reflex_reduced",
    ),
}
TENSION = {
    "slr_positive": "Straight-leg raise",
    "crossed_slr_positive": "Crossed straight-leg raise",
    "slump_positive": "Slump",
    "femoral_stretch_positive": "Femoral stretch",
}
HIP_MOVEMENT = {
    "hip_ir_limited": "Hip internal rotation",
    "hip_flexion_limited": "Hip flexion",
    "hip_adduction_limited": "Hip adduction",
    "thomas_positive": "Thomas test",
}
HIP_TESTS = {
    "hip_ir_painful": "Hip internal rotation painful",
    "faber_positive": "FABER",
    "fadir_positive": "FADIR",
    "scour_positive": "Hip scour",
    "log_roll_positive": "Log roll",
    "trochanter_tender": "Greater trochanter tender",
    "resisted_hip_abduction_pain": "Resisted hip abduction painful",
    "single_leg_stance_pain": "Pain on one leg within 30 seconds",
    "piriformis_test_positive": "Piriformis test",
}
FULL_POWER = "5/5"
ROOT_CODES = frozenset(
    code for power, sensation, reflex in ROOTS.values() for code in (*power, sensation, reflex) if code
)
TABLED = ROOT_CODES | TENSION.keys() | HIP_MOVEMENT.keys() | HIP_TESTS.keys()

MOST_RUN_IN = 4  # more findings than this are easier to find in a table

Words = Callable[[FindingFacts], str]


def examination_blocks(findings: Sequence[FindingFacts], side: str) -> list[Block]:
    """Return the tables that have something to say, then what was looked for and absent."""
    examined = [one for one in findings if _is_examined(one)]
    blocks = _nerve_roots(examined) + _by_side(examined)
    others = [one for one in examined if one.code not in TABLED]
    rows = [one for one in others if one.present or measure(one) or one.note]
    # A red flag that is absent is listed with the red flags.
    absent = [one for one in others if one not in rows and not one.is_red_flag]
    if len(rows) > MOST_RUN_IN:
        blocks.append(table("Other findings", ("Sign", "Answer", "Side", "Measure", "Note"), map(_row, rows)))
    elif rows:
        blocks.append(run_in("Other findings", map(_in_words, rows)))
    if absent:
        names = sentence_list(with_details(one, side) for one in absent)
        blocks.append(paragraph(f"Looked for and absent: {names}."))
    return blocks


def _is_examined(one: FindingFacts) -> bool:
    if one.area in HISTORY_AREAS or (one.code in PAST_HISTORY and not one.is_red_flag):
        return False
    return not (one.is_red_flag and one.area in RED_FLAG_AREAS)


def _in_words(one: FindingFacts) -> str:
    return with_details(one if one.present else replace(one, label=f"{one.label}: absent"))


def _row(one: FindingFacts) -> tuple[str, ...]:
    cells = (SIDES.get(one.side, ""), measure(one), one.note)
    return (one.label, "present" if one.present else "absent", *(cell or NONE_RECORDED for cell in cells))


def _nerve_roots(findings: Sequence[FindingFacts]) -> list[Block]:
    if not any(one.code in ROOT_CODES for one in findings):
        return []
    header = (
        "Root",
        *(f"{what}, {side}" for what in ("Power", "Sensation", "Reflex") for side in ("left", "right")),
    )
    rows = [_root(root, findings) for root in ROOTS]
    notes = [one for one in findings if one.code in ROOT_CODES and (one.note or one.level or one.onset_on)]
    said = "; ".join(f"{one.label}: {joined(', ', (one.level, since(one), one.note))}" for one in notes)
    heading = "Nerve roots (power by MRC grade; – is not recorded, never normal)"
    return [table(heading, header, rows), paragraph(f"Notes: {said}." if said else "")]


def _root(root: str, findings: Sequence[FindingFacts]) -> list[str]:
    power, sensation, reflex = ROOTS[root]
    cells = [root]
    for side in ("left", "right"):
        graded = {name: _cell(code, side, findings, _power) for code, name in power.items()}
        cells.append(_graded(graded) or NONE_RECORDED)
    for code in (sensation, reflex):
        for side in ("left", "right"):
            said = _cell(code, side, findings, _reduced) if code else "n/a"
            cells.append(said or NONE_RECORDED)
    return cells


def _graded(graded: dict[str, str]) -> str:
    """The power of a root's muscles; where each was tested, those at full power are taken together."""
    full = [name for name, said in graded.items() if said == FULL_POWER]
    if not all(graded.values()) or len(full) < 2:
        return joined("; ", (f"{name} {said}" for name, said in graded.items() if said))
    weak = [f"{name} {said}" for name, said in graded.items() if name not in full]
    return joined("; ", (*weak, f"{'others' if weak else 'all'} {FULL_POWER}"))


def _by_side(findings: Sequence[FindingFacts]) -> list[Block]:
    """A row for each test that found or measured something; the rest is one sentence."""
    names = TENSION | HIP_MOVEMENT | HIP_TESTS
    tests = dict.fromkeys(names, _sign) | dict.fromkeys(HIP_MOVEMENT, _limited) | {"thomas_positive": _sign}
    rows, negative = [], []
    for code, words in tests.items():
        of_sign = [one for one in findings if one.code == code]
        if of_sign and _is_plainly_negative(of_sign):
            negative.append(names[code])
        elif of_sign:
            cells = (_cell(code, side, findings, words) or NONE_RECORDED for side in ("left", "right"))
            notes = joined("; ", (one.note for one in of_sign)) or NONE_RECORDED
            rows.append((names[code], *cells, notes))
    header = ("Test", "Left", "Right", "Note")
    blocks = [table("Nerve tension and hip movement", header, rows)] if rows else []
    if negative:
        blocks.append(paragraph(f"Negative or full on both sides: {'; '.join(negative)}."))
    return blocks


def _is_plainly_negative(of_sign: Sequence[FindingFacts]) -> bool:
    """Whether both sides were tested and there is no more to say of them."""
    sides = {one.side for one in of_sign}
    both = bool(sides & {"", "bilateral"}) or {"left", "right"} <= sides
    return both and not any(one.present or measure(one) or one.note for one in of_sign)


def _cell(code: str, side: str, findings: Iterable[FindingFacts], words: Words) -> str:
    """What was found on this side. A no without a side is of both, a yes without a side of neither."""
    of_sign = [one for one in findings if one.code == code]
    exact = [one for one in of_sign if one.side in (side, "bilateral")]
    if exact:
        return words(exact[0])
    unsided = [one for one in of_sign if not one.side]
    if not unsided:
        return ""
    return f"{words(unsided[0])} (side not recorded)" if unsided[0].present else words(unsided[0])


def _power(one: FindingFacts) -> str:
    if one.mrc_grade is not None:
        return f"{one.mrc_grade}/5"
    return "weak, not graded" if one.present else "normal"


def _reduced(one: FindingFacts) -> str:
    return "reduced" if one.present else "normal"


def _sign(one: FindingFacts) -> str:
    return _at("positive" if one.present else "negative", one)


def _limited(one: FindingFacts) -> str:
    return _at("limited" if one.present else "full", one)


def _at(words: str, one: FindingFacts) -> str:
    return f"{words}, {one.degrees}°" if one.degrees is not None else words
