"""From a composed letter to the bytes of its PDF: archival (PDF/A-2a) and accessible (PDF/UA-1)."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

import typst

from .characters import breakable, code_point, everywhere, printable, substitute, without_glyph
from .content import ComposedLetter
from .fonts import fonts

TEMPLATE = Path(__file__).parent / "templates" / "letter.typ"
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
PLAIN = frozenset(map(chr, [10, *range(32, 127)]))

logger = logging.getLogger(__name__)
_of_thread = threading.local()


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """The PDF, and the characters no font could show, as U+ code points, sorted."""

    pdf: bytes
    substituted: list[str]


def render_pdf(letter: ComposedLetter, *, at: datetime) -> RenderedLetter:
    """Return the letter's PDF; the same letter and time give the same bytes.

    No name and no character makes it fail: one that no font has is printed as [U+1F9FF]. `at` is
    the date in the PDF and has to be aware; its microseconds do not count.
    """
    data = everywhere(printable, letter.as_dict())
    texts: list[str] = []
    everywhere(_collect(texts), data)
    missing = without_glyph("".join(texts))
    try:
        pdf = _compile(_fitted(data, missing), at)
    except typst.TypstError:
        # A cluster that no font has as a whole: spell out every letter that is not plain.
        missing = frozenset("".join(texts)) - PLAIN
        logger.warning("A letter was set in plain characters only, since a cluster had no glyph.")
        pdf = _compile(_fitted(data, missing), at)
    substituted = sorted(map(code_point, missing))
    if substituted:
        logger.warning("A letter has %d characters that no font shows.", len(substituted))
    return RenderedLetter(pdf, substituted)


def _collect(texts: list[str]) -> Callable[[str], str]:
    def collect(text: str) -> str:
        texts.append(text)
        return text

    return collect


def _fitted(data: dict[str, Any], missing: frozenset[str]) -> dict[str, Any]:
    fitted: dict[str, Any] = everywhere(lambda text: breakable(substitute(text, missing)), data)
    # The document's own title takes no breaks.
    return fitted | {"title": substitute(data["title"], missing)}


def _compile(data: dict[str, Any], at: datetime) -> bytes:
    pdf = _compiler().compile(
        format="pdf",
        # One JSON text: the template reads it as data, so that nothing in it can be markup.
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=list(STANDARDS),
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    return cast("bytes", pdf)


def _compiler() -> typst.Compiler:
    """This thread's compiler: one shared by two threads raises "Already borrowed"."""
    if not hasattr(_of_thread, "compiler"):
        _of_thread.compiler = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts())
    compiler: typst.Compiler = _of_thread.compiler
    return compiler
