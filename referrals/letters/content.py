"""The composed letter as plain data: shown as HTML, printed as PDF, kept as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a section. `kind` is paragraph, facts, list or table and says which parts it has."""

    kind: str
    text: str = ""
    heading: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    items: tuple[str, ...] = ()


def paragraph(text: str) -> Block:
    """Running text; line breaks in it are kept."""
    return Block(kind="paragraph", text=text)


def facts(*rows: tuple[str, str]) -> Block:
    """Pairs of label and value; those without a value are left out."""
    return Block(kind="facts", rows=tuple(row for row in rows if row[1]))


def bullets(heading: str, items: Iterable[str]) -> Block:
    """A list under a heading."""
    return Block(kind="list", heading=heading, items=tuple(items))


def table(heading: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> Block:
    """A table with one header row; the heading names it."""
    return Block(kind="table", heading=heading, header=tuple(header), rows=tuple(tuple(row) for row in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section. `requirement` is M, R or O; `status` is complete, missing or not_known."""

    key: str
    title: str
    requirement: str
    status: str
    blocks: tuple[Block, ...]


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
    """The top of the first page."""

    name: str
    line: str
    address: tuple[str, ...]
    phone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The end of the letter."""

    name: str
    role: str
    signed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedLetter:
    """A letter ready to be read. `identifiers` stand on every page."""

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
    copies: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    warnings: tuple[Gap, ...] = ()

    def section(self, key: str) -> Section | None:
        """Return the section with this key, if the letter has it."""
        return next((one for one in self.sections if one.key == key), None)

    def as_dict(self) -> dict[str, Any]:
        """Return the letter as JSON data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the letter that `as_dict` made. Raises TypeError or KeyError for anything else."""
        fields = {name: _tuples(value) for name, value in data.items()}
        fields["letterhead"] = Letterhead(**_fields(data["letterhead"]))
        fields["banner"] = Banner(**_fields(data["banner"]))
        fields["signature"] = Signature(**_fields(data["signature"]))
        fields["sections"] = tuple(_section(one) for one in data["sections"])
        fields["gaps"] = tuple(Gap(**one) for one in data.get("gaps", ()))
        fields["warnings"] = tuple(Gap(**one) for one in data.get("warnings", ()))
        return cls(**fields)


def _section(data: Mapping[str, Any]) -> Section:
    blocks = tuple(Block(**_fields(one)) for one in data["blocks"])
    return Section(**{**data, "blocks": blocks})


def _fields(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in data.items()}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list | tuple) else value
