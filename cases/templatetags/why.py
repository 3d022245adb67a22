"""Filters of the parts that explain a screening."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from cases.explaining import Explanation, cite

register = template.Library()


@register.filter
def explained(record: Mapping[str, Any]) -> Explanation:
    """Return what a page says about a screening's record."""
    return Explanation(record)


@register.filter
def cited(sources: str, version: str) -> SafeString:
    """Return source keys with their titles, as catalogue `version` has them."""
    return cite(sources, version)
