"""A composed letter as a Word file, for those who have to edit it."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENTATION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from clinic.typesetting.characters import everywhere, printable

from .content import Block, ComposedLetter, Section, Signature
from .pictures import NO_PICTURES, Pictures
from .text import PLACED

ACCENT = RGBColor(0x12, 0x50, 0x5E)
LANGUAGE = "en-GB"
MADE_AT = (1980, 1, 1, 0, 0, 0)  # the oldest time a ZIP can hold: the same letter gives the same bytes


def render_docx(letter: ComposedLetter, *, at: datetime, pictures: Pictures = NO_PICTURES) -> bytes:
    """Return the letter as a DOCX file; the same letter, time and pictures give the same bytes.

    What is typed in it stays text: no fields but the page numbers, no links, no macros.
    """
    letter = ComposedLetter.from_dict(everywhere(_allowed, letter.as_dict()))
    document = docx.Document()
    _page(document, letter)
    _properties(document, letter, at)
    _head(document, letter, pictures)
    for section in letter.sections:
        if section.key not in PLACED:
            _section(document, section)
    _paragraphs(document, letter.closing)
    _foot(document, letter, pictures)
    return _packed(document)


def _allowed(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c for c in printable(text) if c not in "\ufffe\uffff")


def _page(document: Document, letter: ComposedLetter) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(18), Mm(18)
    section.header.paragraphs[0].text = " · ".join(letter.identifiers)
    number = section.footer.paragraphs[0]
    number.add_run(f"{letter.reference} · Page ")
    _field(number, "PAGE")
    number.add_run(" of ")
    _field(number, "NUMPAGES")
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10)
    normal.paragraph_format.space_after = Pt(3)
    _speak(normal.element.get_or_add_rPr())
    for level, size in ((1, 14), (2, 11), (3, 10)):
        style = document.styles[f"Heading {level}"]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), ACCENT
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(8), Pt(2)


def _speak(properties: Any) -> None:
    """Set the language, so that a screen reader pronounces it as British English."""
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGE)
    properties.append(language)


def _properties(document: Document, letter: ComposedLetter, at: datetime) -> None:
    known = document.core_properties
    known.title = letter.title
    known.author = known.last_modified_by = letter.letterhead.name
    known.language = LANGUAGE
    known.comments = ""
    known.created = known.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _head(document: Document, letter: ComposedLetter, pictures: Pictures) -> None:
    head = letter.letterhead
    if pictures.logo:
        _picture(document, pictures.logo, head.logo_alt or f"Logo of {head.name}", height=Mm(16))
    document.add_paragraph(head.name, style="Title")
    contact = (*head.address, head.phone, head.email)
    _paragraphs(document, (head.line, ", ".join(filter(None, contact))))
    _lines(document.add_paragraph(), letter.recipient)
    _facts(document, (("Date", letter.written_on), ("Reference", letter.reference)))
    document.add_paragraph().add_run(letter.banner.label).bold = True
    _facts(document, (*letter.banner.rows, *letter.corrects))
    document.add_heading(letter.subject, level=1)
    document.add_paragraph(letter.salutation)
    _paragraphs(document, letter.opening)


def _section(document: Document, section: Section) -> None:
    document.add_heading(section.title, level=2)
    for block in section.blocks:
        _block(document, block, section.title)


def _block(document: Document, block: Block, title: str) -> None:
    if block.kind == "run_in":
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{block.heading}: ").bold = True
        paragraph.add_run("; ".join(block.items) + ".")
        return
    if block.heading:
        document.add_heading(block.heading, level=3)
    if block.text:
        _lines(document.add_paragraph(), block.text.split("\n"), is_bold=block.kind == "alert")
    if block.kind == "table":
        _table(document, block, title)
    else:
        _facts(document, block.rows)
    for item in block.items:
        _lines(document.add_paragraph(style="List Bullet"), item.split("\n"))


def _table(document: Document, block: Block, title: str) -> None:
    made = document.add_table(rows=1, cols=len(block.header), style="Table Grid")
    _describe(made, block.heading or title)
    _repeat_header(made)
    for cell, name in zip(made.rows[0].cells, block.header, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for row in block.rows:
        for cell, words in zip(made.add_row().cells, row, strict=True):
            cell.text = words
    document.add_paragraph()


def _describe(table: Table, title: str) -> None:
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title)
    table._tbl.tblPr.append(caption)


def _repeat_header(table: Table) -> None:
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)


def _facts(document: Document, rows: Iterable[tuple[str, ...]]) -> None:
    for label, value in rows:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}: ").bold = True
        _lines(paragraph, value.split("\n"))


def _paragraphs(document: Document, texts: Iterable[str]) -> None:
    for text in filter(None, texts):
        _lines(document.add_paragraph(), text.split("\n"))


def _lines(paragraph: Paragraph, texts: Sequence[str], *, is_bold: bool = False) -> None:
    for place, text in enumerate(texts):
        run = paragraph.add_run(text)
        run.bold = is_bold or None
        if place < len(texts) - 1:
            run.add_break()


def _foot(document: Document, letter: ComposedLetter, pictures: Pictures) -> None:
    document.add_paragraph("Yours sincerely,")
    signed = ((letter.signature, pictures.signature), (letter.cosignature, pictures.cosignature))
    for one, png in signed:
        if one:
            _signature(document, one, png)
    end = letter.section("sign_off")
    if end:
        document.add_heading(end.title, level=2)
        for block in end.blocks:
            _block(document, block, end.title)


def _signature(document: Document, one: Signature, png: bytes | None) -> None:
    if png:
        _picture(document, png, f"Signature of {one.name}", height=Mm(12))
    document.add_paragraph().add_run(one.name).bold = True
    _paragraphs(document, (one.role, one.signed))


def _picture(document: Document, png: bytes, alt: str, *, height: Mm) -> None:
    shape = document.add_picture(io.BytesIO(png), height=height)
    shape._inline.docPr.set("descr", alt)


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that the word processor fills in: the number of the page, or how many there are."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)


def _packed(document: Document) -> bytes:
    written = io.BytesIO()
    document.save(written)
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as again:
        for name in sorted(parts.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            info = zipfile.ZipInfo(name, MADE_AT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            again.writestr(info, parts.read(name))
    return packed.getvalue()
