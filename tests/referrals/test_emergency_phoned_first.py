"""What the database itself refuses of an emergency: a letter before the call, and a letter by post."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from referrals import actions
from referrals.models import Letter, PrintRun
from tests.factories import DispatchFactory, SpecialistFactory
from tests.referrals.sending import letter_to_send

pytestmark = pytest.mark.django_db


@pytest.fixture
def pressing(north, alice, emergency):
    """The signed letter of an emergency that was phoned through."""
    department = SpecialistFactory(clinic=north, destination="emergency_department")
    return letter_to_send(north, alice, department, visit=emergency).letters.get()


@pytest.fixture
def routine(north, alice, specialist):
    return letter_to_send(north, alice, specialist).letters.get()


def sql(words, *values):
    with connection.cursor() as cursor:
        cursor.execute(words, values)


def never_phoned(letter):
    """Take the call out of the record, which no page and no action does once a letter is signed."""
    sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    sql("UPDATE referrals_referral SET phoned_at = NULL WHERE id = %s", letter.referral_id)


def dispatch(letter, channel, **fields):
    return DispatchFactory(
        letter=letter, channel=channel, recorded_by=letter.signed_by, status="sent",
        sent_on=timezone.localdate(), email="", **fields,
    )  # fmt: skip


def test_an_emergencys_letter_cannot_be_written_down_as_posted_to_the_specialist(pressing):
    with pytest.raises(IntegrityError, match="does not go by post"), transaction.atomic():
        dispatch(pressing, "post")
    handed = dispatch(pressing, "by_hand")
    with pytest.raises(IntegrityError, match="does not go by post"), transaction.atomic():
        sql(
            "INSERT INTO referrals_dispatch (id, clinic_id, letter_id, audience, channel, recipient, email, "
            "status, sent_on, sha256, is_protected, message_id, attempts, last_error, "
            "recorded_at, recorded_by_id) SELECT gen_random_uuid(), clinic_id, letter_id, audience, 'post', "
            "recipient, email, status, sent_on, sha256, is_protected, message_id, attempts, last_error, "
            "recorded_at, recorded_by_id FROM referrals_dispatch WHERE id = %s",
            handed.pk,
        )


def test_its_copies_and_every_other_letter_may_be_posted(pressing, routine):
    dispatch(pressing, "post", audience="gp")
    dispatch(pressing, "post", audience="patient")
    dispatch(routine, "post")


def test_no_print_run_has_an_emergencys_letter_in_it(north, alice, pressing, routine):
    both = {"clinic": north, "requested_by": alice, "total": 2, "letters": [routine.pk, pressing.pk]}
    with pytest.raises(IntegrityError, match="does not go by post"), transaction.atomic():
        PrintRun.objects.create(**both)
    run = PrintRun.objects.create(clinic=north, requested_by=alice, total=1, letters=[routine.pk])
    with pytest.raises(IntegrityError, match="does not go by post"), transaction.atomic():
        sql("UPDATE referrals_printrun SET letters = letters || %s WHERE id = %s", [pressing.pk], run.pk)


def test_nothing_of_an_emergency_is_sent_before_the_call(pressing):
    never_phoned(pressing)
    with pytest.raises(IntegrityError, match="phoned first"), transaction.atomic():
        dispatch(pressing, "by_hand")


def signed_again_by_the_orm(letter):
    again = {"number": 2, "replaces": letter, "correction": "Side", "content": letter.content}
    people = {"signed_by": letter.signed_by, "clinic": letter.clinic}
    Letter.objects.create(referral=letter.referral, **again, **people)


def signed_again_in_sql(letter):
    sql(
        "INSERT INTO referrals_letter (id, clinic_id, referral_id, number, replaces_id, content, "
        "signed_at, signed_by_id, correction) SELECT gen_random_uuid(), clinic_id, referral_id, 2, "
        "id, content, signed_at, signed_by_id, 'Side' FROM referrals_letter WHERE id = %s",
        letter.pk,
    )


@pytest.mark.parametrize("sign", [signed_again_by_the_orm, signed_again_in_sql])
def test_no_letter_of_an_emergency_is_signed_before_the_call(pressing, sign):
    never_phoned(pressing)
    sign(pressing)
    with pytest.raises(IntegrityError, match="phoned before it is signed"), transaction.atomic():
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    # So that the test itself can end: what is refused at the end of a transaction stays to be refused.
    sql("UPDATE referrals_referral SET phoned_at = now() WHERE id = %s", pressing.referral_id)


def test_a_correction_that_makes_it_an_emergency_is_signed_with_its_call(routine, alice):
    actions.begin_correction(referral=routine.referral, by=alice, what="It is an emergency")
    now = timezone.now()
    phoned = {"phoned_at": now, "phoned_to": "Dr Rao", "phone_advice": "Send at once"}
    version = type(routine.referral).objects.get(pk=routine.referral_id).version
    written = actions.update_referral(
        referral=routine.referral, by=alice, version=version, urgency="emergency", **phoned
    )
    letter = actions.sign_letter(referral=written, by=alice, version=written.version)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert letter.number == 2
    assert letter.referral.urgency == "emergency"
