"""The story of a case as HTML. Written in Python, because a template takes as long as all its queries."""

from collections.abc import Iterable
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    head = _visit_head(day, visit, url) if visit else f"<strong>{escape(when(day.on))}</strong>"
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
    date = escape(when(day.on))
    parts = [
        f'<a class="visit-link" href="{url.replace(_ANY_VISIT, visit.visit)}">{date}</a>'
        if url
        else f"<strong>{date}</strong>",
        f"<span>{escape(str(VisitKind(said['kind']).label))} · {escape(visit.who)}</span>",
    ]
    if said["voided"]:
        parts.append(f'<span class="state">{escape(_("Entered in error"))}</span>')
    elif not said["signed"]:
        parts.append(f'<span class="state state-draft">{escape(_("Draft"))}</span>')
    elif day.is_news and said.get("urgency") in WORTH_A_BADGE:
        label = escape(str(Urgency(said["urgency"]).label))
        parts.append(f'<span class="urgency urgency-{said["urgency"]}">{label}</span>')
    if said.get("pain") is not None and not said["voided"]:
        is_same = day.pain_before in (None, said["pain"])
        pattern = _("Pain %(pain)s of 10") if is_same else _("Pain %(pain)s of 10, was %(before)s")
        words = pattern % {"pain": said["pain"], "before": day.pain_before}
        parts.append(f'<span class="story-pain">{escape(words)}</span>')
    return "".join(parts)


def _line(kind: str, said: list[Said]) -> str:
    shown = said[: AT_ONCE.get(kind, len(said))]
    rest = said[len(shown) :]
    label = escape(str(KINDS[kind]))
    label = f'<span class="story-kind">{label}</span>' if label else ""
    more = ""
    if rest:
        count = ngettext("%(count)d more", "%(count)d more", len(rest)) % {"count": len(rest)}
        more = f' <details class="story-more"><summary>{escape(count)}</summary>{_all(rest)}</details>'
    clamp = " story-thought" if kind == THOUGHT else ""
    return f'<li class="story-line{clamp}">{label}<div>{_all(shown)}{more}</div></li>'


def _all(said: Iterable[Said]) -> str:
    return " ".join(_said(one) for one in said)


def _said(one: Said) -> str:
    words = escape(one.words)
    if one.url:
        return f'<a href="{escape(one.url)}">{words}</a>'
    if one.is_warning:
        return f'<strong class="story-warning">{words}</strong>'
    return f"<span>{words}</span>"
