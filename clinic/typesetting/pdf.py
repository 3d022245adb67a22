"""From data and a template to the bytes of a PDF: archival (PDF/A-2a) and accessible (PDF/UA-1)."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

import typst

from .characters import breakable, code_point, everywhere, printable, substitute, without_glyph
from .fonts import fonts

STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
PLAIN = frozenset(map(chr, [10, *range(32, 127)]))

logger = logging.getLogger(__name__)
_of_thread = threading.local()


@dataclass(frozen=True, slots=True)
class Typeset:
    """The PDF, and the characters no font could show, as U+ code points, sorted."""

    pdf: bytes
    substituted: list[str]


def typeset(
    template: Path, data: dict[str, Any], *, at: datetime, pictures: Mapping[str, str] | None = None
) -> Typeset:
    """Return the document that a typst template makes of the data; the same give the same bytes.

    `data` has a "title" and is JSON; the template finds it in data.json. `pictures` are SVG of our own;
    pictures.json has their files by name. No name and no character makes it fail: one that no font has
    is printed as [U+1F9FF]. `at` is the date in the PDF and has to be aware; its microseconds do not count.
    """
    data = everywhere(printable, data)
    texts: list[str] = []
    everywhere(_collect(texts), data)
    missing = without_glyph("".join(texts))
    drawn = pictures or {}
    try:
        pdf = _compile(template, _fitted(data, missing), drawn, at)
    except typst.TypstError:
        # A cluster that no font has as a whole: spell out every letter that is not plain.
        missing = frozenset("".join(texts)) - PLAIN
        logger.warning("A document was set in plain characters only, since a cluster had no glyph.")
        pdf = _compile(template, _fitted(data, missing), drawn, at)
    substituted = sorted(map(code_point, missing))
    if substituted:
        logger.warning("A document has %d characters that no font shows.", len(substituted))
    return Typeset(pdf, substituted)


def _collect(texts: list[str]) -> Callable[[str], str]:
    def collect(text: str) -> str:
        texts.append(text)
        return text

    return collect


def _fitted(data: dict[str, Any], missing: frozenset[str]) -> dict[str, Any]:
    fitted: dict[str, Any] = everywhere(lambda text: breakable(substitute(text, missing)), data)
    # The document's own title takes no breaks.
    return fitted | {"title": substitute(data["title"], missing)}


def _compile(template: Path, data: dict[str, Any], pictures: Mapping[str, str], at: datetime) -> bytes:
    # Not in sys.inputs, which are part of typst's library: a change there makes it forget all that it laid
    # out before, while of a file only what was read counts. JSON is data, so that nothing in it is markup.
    names = {name: f"{name}.svg" for name in pictures}
    files: Any = {
        "main": f'#include "{template.name}"'.encode(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        "pictures.json": json.dumps(names).encode(),
        **{names[name]: svg.encode() for name, svg in pictures.items()},
    }
    pdf = _compiler(template).compile(
        input=files,
        format="pdf",
        pdf_standards=list(STANDARDS),
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    return cast("bytes", pdf)


def _compiler(template: Path) -> typst.Compiler:
    """This thread's compiler of a template: one shared by two threads raises "Already borrowed".

    It reads the template from its folder and parses it only when it has changed.
    """
    compilers: dict[Path, typst.Compiler] = _of_thread.__dict__.setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(b"", root=str(template.parent), font_paths=fonts())
    return compilers[template]
