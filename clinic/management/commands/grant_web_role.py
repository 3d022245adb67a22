"""Gives the role that the web connects as what it needs, and nothing that could undo the audit."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.db.models import Model
from psycopg import sql

# pgtrigger's own function lets whoever sets `pgtrigger.ignore` pass by the triggers that it names. A
# migration of triggers puts that one back, which is one reason to grant after every migrate.
TRIGGERS_FOR_ALL_BUT_THE_OWNER = """
    CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME)
    RETURNS BOOLEAN LANGUAGE plpgsql AS $$
    BEGIN
        RETURN COALESCE(current_setting('pgtrigger.ignore', true), '') <> ''
            AND trigger_name = ANY (current_setting('pgtrigger.ignore')::text[])
            AND pg_has_role(current_user, (SELECT relowner FROM pg_catalog.pg_class
                                           WHERE oid = 'public.clinic_accesslog'::regclass), 'MEMBER');
    END
    $$
"""


class Command(BaseCommand):
    """Run after every migrate, as the owner; running it twice changes nothing."""

    help = (
        "Grants the web role its rights: to read and write rows, never to truncate, to rewrite the "
        "audit or to pass by a trigger."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(grant_if_other_role(settings.WEB_DATABASE_ROLE))


def grant_if_other_role(role: str) -> str:
    """Grant `role` its rights if there is such a role and we are not it; return what was done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        current, exists = cursor.fetchone()
    if not exists:
        return f"There is no database role {role}: the web works as {current}, which owns the tables."
    if current == role:
        return f"This connection is {role} itself; the owner of the tables has to grant its rights."
    grant(role)
    return f"Granted {role} its rights."


@transaction.atomic
def grant(role: str) -> None:
    """Grant `role` rows and sequences, take back what it must not have; the caller owns the tables."""
    name = sql.Identifier(role)
    statements = [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
        # A temporary table named like one of ours would stand before it in the triggers' queries.
        "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
        TRIGGERS_FOR_ALL_BUT_THE_OWNER,
    ]
    with connection.cursor() as cursor:
        names = {"role": name, "database": sql.Identifier(connection.settings_dict["NAME"])}
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(**names).as_string(cursor.connection))
        for model in append_only_models():
            revoke = sql.SQL("REVOKE UPDATE, DELETE ON {table} FROM {role}")
            table = sql.Identifier(model._meta.db_table)
            cursor.execute(revoke.format(table=table, role=name).as_string(cursor.connection))


def append_only_models() -> list[type[Model]]:
    """Return the models whose rows nobody may change: the audit, screenings, letters and their files."""
    return [
        model
        for model in apps.get_models()
        if any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", []))
    ]
