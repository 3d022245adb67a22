"""All reports of one month as a PDF: archival (PDF/A-2a), accessible (PDF/UA-1), and naming no patient."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.calendar import today_in
from clinic.models import Clinic
from clinic.reports.content import Figure, Page
from clinic.reports.period import Period
from clinic.reports.report import Report, reports
from clinic.reports.scope import Scope
from clinic.reports.showing import WrittenSection, WrittenTable, section_as_shown
from clinic.reports.words import written
from clinic.typesetting import typeset
from clinic.typesetting.characters import printable, substitute, without_glyph

TEMPLATE = Path(__file__).parent / "templates" / "month.typ"
MOST_ROWS = 40
# A drawing that is taller than this, for its width, leaves no room on a page: its table says the same.
TALLEST = 1.1
COLOURS = {
    **{"chart-1": "#0f6475", "chart-2": "#86932f", "chart-3": "#6a5ba8", "chart-4": "#4f9d69"},
    **{"chart-5": "#b5567a", "chart-6": "#7a8791", "chart-7": "#2f86c4", "chart-8": "#8c6d46"},
    "chart-9": "#3d4b57",
    **{"chart-accent": "#0f6475", "chart-quiet": "#7b8790"},
    **{"chart-urgent": "#e0a100", "chart-emergency": "#b3231b"},
}
# What css/reports.css says on a screen in daylight.
_STYLE = """
text { font-family: "Noto Sans", "Noto Sans CJK SC"; font-weight: 400; font-size: 13px; fill: #4e5b64 }
.chart-number { fill: #182127; font-weight: 700 }
.chart-grid { fill: none; stroke: #dde3e6 }
.chart-zero { fill: none; stroke: #7b8790 }
.chart-range { fill: none; stroke: #7b8790; stroke-width: 3; stroke-linecap: round }
.chart-line { fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linejoin: round }
.chart-area, .chart-dot { fill: currentColor; stroke: #ffffff }
""" + "".join(f".{name} {{ color: {colour} }}\n" for name, colour in COLOURS.items())
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Month:
    """The reports of one month: the sentence of each, and the PDF with all of them."""

    name: str
    headlines: Sequence[tuple[str, str]]
    pdf: bytes


def reports_of_month(clinic: Clinic, period: Period, *, at: datetime) -> Month:
    """Return every report on the days of a month, in the language and time zone in force.

    What a report says of how things stand is as of today. `at` is the date in the PDF and has to be aware.
    """
    scope = Scope(clinic, period, today_in(clinic))
    pages = [(report, report.page(scope)) for report in reports()]
    name = date_format(period.first, "F Y")
    pictures: dict[str, str] = {}
    data = {
        "title": _("%(clinic)s: reports of %(month)s") % {"clinic": clinic.name, "month": name},
        "lang": clinic.locale[:2],
        "region": clinic.locale[3:].upper() or None,
        "clinic": clinic.name,
        "month": name,
        "says": _("No patient is named. Each figure’s rows are on the report’s page in Footnote."),
        "labels": {
            "page": _("Page"),
            "of": _("of"),
            "figure": _("Figure"),
            "number": _("Number"),
            "note": _("Note"),
            "means": _("What is counted"),
        },
        "reports": [
            _report(report, page, f"report{place}", pictures) for place, (report, page) in enumerate(pages)
        ],
    }
    headlines = [(str(report.title), str(page.headline)) for report, page in pages]
    return Month(name, headlines, _set(data, pictures, at))


def _set(data: dict[str, Any], pictures: dict[str, str], at: datetime) -> bytes:
    try:
        return typeset(TEMPLATE, data, at=at, pictures=pictures).pdf
    except typst.TypstError:
        # A label in a drawing that no font shows as it stands: the tables say the same.
        logger.warning("The reports of a month were set without their drawings.")
        return typeset(TEMPLATE, data, at=at).pdf


def _report(report: Report, page: Page, key: str, pictures: dict[str, str]) -> dict[str, Any]:
    return {
        "title": str(report.title),
        "question": str(report.question),
        "headline": str(page.headline),
        "figures": [_figure(figure) for figure in page.figures],
        "sections": [
            _section(section_as_shown(section, f"{key}chart{place}", lambda shown: ""), key, place, pictures)
            for place, section in enumerate(page.sections)
        ],
        "measures": [[str(one.label), str(one.definition)] for one in page.measures],
    }


def _figure(figure: Figure) -> list[str]:
    value = written(figure.value, figure.unit)
    if figure.of is not None:
        value = _("%(value)s of %(of)s") % {"value": value, "of": written(figure.of)}
    return [str(figure.label), value, str(figure.note)]


def _section(section: WrittenSection, key: str, place: int, pictures: dict[str, str]) -> dict[str, Any]:
    name = f"{key}-{place}"
    if _fits(section.drawing):
        pictures[name] = on_paper(section.drawing)
    return {
        "title": section.title,
        "says": section.says,
        "empty": section.empty,
        "picture": name,
        "alt": _("%(title)s. The table below says the same in numbers.") % {"title": section.chart_title},
        "legend": [[label, COLOURS[tone]] for label, tone in section.legend],
        "table": _table(section.table) if section.table else None,
    }


def _table(table: WrittenTable) -> dict[str, Any]:
    rows = [[head.text, *(cell.text for cell in cells)] for head, cells in table.rows]
    more = len(rows) - MOST_ROWS
    said = ngettext("%d more row is on the report’s page.", "%d more rows are on the report’s page.", more)
    total = [table.total[0].text, *(cell.text for cell in table.total[1])] if table.total else None
    return {
        "heads": [head.text for head in table.heads],
        "numbers": [head.is_number for head in table.heads],
        "rows": rows[:MOST_ROWS],
        "total": total,
        "caption": table.caption,
        "more": said % more if more > 0 else "",
    }


def _fits(drawing: SafeString) -> bool:
    size = _SIZE.search(drawing)
    return size is not None and int(size[2]) <= TALLEST * int(size[1])


def on_paper(drawing: SafeString) -> str:
    """Return a drawing of a page as a file of its own, with its colours and with letters that can be set."""
    size = _SIZE.search(drawing)
    width, height = (size[1], size[2]) if size else ("", "")
    alone = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
    svg = drawing.replace("<svg ", alone, 1).replace(">", f"><style>{_STYLE}</style>", 1)
    svg = printable(svg)
    return substitute(svg, without_glyph(svg))
