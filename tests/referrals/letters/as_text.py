"""A composed letter with its statuses and blocks, to compare word for word."""

from collections.abc import Iterator

from referrals.letters.content import Block, ComposedLetter


def as_text(letter: ComposedLetter) -> str:
    return "\n".join(_lines(letter))


def _lines(letter: ComposedLetter) -> Iterator[str]:
    yield letter.subject
    yield " · ".join(letter.identifiers)
    yield f"[{letter.banner.label}]"
    yield from (f"{label}: {value}" for label, value in letter.banner.rows)
    yield letter.salutation
    for section in letter.sections:
        yield f"## {section.title} ({section.requirement}, {section.status})"
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if block.kind == "run_in":
        yield f"{block.heading}: {'; '.join(block.items)}"
        return
    if block.heading:
        yield f"### {block.heading}"
    if block.text:
        yield block.text
    if block.header:
        yield " | ".join(block.header)
    yield from (" | ".join(row) for row in block.rows)
    yield from (f"- {item}" for item in block.items)
