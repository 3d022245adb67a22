"""The body chart on a page: its pictures and its list, with the marks of one visit."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.body_chart import LETTERS, PLACES, REGIONS, VIEWS, in_words, letters
from cases.body_drawing import drawings
from cases.choices import Sensation
from cases.models import BodyMark

register = template.Library()
# Stands in the rendered chart where the state of a region comes: [[left_heel:classes]].
_STATE = re.compile(r"\[\[(\w+):(\w+)\]\]")


@register.simple_tag
def body_pictures(marks: Iterable[BodyMark]) -> SafeString:
    """Return the pictures with these marks in them."""
    return _with_marks("cases/body/_pictures.html", marks)


@register.simple_tag
def body_list(marks: Iterable[BodyMark]) -> SafeString:
    """Return the list of every region and sensation, with these marks ticked."""
    return _with_marks("cases/body/_list.html", marks)


@register.simple_tag
def body_words(marks: Iterable[BodyMark]) -> list[tuple[str, str, str]]:
    """Return for each sensation that is marked its letter, its name and its regions in words."""
    said = in_words((mark.region, mark.sensation) for mark in marks)
    return [
        (LETTERS[Sensation(one)], str(Sensation(one).label), "; ".join(names)) for one, names in said.items()
    ]


@register.simple_tag
def body_count(marks: Iterable[BodyMark]) -> str:
    """Return how many regions are marked, in words."""
    count = len({mark.region for mark in marks})
    if not count:
        return _("nothing marked")
    return _("1 region marked") if count == 1 else _("%(count)s regions marked") % {"count": count}


def _with_marks(name: str, marks: Iterable[BodyMark]) -> SafeString:
    felt: dict[str, set[str]] = {}
    for mark in marks:
        felt.setdefault(mark.region, set()).add(mark.sensation)
    parts = list(_parts(name, get_language() or ""))
    for place in range(1, len(parts), 3):
        parts[place : place + 2] = _state(felt.get(parts[place], set()), parts[place + 1]), ""
    # The template engine escaped the parts, and a state is made of our own words only.
    return mark_safe("".join(parts))  # noqa: S308


@lru_cache(maxsize=32)
def _parts(name: str, language: str) -> tuple[str, ...]:
    """The template, split where states come: text, region, what is asked of it, text, …"""
    views: list[dict[str, Any]] = [
        {
            "key": key,
            "title": title,
            "drawings": [one for one in drawings() if one.view == key],
            "regions": [region for region in REGIONS.values() if region.view == key],
        }
        for key, title in VIEWS.items()
        if key in PLACES
    ]
    html = render_to_string(name, {"views": views, "sensations": Sensation.choices})
    return tuple(_STATE.split(re.sub(r"\n\s+", "\n", html)))


def _state(felt: set[str], asked: str) -> str:
    if asked == "classes":
        return "".join(f" is-{sensation}" for sensation in sorted(felt))
    if asked == "letters":
        return letters(felt)
    return " checked" if asked in felt else ""
