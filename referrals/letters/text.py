"""A composed letter as plain text: for portals that take no file, and line by line for comparing."""

from collections.abc import Iterator

from .content import Block, ComposedLetter, Section, Signature
from .wording import NONE_RECORDED, joined

# They stand at the head or the foot of the text in another form.
PLACED = frozenset({"header", "sign_off"})


def as_plain_text(letter: ComposedLetter) -> str:
    """Return the letter as text to paste: headings in capitals, no line broken before its end."""
    parts = [*_head(letter), *letter.opening]
    parts += ["\n".join(_section(one)) for one in letter.sections if one.key not in PLACED]
    return "\n\n".join([*parts, *letter.closing, *_foot(letter)]) + "\n"


def lines_of(block: Block) -> Iterator[str]:
    """The block as lines of text. A row of a table names its columns, since text has none."""
    if block.kind == "table":
        if block.heading:
            yield f"{block.heading}:"
        yield from (_row(block.header, row) for row in block.rows)
    elif block.kind == "run_in":
        yield f"{block.heading}: {'; '.join(block.items)}."
    else:
        if block.heading:
            yield f"{block.heading}:"
        yield from block.text.splitlines()
        told = [f"{label}: {value}" for label, value in block.rows] + [f"- {item}" for item in block.items]
        for one in told:
            yield from one.split("\n")


def supplied_lines(letter: ComposedLetter) -> dict[str, list[str]]:
    """Return what the record supplied to each section, as lines to keep and to compare later.

    Without what the writer added, and without head and foot, which change with the day.
    """
    return {
        one.key: [line for block in one.blocks if block.kind != "addition" for line in lines_of(block)]
        for one in letter.sections
        if one.key not in PLACED
    }


def _row(header: tuple[str, ...], row: tuple[str, ...]) -> str:
    cells = zip(header[1:], row[1:], strict=True)
    return f"{row[0]}: " + "; ".join(f"{name}: {cell}" for name, cell in cells if cell != NONE_RECORDED)


def _head(letter: ComposedLetter) -> Iterator[str]:
    head = letter.letterhead
    yield "\n".join(filter(None, (head.name, head.line, *head.address, head.phone, head.email)))
    yield f"Date: {letter.written_on}\nReference: {letter.reference}"
    if letter.recipient:
        yield "\n".join(letter.recipient)
    rows = (*letter.banner.rows, *letter.corrects)
    yield "\n".join([letter.banner.label.upper(), *(f"{label}: {value}" for label, value in rows)])
    yield f"{letter.subject}\n{', '.join(letter.identifiers)}"
    yield letter.salutation


def _section(section: Section) -> Iterator[str]:
    yield section.title.upper()
    for block in section.blocks:
        yield from lines_of(block)


def _foot(letter: ComposedLetter) -> Iterator[str]:
    yield "Yours sincerely,"
    for one in filter(None, (letter.signature, letter.cosignature)):
        yield _signed(one)
    end = letter.section("sign_off")
    if end:
        yield "\n".join(line for block in end.blocks for line in lines_of(block))


def _signed(signature: Signature) -> str:
    return joined("\n", (signature.name, signature.role, signature.signed))
