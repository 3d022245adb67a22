"""What a list of rows in the admin can be narrowed down by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import capfirst

from clinic.models import Clinic, User
from clinic.record_admin.columns import column

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Filter:
    """One choice above a list: what may be chosen in a clinic, and the condition that a choice means."""

    name: str
    label: Any
    options: Callable[[Clinic], Options]
    condition: Callable[[str], Q]


def by_choice(model: type[models.Model], path: str, label: Any = "") -> Filter:
    """Return a filter by a column with choices."""
    chosen = column(model, path, label)
    options = list(chosen.choices.items())
    return Filter(path, chosen.label, lambda clinic: options, lambda value: Q(**{path: value}))


def by_person(model: type[models.Model], path: str) -> Filter:
    """Return a filter by one of the clinic's people, past ones too."""
    label = capfirst(str(model._meta.get_field(path).verbose_name))  # type: ignore[union-attr]
    return Filter(path, label, _people, lambda value: Q(**{path: value}))


def _people(clinic: Clinic) -> Options:
    people = User.objects.filter(memberships__clinic=clinic).order_by("name", "pk")
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")]


def by_state(label: Any, **states: tuple[Any, Q]) -> Filter:
    """Return a filter by conditions that have a name: `draft=(_("Draft"), Q(...))`."""
    options = [(name, str(words)) for name, (words, _condition) in states.items()]
    return Filter("is", label, lambda clinic: options, lambda value: states[value][1])
