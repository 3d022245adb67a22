"""What each measure of each report means, as a page for managers to read: docs/measures.md."""

from collections.abc import Iterator
from datetime import date

from clinic.models import Clinic
from clinic.reports.period import Period
from clinic.reports.report import reports
from clinic.reports.scope import Scope

_HEAD = """# What the reports measure

Written by `manage.py write_measures` from the reports, each of which shows the same below its figures.
"""


def guide() -> str:
    """Return the guide as Markdown. It asks the database, and needs no row in it."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    day = date(2026, 1, 1)
    nobody = Scope(Clinic(name="", time_zone="Europe/London"), Period(day, day), day)
    for report in reports():
        yield f"## {report.title}\n\n{report.question}\n"
        for measure in report.page(nobody).measures:
            yield f"- **{measure.label}**: {measure.definition}"
        yield ""
