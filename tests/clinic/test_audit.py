"""The log of reads: chained, append-only, and found out when tampered with."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from clinic import audit
from clinic.models import AccessLog
from tests.factories import PatientFactory


@pytest.fixture
def log(north, alice):
    patient = PatientFactory(clinic=north, created_by=alice)
    return [
        AccessLog.objects.create(clinic=north, user=alice, action="cases:show_patient", patients=[patient.pk])
        for _ in range(5)
    ]


def tamper(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE clinic_accesslog DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE clinic_accesslog ENABLE TRIGGER USER")


def test_each_row_follows_the_one_before_in_its_clinic(log, south, cast):
    AccessLog.objects.create(clinic=south, user=cast.charlie, action="x", patients=[])

    numbers = AccessLog.objects.order_by("clinic__slug", "number").values_list("number", flat=True)

    assert list(numbers) == [1, 2, 3, 4, 5, 1]
    assert audit.broken_links() == []


@pytest.mark.parametrize(
    "change", ["UPDATE clinic_accesslog SET action = 'x'", "DELETE FROM clinic_accesslog"]
)
def test_the_log_is_append_only(log, change):
    with (
        pytest.raises(DatabaseError, match="append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ("UPDATE clinic_accesslog SET action = 'x' WHERE number = 3", 3),
        ("UPDATE clinic_accesslog SET at = at + interval '1 second' WHERE number = 2", 2),
        ("UPDATE clinic_accesslog SET patients = '{}' WHERE number = 1", 1),
        ("DELETE FROM clinic_accesslog WHERE number = 3", 4),
        (
            "UPDATE clinic_accesslog SET number = -number WHERE number IN (2, 3);"
            "UPDATE clinic_accesslog SET number = 5 + number WHERE number < 0",
            2,
        ),
    ],
    ids=["an edit", "a moved time", "patients removed", "a removed row", "a changed order"],
)
def test_tampering_is_found_and_the_row_is_named(log, change, row):
    tamper(change)

    assert row in [number for _clinic, number, _what in audit.broken_links()]
    with pytest.raises(CommandError, match=f"row {row}"):
        call_command("verify_audit")


def test_a_cut_tail_is_found_against_an_anchor_kept_elsewhere(log, tmp_path, capsys):
    call_command("verify_audit")
    anchor = tmp_path / "anchor.json"
    anchor.write_text(capsys.readouterr().out)
    tamper("DELETE FROM clinic_accesslog WHERE number > 3")

    call_command("verify_audit")
    with pytest.raises(CommandError, match="row 5: it was there before and is gone"):
        call_command("verify_audit", anchor=anchor)


def test_an_unreadable_anchor_is_refused_in_one_sentence(log, tmp_path):
    anchor = tmp_path / "anchor.json"
    anchor.write_text(json.dumps(["no"]))

    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", anchor=anchor)


def test_the_hash_does_not_depend_on_the_time_zone_of_the_session(log):
    with timezone.override("Australia/Sydney"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Australia/Sydney'")

        assert audit.broken_links() == []
