"""Series of scores in words: what fell, by how much, and whether that matters."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.outcomes import BETTER, WORSE, Change, Series, load_measures
from clinic.templatetags.footnote import day

PAIN: dict[str, Any] = {
    "foot_now": gettext_lazy("Foot pain now"),
    "foot_average": gettext_lazy("Average foot pain"),
    "foot_worst": gettext_lazy("Worst foot pain"),
    "leg_now": gettext_lazy("Leg pain now"),
    "leg_average": gettext_lazy("Average leg pain"),
    "leg_worst": gettext_lazy("Worst leg pain"),
    "back_now": gettext_lazy("Back pain now"),
    "back_average": gettext_lazy("Average back pain"),
    "back_worst": gettext_lazy("Worst back pain"),
}
GROUPS: dict[str, Any] = {
    "low": gettext_lazy("low risk"),
    "medium": gettext_lazy("medium risk"),
    "high": gettext_lazy("high risk"),
}


def number(value: Decimal | None) -> str:
    """Return a score without needless zeros: 6, 6.5."""
    return "" if value is None else f"{float(value):g}"


def signed_number(value: Decimal | None) -> str:
    """Return a change with its sign: −3, +2, 0."""
    if value is None:
        return ""
    return f"−{number(-value)}" if value < 0 else f"+{number(value)}" if value else "0"


def title_of(series: Series) -> str:
    """Return what the series is of: "Worst foot pain", an activity, or a measure and its scale."""
    if series.scale.measure == "nrs":
        return str(PAIN[series.scale.code])
    if series.words:
        return series.words
    if series.key == ("psfs", "mean"):
        return _("What the patient can do (PSFS, mean)")
    measure = load_measures()[series.scale.measure]
    if len(measure.scales) == 1:
        return measure.name
    return f"{measure.name}, {series.scale.name[:1].lower()}{series.scale.name[1:]}"


def sentence(series: Series) -> str:
    """Return the story in one sentence: "Worst foot pain fell from 8 to 3 between …"."""
    first, latest = series.first, series.latest
    words = {
        "what": title_of(series),
        "first": number(first.value),
        "latest": number(latest.value),
        "start": day(first.on) if first.on.year != latest.on.year else format_date(first.on, "j M"),
        "end": day(latest.on),
    }
    if len(series.points) == 1:
        return _("%(what)s was %(first)s on %(end)s.") % words
    if latest.value < first.value:
        return _("%(what)s fell from %(first)s to %(latest)s between %(start)s and %(end)s.") % words
    if latest.value > first.value:
        return _("%(what)s rose from %(first)s to %(latest)s between %(start)s and %(end)s.") % words
    return _("%(what)s was %(first)s on %(start)s and the same on %(end)s.") % words


def size_of(change: Change | None) -> str:
    """Return how large a change matters: "2 points or 30 %"."""
    if change is None:
        return ""
    points = _("1 point") if change.points == 1 else _("%(count)s points") % {"count": number(change.points)}
    if change.share is None:
        return points
    return _("%(points)s or %(share)s %%") % {"points": points, "share": number(change.share * 100)}


def matters(series: Series) -> str:
    """Return whether the change that matters is reached, in a sentence; "" where nothing can be said."""
    if len(series.points) < 2 or series.scale.change is None or series.change is None:
        return ""
    size = {"size": size_of(series.scale.change)}
    if series.verdict == BETTER:
        return _("The change that matters (%(size)s) is reached.") % size
    if series.verdict == WORSE:
        # The share of the first score is for getting better only.
        size = {"size": size_of(replace(series.scale.change, share=None))}
        return _("It is worse by a change that matters (%(size)s).") % size
    return _("The change that matters (%(size)s) is not reached.") % size


def verdict_words(verdict: str) -> str:
    """Return what a change means in a word or two, for a table."""
    return {BETTER: _("reached"), WORSE: _("worse")}.get(verdict, _("not reached"))


def in_short(series: Series) -> str:
    """Return the series beside its letter in a chart: "Climbing stairs: 2 to 7, …"."""
    words = {
        "what": title_of(series),
        "first": number(series.first.value),
        "latest": number(series.latest.value),
    }
    if series.change is None:
        return _("%(what)s: %(first)s, scored once") % words
    words["verdict"] = verdict_words(series.verdict)
    return _("%(what)s: %(first)s to %(latest)s, change that matters: %(verdict)s") % words


def story(series: Series) -> str:
    """Return the sentence, and whether the change matters."""
    return " ".join(filter(None, (sentence(series), matters(series))))


def group_words(group: str) -> str:
    """Return the STarT Back group in words."""
    return str(GROUPS[group]) if group else ""
