"""How pages list the reports and write a figure."""

from collections.abc import Sequence

from django import template

from clinic.reports.content import Figure
from clinic.reports.report import Report
from clinic.reports.report import reports as registered
from clinic.reports.words import written

register = template.Library()


@register.simple_tag
def value(figure: Figure) -> str:
    """Return "73 %" or "12 days"."""
    return written(figure.value, figure.unit)


@register.simple_tag
def reports() -> Sequence[Report]:
    """Return every report of the site."""
    return registered()
