import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from cases.handouts.words import back_emergency
from referrals.letters.compose import compose, warnings
from referrals.letters.patient_copy import (
    HOW_SOON,
    JARGON,
    ORIGINS,
    SERVICES,
    compose_patient_copy,
    jargon_in,
)
from referrals.letters.pdf import render_patient_copy
from referrals.letters.pictures import Pictures
from referrals.models import Destination
from tests.referrals.letters.records import AT, emergency, full, png, typical, with_patient, with_referral

URGENCIES = ("emergency", "within_1_working_day", "urgent", "soon", "routine")


def words_of(record) -> str:
    copy = compose_patient_copy(record)
    parts = [line for one in copy.parts for line in (one.heading, *one.paragraphs, *one.items)]
    return "\n".join([copy.heading, copy.salutation, *copy.opening, *parts, *copy.signed_by])


def pages_of(record, **options) -> list[str]:
    rendered = render_patient_copy(compose_patient_copy(record), at=AT, **options)
    document = pypdfium2.PdfDocument(rendered.pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def plain(text: str) -> str:
    return re.sub(r"[\s\u200b\ufffe\-]", "", unicodedata.normalize("NFC", text))


# What it says


def test_it_says_who_why_how_soon_what_next_what_to_watch_for_and_whom_to_call():
    headings = [one.heading for one in compose_patient_copy(typical()).parts]

    assert headings == [
        "Who will see you",
        "Why",
        "How soon",
        "What happens next",
        "Until then",
        "This is an emergency",
        "What else to watch for",
        "Whom to call",
    ]


def test_it_names_the_specialist_the_day_and_the_telephone_numbers():
    said = words_of(typical())

    assert "We have asked Dr Priya Shah (Leeds MSK Triage Service) to see you." in said
    assert "You should be seen within about 6 weeks. That is by 2 January 2027." in said
    assert "If you have not heard from them within 7 days, phone us on 0113 496 0120." in said
    assert "ask for Alice Archer" in said
    assert "In an emergency: 999." in said


def test_an_emergency_is_told_to_go_today_and_that_they_are_expected():
    said = words_of(emergency())

    assert "You need to be seen today. Please go straight away" in said
    assert "they know that you are coming" in said
    assert "have not heard" not in said
    assert "they know that you are coming" not in words_of(emergency(phoned_at=None))


def test_the_signs_of_a_back_emergency_are_told_where_the_back_may_be_the_cause():
    told = compose_patient_copy(typical(emergency_signs=tuple(back_emergency())))
    urgent = next(one for one in told.parts if one.urgent)

    assert set(back_emergency()) < set(urgent.items)
    assert "pass water" not in words_of(typical())


def test_a_gp_is_mentioned_only_where_the_gp_gets_a_copy():
    assert "Your GP gets a copy" in words_of(typical())
    assert "Your GP gets a copy" not in words_of(with_patient(consent_to_share=False))
    assert "Your GP gets a copy" not in words_of(with_patient(gp_name="", gp_practice=""))
    clinic = replace(typical().clinic, copy_to_gp=False)
    assert "Your GP gets a copy" not in words_of(typical(clinic=clinic))


# What it does not say


@pytest.mark.parametrize("urgency", URGENCIES)
@pytest.mark.parametrize("origin", ORIGINS)
def test_none_of_our_own_words_is_jargon(urgency, origin):
    for destination in Destination.values:
        record = full(
            referral=replace(full().referral, urgency=urgency, destination=destination, question=""),
            screening=replace(full().screening, origin_code=origin),
            recipient=replace(full().recipient, name="Dr Shah", role="", organisation="Leeds"),
            emergency_signs=tuple(back_emergency()),
        )
        assert jargon_in(words_of(record)) == {}


def test_every_kind_of_service_origin_and_urgency_has_plain_words():
    assert set(Destination.values) == set(SERVICES)
    assert set(URGENCIES) == set(HOW_SOON)
    assert {"foot", "back", "hip", "mixed", "systemic"} == set(ORIGINS)


def test_scores_tests_medicines_and_other_people_stay_in_the_letter():
    record = full(
        patient=replace(full().patient, emergency_contact="Eva Novak, mother", medical_history="Cancer 2009"),
        additions={"history": "Her neighbour Mrs Green says she limps."},
        red_flags_not_asked=("Known osteoporosis",),
    )
    said = words_of(record)

    for secret in (
        "Eva Novak",
        "Mrs Green",
        "Cancer",
        "osteoporosis",
        "radiculopathy",
        "PSFS",
        "Amlodipine",
        "Big-toe",
        "4/5",
        "M54",
        "943 476",
        "bus licence",
    ):
        assert secret not in said


@pytest.mark.parametrize("word", JARGON)
def test_a_word_of_jargon_is_found_whatever_stands_around_it(word):
    assert jargon_in(f"This is (the {word}).") == jargon_in(f"This is (the {word}).") | {word: JARGON[word]}


def test_ordinary_words_are_no_jargon():
    assert jargon_in("You may get to know your own measures: from roman baths to oats.") == {}


def test_the_writer_is_warned_of_jargon_that_the_patient_would_read():
    letter = compose(with_referral(told_patient="You have an L5 radiculopathy."))

    assert [one.sentence for one in warnings(letter) if one.field == "told_patient"] == [
        "The patient reads “radiculopathy” in their copy: better “a trapped nerve”."
    ]


def test_nobody_is_warned_where_no_copy_goes_to_the_patient():
    clinic = replace(typical().clinic, copy_to_patient=False)
    record = replace(with_referral(told_patient="You have an L5 radiculopathy."), clinic=clinic)

    assert "told_patient" not in {one.field for one in warnings(compose(record))}


# The file


RECORDS = {
    "typical": typical(),
    "emergency": emergency(),
    "no recipient": typical(recipient=None),
    "opening": typical(patient_opening="Thank you for coming.\n\nIt was good to see you."),
    "back": typical(emergency_signs=tuple(back_emergency())),
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_every_word_is_printed_on_two_pages_at_most(record):
    pages = pages_of(record)
    printed = plain("".join(pages))

    assert len(pages) <= 2
    assert [one for one in words_of(record).split("\n") if plain(one) not in printed] == []
    assert all("born 17 May 1965" in one for one in pages)
    assert f"Page 1 of {len(pages)}" in pages[0]


def test_an_ordinary_copy_is_one_page():
    assert len(pages_of(typical())) == 1


@pytest.mark.parametrize(
    "name", ["王小明", "Łukasiewicz-Żółć", "Наталья", "W" * 90], ids=["Chinese", "Polish", "Cyrillic", "long"]
)
def test_names_of_all_scripts_are_printed(name):
    assert plain(name) in plain("".join(pages_of(with_patient(title="", family_name=name))))


def test_the_copy_is_tagged_titled_and_in_british_english_with_fonts_embedded():
    copy = compose_patient_copy(typical())
    rendered = render_patient_copy(copy, at=AT, pictures=Pictures(logo=png(), signature=png(200, 60)))

    with pikepdf.open(BytesIO(rendered.pdf)) as opened:
        assert opened.Root.MarkInfo.Marked == True  # noqa: E712 — a pikepdf object
        assert str(opened.Root.Lang) == "en-GB"
        assert str(opened.docinfo.Title) == "About your referral, 21 November 2026"
        with opened.open_metadata() as metadata:
            assert (metadata.pdfa_status, metadata["pdfuaid:part"]) == ("2A", "1")
        fonts = {font.objgen: font for page in opened.pages for font in page.Resources.Font.values()}
        assert fonts
        for font in fonts.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


def test_the_same_copy_at_the_same_time_gives_the_same_bytes():
    copy = compose_patient_copy(typical())
    first = render_patient_copy(copy, at=AT).pdf

    assert render_patient_copy(copy, at=AT).pdf == first
    assert render_patient_copy(copy, at=AT + timedelta(days=1)).pdf != first


def test_markup_in_a_text_stays_text():
    nasty = '#eval("1+1") $x^2$ *bold* @ref <label> \\ #import "x"'

    assert plain(nasty) in plain("".join(pages_of(with_referral(told_patient=nasty))))
