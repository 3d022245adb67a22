"""What a file really is, by its first bytes. Its name and what the browser says of it are never asked."""

import re

# Taken apart, so that no scanner takes this file for the test virus.
TEST_VIRUS = b"EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE"
HEAD_BYTES = 2048
# A mark of byte order and blanks before the header are what some scanners write; more is a disguise.
_PDF = re.compile(rb"(?:\xef\xbb\xbf)?[\s\x00]{0,16}%PDF-\d")
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|script|iframe|svg|\?xml|\?php)", re.IGNORECASE)
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")

_BEGINNINGS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("jpeg", (b"\xff\xd8\xff",)),
    ("png", (b"\x89PNG\r\n\x1a\n",)),
    ("gif", (b"GIF87a", b"GIF89a")),
    ("tiff", (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")),
    ("bitmap", (b"BM",)),
    ("office", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")),
    ("archive", (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")),
    ("program", (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")),
)


class Refused(Exception):
    """The file is not let in; `code` is a key of `cases.attachments.checking.SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(content: bytes) -> str:
    """Return pdf, jpeg or png. Raises Refused with the reason for everything else."""
    if not content:
        raise Refused("empty")
    if TEST_VIRUS in content:
        raise Refused("virus")
    if _PDF.match(content):
        return "pdf"
    found = _kind_by_beginning(content[:HEAD_BYTES])
    if found in ("jpeg", "png"):
        return found
    raise Refused(found)


def _kind_by_beginning(head: bytes) -> str:
    for kind, beginnings in _BEGINNINGS:
        if head.startswith(beginnings):
            return "office" if kind == "archive" and _is_office(head) else kind
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in _HEIC else "film"
    if head[:4] == b"RIFF":
        return "webp" if head[8:12] == b"WEBP" else "film"
    if head[128:132] == b"DICM":
        return "dicom"
    if found := _MARKUP.search(head):
        return "drawing" if b"<svg" in head.lower() else "web_page" if found else "unknown"
    return "before_the_pdf" if b"%PDF-" in head else "unknown"


def _is_office(head: bytes) -> bool:
    """Return whether a ZIP begins as Word, Excel, PowerPoint and OpenDocument files do."""
    name = head[30:90]
    return name.startswith((b"[Content_Types].xml", b"_rels/", b"word/", b"xl/", b"ppt/", b"mimetype"))
