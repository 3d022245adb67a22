import io
import zipfile
from datetime import timedelta

import docx
import pytest
from docx.oxml.ns import qn

from referrals.letters.compose import compose
from referrals.letters.docx import render_docx
from referrals.letters.facts import Referrer
from referrals.letters.pictures import Pictures
from tests.referrals.letters.records import (
    AT,
    emergency,
    full,
    many_findings,
    png,
    typical,
    with_patient,
    with_referral,
)


def opened(record, **options):
    return docx.Document(io.BytesIO(render_docx(compose(record), at=AT, **options)))


def text_of(document):
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def headings(document, level):
    return [one.text for one in document.paragraphs if one.style.name == f"Heading {level}"]


RECORDS = {
    "typical": typical(),
    "full": full(),
    "emergency": emergency(),
    "sixty findings": typical(findings=many_findings()),
    "nothing known": typical(findings=(), outcomes=(), treatments=(), screening=None, recipient=None),
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_the_file_says_every_word_of_the_letter(record):
    text = text_of(opened(record))

    for section in (one for one in compose(record).sections if one.key != "header"):
        for block in section.blocks:
            said = [block.text, *block.items, *(cell for row in block.rows for cell in row)]
            assert [one for one in said if one not in text] == []


def test_every_section_is_a_heading_and_the_subject_is_the_first():
    document = opened(typical())
    letter = compose(typical())

    shown = [one.title for one in letter.sections if one.key not in ("header", "sign_off")]
    assert headings(document, 1) == [letter.subject]
    assert headings(document, 2) == [*shown, "Sign-off"]


def test_every_table_has_a_name_and_a_header_row_that_repeats_on_each_page():
    document = opened(full())

    assert len(document.tables) == 4
    for table in document.tables:
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        header = table.rows[0]
        assert header._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(cell.paragraphs[0].runs[0].bold for cell in header.cells)


def test_language_and_title_are_set_for_a_screen_reader():
    document = opened(typical())
    language = document.styles["Normal"].element.rPr.find(qn("w:lang"))

    assert language.get(qn("w:val")) == "en-GB"
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.title == "Referral letter R-1A2B3C4D, Aire Foot & Ankle Clinic"


def test_identifiers_stand_in_the_header_and_page_numbers_in_the_footer():
    section = opened(typical()).sections[0]
    fields = [one.get(qn("w:instr")) for one in section.footer._element.iter(qn("w:fldSimple"))]

    assert section.header.paragraphs[0].text == (
        "Ms Anna Novak · born 17 May 1965 · record no. 000123 · national no. 943 476 5919"
    )
    assert fields == ["PAGE", "NUMPAGES"]


def test_what_was_typed_stays_text():
    nasty = "<w:p>&amp; {PAGE} =1+1 {{ 7*7 }} </w:t>"

    document = opened(with_referral(question=nasty))

    assert nasty in [one.text for one in document.paragraphs]


@pytest.mark.parametrize("text", ["\x00\x0b\x1f", "\ud800", "\ufffe\uffff", "\u202eevil"], ids=ascii)
def test_characters_that_xml_cannot_hold_do_not_stop_the_letter(text):
    assert "Novak" in text_of(opened(with_patient(family_name=f"Novak{text}")))


@pytest.mark.parametrize("name", ["王小明", "فاطمة الزهراء", "Łukasiewicz-Żółć"])
def test_names_of_other_scripts_are_kept(name):
    assert name in text_of(opened(with_patient(family_name=name)))


def test_there_are_no_macros_no_links_and_nothing_of_the_template_but_styles():
    with zipfile.ZipFile(io.BytesIO(render_docx(compose(typical()), at=AT))) as parts:
        names = parts.namelist()
        relations = parts.read("word/_rels/document.xml.rels").decode()

    assert not [one for one in names if "vba" in one.lower() or one.endswith(".bin")]
    assert 'TargetMode="External"' not in relations


def test_the_same_letter_at_the_same_time_gives_the_same_bytes():
    pictures = Pictures(logo=png(), signature=png(200, 60))
    first = render_docx(compose(full()), at=AT, pictures=pictures)

    assert render_docx(compose(full()), at=AT, pictures=pictures) == first
    assert render_docx(compose(full()), at=AT + timedelta(days=1), pictures=pictures) != first


def test_logo_and_signatures_have_a_description():
    record = typical(cosigner=Referrer(name="Bob Birch"))
    document = opened(record, pictures=Pictures(logo=png(), signature=png(200, 60), cosignature=png(90, 30)))

    described = [one._inline.docPr.get("descr") for one in document.inline_shapes]
    assert described == [
        "Logo of Aire Foot & Ankle Clinic",
        "Signature of Alice Archer",
        "Signature of Bob Birch",
    ]


def test_an_addition_stands_apart_under_its_own_heading():
    document = opened(typical(additions={"history": "Walks 400 yards.\nWith a stick."}))
    texts = [one.text for one in document.paragraphs]

    assert texts[texts.index("Added by the writer") + 1] == "Walks 400 yards.\nWith a stick."
