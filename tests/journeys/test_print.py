"""What comes out of the printer: whose it is and which sheet of how many, on each sheet."""

import io

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.factories import CaseFactory, PatientFactory
from tests.journeys.conftest import DESKTOP
from tests.journeys.steps import signed_visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("page", [DESKTOP], indirect=True),
]

LONG = "Burning pain from the buttock to the big toe, worse when sitting in the bus.\n" * 55


@pytest.fixture
def visit(north, alice):
    patient = PatientFactory(
        clinic=north, created_by=alice, record_number="000417", allergies="Penicillin: rash"
    )
    case = CaseFactory(patient=patient, complaint="Burning foot", lead=alice)
    return signed_visit(case, alice, history=LONG, examination=LONG, plan="Keep active.")


def printed(page: Page, path: str, scheme: str = "light") -> pypdfium2.PdfDocument:
    """Return the PDF that Chromium makes of a page for its printer."""
    page.emulate_media(media="print", color_scheme=scheme)
    page.goto(path)
    return pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))


def texts(document: pypdfium2.PdfDocument) -> list[str]:
    return [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document]


def test_each_sheet_of_a_long_visit_says_whose_it_is_and_which_it_is(page: Page, as_user, alice, visit):
    as_user(alice)

    sheets = texts(printed(page, f"/visits/{visit.pk}/"))

    assert len(sheets) >= 3
    for number, words in enumerate(sheets, 1):
        assert "NOVAK, Anna" in words
        assert "17 May 1965" in words
        assert "000417" in words
        assert f"Page {number} of {len(sheets)}" in words
    assert "Printed" in sheets[-1]
    assert "by Alice Archer" in sheets[-1]


@pytest.mark.parametrize("what", ["case", "patient", "progress"])
def test_the_other_pages_of_a_patient_print_with_the_name_too(page: Page, as_user, alice, visit, what):
    as_user(alice)
    case = visit.case
    paths = {
        "case": f"/cases/{case.pk}/",
        "patient": f"/patients/{case.patient_id}/",
        "progress": f"/cases/{case.pk}/progress/",
    }

    sheets = texts(printed(page, paths[what]))

    for number, words in enumerate(sheets, 1):
        assert "NOVAK, Anna" in words
        assert f"Page {number} of {len(sheets)}" in words
    assert "Printed" in sheets[-1]


def test_paper_has_no_buttons_no_menus_and_no_dark_ground(page: Page, as_user, alice, visit):
    as_user(alice)

    document = printed(page, f"/cases/{visit.case_id}/", "dark")

    words = " ".join(texts(document))
    for furniture in ("Start a visit", "Discharge", "Patients", "Log out", "A clinician decides"):
        assert furniture not in words
    picture = document[0].render(scale=0.5).to_pil().convert("L")
    assert picture.getpixel((5, 5)) == 255
    assert picture.histogram()[255] > picture.width * picture.height / 2


def test_what_is_folded_away_on_the_screen_is_printed(page: Page, as_user, alice, visit):
    as_user(alice)
    page.goto(f"/visits/{visit.pk}/")
    page.evaluate(
        """() => {
            const fold = document.createElement("details");
            fold.innerHTML = "<summary>More</summary><p>Folded words</p>";
            document.querySelector(".panel-body").append(fold);
        }"""
    )
    page.emulate_media(media="print")

    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))

    assert "Folded words" in " ".join(texts(document))


@pytest.mark.parametrize("of", ["visit", "case", "patient"])
def test_a_button_prints_the_page(page: Page, as_user, alice, visit, of):
    as_user(alice)
    case = visit.case
    path = {
        "visit": f"/visits/{visit.pk}/",
        "case": f"/cases/{case.pk}/",
        "patient": f"/patients/{case.patient_id}/",
    }[of]
    page.add_init_script("window.print = () => { window.wasPrinted = true }")
    page.goto(path)

    button = page.get_by_role("button", name="Print")
    expect(button).to_be_visible()
    button.click()

    assert page.evaluate("window.wasPrinted")
