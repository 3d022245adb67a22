"""How pages write dates and people. Cheap, because lists call these for every row."""

import datetime
from functools import lru_cache

from django import template
from django.db.models import Model
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, gettext, ngettext

register = template.Library()


def _as_day(value: datetime.date | datetime.datetime) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def when(value: datetime.date | datetime.datetime | None) -> str:
    """Return "Tue 3 Mar, 2 weeks ago"; the year is added when it is not this one."""
    if not value:
        return ""
    return _when(_as_day(value), timezone.localdate(), get_language())


@register.filter
def day(value: datetime.date | datetime.datetime | None) -> str:
    """Return "3 Mar 2026"."""
    return format_date(_as_day(value), "j M Y") if value else ""


@register.filter
def clock(value: datetime.datetime | None) -> str:
    """Return "10:42" in the clinic's time zone."""
    return f"{timezone.localtime(value):%H:%M}" if value else ""


@lru_cache(maxsize=4096)
def _when(date: datetime.date, today: datetime.date, language: str | None) -> str:
    shown = format_date(date, "D j M" if date.year == today.year else "D j M Y")
    return f"{shown}, {_distance((date - today).days)}"


def _distance(days: int) -> str:
    """Return how far away a day is, in the largest unit that is still honest."""
    near = {0: gettext("today"), -1: gettext("yesterday"), 1: gettext("tomorrow")}
    if days in near:
        return near[days]
    count, unit = abs(days), "days"
    for size, name in ((365, "years"), (61, "months"), (14, "weeks")):
        if count >= size:
            count, unit = count // {"years": 365, "months": 30, "weeks": 7}[name], name
            break
    words = {
        "days": ngettext("%(count)d day", "%(count)d days", count),
        "weeks": ngettext("%(count)d week", "%(count)d weeks", count),
        "months": ngettext("%(count)d month", "%(count)d months", count),
        "years": ngettext("%(count)d year", "%(count)d years", count),
    }[unit] % {"count": count}
    return gettext("%s ago") % words if days < 0 else gettext("in %s") % words


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and the last word: AN for Anna Novak."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(user_agent: str) -> str:
    """Return "Firefox, Windows" for what a browser says of itself."""
    named = [next((name for mark, name in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, named)) or gettext("Unknown browser")


@register.filter
def display(row: Model, field: str) -> str:
    """Return the words of a row's choice, as `get_FIELD_display` does, which translates every choice."""
    return choice_in_words(type(row), field, getattr(row, field))


def choice_in_words(model: type[Model], field: str, value: str) -> str:
    """Return the words of a choice that a field of the model offers."""
    return _choice_in_words(model, field, value, get_language())


@lru_cache(maxsize=2048)
def _choice_in_words(model: type[Model], field: str, value: str, language: str | None) -> str:
    choices = dict(model._meta.get_field(field).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))
