"""Sends the monthly e-mails in a process of its own, which kills itself (SIGKILL) at one point.

Run as `python tests/clinic/reports/sender_that_dies.py POINT NOW`, NOW in ISO 8601.
"""

import os
import signal
import sys
from datetime import datetime

import django

django.setup()

from django.core.mail.backends.smtp import EmailBackend  # noqa: E402

from clinic.reports import monthly  # noqa: E402

claimed, send = monthly._claimed, EmailBackend.send_messages


def die(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)


def claim_and_die(*arguments):
    claimed(*arguments)
    die()


def send_and_die(*arguments):
    send(*arguments)
    die()


POINTS = {
    "before the claim": lambda: setattr(monthly, "_claimed", die),
    "after the claim": lambda: setattr(monthly, "_claimed", claim_and_die),
    "after sending": lambda: setattr(EmailBackend, "send_messages", send_and_die),
}

if __name__ == "__main__":
    POINTS[sys.argv[1]]()
    monthly.send_monthly_reports(now=datetime.fromisoformat(sys.argv[2]))
