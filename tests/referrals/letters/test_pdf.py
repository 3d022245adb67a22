import logging
import re
import threading
import unicodedata
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from clinic.typesetting.fonts import font_directories
from referrals.letters.compose import compose, warnings
from referrals.letters.facts import Correction, Referrer
from referrals.letters.length import TOO_LONG, pages
from referrals.letters.pdf import render_pdf
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

NAMES = {
    "Latin, extended": ("Zoë", "Łukasiewicz-Ñandú"),
    "Greek": ("Ελένη", "Παπαδοπούλου"),
    "Cyrillic": ("Наталья", "Щербакова"),
    "Vietnamese": ("Thị Hương", "Nguyễn"),
    "Hebrew": ("שרה", "כהן"),
    "Devanagari": ("प्रिया", "शर्मा"),
    "Thai": ("สมชาย", "ใจดี"),
    "Tamil": ("கமல்", "தமிழ்ச்செல்வி"),
    "Telugu": ("రాజు", "వెంకటేశ్వర్లు"),
    "Khmer": ("សុខា", "ចាន់"),
    "Chinese": ("小明", "王"),
    "Japanese": ("さくら", "田中"),
    "Korean": ("민준", "김"),
    "Bengali": ("রহিম", "বাংলা"),
    "Gurmukhi": ("ਗੁਰਪ੍ਰੀਤ", "ਸਿੰਘ"),
    "Ethiopic": ("አበበ", "ከበደ"),
    "Georgian": ("ნინო", "ბერიძე"),
    "Armenian": ("Արամ", "Պետրոսյան"),
    "beyond the first plane": ("野", "𠮷"),
}


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def text_of(record) -> str:
    return " ".join(" ".join(pages_of(render_pdf(compose(record), at=AT).pdf)).split())


@pytest.fixture(scope="module")
def pdf():
    """The typical letter with more findings than a page holds, opened."""
    rendered = render_pdf(compose(typical(findings=many_findings())), at=AT)
    with pikepdf.open(BytesIO(rendered.pdf)) as opened:
        yield opened


def structure(node, found=None):
    """The names of all structure elements below `node`."""
    found = [] if found is None else found
    if isinstance(node, pikepdf.Array):
        for child in node:
            structure(child, found)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        found.append(str(node.S))
        structure(node.get("/K", pikepdf.Array()), found)
    return found


# What the file promises


def test_the_pdf_is_marked_as_tagged_in_british_english_with_a_title(pdf):
    assert pdf.Root.MarkInfo.Marked == True  # noqa: E712 — a pikepdf object
    assert str(pdf.Root.Lang) == "en-GB"
    assert str(pdf.docinfo.Title) == "Referral letter R-1A2B3C4D, Aire Foot & Ankle Clinic"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712


def test_the_structure_tree_has_headings_tables_with_header_cells_and_lists(pdf):
    names = structure(pdf.Root.StructTreeRoot.K)

    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/L", "/LI"} <= set(names)


def test_the_pdf_declares_pdf_a_2a_and_pdf_ua_1(pdf):
    with pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
        assert metadata["pdfuaid:part"] == "1"


def test_every_font_is_embedded(pdf):
    fonts = {font.objgen: font for page in pdf.pages for font in page.Resources.Font.values()}

    assert fonts
    for font in fonts.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


def test_a_typical_letter_takes_two_pages():
    assert len(pages_of(render_pdf(compose(typical()), at=AT).pdf)) == 2


@pytest.mark.parametrize("sentences", range(20, 44, 4))
def test_no_signature_stands_alone_on_a_page(sentences):
    record = with_referral(patient_wishes="Would rather avoid an operation. " * sentences)
    last = pages_of(render_pdf(compose(record), at=AT).pdf)[-1]

    assert "Yours sincerely" in last
    assert "Patient was told" in last


def test_sixty_findings_paginate_with_identifiers_and_header_cells_on_each_page():
    record = typical(findings=many_findings())
    pages = pages_of(render_pdf(compose(record), at=AT).pdf)

    assert len(pages) in (3, 4)
    for number, page in enumerate(pages, start=1):
        words = " ".join(page.split())
        assert "Ms Anna Novak" in words
        assert "born 17 May 1965" in words
        assert "record no. 000123" in words
        assert f"Page {number} of {len(pages)}" in words
    with_rows = [page for page in pages if "Finding number" in page]
    assert len(with_rows) > 1
    assert all("Measure" in page for page in with_rows)
    assert all(f"Finding number {n} of" in " ".join(" ".join(pages).split()) for n in range(1, 61))


def test_the_emergency_is_said_in_words():
    text = text_of(emergency())

    assert "Emergency, same day" in text
    assert "Dr Osei, spinal registrar" in text


# Reproducible


def test_the_same_letter_at_the_same_time_gives_the_same_bytes():
    letter = compose(typical())

    assert render_pdf(letter, at=AT).pdf == render_pdf(letter, at=AT).pdf
    assert render_pdf(letter, at=AT).pdf != render_pdf(letter, at=AT + timedelta(days=1)).pdf


def test_two_threads_render_at_once():
    letter = compose(typical())
    expected = render_pdf(letter, at=AT).pdf
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.extend(render_pdf(letter, at=AT).pdf for _ in range(4)))
        for _ in range(2)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 8


# Names and characters


@pytest.mark.parametrize(("given", "family"), NAMES.values(), ids=NAMES)
def test_a_name_survives_in_its_own_script(given, family):
    rendered = render_pdf(compose(with_patient(title="", given_name=given, family_name=family)), at=AT)
    text = unicodedata.normalize("NFC", " ".join(pages_of(rendered.pdf)))

    assert rendered.substituted == []
    assert unicodedata.normalize("NFC", family) in text
    assert unicodedata.normalize("NFC", given) in text


def test_an_arabic_name_keeps_all_its_letters():
    # PDFium repeats some Arabic letters when it reads text, so that words are not compared whole.
    rendered = render_pdf(compose(with_patient(title="", given_name="فاطمة", family_name="الزهراء")), at=AT)
    text = " ".join(pages_of(rendered.pdf))

    assert rendered.substituted == []
    assert set("فاطمةالزهراء") <= set(text)


def test_a_character_that_no_font_has_is_printed_as_its_code_point(caplog):
    record = with_patient(family_name="Novak\N{CUNEIFORM SIGN A}\ue000")

    with caplog.at_level(logging.WARNING):
        rendered = render_pdf(compose(record), at=AT)

    assert rendered.substituted == ["U+12000", "U+E000"]
    assert "[U+12000][U+E000]" in " ".join(pages_of(rendered.pdf))
    assert "Novak" not in caplog.text
    assert "\N{CUNEIFORM SIGN A}" not in caplog.text
    assert len(caplog.records) == 1


def test_four_thousand_unknown_characters_do_not_stop_a_letter():
    unknown = "".join(map(chr, range(0xE000, 0xEFA0)))

    rendered = render_pdf(compose(with_patient(medical_history=unknown)), at=AT)

    assert len(rendered.substituted) == 4000


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x1b[31m\x7f\x85",
        "\u202eevil\u202c \u2066x\u2069",
        "a\u0301\u0301\u0301\u0301 \u0e49 \u093f \u200d\ufe0f",
        "👩‍👩‍👧 🇬🇧 👍🏽",
        "\ufffe\uffff\U0010ffff\ufdd0",
        "\ud800",
    ],
    ids=["control", "turned text", "lone marks", "emoji clusters", "non-characters", "lone surrogate"],
)
def test_no_text_makes_a_letter_fail(text):
    rendered = render_pdf(compose(with_patient(family_name=f"Novak{text}")), at=AT)

    pages = " ".join(pages_of(rendered.pdf))
    assert "Novak" in pages
    assert not re.search("[\x00\x1b\u202e]", pages)


def test_markup_in_a_text_stays_text():
    nasty = '#eval("1+1") $x^2$ *bold* @ref <label> \\ #import "x" `raw` = Heading'

    text = text_of(with_referral(question=nasty, urgency="soon"))

    assert nasty in text


def test_very_long_words_stay_inside_the_page():
    visit = replace(typical().visit, complaint="W" * 190)
    record = typical(visit=visit, findings=(replace(many_findings(1)[0], note="m" * 400),))
    document = pypdfium2.PdfDocument(render_pdf(compose(record), at=AT).pdf)

    for page in document:
        width = page.get_width()
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars())]
        assert max(right for _, _, right, _ in boxes) < width - 45
    document.close()


def test_the_fonts_carry_their_open_licence():
    for directory in font_directories():
        [licence] = directory.parent.glob(f"{directory.name}-*.dist-info/licenses/LICENSE")
        assert "SIL OPEN FONT LICENSE" in licence.read_text().upper()


# Two pages


def pages_in_print(record) -> int:
    return len(pages_of(render_pdf(compose(record), at=AT).pdf))


def test_a_letter_with_every_table_a_body_chart_and_scores_takes_two_pages():
    assert pages_in_print(full()) == 2
    assert pages(compose(full())) < TOO_LONG


@pytest.mark.parametrize("sentences", range(0, 90, 15))
def test_a_letter_that_takes_three_pages_is_warned_of_and_one_that_takes_two_is_not(sentences):
    told = "She rests on the bench half way up the hill on most days of the week now. " * sentences
    record = full(additions={"history": told})

    warned = [one for one in warnings(compose(record)) if one.section == "letter"]

    assert bool(warned) == (pages_in_print(record) > 2)


@pytest.mark.parametrize("count", [0, 6, 30, 60])
def test_the_estimate_of_the_length_is_right_to_a_fifth_of_a_page(count):
    record = full(findings=(*full().findings, *many_findings(count)))
    document = pypdfium2.PdfDocument(render_pdf(compose(record), at=AT).pdf)
    text = document[len(document) - 1].get_textpage()
    bottoms = [text.get_charbox(n)[1] for n in range(text.count_chars())]
    last = (842 - 37 - min(y for y in bottoms if y > 50)) / 760  # of the last page, in points
    printed = len(document) - 1 + last
    document.close()

    assert abs(pages(compose(record)) - printed) < 0.2


# All of the composed letter is in the file


def plain(text: str) -> str:
    """Without spaces, hyphens at line ends and places to break: what is printed, not where."""
    return re.sub(r"[\s\u200b\ufffe\-]", "", unicodedata.normalize("NFC", text))


RECORDS = {
    "typical": typical(),
    "full": full(),
    "emergency": emergency(),
    "sixty findings": typical(findings=many_findings()),
    "with additions": typical(additions={"history": "Walks 400 yards.", "past_history": "Mother: hip."}),
    "empty sections": typical(
        findings=(), outcomes=(), treatments=(), screening=None, red_flags_not_asked=(), recipient=None
    ),
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_every_word_of_every_section_is_printed(record):
    letter = compose(record)
    printed = plain("".join(pages_of(render_pdf(letter, at=AT).pdf)))

    shown = [one for one in letter.sections if one.key not in ("header", "recipient", "sign_off")]
    words = [one.title for one in shown if one.blocks or one.requirement == "M"]
    for section in shown:
        for block in section.blocks:
            words += [block.text, block.heading, *block.items, *(c for row in block.rows for c in row)]
    assert [one for one in words if plain(one) not in printed] == []
    assert all(plain(line) in printed for line in letter.recipient)


def test_the_service_its_criteria_and_those_that_are_met_are_printed():
    to = replace(typical().recipient, criteria="Pain for over 6 weeks", email="triage@leeds.example")
    told = replace(typical().referral, criteria_met="Eight weeks of pain", request_type="Assessment")

    text = text_of(typical(recipient=to, referral=told))

    for said in ("Musculoskeletal triage", "triage@leeds.example", "Pain for over 6 weeks"):
        assert said in text
    assert "Eight weeks of pain" in text
    assert "Asked for Assessment" in text


def test_a_letter_without_optional_sections_prints_no_empty_headings():
    text = text_of(typical(outcomes=()))

    assert "Outcome scores" not in text


def test_an_addition_is_printed_as_the_writers_own():
    record = typical(additions={"history": "She can walk 400 yards."})

    assert "Added by the writer: She can walk 400 yards." in text_of(record)


def test_the_clinics_opening_and_closing_stand_around_the_sections():
    text = text_of(typical(opening="Thank you for seeing her.\n\nA second one.", closing="Do phone us."))

    assert text.index("Thank you for seeing her. A second one.") < text.index("Reason for referral")
    assert text.index("Consent") < text.index("Do phone us.") < text.index("Yours sincerely")


def test_a_correction_says_which_letter_it_replaces_and_what_was_wrong():
    corrects = Correction(number=1, signed_on=AT.date() - timedelta(days=2), what="The side was wrong.")

    text = text_of(typical(corrects=corrects))

    assert "Replaces The letter of 19 November 2026 (version 1)" in text
    assert "Corrected The side was wrong." in text


def test_a_long_address_pushes_the_letter_down_and_covers_nothing():
    address = "\n".join(f"Line {n} of the address" for n in range(1, 10))
    to = replace(typical().recipient, address=address)
    document = pypdfium2.PdfDocument(render_pdf(compose(typical(recipient=to)), at=AT).pdf)
    page = document[0].get_textpage()
    top = page.get_charbox(page.get_text_range().index("Soon, about"))[3]
    bottom = page.get_charbox(page.get_text_range().index("Line 9 of"))[1]
    document.close()

    assert top < bottom


# Pictures


def test_logo_and_signatures_are_figures_with_a_description():
    clinic = replace(typical().clinic, logo_alt="A green leaf")
    bob = Referrer(name="Bob Birch", profession="Podiatrist", registration_number="HCPC CH11876")
    letter = compose(typical(clinic=clinic, cosigner=bob))
    pictures = Pictures(logo=png(), signature=png(200, 60), cosignature=png(180, 60, "navy"))

    rendered = render_pdf(letter, at=AT, pictures=pictures)

    with pikepdf.open(BytesIO(rendered.pdf)) as opened:
        described = [str(one.Alt) for one in elements(opened.Root.StructTreeRoot.K) if "/Alt" in one]
        images = {image.objgen for page in opened.pages for image in images_of(page)}
    assert described == ["A green leaf", "Signature of Alice Archer", "Signature of Bob Birch"]
    assert len(images) == 3
    assert "HCPC CH11876" in " ".join(pages_of(rendered.pdf))


def test_a_logo_without_a_description_is_described_by_the_clinics_name():
    rendered = render_pdf(compose(typical()), at=AT, pictures=Pictures(logo=png()))

    with pikepdf.open(BytesIO(rendered.pdf)) as opened:
        (logo,) = [one for one in elements(opened.Root.StructTreeRoot.K) if "/Alt" in one]
        assert str(logo.Alt) == "Logo of Aire Foot & Ankle Clinic"


def test_the_same_pictures_give_the_same_bytes():
    pictures = Pictures(logo=png(), signature=png(200, 60))
    first = render_pdf(compose(typical()), at=AT, pictures=pictures).pdf

    assert render_pdf(compose(typical()), at=AT, pictures=Pictures(png(), png(200, 60))).pdf == first


def images_of(page, found=None):
    """The pictures of a page, those inside its drawings too."""
    found = [] if found is None else found
    for one in page.get("/Resources", {}).get("/XObject", {}).values():
        if one.Subtype == "/Image":
            found.append(one)
        else:
            images_of(one, found)
    return found


def elements(node):
    """The structure elements below `node`, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from elements(node.get("/K", pikepdf.Array()))
