"""The composed letter as plain data: shown as HTML, printed as PDF, kept as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

ADDED = "Added by the writer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a section. `kind` says which parts it has.

    It is paragraph, alert (text that must not be overlooked), facts, list, run_in (a short list in one
    sentence), table, or addition (what the writer added to what the record supplied).
    """

    kind: str
    text: str = ""
    heading: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    items: tuple[str, ...] = ()

    @property
    def labelled_rows(self) -> list[list[tuple[str, str]]]:
        """The rows of a table, each cell with its column’s name: a phone stacks the cells."""
        return [list(zip(self.header, row, strict=True)) for row in self.rows]


def paragraph(text: str) -> Block:
    """Running text; line breaks in it are kept."""
    return Block(kind="paragraph", text=text)


def facts(*rows: tuple[str, str]) -> Block:
    """Pairs of label and value; those without a value are left out."""
    return Block(kind="facts", rows=tuple(row for row in rows if row[1]))


def bullets(heading: str, items: Iterable[str]) -> Block:
    """A list under a heading."""
    return Block(kind="list", heading=heading, items=tuple(items))


def run_in(heading: str, items: Iterable[str]) -> Block:
    """A list of short items in one sentence after its heading."""
    return Block(kind="run_in", heading=heading, items=tuple(items))


def alert(text: str) -> Block:
    """Text that a hurried reader must not overlook."""
    return Block(kind="alert", text=text)


def addition(text: str) -> Block:
    """What the writer added by hand; it says so, since it is not what the record supplied."""
    return Block(kind="addition", heading=ADDED, text=text)


def table(heading: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> Block:
    """A table with one header row; the heading names it."""
    return Block(kind="table", heading=heading, header=tuple(header), rows=tuple(tuple(row) for row in rows))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a letter should say: M mandatory, R required if known, O optional.

    `status` is complete, missing (nobody signs without it) or not_known. `field` is where to fill it in,
    as in a Gap.
    """

    name: str
    requirement: str
    status: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section. `requirement` is M, R or O; `status` is complete, missing or not_known.

    The status is the worst of those items that the section's own requirement asks for.
    """

    key: str
    title: str
    requirement: str
    status: str
    blocks: tuple[Block, ...]
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the letter lacks, as a sentence that says what to do.

    `field` is where to do it: a field of the referral, or "patient." and a field of the patient.
    """

    section: str
    title: str
    sentence: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """How soon, in words. `level` is emergency, urgent or plain, and only chooses the look."""

    level: str
    label: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The top of the first page. `logo_alt` says what the logo shows; empty without one."""

    name: str
    line: str
    address: tuple[str, ...]
    phone: str
    email: str
    logo_alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The end of the letter."""

    name: str
    role: str
    signed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedLetter:
    """A letter ready to be read. `identifiers` stand on every page.

    `opening` and `closing` are paragraphs in the clinic's own wording. `corrects` says which letter this
    one replaces, and what was corrected.
    """

    title: str
    reference: str
    written_on: str
    letterhead: Letterhead
    recipient: tuple[str, ...]
    salutation: str
    subject: str
    identifiers: tuple[str, ...]
    banner: Banner
    sections: tuple[Section, ...]
    signature: Signature
    cosignature: Signature | None = None
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    corrects: tuple[tuple[str, str], ...] = ()
    copies: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    warnings: tuple[Gap, ...] = ()

    def section(self, key: str) -> Section | None:
        """Return the section with this key, if the letter has it."""
        return next((one for one in self.sections if one.key == key), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the letter as JSON data."""
        data: dict[str, Any] = _plain(self)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the letter that `as_dict` made. Raises TypeError or KeyError for anything else."""
        fields = {name: _tuples(value) for name, value in data.items()}
        fields["letterhead"] = Letterhead(**_fields(data["letterhead"]))
        fields["banner"] = Banner(**_fields(data["banner"]))
        fields["signature"] = Signature(**_fields(data["signature"]))
        if data.get("cosignature"):
            fields["cosignature"] = Signature(**_fields(data["cosignature"]))
        fields["sections"] = tuple(_section(one) for one in data["sections"])
        fields["gaps"] = tuple(Gap(**one) for one in data.get("gaps", ()))
        fields["warnings"] = tuple(Gap(**one) for one in data.get("warnings", ()))
        return cls(**fields)


def _plain(value: Any) -> Any:
    """As dataclasses.asdict, but without a deep copy of every text, which takes most of its time."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return {name: _plain(getattr(value, name)) for name in value.__slots__}


def _section(data: Mapping[str, Any]) -> Section:
    blocks = tuple(Block(**_fields(one)) for one in data["blocks"])
    items = tuple(Item(**one) for one in data.get("items", ()))
    return Section(**{**data, "blocks": blocks, "items": items})


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in data.items()}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list | tuple) else value
