"""How long a letter will be in print, well enough to warn before it is set. Pure.

The figures are those of letter.typ: a test sets letters of all lengths and compares.
"""

from collections.abc import Iterable, Sequence
from math import ceil

from .content import Block, ComposedLetter
from .text import PLACED

PAGE = 270.5  # mm between the margins
LINE, PARAGRAPH, FACT = 3.7, 3.9, 3.75
HEADING, SMALL_HEADING = 6.0, 4.2
CELL_LINE, ROW_EDGES = 3.2, 1.9
HEAD, FOOT = 25.0, 33.0  # letterhead; signature and what stands beside it
WIDE, BESIDE = 108, 86  # characters in a line of the page, and in one beside its label
SHORT = 44  # label and value together: short ones share a line
# Characters in the columns of a table, by the name of its first column.
COLUMNS = {
    "Condition": (28, 11, 48, 21),
    "Root": (5, 27, 27, 13, 13, 13, 13),
    "Sign": (40, 11, 13, 16, 26),
    "Test": (28, 21, 21, 34),
    "Treatment": (21, 27, 33, 38),
}
BOXED = ("recipient", "patient", "gp_and_referrer")
# The estimate is up to a tenth of a page too high.
TOO_LONG = 2.1


def pages(letter: ComposedLetter) -> float:
    """Return how many pages the letter fills, about: 1.5 is one page and a half."""
    boxed = max(_facts_beside(letter, "patient"), _facts_beside(letter, "gp_and_referrer"))
    service = letter.section("recipient")
    height = HEAD + FOOT + 13.0 + boxed
    height += max(29.0, 6.0 + 4.1 * len(letter.recipient)) + 5.0
    height += 10.0 + FACT * sum(_lines(value, BESIDE + 10) for _label, value in letter.banner.rows)
    height += 5.0 * _lines(letter.subject, 76) + 5.5
    height += sum(map(_block, service.blocks[1:])) + HEADING if service else 0.0
    height += sum(PARAGRAPH + LINE * (_lines(text, WIDE) - 1) for text in (*letter.opening, *letter.closing))
    running = (one for one in letter.sections if one.key not in (*PLACED, *BOXED))
    height += sum(HEADING + sum(map(_block, one.blocks)) for one in running if one.blocks)
    return (height + (14.0 if letter.cosignature else 0.0)) / PAGE


def _facts_beside(letter: ComposedLetter, key: str) -> float:
    section = letter.section(key)
    rows = [row for block in section.blocks for row in block.rows] if section else []
    return 9.0 + FACT * sum(_lines(value, 33) for _label, value in rows)


def _block(block: Block) -> float:
    heading = SMALL_HEADING if block.heading and block.kind in ("list", "table") else 0.0
    if block.kind == "table":
        return heading + 2.0 + _table(block)
    if block.kind == "facts":
        return sum(FACT + LINE * (lines - 1) for lines in _fact_lines(block.rows))
    if block.kind == "list":
        return heading + sum(PARAGRAPH + LINE * (_lines(item, WIDE - 3) - 1) for item in block.items)
    said = f"{block.heading}: {'; '.join(block.items)}" if block.kind == "run_in" else block.text
    edges = 3.0 if block.kind in ("addition", "alert") else 0.0
    return PARAGRAPH + LINE * (_lines(said, WIDE) - 1) + edges


def _fact_lines(rows: Iterable[Sequence[str]]) -> Iterable[int]:
    together = 0
    for label, value in rows:
        if len(label) + len(value) <= SHORT and "\n" not in value:
            together += len(label) + len(value) + 4
            continue
        if together:
            yield ceil(together / WIDE)
        together = 0
        yield _lines(value, BESIDE)
    if together:
        yield ceil(together / WIDE)


def _table(block: Block) -> float:
    widths = COLUMNS.get(block.header[0], (WIDE // len(block.header),) * len(block.header))
    rows = (block.header, *block.rows)
    deepest = (max(_lines(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return sum(ROW_EDGES + 2.0 + CELL_LINE * (lines - 1) for lines in deepest)


def _lines(text: str, width: int) -> int:
    return sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))
