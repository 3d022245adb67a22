"""The pages of reports in the admin: the list, one report, the rows behind a figure, and their files."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import audit
from clinic.access import requires
from clinic.calendar import today_in
from clinic.reports.content import Cell, Page, Section, Shown, Value
from clinic.reports.drawing import cut, drawing_of
from clinic.reports.files import file_of_rows, file_of_table
from clinic.reports.filters import USUAL, FilterForm, narrowed
from clinic.reports.listing import Listing
from clinic.reports.month import reports_of_month
from clinic.reports.period import month_before, period_named
from clinic.reports.report import Report, report_called
from clinic.reports.scope import Scope
from clinic.reports.showing import WrittenCell, classes_of_size, rows_as_shown, section_as_shown
from clinic.reports.words import written
from clinic.requests import ClinicRequest

PAGE = 50
MOST_PAGES = 2_000
MOST_ON_CARD = 6


@requires("reports.view")
@require_safe
def list_reports(request: ClinicRequest) -> HttpResponse:
    """The reports, each with the question that it answers."""
    return render(request, "admin/reports/list_reports.html")


@requires("reports.view")
@require_safe
def show_card(request: ClinicRequest, slug: str) -> HttpResponse:
    """What a report says of the last 12 months in a sentence and a drawing, for a page of all of them."""
    report = report_called(slug)
    if report is None:
        raise Http404
    today = today_in(request.clinic)
    page = report.page(Scope(request.clinic, period_named(USUAL, today), today))
    chart = next((one.chart for one in page.sections if one.chart), None)
    drawing = drawing_of(cut(chart, MOST_ON_CARD), f"card-{slug}") if chart else ""
    return render(request, "admin/reports/_card.html", {"page": page, "drawing": drawing})


@requires("reports.view")
@require_safe
def show_month(request: ClinicRequest) -> HttpResponse:
    """All reports of last month as a PDF. No patient is in it."""
    period = month_before(today_in(request.clinic))
    month = reports_of_month(request.clinic, period, at=timezone.now())
    name = f"reports-{period.first:%Y-%m}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(month.pdf, content_type="application/pdf", headers=headers)


@requires("reports.view")
@require_safe
def show_report(request: ClinicRequest, slug: str) -> HttpResponse:
    """One report. No patient is on it."""
    report, form = _asked(request, slug)
    if not form.is_valid():
        return render(request, "admin/reports/refused.html", _head(report, form))
    if _written_otherwise(request, form.query):
        return redirect(f"{request.path}?{urlencode(form.query)}".rstrip("?"))
    page = report.page(form.scope)
    context = _head(report, form) | {
        "page": page,
        "figures": [(figure, _address(report, form, figure.shown)) for figure in page.figures],
        "sections": [
            section_as_shown(section, f"chart{place}", lambda shown: _address(report, form, shown))
            for place, section in enumerate(page.sections, start=1)
        ],
    }
    return render(request, "admin/reports/show_report.html", context)


@requires("reports.view")
@require_safe
def save_report(request: ClinicRequest, slug: str, kind: str) -> HttpResponseBase:
    """All figures and tables of a report in one file."""
    report, form = _asked(request, slug)
    if not form.is_valid():
        return render(request, "admin/reports/refused.html", _head(report, form))
    heads = [_("Part"), _("Row"), _("Column"), _("Value")]
    rows = _long(report.page(form.scope))
    zone = ZoneInfo(request.clinic.time_zone)
    return file_of_table(kind, _name(report.slug, form), zone, heads, rows)


@requires("reports.view")
@require_safe
def list_rows(request: ClinicRequest, slug: str, key: str) -> HttpResponse:
    """The rows behind a figure, a page of them at a time."""
    report, form = _asked(request, slug)
    if not form.is_valid():
        return render(request, "admin/reports/refused.html", _head(report, form))
    listing = _listing(request, report, form, key)
    number = _page_number(request)
    total, rows = listing.total, listing.rows(PAGE, (number - 1) * PAGE)
    audit.shows(request, {row["patient"] for row in rows if row["patient"]})
    shown = rows_as_shown(request, listing, rows)
    query = form.query | _part_query(request)
    context = _head(report, form) | {
        "listing": listing,
        "of": listing.part.in_words(listing.of, request.clinic) if listing.part else "",
        "total": total,
        "first": (number - 1) * PAGE + 1,
        "last": (number - 1) * PAGE + len(rows),
        "number": number,
        "pages": max(1, min(MOST_PAGES, -(-total // PAGE))),
        "rows": shown,
        "table_classes": _classes(shown),
        "rows_query": urlencode(query),
    }
    return render(request, "admin/reports/list_rows.html", context)


@requires("reports.view")
@require_safe
def save_rows(request: ClinicRequest, slug: str, key: str, kind: str) -> HttpResponseBase:
    """The rows behind a figure in one file, however many; whose they are is logged before it leaves."""
    report, form = _asked(request, slug)
    if not form.is_valid():
        return render(request, "admin/reports/refused.html", _head(report, form))
    listing = _listing(request, report, form, key)
    audit.shows(request, [patient for patient in listing.patients() if patient])
    name = _name(f"{report.slug}-{key}", form)
    return file_of_rows(kind, name, listing)


def _asked(request: ClinicRequest, slug: str) -> tuple[Report, FilterForm]:
    report = report_called(slug)
    if report is None:
        raise Http404
    return report, FilterForm(request.GET, clinic=request.clinic, filters=report.filters)


def _head(report: Report, form: FilterForm) -> dict[str, Any]:
    valid = form.is_valid()
    query = form.query if valid else {}
    shown = {name: value for name, value in query.items() if name not in ("period", "first", "last")}
    return {
        "report": report,
        "form": form,
        "words": form.words if valid else [],
        "query": urlencode(query),
        "period": query.get("period", USUAL) if valid else "",
        "rest": urlencode(shown),
        "scope": form.scope if valid else None,
    }


def _written_otherwise(request: ClinicRequest, query: dict[str, str]) -> bool:
    """Return whether the address holds anything but the filters in our way of writing them."""
    return dict(request.GET.lists()) != {name: [value] for name, value in query.items()}


def _address(report: Report, form: FilterForm, shown: Shown | None) -> str:
    if shown is None:
        return ""
    path = _path_of_rows(report.slug, shown.key)
    return f"{path}?{narrowed(form.query, shown.narrow)}".rstrip("?")


# A page has hundreds of these.
@cache
def _path_of_rows(slug: str, key: str) -> str:
    return reverse("admin:report_rows", args=[slug, key])


def _classes(rows: list[list[WrittenCell]]) -> str:
    heads = [WrittenCell(cell.head) for cell in rows[0]] if rows else []
    return classes_of_size(heads, rows)


def _part_query(request: ClinicRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("part", "of") if name in request.GET}


def _listing(request: ClinicRequest, report: Report, form: FilterForm, key: str) -> Listing:
    """Return the rows that the address names, or answer 404 for what the report does not count."""
    count, part = report.count_of(key), None
    if count is None:
        raise Http404
    if "part" in request.GET:
        part = report.part_of(count, request.GET["part"])
        if part is None:
            raise Http404
    return Listing(count, form.scope, part, request.GET.get("of", ""))


def _page_number(request: ClinicRequest) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) < 8 else 1


def _name(subject: str, form: FilterForm) -> str:
    return f"{subject}-{today_in(form.clinic)}"


def _long(page: Page) -> Iterator[list[Value]]:
    """Return every figure and every cell of a page, one a line."""
    for figure in page.figures:
        yield [
            _("Figures"),
            str(figure.label),
            written(figure.of) if figure.of is not None else "",
            figure.value,
        ]
    for section in page.sections:
        yield from _long_section(section)


def _long_section(section: Section) -> Iterator[list[Value]]:
    table = section.twin
    if table is None:
        return
    for row in [*table.rows, *([table.total] if table.total else [])]:
        values = [cell.value if isinstance(cell, Cell) else cell for cell in row]
        for head, value in zip(table.heads[1:], values[1:], strict=True):
            yield [str(section.title), written(values[0]), str(head), value]
