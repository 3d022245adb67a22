"""What every row of the record has in common: a UUID key, a history, and a clinic that matches."""

import uuid
from collections.abc import Callable
from typing import Any

import pghistory
import pgtrigger
from django.db import connection, models, transaction


class Record(models.Model):
    """A row with a UUID as its key, so that nothing in a URL can be counted or guessed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


def tracked(
    *, exclude: list[str] | None = None, uncounted: list[str] | None = None
) -> Callable[[type], type]:
    """Decorate a model so that the database keeps each insert, update and delete of its rows.

    The triggers also see bulk and raw SQL. `exclude` names columns that must not be copied, such
    as passwords, file contents and generated search keys. An update of nothing but the columns
    `uncounted` is not kept: they count saves and say nothing about anybody.
    """
    update = (
        pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=uncounted))
        if uncounted
        else pghistory.UpdateEvent()
    )
    return pghistory.track(pghistory.InsertEvent(), update, pghistory.DeleteEvent(), exclude=exclude)


def same_clinic(field: str, parent_table: str) -> pgtrigger.Trigger:
    """Return a trigger that refuses a row whose clinic is not that of the row `field` points to."""
    return _same("clinic", field, parent_table)


def same_case(field: str, parent_table: str) -> pgtrigger.Trigger:
    """Return a trigger that refuses a row whose case is not that of the row `field` points to."""
    return _same("case", field, parent_table)


def _same(shared: str, field: str, parent_table: str) -> pgtrigger.Trigger:
    # Fields and table are names of ours, never something typed.
    return pgtrigger.Trigger(
        name=f"{field}_in_same_{shared}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF NEW.{field}_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {parent_table}
                WHERE id = NEW.{field}_id AND {shared}_id = NEW.{shared}_id
            ) THEN
                RAISE EXCEPTION '{field} belongs to another {shared}'
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{field}_in_same_{shared}';
            END IF;
            RETURN NEW;
        """,  # noqa: S608
    )


def frozen_once(column: str, *, except_for: tuple[str, ...] = ()) -> pgtrigger.Trigger:
    """Return a trigger that refuses to change or delete a row whose `column` is set.

    `except_for` names the columns that may still change afterwards. Signed is signed: neither the
    admin, nor a bulk update, nor raw SQL gets past it.
    """
    allowed = "ARRAY[" + ", ".join(f"'{name}'" for name in except_for) + "]::text[]"
    return pgtrigger.Trigger(
        name=f"frozen_once_{column}",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(**{f"old__{column}__isnull": False}),
        func=f"""
            IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - {allowed}) = (to_jsonb(OLD) - {allowed}) THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'this record was signed and cannot be changed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'frozen_once_{column}';
        """,
    )


def append_only(name: str = "append_only") -> pgtrigger.Trigger:
    """Return a trigger that refuses every update and delete."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


def pair(when: str, who: str, name: str) -> models.CheckConstraint:
    """Return a constraint that `when` and `who` are both set or both empty."""
    both = models.Q(**{f"{when}__isnull": True, f"{who}__isnull": True})
    neither = models.Q(**{f"{when}__isnull": False, f"{who}__isnull": False})
    return models.CheckConstraint(condition=both | neither, name=name)


def follows(to: Any, **options: Any) -> Any:
    """Return a key that triggers copy from another row, where it is checked already."""
    return models.ForeignKey(
        to, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, **options
    )


@transaction.atomic
def write_anew(table: str, columns: str, rows: str) -> None:
    """Replace all rows of a table by those of a query. Nobody else writes to it until the transaction ends.

    For what triggers work out, after something was written with the triggers switched off. The names and
    the query are ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute(f"INSERT INTO {table} ({columns}) {rows}")
