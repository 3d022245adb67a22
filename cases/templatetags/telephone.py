"""Telephone numbers in a text, as something one can tap."""

import re

from django import template

from cases.forms.additions import EmergencyCallForm
from cases.models import Visit

register = template.Library()

# Three digits at least, on one line, and not part of a postcode, a date or a word.
_NUMBER = re.compile(r"(?<![\w/.-])\+?\(?\d[\d ()-]*\d(?![\w/])")


@register.filter
def phone_lines(text: str) -> list[tuple[str, str]]:
    """Return (words, number to dial) for each telephone number in a text, in its order.

    The words are the line as far as the number: "Spinal on-call registrar: 0113 496 0555".
    """
    lines = []
    for line in text.splitlines():
        said = 0
        for match in _NUMBER.finditer(line):
            number = "".join(sign for sign in match[0] if sign.isdigit() or sign == "+")
            if len(number.lstrip("+")) >= 3:
                lines.append((line[said : match.end()].strip(" .,;"), number))
                said = match.end()
    return lines


@register.simple_tag
def new_call_form(visit: Visit) -> EmergencyCallForm:
    """Return an empty form for a call about this visit, with the time as it is now."""
    return EmergencyCallForm(visit=visit)
