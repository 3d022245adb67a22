"""The handout: what it says, that it is archival and accessible, and that no name breaks it."""

import threading
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from cases import actions
from cases.exercises import load_library
from cases.handouts import handout_of, render_handout
from cases.models import Patient
from cases.programme import programme_of
from tests.factories import CaseFactory
from tests.journeys.steps import signed_visit

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CODES = ["plantar_fascia_stretch", "heel_raise_double", "sciatic_slider", "walking"]


@pytest.fixture
def case(alice, north):
    north.emergency_advice = "Ambulance: 999.\nEmergency department: 0113 496 0999."
    north.save()
    case = CaseFactory(patient__clinic=north, patient__created_by=alice, complaint="Sore heel", side="left")

    def treat(visit):
        actions.add_exercises(visit=visit, by=alice, codes=CODES)
        ice = {"method": "wrapped_pack", "barrier": "Damp cloth", "minutes": 15, "hours_between": 2}
        actions.add_treatment(
            visit=visit,
            by=alice,
            kind="ice",
            target="Sore heel",
            region="heel",
            side="left",
            start_on=visit.seen_on,
            details=ice | {"times_a_day": 3, "days": 3},
        )

    signed_visit(case, alice, treat=treat)
    return case


def handout(case, **kwargs):
    return handout_of(case.patient, programme_of(case.patient), **kwargs)


def pages_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def sizes_of(pdf):
    """The sizes of the letters that are printed, in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return {
            round(pypdfium2.raw.FPDFText_GetFontSize(text, n))
            for text in (page.get_textpage() for page in document)
            for n in range(text.count_chars())
            if text.get_text_range(n, 1).strip()
        }
    finally:
        document.close()


def elements(node, found=None):
    """The structure elements below `node`."""
    found = [] if found is None else found
    if isinstance(node, pikepdf.Array):
        for child in node:
            elements(child, found)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        found.append(node)
        elements(node.get("/K", pikepdf.Array()), found)
    return found


@pytest.fixture
def opened(case):
    with pikepdf.open(BytesIO(render_handout(handout(case), at=AT).pdf)) as pdf:
        yield pdf


def test_the_handout_says_what_to_do_how_often_and_when_to_stop(case):
    text = " ".join(pages_of(render_handout(handout(case), at=AT).pdf))

    for code in CODES:
        exercise = load_library().exercises[code]
        for words in (exercise.name, exercise.purpose, *exercise.steps, exercise.easier, exercise.stop):
            assert words in text, words
    assert "3 times a week, 3 sets of 10, rest a minute between sets" in text
    assert "Some pain is all right: up to 5 of 10, if it is gone by the next morning." in text
    assert "Put ice, wrapped in a damp cloth, on your left heel for 15 minutes." in text
    assert "Tick when done" in text


def test_the_handout_says_whose_it_is_whom_to_ask_and_when_it_is_reviewed(case):
    pages = pages_of(render_handout(handout(case), at=AT).pdf)

    assert "Ms Anna Novak" in pages[0]
    assert "North Foot Clinic" in pages[0]
    assert "We will ask how it went on" in pages[0]
    for number, page in enumerate(pages, start=1):
        assert "Ms Anna Novak, born 17 May 1965" in page
        assert f"Page {number} of {len(pages)}" in page
    assert "Phone North Foot Clinic on 0113 496 0000 and ask for Alice Archer." in " ".join(pages)


def test_a_bad_back_gets_the_signs_of_its_emergency_and_the_numbers(case):
    text = " ".join(pages_of(render_handout(handout(case), at=AT).pdf))

    assert "Phone 999 or go to the emergency department at once" in text
    for words in (
        "You cannot pass water",
        "your bowels",
        "between your legs",
        "down both legs",
        "during sex",
    ):
        assert words in text
    assert "Emergency department: 0113 496 0999." in text


def test_a_sore_heel_alone_is_not_frightened_with_it(north, alice):
    case = CaseFactory(patient__clinic=north, patient__created_by=alice)
    signed_visit(
        case,
        alice,
        treat=lambda v: actions.add_exercises(visit=v, by=alice, codes=["plantar_fascia_stretch"]),
    )

    text = " ".join(pages_of(render_handout(handout(case), at=AT).pdf))

    assert "pass water" not in text
    assert "Ambulance: 999, day and night." in text


def test_the_pdf_is_archival_accessible_and_in_british_english(opened):
    assert opened.Root.MarkInfo.Marked == True  # noqa: E712 — a pikepdf object
    assert str(opened.Root.Lang) == "en-GB"
    assert str(opened.docinfo.Title).startswith("Your programme, ")
    assert opened.Root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712
    with opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
        assert metadata["pdfuaid:part"] == "1"


def test_headings_lists_and_the_header_cells_of_the_week_are_tagged(opened):
    names = [str(one.S) for one in elements(opened.Root.StructTreeRoot.K)]

    assert {"/H1", "/H2", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure"} <= set(names)
    assert names.count("/TH") == 8
    assert names.count("/H1") == 1


def test_each_picture_has_its_words(opened):
    figures = [one for one in elements(opened.Root.StructTreeRoot.K) if str(one.S) == "/Figure"]

    expected = [load_library().exercises[code].picture.alt for code in CODES]
    assert [str(one.Alt) for one in figures] == expected


def test_the_pictures_are_drawn(case):
    pdf = render_handout(handout(case), at=AT).pdf
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=1).to_pil().convert("L")
    document.close()

    # Left of the first exercise's steps there is ink.
    box = page.crop((60, 150, 260, 320))
    assert sum(box.histogram()[:100]) > 150


def test_large_print_has_no_letter_below_18_points(case):
    normal, large = (
        sizes_of(render_handout(handout(case, is_large=one), at=AT).pdf) for one in (False, True)
    )

    assert min(large) >= 18
    assert 11 in normal


def test_large_print_says_the_same(case):
    text = " ".join(pages_of(render_handout(handout(case, is_large=True), at=AT).pdf))

    for code in CODES:
        for words in load_library().exercises[code].steps:
            assert words in text


@pytest.mark.parametrize("is_large", [False, True])
def test_nothing_is_wider_than_the_page(case, is_large):
    Patient.objects.filter(pk=case.patient_id).update(family_name="W" * 80)
    case.patient.refresh_from_db()
    document = pypdfium2.PdfDocument(render_handout(handout(case, is_large=is_large), at=AT).pdf)

    for page in document:
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars())]
        assert max(right for _, _, right, _ in boxes) < page.get_width() - 50
    document.close()


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("فاطمة", "الزهراء"),
        ("小明", "王"),
        ("שרה", "כהן"),
        ("👩‍👩‍👧", "🦶🏽"),
        ("Zoë\x00", "\u202eNovak"),
        ("𒀀", "\ue000"),
    ],
    ids=["Arabic", "Chinese", "Hebrew", "emoji", "control characters", "no glyph"],
)
def test_no_name_makes_a_handout_fail(case, given, family):
    case.patient.given_name, case.patient.family_name = given, family

    pages = pages_of(render_handout(handout(case), at=AT).pdf)

    assert "Sole stretch" in pages[0]


def test_markup_in_a_text_stays_text(case):
    nasty = '#eval("1+1") $x^2$ *bold* @ref <label> = Heading'
    case.patient.family_name = nasty

    assert nasty in " ".join(pages_of(render_handout(handout(case), at=AT).pdf))


def test_somebody_without_a_birth_date_gets_a_handout_too(case):
    case.patient.birth_date = None

    assert "date of birth not known" in pages_of(render_handout(handout(case), at=AT).pdf)[0]


def test_the_same_handout_at_the_same_time_gives_the_same_bytes_in_every_thread(case):
    ready = handout(case)
    expected = render_handout(ready, at=AT).pdf
    found = []
    threads = [
        threading.Thread(target=lambda: found.extend(render_handout(ready, at=AT).pdf for _ in range(3)))
        for _ in range(2)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 6


@pytest.mark.parametrize("size", ["", "?print=large", "?print=enormous&download"])
def test_the_handout_is_served_as_a_pdf_without_a_name_in_its_address(client, case, alice, size):
    client.force_login(alice)

    response = client.get(reverse("cases:show_handout_pdf", args=[case.patient_id]) + size)

    assert response.content.startswith(b"%PDF")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Novak" not in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment" if "download" in size else "inline")
