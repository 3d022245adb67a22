"""Filters of the parts that explain a screening."""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

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


@register.simple_tag
def why_part(name: str, part: Hashable) -> SafeString:
    """Return a part of the explanation, from templates/cases/why/_<name>.html.

    An answer changes few of them, and they hold nothing but the catalogue's words, points and the
    age, so each is rendered once a process: the panel follows an answer in half the time.
    """
    return _part(name, part, get_language() or "")


@lru_cache(maxsize=2_000)
def _part(name: str, part: Hashable, language: str) -> SafeString:
    return render_to_string(f"cases/why/_{name}.html", {"part": part})
