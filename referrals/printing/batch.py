"""Puts the pages of many letters one after another, behind a list of them."""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType

import pikepdf

from clinic.typesetting import typeset

COVER = Path(__file__).parent / "cover.typ"


@dataclass(frozen=True, slots=True)
class Piece:
    """The pages for one reader: whose they are, what goes on the envelope, and the signed PDF."""

    kind: str
    recipient: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """One line of the list: an envelope, its reader, and which pages of the PDF go into it."""

    reference: str
    patient: str
    kind: str
    recipient: str
    pages: int
    first_page: int


@dataclass(slots=True)
class Batch:
    """A PDF that grows letter by letter. Used in a `with` block, which lets go of its memory."""

    document: pikepdf.Pdf = field(default_factory=pikepdf.new)
    envelopes: list[Envelope] = field(default_factory=list)

    def __enter__(self) -> "Batch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.document.close()

    def add(self, piece: Piece, *, reference: str, patient: str) -> None:
        """Put the pages for one reader behind those that are there."""
        first = len(self.document.pages) + 1
        with pikepdf.open(io.BytesIO(piece.pdf)) as letter:
            pages = len(letter.pages)
            self.document.pages.extend(letter.pages)
        self.envelopes.append(Envelope(reference, patient, piece.kind, piece.recipient, pages, first))

    def finished(self, words: Mapping[str, str], *, at: datetime) -> bytes:
        """Return the PDF with the list in front; `words` are the title and the heads of its columns."""
        cover = typeset(COVER, {**words, "rows": self._rows(0)}, at=at).pdf
        with pikepdf.open(io.BytesIO(cover)) as first:
            in_front = len(first.pages)
        # The pages of the list are counted too, so that a printer's "from page" finds the letter.
        cover = typeset(COVER, {**words, "rows": self._rows(in_front)}, at=at).pdf
        with pikepdf.open(io.BytesIO(cover)) as first:
            for number, page in enumerate(first.pages):
                self.document.pages.insert(number, page)
        out = io.BytesIO()
        self.document.docinfo["/Title"] = words["title"]
        self.document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()

    def _rows(self, in_front: int) -> list[dict[str, str]]:
        return [
            {name: str(value) for name, value in asdict(one).items()}
            | {"number": str(number), "at": _span(one, in_front)}
            for number, one in enumerate(self.envelopes, start=1)
        ]


def _span(envelope: Envelope, in_front: int) -> str:
    first = envelope.first_page + in_front
    last = first + envelope.pages - 1
    return str(first) if first == last else f"{first}–{last}"
