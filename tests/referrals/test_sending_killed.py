"""A job worker killed at each point of sending (R4): nothing lost, nothing sent twice, doubts flagged."""

import random
import signal
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from clinic.tasks import retry_stalled_jobs
from referrals import actions, mail
from referrals.actions import delivery
from referrals.actions.queue import queue_dispatch
from referrals.models import Audience, Channel, Dispatch, DispatchStatus
from tests.clinic.test_tasks import empty_queue, work_once
from tests.referrals.sending import letter_to_send, mailed, referral, specialist, worker

__all__ = ["empty_queue", "mailed", "referral", "specialist"]
pytestmark = pytest.mark.django_db(transaction=True)


def restart():
    """Do what the next worker does when the dead one is missed, then what it does minutes later."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    # The worker of every minute may have asked for it already.
    with suppress(AlreadyEnqueued):
        retry_stalled_jobs.defer(timestamp=0)
    work_once()
    work_once()
    with time_machine.travel(timezone.now() + delivery.GONE_AFTER + timedelta(minutes=1)):
        delivery.flag_doubtful()
        delivery.queue_forgotten()
    work_once()


# The point; how many e-mails the server has then; what the dispatch is in the end.
KILLED_AT = {
    "before the claim": (1, "sent", "sent"),
    "after the claim": (0, "unsure", "signed"),
    "within the text": (0, "unsure", "signed"),
    "before recording": (1, "unsure", "signed"),
    "after recording": (1, "sent", "sent"),
}


@pytest.mark.parametrize("point", KILLED_AT)
def test_a_worker_killed_while_it_sends_neither_loses_nor_repeats_a_letter(mailed, referral, alice, point):
    dispatch = actions.send_by_email(referral=referral, by=alice, email="spine@leeds.example")
    killed = worker(mailed, point)
    assert killed.wait(60) == -signal.SIGKILL

    restart()

    accepted, status, state = KILLED_AT[point]
    dispatch.refresh_from_db()
    referral.refresh_from_db()
    assert len(mailed.accepted) == accepted
    assert (dispatch.status, referral.state) == (status, state)
    if status == "unsure":
        assert referral.next_action == "The e-mail may have been sent: ask, then confirm"
        assert referral.next_action_on == timezone.localdate()


def many_dispatches(referral, by, count):
    letter = referral.letters.select_related("file").get()
    for number in range(count):
        dispatch = Dispatch(
            clinic=referral.clinic,
            letter=letter,
            audience=Audience.GP,
            channel=Channel.EMAIL,
            recipient=f"Surgery {number}",
            email=f"gp-{number}@leeds.example",
            status=DispatchStatus.QUEUED,
            sha256=letter.file.sha256,
            recorded_by=by,
        )
        dispatch.message_id = mail.message_id_of(dispatch)
        dispatch.save()
        queue_dispatch(dispatch)


@pytest.mark.heavy
def test_200_sendings_and_20_kills_lose_nothing_and_repeat_nothing(mailed, north, alice, specialist):
    many_dispatches(letter_to_send(north, alice, specialist), alice, 200)
    mailed.seconds = 0.05
    for _kill in range(20):
        running = worker(mailed, "never")
        time.sleep(2.5 + random.random() * 1.5)
        running.kill()
        running.wait()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    restart()
    restart()

    copies = Counter(message["Message-ID"] for message in mailed.accepted)
    assert max(copies.values()) == 1, "nothing is sent twice"
    statuses = Counter(Dispatch.objects.values_list("status", flat=True))
    assert set(statuses) <= {"sent", "unsure"}, "nothing is lost, nothing is left hanging"
    sent = set(Dispatch.objects.filter(status="sent").values_list("message_id", flat=True))
    assert sent <= set(copies)
    unsure = set(Dispatch.objects.filter(status="unsure").values_list("message_id", flat=True))
    assert set(copies) <= sent | unsure, "what left without a record is in doubt"
