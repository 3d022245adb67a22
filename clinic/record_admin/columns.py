"""Columns of a row as the admin shows them: a path of lookups, a label, and the value in words."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _

NAMING = {"name", "email", "record_number"}


@dataclass(frozen=True)
class Column:
    """One column: the lookup that reads it, what it is called, and the words of its choices."""

    path: str
    label: str
    choices: dict[Any, str]

    def text(self, value: Any) -> str:
        """Return the value as a page writes it; "" for none."""
        return self.choices.get(value) or in_words(value)


def in_words(value: Any) -> str:
    """Return a plain value as a page writes it: moments in the clinic's time zone, to the minute."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime.datetime):
        return format_date(timezone.localtime(value), "j M Y, H:i")
    if isinstance(value, datetime.date):
        return format_date(value, "j M Y")
    if isinstance(value, list | tuple):
        return ", ".join(map(in_words, value))
    return str(value)


def column(model: type[models.Model], path: str, label: Any = "") -> Column:
    """Return the column that the lookup `path` reads from rows of `model`.

    A path that ends in a name is called after what it is the name of: `signed_by__name` is "Signed by".
    """
    *way, last = path.split("__")
    fields: list[Any] = []
    here: Any = model
    for part in way:
        fields.append(here._meta.get_field(part))
        here = fields[-1].related_model
    if here is None:
        # The length of an array.
        return Column(path, capfirst(label or fields[-1].verbose_name), {})
    field = here._meta.get_field(last)
    named = fields[-1] if fields and last in NAMING else field
    choices = {value: str(words) for value, words in _choices(field)}
    return Column(path, capfirst(label or str(named.verbose_name)), choices)


def _choices(field: Any) -> list[tuple[Any, Any]]:
    if isinstance(field, ArrayField):
        return []
    return [(value, words) for value, words in field.flatchoices if value not in (None, "")]
