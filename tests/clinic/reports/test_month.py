"""All reports of a month as a PDF: tagged, archival, with every drawing's words and its table."""

import re
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.reports import (
    Bars,
    Columns,
    Figure,
    Intervals,
    Lines,
    Measure,
    Page,
    Period,
    Section,
    Series,
    Table,
    Unit,
)
from clinic.reports import month as month_module
from clinic.reports.drawing import drawing_of
from clinic.reports.month import MOST_ROWS, on_paper, reports_of_month
from tests.clinic.two_clinics import SECRETS, site
from tests.referrals.letters.test_pdf import pages_of, structure

__all__ = ["site"]
pytestmark = pytest.mark.django_db
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
AT = timezone.datetime(2026, 11, 1, 6, tzinfo=timezone.get_fixed_timezone(0))
PEOPLE = ["Zoë Łukasiewicz", "王小明", "Σοφία", "\ue123 <Bob> & =1+1"]


def series(*numbers):
    return Series("Seen", numbers)


class Everything:
    """A report with a chart of each kind, in words of many scripts."""

    slug, title, question = "everything", "Everything & more", "How is it going?"

    def page(self, scope):
        chart = {"labels": PEOPLE, "unit": Unit.COUNT}
        bars = Bars(
            "By podiatrist", series=[series(4, 3, 2, 1), Series("Late", [1, 0, 0, 2], "urgent")], **chart
        )
        interval = [Series(name, numbers) for name, numbers in (
            ("Value", [1, 2, None, 3]), ("Low", [0, 1, None, 2]), ("High", [2, 3, None, 4]),
        )]  # fmt: skip
        return Page(
            headline="It goes well #here, $5 and *stars*.",
            figures=[Figure("Seen", 12, of=40), Figure("Waiting", 2.5, Unit.DAYS, note="The median")],
            sections=[
                Section("Bars", "In words.", bars),
                Section("Columns", chart=Columns("Over time", series=[series(0, 1, 2, 3)], **chart)),
                Section("Lines", chart=Lines("Over time", series=[series(0, None, 2, 3)], **chart)),
                Section("Intervals", chart=Intervals("Better by", series=interval, **chart)),
                Section("Long", table=Table(["Name", "Number"], [[f"Row {n}", n] for n in range(100)])),
                Section(
                    "Wide", table=Table([f"Head {n}" for n in range(9)], [list(range(9))], total=["x"] * 9)
                ),
                Section("Nothing", empty="Nobody was seen."),
            ],
            measures=[Measure("Seen", "Signed visits, each once.")],
        )


@pytest.fixture
def everything(north, monkeypatch):
    monkeypatch.setattr(month_module, "reports", lambda: [Everything(), Everything()])
    return reports_of_month(north, OCTOBER, at=AT)


@pytest.fixture
def opened(everything):
    with pikepdf.open(BytesIO(everything.pdf)) as pdf:
        yield pdf


def nodes(node):
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from nodes(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from nodes(node.get("/K", pikepdf.Array()))


def words_of(pdf):
    return " ".join(" ".join(pages_of(pdf)).split())


class TestTheFile:
    def test_it_is_tagged_in_the_clinics_language_and_has_a_title(self, opened):
        assert opened.Root.MarkInfo.Marked == True  # noqa: E712 — a pikepdf object
        assert str(opened.Root.Lang) == "en-GB"
        assert str(opened.docinfo.Title) == "North Foot Clinic: reports of October 2026"
        assert opened.Root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712

    def test_it_declares_pdf_a_2a_and_pdf_ua_1(self, opened):
        with opened.open_metadata() as metadata:
            assert metadata.pdfa_status == "2A"
            assert metadata["pdfuaid:part"] == "1"

    def test_it_has_headings_lists_tables_with_heads_and_pictures(self, opened):
        names = set(structure(opened.Root.StructTreeRoot.K))

        assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure"} <= names

    def test_every_drawing_says_what_it_shows_and_has_its_table(self, opened):
        figures = [node for node in nodes(opened.Root.StructTreeRoot.K) if node.S == "/Figure"]

        said = [str(node.Alt) for node in figures]
        assert len(said) == 8
        assert said[0] == "By podiatrist. The table below says the same in numbers."
        assert structure(opened.Root.StructTreeRoot.K).count("/Table") == 2 * (1 + 4 + 2)

    def test_the_same_month_gives_the_same_bytes(self, everything, north):
        assert reports_of_month(north, OCTOBER, at=AT).pdf == everything.pdf


class TestWhatItSays:
    def test_words_figures_tables_and_what_is_counted(self, everything):
        words = words_of(everything.pdf)

        assert "It goes well #here, $5 and *stars*." in words
        assert "12 of 40" in words
        assert "2.5 days The median" in words
        assert "<Bob> & =1+1" in words
        assert "Seen: Signed visits, each once." in words
        assert "Nobody was seen." in words
        assert everything.headlines == [("Everything & more", "It goes well #here, $5 and *stars*.")] * 2

    def test_a_long_table_is_cut_and_says_so(self, everything):
        words = words_of(everything.pdf)

        assert f"Row {MOST_ROWS - 1}" in words
        assert f"Row {MOST_ROWS}" not in words
        assert "60 more rows are on the report’s page." in words

    def test_a_drawing_that_no_page_holds_is_left_to_its_table(self, north, monkeypatch, everything):
        labels = [f"Person {number}" for number in range(60)]
        chart = Bars("Long", labels, [Series("Seen", [1] * 60)])
        page = Page("Long", sections=[Section("Long", chart=chart)])
        monkeypatch.setattr(Everything, "page", lambda self, scope: page)

        with pikepdf.open(BytesIO(reports_of_month(north, OCTOBER, at=AT).pdf)) as pdf:
            assert "/Figure" not in structure(pdf.Root.StructTreeRoot.K)

    def test_a_drawing_on_paper_needs_no_stylesheet_and_no_font_of_the_machine(self):
        drawing = on_paper(drawing_of(Bars("Bars", PEOPLE, [series(1, 2, 3, 4)]), "chart1"))

        assert 'xmlns="http://www.w3.org/2000/svg"' in drawing
        assert "[U+E123]" in drawing
        assert set(re.findall(r'class="chart-area (chart-[a-z0-9]+)"', drawing)) == {"chart-1"}
        assert ".chart-1 { color: #0f6475 }" in drawing


class TestThePage:
    def test_a_manager_opens_last_month_as_a_pdf(self, as_mo):
        last = timezone.localdate().replace(day=1) - timezone.timedelta(days=1)
        assert reverse("admin:report_month_pdf") in as_mo.get(reverse("admin:reports")).text

        response = as_mo.get(reverse("admin:report_month_pdf"))

        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == f'inline; filename="reports-{last:%Y-%m}.pdf"'
        assert f"{last:%B %Y}" in words_of(response.content)

    def test_a_podiatrist_does_not(self, as_alice):
        assert as_alice.get(reverse("admin:report_month_pdf")).status_code == 403


def test_no_patient_of_either_clinic_is_in_the_file(site):
    today = timezone.localdate()
    month = reports_of_month(site.north.clinic, Period(today.replace(day=1), today), at=timezone.now())

    words = words_of(month.pdf) + str(month.headlines)
    for secret in SECRETS["north"] + SECRETS["south"] + [site.north.patient.record_number]:
        assert secret not in words
