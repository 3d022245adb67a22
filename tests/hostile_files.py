"""Files that somebody may send by mistake or in bad faith, made here: none is kept in the repository."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

# In two parts, so that no scanner takes this file for the test virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
JPEG_SIDE = 65_500


# Good ones, to begin with


def jpeg(size=(640, 480), **options) -> bytes:
    return _picture(Image.effect_noise(size, 40).convert("RGB"), "JPEG", **options)


def png(size=(64, 48), mode="RGB", **options) -> bytes:
    return _picture(Image.new(mode, size), "PNG", **options)


def _picture(image: Image.Image, form: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def tablet_photo(size=(4000, 3000)) -> bytes:
    """A photograph as a tablet takes it: lying on its side, with the place and the day."""
    said = Image.Exif()
    said[0x0112] = 6  # turned by a quarter
    said[0x010F] = "SecretCamera"
    said.get_ifd(0x8769)[0x9003] = "2026:03:02 10:00:00"
    said.get_ifd(0x8825)[0x0002] = (53.0, 48.0, 1.5)
    return jpeg(size, quality=90, exif=said, comment=b"SecretComment")


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **options) -> bytes:
    """A PDF, changed before it is saved."""
    file = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(pages):
            document.add_blank_page()
        if change:
            change(document)
        document.save(file, **options)
    return file.getvalue()


# Hostile ones


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def enormous_png(side: int = 30_000) -> bytes:
    """900 million points in a file of 100 kB."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    data = b"".join(packer.compress(row * 1000) for _rows in range(side // 1000)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def png_with_a_text_bomb(kind: bytes = b"zTXt") -> bytes:
    text = zlib.compress(bytes(200_000_000), 9)
    before = b"Comment\x00\x00" if kind == b"zTXt" else b"Comment\x00\x01\x00\x00\x00"
    good = png()
    after_header = 8 + 25
    return good[:after_header] + png_chunk(kind, before + text) + good[after_header:]


def jpeg_that_says_it_is_enormous() -> bytes:
    good = jpeg()
    place = good.index(b"\xff\xc0") + 5
    return good[:place] + struct.pack(">HH", JPEG_SIDE, JPEG_SIDE) + good[place + 4 :]


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx(content: bytes = b"<w:document/>") -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": content})


def _action(document: pikepdf.Pdf, kind: str, **more) -> None:
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([0, 0, 9, 9]),
        A=Dictionary(S=Name(kind), **more),
    )
    document.pages[0].Annots = Array([document.make_indirect(link)])


def _embed(document: pikepdf.Pdf) -> None:
    document.attachments["notes.docm"] = b"PK macro"


def _page_bomb(document: pikepdf.Pdf) -> None:
    """Ten levels of ten: ten thousand million pages in a small file."""
    node = document.Root.Pages.Kids[0]
    for _level in range(10):
        kids = Array([node] * 10)
        node = document.make_indirect(Dictionary(Type=Name.Pages, Kids=kids, Count=10))
    document.Root.Pages.Kids = Array([node])


def _opens(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.Named, N=Name.Print)


def _xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=String("<xdp/>"))


def object_stream_bomb() -> bytes:
    """A PDF whose index of objects unpacks to 2 GB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _part in range(200)) + packer.flush()
    body = b"%PDF-1.7\n"
    start = len(body)
    body += b"1 0 obj\n<</Type/XRef/Size 99999999/W[1 4 2]/Root 2 0 R/Filter/FlateDecode/Length "
    body += str(len(packed)).encode() + b">>stream\n" + packed + b"\nendstream endobj\n"
    return body + b"startxref\n" + str(start).encode() + b"\n%%EOF\n"


JAVASCRIPT = {"JS": String("app.alert(1)")}

HOSTILE: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "a picture of 900 million points": ("x-ray.png", "picture_too_large", enormous_png),
    "nothing": ("empty.pdf", "empty", lambda: b""),
    "26 MB": ("large.jpg", "too_large", lambda: jpeg() + bytes(26 * 1024 * 1024)),
    "a Word document called PDF": ("letter.pdf", "office", docx),
    "a bomb of 1:1000 as a Word document": ("letter.docx", "office", lambda: docx(bytes(50_000_000))),
    "an archive": ("files.zip", "archive", lambda: zipped({"a.txt": b"a"})),
    "a drawing with a script called PNG": (
        "chart.png",
        "drawing",
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    ),
    "a web page called JPEG": (
        "photo.jpg",
        "web_page",
        lambda: b"\n<!DOCTYPE html><html><script>alert(1)</script></html>",
    ),
    "the test virus": ("eicar.com", "virus", lambda: EICAR),
    "the test virus in a comment of a PDF": (
        "bill.pdf",
        "virus",
        lambda: pdf().replace(b"\n", b"\n%" + EICAR + b"\n", 1),
    ),
    "a PDF that is an archive": ("two.pdf", "pdf_archive", lambda: pdf() + zipped({"a.html": b"<script>"})),
    "an archive before a PDF": ("two.pdf", "archive", lambda: zipped({"a.txt": b"a"}) + pdf()),
    "a web page before a PDF": ("two.pdf", "web_page", lambda: b"<html><script>alert(1)</script>" + pdf()),
    "words before a PDF": ("two.pdf", "before_the_pdf", lambda: b"GET / HTTP/1.1\r\n\r\n" + pdf()),
    "a web page within the comment of a PDF": (
        "two.pdf",
        "pdf_disguise",
        lambda: pdf().replace(b"\n", b"\n%<html><script>alert(1)</script>\n", 1),
    ),
    "a program behind a PDF": ("two.pdf", "pdf_appended", lambda: pdf() + b"MZ\x90\x00" + bytes(900)),
    "something between two ends of a PDF": (
        "two.pdf",
        "pdf_appended",
        lambda: pdf() + b"MZ\x90\x00\n%%EOF\n",
    ),
    "a PDF with JavaScript": (
        "form.pdf",
        "pdf_script",
        lambda: pdf(lambda document: _action(document, "/JavaScript", **JAVASCRIPT)),
    ),
    "a PDF with JavaScript within an object stream": (
        "form.pdf",
        "pdf_script",
        lambda: pdf(
            lambda document: _action(document, "/JavaScript", **JAVASCRIPT),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
    ),
    "a PDF with an XFA form": ("form.pdf", "pdf_script", lambda: pdf(_xfa)),
    "a PDF that starts a program": (
        "form.pdf",
        "pdf_launch",
        lambda: pdf(lambda document: _action(document, "/Launch", F=String("cmd.exe"))),
    ),
    "a PDF with a link to a file": (
        "form.pdf",
        "pdf_launch",
        lambda: pdf(lambda document: _action(document, "/URI", URI=String("file:///etc/passwd"))),
    ),
    "a PDF that sends": (
        "form.pdf",
        "pdf_sends",
        lambda: pdf(lambda document: _action(document, "/SubmitForm", F=String("http://x.example"))),
    ),
    "a PDF that prints itself": ("form.pdf", "pdf_acts", lambda: pdf(_opens)),
    "a PDF with a film": (
        "film.pdf",
        "pdf_media",
        lambda: pdf(lambda document: _action(document, "/Rendition", OP=0)),
    ),
    "a PDF with a file inside": ("letter.pdf", "pdf_embedded", lambda: pdf(_embed)),
    "a PDF with a password": (
        "locked.pdf",
        "pdf_locked",
        lambda: pdf(encryption=pikepdf.Encryption(owner="owner", user="secret")),
    ),
    "a PDF with a password for changing": (
        "locked.pdf",
        "pdf_locked",
        lambda: pdf(encryption=pikepdf.Encryption(owner="owner", user="")),
    ),
    # qpdf finds that its pages are their own parents' before anybody counts them.
    "a PDF of billions of pages": ("long.pdf", "pdf_damaged", lambda: pdf(_page_bomb)),
    "a PDF of 1,001 pages": ("long.pdf", "pdf_too_many_pages", lambda: pdf(pages=1_001)),
    "a PDF without its end": ("short.pdf", "pdf_cut_off", lambda: pdf()[:-20]),
    "a PDF of nonsense": ("odd.pdf", "pdf_damaged", lambda: b"%PDF-1.7\nnonsense\n%%EOF\n"),
    "a JPEG without its end": ("short.jpg", "picture_damaged", lambda: jpeg()[:9_000]),
    "a JPEG that says it has 4,000 million points": (
        "wide.jpg",
        "picture_too_large",
        jpeg_that_says_it_is_enormous,
    ),
    "a PNG with a packed text of 200 MB": ("note.png", "picture_bomb", png_with_a_text_bomb),
    "a PNG with an international text of 200 MB": (
        "note.png",
        "picture_bomb",
        lambda: png_with_a_text_bomb(b"iTXt"),
    ),
    "a GIF": ("moving.gif", "gif", lambda: _picture(Image.new("P", (9, 9)), "GIF")),
    "a TIFF": ("scan.tif", "tiff", lambda: _picture(Image.new("L", (9, 9)), "TIFF")),
    "a bitmap": ("scan.bmp", "bitmap", lambda: _picture(Image.new("L", (9, 9)), "BMP")),
    "a WebP": ("photo.webp", "webp", lambda: _picture(Image.new("RGB", (9, 9)), "WEBP")),
    "an HEIC photograph": ("photo.heic", "heic", lambda: b"\x00\x00\x00\x18ftypheic" + bytes(99)),
    "a film": ("film.mp4", "film", lambda: b"\x00\x00\x00\x18ftypisom" + bytes(99)),
    "a DICOM file": ("scan.dcm", "dicom", lambda: bytes(128) + b"DICM" + bytes(99)),
    "a program called JPEG": ("photo.jpg", "program", lambda: b"MZ\x90\x00" + bytes(500)),
    "words": ("note.txt", "unknown", lambda: b"The patient walks well."),
}


@lru_cache(maxsize=64)
def hostile(what: str) -> tuple[str, str, bytes]:
    """Return a hostile file's name, the code of the reason for refusing it, and its content."""
    name, reason, make = HOSTILE[what]
    return name, reason, make()
