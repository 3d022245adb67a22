"""The story of a case as HTML. Written in Python, because a template takes as long as all its queries."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cases.choices import Urgency, VisitKind
from cases.story import CHANGED, KINDS, PHONED, SCORE, THOUGHT, TREATED, Day, Said
from cases.story_rows import StoryRow
from clinic.templatetags.footnote import when

register = template.Library()

# So many stand at once, the rest is unfolded.
AT_ONCE = {CHANGED: 3, SCORE: 3, TREATED: 3, PHONED: 2}
WORTH_A_BADGE = (Urgency.EMERGENCY, Urgency.WITHIN_1_WORKING_DAY, Urgency.URGENT, Urgency.SOON)
_ANY_VISIT = "00000000-0000-0000-0000-000000000000"


@register.simple_tag
def story_days(days: Iterable[Day], may_open: bool) -> SafeString:
    """Return the entries of a story; `may_open` says whether visits are links."""
    url = reverse("cases:show_visit", args=[_ANY_VISIT]) if may_open else ""
    # Every part is escaped where it is made.
    return mark_safe("".join(_day(day, url) for day in days))  # noqa: S308


def _day(day: Day, url: str) -> str:
    visit = day.visit
    state = _state(visit) if visit else "is-quiet"
    head = _visit_head(day, visit, url) if visit else format_html("<strong>{}</strong>", when(day.on))
    # One day is told in the order of KINDS, whatever was read first.
    lines = "".join(_line(kind, day.said[kind]) for kind in KINDS if kind in day.said)
    lines = f'<ul class="story-lines">{lines}</ul>' if lines else ""
    return f'<li class="{state}"><div class="story-head">{head}</div>{lines}</li>'


def _state(visit: StoryRow) -> str:
    if visit.said["voided"]:
        return "is-voided"
    return "" if visit.said["signed"] else "is-draft"


def _visit_head(day: Day, visit: StoryRow, url: str) -> str:
    said = visit.said
    date = conditional_escape(when(day.on))
    parts = [
        f'<a class="visit-link" href="{url.replace(_ANY_VISIT, str(visit.visit))}">{date}</a>'
        if url
        else f"<strong>{date}</strong>"
    ]
    parts.append(f"<span>{_kind(said['kind'], get_language())} · {conditional_escape(visit.who)}</span>")
    if said["voided"]:
        parts.append(f'<span class="state">{_("Entered in error")}</span>')
    elif not said["signed"]:
        parts.append(f'<span class="state state-draft">{_("Draft")}</span>')
    elif day.is_news and said.get("urgency") in WORTH_A_BADGE:
        parts.append(_badge(said["urgency"], get_language()))
    if said.get("pain") is not None and not said["voided"]:
        parts.append(_pain(said["pain"], day.pain_before))
    return "".join(parts)


@lru_cache(maxsize=64)
def _kind(kind: str, language: str | None) -> SafeString:
    return conditional_escape(VisitKind(kind).label)


@lru_cache(maxsize=64)
def _badge(urgency: str, language: str | None) -> SafeString:
    return format_html('<span class="urgency urgency-{}">{}</span>', urgency, Urgency(urgency).label)


def _pain(pain: int, before: int | None) -> SafeString:
    words = _("Pain %(pain)s of 10") if before in (None, pain) else _("Pain %(pain)s of 10, was %(before)s")
    return format_html('<span class="story-pain">{}</span>', words % {"pain": pain, "before": before})


def _line(kind: str, said: list[Said]) -> str:
    shown = said[: AT_ONCE.get(kind, len(said))]
    rest = said[len(shown) :]
    label = f'<span class="story-kind">{conditional_escape(KINDS[kind])}</span>' if KINDS[kind] else ""
    more = ""
    if rest:
        count = ngettext("%(count)d more", "%(count)d more", len(rest)) % {"count": len(rest)}
        more = f'<details class="story-more"><summary>{count}</summary>{_all(rest)}</details>'
    clamp = " story-thought" if kind == THOUGHT else ""
    return f'<li class="story-line{clamp}">{label}<div>{_all(shown)}{more}</div></li>'


def _all(said: Iterable[Said]) -> SafeString:
    return format_html_join(" ", "{}", ((_said(one),) for one in said))


def _said(one: Said) -> SafeString:
    if one.url:
        return format_html('<a href="{}">{}</a>', one.url, one.words)
    if one.is_warning:
        return format_html('<strong class="story-warning">{}</strong>', one.words)
    return format_html("<span>{}</span>", one.words)
