"""How the pages of reports write a figure."""

from django import template

from clinic.reports.content import Figure
from clinic.reports.words import written

register = template.Library()


@register.simple_tag
def value(figure: Figure) -> str:
    """Return "73 %" or "12 days"."""
    return written(figure.value, figure.unit)
