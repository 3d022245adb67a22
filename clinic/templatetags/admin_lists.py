"""How the lists of the admin name the columns where rows are cards."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()


@register.filter
def labelled(cells: Sequence[SafeString], headers: Sequence[dict[str, Any]]) -> Iterator[SafeString]:
    """Yield the cells of a row as Django wrote them, each with the name of its column."""
    for cell, header in zip_longest(cells, headers[: len(cells)]):
        if header and cell.startswith('<td class="field-'):
            yield format_html('<td data-label="{}"', capfirst(header["text"])) + SafeString(cell[3:])
        else:
            yield cell
