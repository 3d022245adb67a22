"""Whether a PDF only shows something: no script, no action, no file inside it, no second nature.

It is kept as it was sent, byte for byte. Writing it anew with qpdf would cure what hangs on to it, but
would break the digital signature that some hospitals put on their letters, and the record could no
longer be compared with what the sender has. So a PDF that is also something else is refused.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pikepdf

from cases.attachments.content import Refused

MOST_PAGES = 1_000
MOST_PARTS = 2_000_000
_END = b"%%EOF"
_PADDING = b"\x00\t\n\x0c\r\x1a "
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg|\?php)", re.IGNORECASE)
# What may follow the end of a document when it was saved again: more of it, or a comment.
_GOES_ON = re.compile(rb"[\x00\t\n\x0c\r ]*(?:\d|xref|%|\Z)")
_ACTIONS = {
    "/JavaScript": "pdf_script",
    "/Launch": "pdf_launch",
    "/SubmitForm": "pdf_sends",
    "/ImportData": "pdf_sends",
    "/GoToR": "pdf_launch",
    "/GoToE": "pdf_embedded",
    "/Rendition": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/GoTo3DView": "pdf_media",
    "/RichMediaExecute": "pdf_media",
}
_KINDS = {
    "/FileAttachment": "pdf_embedded",
    "/RichMedia": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/Screen": "pdf_media",
    "/3D": "pdf_media",
}
_SAFE_LINK = re.compile(rb"\s*(?:https?:|mailto:|tel:|www\.|#|[\w./-]*\Z)", re.IGNORECASE)


def check_pdf(content: bytes) -> None:
    """Raise Refused unless the bytes are one PDF, whole and open, that does nothing but show pages."""
    _refuse_disguise(content)
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            _refuse_unreadable(pdf)
            for part in _parts(pdf):
                _refuse_active(part)
    except pikepdf.PasswordError:
        raise Refused("pdf_locked") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        raise Refused("pdf_damaged") from None


def _refuse_disguise(content: bytes) -> None:
    if _MARKUP.search(content[:1024]):
        raise Refused("pdf_disguise")
    if any(mark in content for mark in _ARCHIVES) or _is_zip(content):
        raise Refused("pdf_archive")
    last = content.rfind(_END)
    if last < 0:
        raise Refused("pdf_cut_off")
    if content[last + len(_END) :].strip(_PADDING):
        raise Refused("pdf_appended")
    for end in re.finditer(re.escape(_END), content):
        if not _GOES_ON.match(content, end.end()):
            raise Refused("pdf_appended")


def _is_zip(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.filelist)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError):
        return False


def _refuse_unreadable(pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise Refused("pdf_locked")
    count = _count_pages(pdf)
    if not count:
        raise Refused("pdf_damaged")
    if count > MOST_PAGES:
        raise Refused("pdf_too_many_pages")
    root = pdf.Root
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != "/GoTo":
        raise Refused(_ACTIONS.get(str(opening.get("/S")), "pdf_acts"))
    if "/XFA" in root.get("/AcroForm", {}):
        raise Refused("pdf_script")
    names: Any = root.get("/Names", {})
    if "/JavaScript" in names:
        raise Refused("pdf_script")
    if "/EmbeddedFiles" in names or "/Collection" in root:
        raise Refused("pdf_embedded")


def _count_pages(pdf: pikepdf.Pdf) -> int:
    """Count as far as one too many: a page may hang in the tree many times, ten levels are billions."""
    nodes, pages, seen = [pdf.Root.Pages], 0, 0
    while nodes and pages <= MOST_PAGES:
        node = nodes.pop()
        seen += 1
        if seen > 10 * MOST_PAGES:
            return MOST_PAGES + 1
        if "/Kids" in node:
            nodes += list(node.Kids)
        else:
            pages += 1
    return pages


def _parts(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary of the document, used or not, streams' own ones among them."""
    count = 0
    for known in pdf.objects:
        parts: list[Any] = [known]
        while parts:
            part = parts.pop()
            count += 1
            if count > MOST_PARTS:
                raise Refused("pdf_too_complicated")
            if isinstance(part, pikepdf.Stream):
                part = part.stream_dict
            if isinstance(part, pikepdf.Dictionary):
                yield part
                inner = [value for _key, value in part.items()]
            elif isinstance(part, pikepdf.Array):
                inner = list(part)
            else:
                continue
            parts += [one for one in inner if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _refuse_active(part: Any) -> None:
    action = part.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
        raise Refused(_ACTIONS[str(action)])
    kind = part.get("/Subtype")
    if isinstance(kind, pikepdf.Name) and part.get("/Rect") is not None and str(kind) in _KINDS:
        raise Refused(_KINDS[str(kind)])
    if "/EF" in part or part.get("/Type") == "/EmbeddedFile":
        raise Refused("pdf_embedded")
    link = part.get("/URI")
    if isinstance(link, pikepdf.String) and not _SAFE_LINK.match(bytes(link)):
        raise Refused("pdf_launch")
