"""What became of one row: who changed which columns when, from what to what, as the database kept it."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clinic.models import User
from clinic.record_admin.columns import in_words

EVENTS = 50
# They count saves, or name the open page that made one.
_QUIET = {"version", "saved_from", "notes_version", "notes_saved_from"}


@dataclass(frozen=True)
class Event:
    """One change. `changes` are label, before and after; `unshown` the labels of columns not shown here."""

    at: datetime.datetime
    what: str
    who: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    unshown: list[str] = field(default_factory=list)


def is_tracked(model: type[models.Model]) -> bool:
    """Return whether the database keeps what becomes of the model's rows."""
    return hasattr(model, "events")


def history_of(
    model: type[models.Model], pk: Any, shown: Collection[str] | None, before: int | None = None
) -> tuple[list[Event], int | None]:
    """Return the newest events of a row and the number before which older ones are, or None.

    `shown` names the columns whose values may be shown, None all of them. Of the others only the names
    are told. Nothing is kept of a model that is not tracked.
    """
    if not is_tracked(model):
        return [], None
    kept: Any = model._meta.get_field("events").related_model
    columns = [one for one in kept._meta.concrete_fields if not one.name.startswith("pgh_")]
    columns = [one for one in columns if one.name not in _QUIET]
    rows = kept.objects.filter(pgh_obj_id=pk).order_by("-pgh_id")
    if before is not None:
        rows = rows.filter(pgh_id__lt=before)
    named = [one.attname for one in columns]
    found = list(
        rows.values("pgh_id", "pgh_created_at", "pgh_label", "pgh_context__metadata", *named)[: EVENTS + 1]
    )
    people = _people(found, columns)
    events = [_event(row, found[place + 1 : place + 2], columns, shown, people) for place, row in
              enumerate(found[:EVENTS])]  # fmt: skip
    return events, (found[EVENTS - 1]["pgh_id"] if len(found) > EVENTS else None)


def _people(rows: list[dict[str, Any]], columns: list[Any]) -> dict[str, str]:
    """Return the names of everybody whom the events name, by their key as text."""
    of_people = [one.attname for one in columns if one.related_model is User]
    keys = {str(row[name]) for row in rows for name in of_people if row[name]}
    keys |= {_author(row) for row in rows} - {""}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=keys).values_list("pk", "name")}


def _author(row: dict[str, Any]) -> str:
    return str((row["pgh_context__metadata"] or {}).get("user") or "")


def _event(
    row: dict[str, Any],
    earlier: list[dict[str, Any]],
    columns: list[Any],
    shown: Collection[str] | None,
    people: dict[str, str],
) -> Event:
    words = {"insert": _("Entered"), "update": _("Changed"), "delete": _("Removed")}
    event = Event(
        row["pgh_created_at"],
        words.get(row["pgh_label"], row["pgh_label"]),
        people.get(_author(row)) or _("Footnote itself"),
    )
    for one in columns if earlier and row["pgh_label"] == "update" else []:
        old, new = earlier[0][one.attname], row[one.attname]
        if old == new:
            continue
        label = capfirst(str(one.verbose_name))
        if (shown is None or one.name in shown) and (not one.is_relation or one.related_model is User):
            event.changes.append((label, _text(one, old, people), _text(one, new, people)))
        else:
            event.unshown.append(label)
    return event


def _text(column: Any, value: Any, people: dict[str, str]) -> str:
    if column.related_model is User:
        return people.get(str(value), "") if value else ""
    return (
        str(dict(column.flatchoices).get(value) or in_words(value)) if column.flatchoices else in_words(value)
    )
