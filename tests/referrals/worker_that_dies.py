"""A job worker in a process of its own, which kills itself (SIGKILL) at one point of sending.

Run as `python tests/referrals/worker_that_dies.py POINT`; "never" lives until it is killed from outside.
"""

import os
import signal
import sys

import django

django.setup()

from procrastinate.contrib.django import app  # noqa: E402

from referrals import mail  # noqa: E402
from referrals.actions import delivery  # noqa: E402

claim, record_answer = delivery.claim, delivery.record_answer


def die(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)


def claim_and_die(dispatch_id):
    claim(dispatch_id)
    die()


def send_half_and_die(self, text):
    if not self.text_is_due:
        return super(mail._Listening, self).send(text)
    self.sock.sendall(text[: len(text) // 2])
    return die()


def record_and_die(dispatch, answer):
    record_answer(dispatch, answer)
    die()


POINTS = {
    "before the claim": lambda: setattr(delivery, "claim", die),
    "after the claim": lambda: setattr(delivery, "claim", claim_and_die),
    "within the text": lambda: setattr(mail._Listening, "send", send_half_and_die),
    "before recording": lambda: setattr(delivery, "record_answer", die),
    "after recording": lambda: setattr(delivery, "record_answer", record_and_die),
    "never": lambda: None,
}

if __name__ == "__main__":
    POINTS[sys.argv[1]]()
    waits = sys.argv[1] == "never"
    worker = app.with_connector(app.connector.get_worker_connector())
    worker.run_worker(wait=waits, install_signal_handlers=False, listen_notify=False)
