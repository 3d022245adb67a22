"""Letters by e-mail: sent at most once, and whatever is in doubt is in front of a person."""

import hashlib
import io
import itertools
from datetime import timedelta

import pgtrigger
import pikepdf
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from referrals import actions, mail
from referrals.actions import delivery
from referrals.models import DISPATCH_STEPS, Dispatch, DispatchStatus
from referrals.protection import new_password, spoken
from tests.factories import SpecialistFactory
from tests.referrals.mail_server import attachment
from tests.referrals.sending import letter_to_send, mailed, referral, specialist

__all__ = ["mailed", "referral", "specialist"]
pytestmark = pytest.mark.django_db


def queue(referral, by, **other):
    return actions.send_by_email(referral=referral, by=by, **{"email": "spine@leeds.example"} | other)


def deliver(dispatch):
    delivery.deliver(str(dispatch.pk))
    dispatch.refresh_from_db()
    dispatch.letter.referral.refresh_from_db()
    return dispatch


def test_an_accepted_letter_is_sent_and_its_bytes_are_those_that_were_signed(mailed, referral, cast):
    dispatch = deliver(queue(referral, cast.dana))

    letter = referral.letters.get()
    (message,) = mailed.accepted
    assert attachment(message) == bytes(letter.file.pdf)
    assert dispatch.sha256 == hashlib.sha256(attachment(message)).hexdigest() == letter.file.sha256
    assert (dispatch.status, dispatch.sent_on, dispatch.attempts) == ("sent", timezone.localdate(), 1)
    referral.refresh_from_db()
    assert (referral.state, referral.sent_by) == ("sent", cast.dana)
    assert referral.next_action == "Check that it was received"
    assert message["Message-ID"] == dispatch.message_id
    assert message["To"] == "spine@leeds.example"


def test_nothing_outside_the_file_names_the_patient(mailed, referral, cast):
    deliver(queue(referral, cast.dana, copies=["gp"]))

    patient = referral.case.patient
    for message in mailed.accepted:
        outside = f"{message.as_string().partition('application/pdf')[0]}{message['Subject']}"
        assert patient.family_name not in outside
        assert patient.record_number not in outside
        assert referral.question not in outside


def test_a_queued_letter_waits_in_to_send_and_says_so(referral, cast):
    queue(referral, cast.dana)

    referral.refresh_from_db()
    assert (referral.state, referral.next_action) == ("signed", "See that the e-mail goes out")
    assert referral.next_action_on == timezone.localdate()


def test_a_letter_on_its_way_is_not_sent_a_second_time(referral, cast, alice):
    queue(referral, cast.dana)

    with pytest.raises(actions.OnItsWay):
        queue(referral, alice)
    with pytest.raises(actions.OnItsWay):
        actions.mark_sent(
            referral=referral, by=alice, channel="post", recipient="x", sent_on=timezone.localdate()
        )
    assert Dispatch.objects.count() == 1


class TestRefusals:
    @pytest.mark.parametrize(
        "trouble",
        [{"to_recipient": "451 Later"}, {"to_text": "452 Disk full"}, {"drops_before_text": True}],
        ids=["4xx to the recipient", "4xx to the text", "dropped before the text"],
    )
    def test_a_refusal_for_now_is_tried_again_later(self, mailed, referral, cast, trouble):
        vars(mailed).update(trouble)
        dispatch = deliver(queue(referral, cast.dana))

        assert (dispatch.status, dispatch.attempts) == ("queued", 1)
        assert dispatch.try_again_at > timezone.now() + timedelta(seconds=50)
        assert deliver(dispatch).attempts == 1, "not before its time"

        vars(mailed).update(to_recipient="250 OK", to_text="250 OK", drops_before_text=False)
        with time_machine.travel(timezone.now() + timedelta(minutes=2)):
            assert deliver(dispatch).status == "sent"
        assert len(mailed.accepted) == 1

    def test_a_server_that_is_not_there_is_tried_again_then_given_up(self, settings, mailed, referral, cast):
        settings.EMAIL_PORT = 1
        dispatch = queue(referral, cast.dana)
        waits = []
        for _attempt in range(9):
            deliver(dispatch)
            if dispatch.status != "queued":
                break
            waits.append(round((dispatch.try_again_at - timezone.now()) / timedelta(minutes=1)))
            Dispatch.objects.filter(pk=dispatch.pk).update(try_again_at=timezone.now())

        assert waits == [1, 5, 15, 60, 60, 60]
        assert dispatch.status == "failed"
        assert referral_of(dispatch).next_action == "The e-mail was not accepted: send the letter another way"

    def test_an_emergency_is_given_up_sooner(self, settings, mailed, north, alice, emergency):
        settings.EMAIL_PORT = 1
        department = SpecialistFactory(clinic=north, destination="emergency_department")
        dispatch = queue(letter_to_send(north, alice, department, visit=emergency), alice)
        for _attempt in range(3):
            deliver(dispatch)
            Dispatch.objects.filter(pk=dispatch.pk, status="queued").update(try_again_at=timezone.now())

        assert deliver(dispatch).status == "failed"

    @pytest.mark.parametrize("trouble", ["to_recipient", "to_text"])
    def test_a_refusal_for_good_asks_for_another_way_today(self, mailed, referral, cast, trouble):
        setattr(mailed, trouble, "550 5.1.1 No such mailbox")
        dispatch = deliver(queue(referral, cast.dana))

        referral.refresh_from_db()
        assert dispatch.status == "failed"
        assert "No such mailbox" in dispatch.last_error
        assert referral.state == "signed"
        assert referral.next_action == "The e-mail was not accepted: send the letter another way"
        assert referral.next_action_on == timezone.localdate()

        actions.mark_sent(
            referral=referral, by=cast.dana, channel="post", recipient="Dr Shah", sent_on=timezone.localdate()
        )
        referral.refresh_from_db()
        assert (referral.state, referral.next_action) == ("sent", "Check that it was received")

    def test_a_stored_letter_that_cannot_be_put_together_is_not_sent(self, mailed, referral, cast):
        dispatch = queue(referral, cast.dana)
        with looking_away(), connection.cursor() as cursor:
            cursor.execute("UPDATE referrals_dispatch SET sha256 = repeat('0', 64)")

        assert deliver(dispatch).status == "failed"
        assert mailed.taken == []


def looking_away():
    """Let the database's rules for dispatches look away, so that a test can set the scene."""
    return pgtrigger.ignore(
        "referrals.Dispatch:dispatch_steps", "referrals.Dispatch:dispatch_kept_as_recorded"
    )


def referral_of(dispatch):
    referral = dispatch.letter.referral
    referral.refresh_from_db()
    return referral


class TestDoubt:
    @pytest.fixture(params=[{"drops_after_text": True}, {"seconds": 3}], ids=["dropped", "too slow"])
    def doubtful(self, request, mailed, referral, cast):
        vars(mailed).update(request.param)
        return deliver(queue(referral, cast.dana))

    def test_a_connection_lost_after_the_text_is_a_doubt_for_a_person(self, mailed, doubtful):
        assert doubtful.status == "unsure"
        assert referral_of(doubtful).state == "signed"
        assert referral_of(doubtful).next_action == "The e-mail may have been sent: ask, then confirm"

        deliver(doubtful)
        assert delivery.queue_forgotten() == 0
        assert len(mailed.taken) == 1, "never sent again by itself"

    def test_it_arrived_makes_it_sent(self, doubtful, cast):
        actions.confirm_dispatch(dispatch=doubtful, by=cast.dana, arrived=True)

        doubtful.refresh_from_db()
        assert (doubtful.status, doubtful.confirmed_by) == ("sent", cast.dana)
        assert referral_of(doubtful).state == "sent"

    def test_it_did_not_arrive_lets_it_be_sent_again_by_another(self, mailed, doubtful, cast):
        actions.confirm_dispatch(dispatch=doubtful, by=cast.dana, arrived=False)
        assert referral_of(doubtful).next_action == "Send the letter"

        vars(mailed).update(drops_after_text=False, seconds=0)
        again = deliver(queue(referral_of(doubtful), cast.dana))

        assert (again.status, again.message_id != doubtful.message_id) == ("sent", True)
        assert referral_of(doubtful).state == "sent"

    def test_confirmed_two_days_later_the_day_is_that_of_the_sending(self, doubtful, cast):
        day = timezone.localdate()
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            actions.confirm_dispatch(dispatch=doubtful, by=cast.dana, arrived=True)

        step = referral_of(doubtful).steps.standing().last()
        assert (step.to_state, step.happened_on, step.is_backdated) == ("sent", day, True)

    def test_the_second_of_two_answers_is_told(self, doubtful, cast, alice):
        actions.confirm_dispatch(dispatch=doubtful, by=cast.dana, arrived=True)

        with pytest.raises(actions.NotWaiting):
            actions.confirm_dispatch(dispatch=doubtful, by=alice, arrived=False)


def test_what_a_worker_left_behind_becomes_a_doubt_and_is_never_sent_again(mailed, referral, cast):
    dispatch = queue(referral, cast.dana)
    assert delivery.claim(str(dispatch.pk))
    assert delivery.flag_doubtful() == 0, "its worker may still be at it"

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert delivery.flag_doubtful() == 1
        assert deliver(dispatch).status == "unsure"
    assert mailed.taken == []


def test_a_worker_that_was_only_slow_still_has_the_last_word(referral, cast):
    dispatch = delivery.claim(str(queue(referral, cast.dana).pk))
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        delivery.flag_doubtful()
        delivery.record_answer(dispatch, mail.Answer(mail.Result.ACCEPTED))

    assert referral_of(dispatch).state == "sent"


def test_what_waits_without_a_job_is_queued_again(referral, cast):
    dispatch = queue(referral, cast.dana)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    assert delivery.queue_forgotten() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert delivery.queue_forgotten() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'dispatch_id' FROM procrastinate_jobs")
        assert cursor.fetchall() == [(str(dispatch.pk),)]


class TestMeanwhile:
    def test_a_referral_cancelled_meanwhile_is_not_sent(self, mailed, referral, cast):
        dispatch = queue(referral, cast.dana)
        referral.refresh_from_db()
        actions.cancel_referral(referral=referral, by=cast.dana, reason="Moved away")

        assert deliver(dispatch).status == "withdrawn"
        assert mailed.taken == []

    def test_what_waits_can_be_taken_back_and_sent_by_post(self, mailed, referral, cast):
        dispatch = queue(referral, cast.dana)
        actions.withdraw_dispatch(dispatch=dispatch, by=cast.dana)
        assert referral_of(dispatch).next_action == "Send the letter"

        actions.mark_sent(
            referral=referral, by=cast.dana, channel="post", recipient="x", sent_on=timezone.localdate()
        )
        assert deliver(dispatch).status == "withdrawn"
        assert mailed.taken == []

    def test_what_is_being_sent_cannot_be_taken_back(self, referral, cast):
        dispatch = delivery.claim(str(queue(referral, cast.dana).pk))

        with pytest.raises(actions.NotWaiting):
            actions.withdraw_dispatch(dispatch=dispatch, by=cast.dana)


class TestCopies:
    def send(self, mailed, referral, by, copies=("gp", "patient"), **other):
        queue(referral, by, copies=copies, **other)
        for dispatch in Dispatch.objects.filter(channel="email"):
            deliver(dispatch)
        referral.refresh_from_db()
        return {dispatch.audience: dispatch for dispatch in Dispatch.objects.all()}

    def test_the_gp_gets_the_letter_and_the_patient_the_copy_in_plain_words(
        self, mailed, north, alice, specialist
    ):
        SpecialistFactory(clinic=north, destination="gp", name="Dr Grey", email="grey@surgery.example")
        referral = letter_to_send(north, alice, specialist, email="anna@home.example", consent_to_share=True)
        sent = self.send(mailed, referral, alice)

        letter = referral.letters.get()
        by_address = {message["To"]: attachment(message) for message in mailed.accepted}
        assert by_address["grey@surgery.example"] == bytes(letter.file.pdf)
        assert by_address["anna@home.example"] == bytes(letter.patient_copy.pdf)
        assert sent["patient"].sha256 == letter.patient_copy.sha256
        assert {one.status for one in sent.values()} == {"sent"}
        assert referral.next_action == "Check that it was received"

    @pytest.mark.parametrize(
        "patient",
        [{"email": "anna@home.example"}, {"consent_to_share": True}],
        ids=["no consent", "no address"],
    )
    def test_a_patient_who_cannot_be_mailed_gets_the_copy_by_post(
        self, mailed, north, alice, specialist, patient
    ):
        referral = letter_to_send(north, alice, specialist, **patient)
        copy = self.send(mailed, referral, alice)["patient"]

        assert (copy.channel, copy.status, copy.email) == ("post", "queued", "")
        assert "4 Mill Lane, Leeds, LS4 4DD" in copy.recipient
        assert (referral.state, referral.next_action) == ("sent", "Print and post the copies")

        for waiting in Dispatch.objects.filter(status="queued"):
            actions.mark_copy_posted(dispatch=waiting, by=alice)
        referral.refresh_from_db()
        assert referral.next_action == "Check that it was received"
        assert referral.next_action_on > timezone.localdate()

    def test_a_copy_that_is_refused_is_somebodys_next_action_until_it_went(
        self, mailed, north, alice, specialist
    ):
        referral = letter_to_send(north, alice, specialist, email="anna@home.example", consent_to_share=True)
        mailed.recipients["anna@home.example"] = "550 No such mailbox"
        copy = self.send(mailed, referral, alice, copies=["patient"])["patient"]
        assert (referral.state, copy.status) == ("sent", "failed")
        assert referral.next_action == "A copy was not accepted: send it another way"

        again = actions.send_again(dispatch=copy, by=alice, email="anna@work.example")
        assert deliver(again).status == "sent"
        assert referral_of(again).next_action == "Check that it was received"

    def test_a_refused_copy_may_be_set_aside(self, mailed, north, alice, specialist):
        referral = letter_to_send(north, alice, specialist, email="anna@home.example", consent_to_share=True)
        mailed.recipients["anna@home.example"] = "550 No such mailbox"
        copy = self.send(mailed, referral, alice, copies=["patient"])["patient"]

        actions.set_aside(dispatch=copy, by=alice)

        assert referral_of(copy).next_action == "Check that it was received"


class TestPassword:
    def test_the_file_opens_with_the_password_alone_and_its_hash_is_recorded(self, mailed, referral, cast):
        password = new_password()
        dispatch = deliver(queue(referral, cast.dana, password=password))

        pdf = attachment(mailed.accepted[0])
        assert dispatch.sha256 == hashlib.sha256(pdf).hexdigest() != referral.letters.get().file.sha256
        with pikepdf.open(io.BytesIO(pdf), password=password) as opened:
            assert opened.encryption.R == 6
            assert opened.encryption.stream_method == pikepdf.models.EncryptionMethod.aesv3
        for wrong in ("", password[:-1], password.upper()):
            with pytest.raises(pikepdf.PasswordError):
                pikepdf.open(io.BytesIO(pdf), password=wrong)

    def test_the_password_is_kept_nowhere(self, mailed, referral, cast):
        password = new_password()
        deliver(queue(referral, cast.dana, password=password))

        assert password not in mailed.accepted[0].as_string()
        assert tables_with(password) == []
        assert tables_with("spine@leeds.example"), "the search finds what is there"

    def test_passwords_differ_and_can_be_said(self):
        passwords = {new_password() for _number in range(200)}

        assert len(passwords) == 200
        assert all(len(spoken(one)) == 4 and len(one) == 15 for one in passwords)
        assert spoken("k7m-abc-xyz-234")[0] == "Kilo 7 Mike"


def tables_with(text):
    """Return the tables that have these words in some row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1',  # noqa: S608
                [f"%{text}%"],
            )
            if cursor.fetchone():
                found.append(table)
    return found


@pytest.mark.parametrize(
    "name",
    ["Spine\r\nBcc: all@evil.example", "Spine\nSubject: x", "a@b.example>\r\nX: y", "=?utf-8?q?x=0ABcc:?="],
    ids=["blind copy", "subject", "address", "encoded"],
)
def test_no_name_adds_a_header(mailed, referral, north, cast, name):
    north.name = name
    north.save()
    dispatch = deliver(queue(referral, cast.dana))

    assert dispatch.status in ("sent", "failed")
    for message in mailed.taken:
        assert not {"bcc", "x"} & {header.lower() for header in message}
        assert len(message.get_all("Subject")) == 1


@pytest.mark.parametrize(
    "email",
    ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a b@c"],
    ids=["header", "two", "none"],
)
def test_an_address_is_one_address(referral, cast, email):
    with pytest.raises(Exception, match="valid email"):
        queue(referral, cast.dana, email=email)


def test_the_database_lets_a_dispatch_take_its_steps_and_no_others(referral, cast):
    queue(referral, cast.dana)

    taken = {pair for pair in itertools.permutations(DispatchStatus.values, 2) if is_let_through(*pair)}

    assert taken == set(DISPATCH_STEPS)


def is_let_through(old, new):
    """Return whether raw SQL may take a dispatch from one status to another."""
    with transaction.atomic(), connection.cursor() as cursor:
        with looking_away():
            cursor.execute("UPDATE referrals_dispatch SET status = %s, sent_on = now()", [old])
        try:
            with transaction.atomic():
                cursor.execute("UPDATE referrals_dispatch SET status = %s", [new])
        except DatabaseError as error:
            assert "dispatch_steps" in str(error)  # noqa: PT017
            return False
        return True


def test_what_was_written_of_a_dispatch_cannot_be_changed(referral, cast):
    queue(referral, cast.dana)
    for column in ("email", "recipient", "channel", "sha256", "message_id"):
        with pytest.raises(DatabaseError, match="dispatch_kept_as_recorded"), transaction.atomic():
            Dispatch.objects.update(**{column: "post" if column == "channel" else "x@y.example"})


def test_what_goes_wrong_is_logged_without_anybodys_address(mailed, referral, cast, monkeypatch, caplog):
    dispatch = queue(referral, cast.dana)

    def breaks(_dispatch):
        raise ValueError(f"cannot write to {_dispatch.email} for {referral.case.patient.family_name}")

    monkeypatch.setattr(mail, "message_of", breaks)
    with caplog.at_level("DEBUG"):
        deliver(dispatch)

    assert dispatch.status == "failed"
    assert f"ValueError, dispatch {dispatch.pk}" in caplog.text
    for told in (dispatch.email, referral.case.patient.family_name, "cannot write"):
        assert told not in caplog.text
