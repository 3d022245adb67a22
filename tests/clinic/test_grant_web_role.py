"""What the role of the web may do. Where a server has none, `pg_monitor` stands in for it."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests.factories import VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit_signed_by_alice(alice, north):
    return VisitFactory(
        case__patient__clinic=north, created_by=alice, signed_at=timezone.now(), signed_by=alice
    )


@pytest.fixture
def web(db):
    """A role that this connection can act as: the embedded server's own, or any for a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'footnote_web')")
        return "footnote_web" if cursor.fetchone()[0] else "pg_monitor"


def grant(settings, role):
    settings.WEB_DATABASE_ROLE = role
    out = StringIO()
    call_command("grant_web_role", stdout=out)
    return out.getvalue()


def may(right, table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('pg_monitor', %s, %s)", [table, right])
        return cursor.fetchone()[0]


def test_the_web_role_reads_and_writes_rows_but_cannot_truncate(settings):
    grant(settings, "pg_monitor")
    assert "Granted pg_monitor its rights." in grant(settings, "pg_monitor")

    for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        assert may(right, "cases_patient")
    for right in ("TRUNCATE", "TRIGGER", "REFERENCES"):
        assert not may(right, "cases_patient")


@pytest.mark.parametrize("table", ["clinic_accesslog", "cases_patientevent", "referrals_letterevent"])
def test_the_web_role_may_add_to_the_audit_but_not_rewrite_it(settings, table):
    grant(settings, "pg_monitor")

    assert may("INSERT", table)
    assert not may("UPDATE", table)
    assert not may("DELETE", table)


def test_a_right_given_by_mistake_is_taken_back(settings):
    with connection.cursor() as cursor:
        cursor.execute("GRANT TRUNCATE ON cases_patient TO pg_monitor")

    grant(settings, "pg_monitor")

    assert not may("TRUNCATE", "cases_patient")


def test_nothing_is_granted_where_there_is_no_such_role(settings):
    assert "There is no database role footnote_nobody" in grant(settings, "footnote_nobody")


def test_nothing_is_granted_to_the_role_that_asks(settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (me,) = cursor.fetchone()

    assert f"This connection is {me} itself" in grant(settings, me)


@pytest.mark.parametrize(
    "table",
    [
        *("cases_screening", "referrals_letter", "referrals_letterfile", "referrals_patientcopy"),
        *("referrals_protectedfile", "referrals_chase", "referrals_chaseletter", "referrals_digest"),
        "clinic_monthlyreport",
    ],
)
def test_the_web_role_may_not_rewrite_what_was_signed_or_sent(settings, table):
    grant(settings, "pg_monitor")

    assert may("INSERT", table)
    assert not may("UPDATE", table)
    assert not may("DELETE", table)


def test_the_web_role_cannot_tell_triggers_to_look_away(settings, web, visit_signed_by_alice):
    grant(settings, web)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgrelid = 'cases_visit'::regclass"
        )
        (names,) = cursor.fetchone()
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [names])
        cursor.execute(f"SET LOCAL ROLE {web}")
        with pytest.raises(DatabaseError, match="was signed"), transaction.atomic():
            cursor.execute("UPDATE cases_visit SET plan = 'Rest'")
        cursor.execute("RESET ROLE")
        cursor.execute("UPDATE cases_visit SET plan = 'Rest'")


def test_the_web_role_cannot_put_a_table_of_its_own_before_one_of_ours(settings, web):
    grant(settings, web)

    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {web}")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("CREATE TEMPORARY TABLE cases_visit (LIKE public.cases_visit)")
        cursor.execute("RESET ROLE")
