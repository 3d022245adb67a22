"""Letters that wait to be sent, and a mail server that takes them."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pikepdf
import pytest
from django.conf import settings as django_settings
from django.db import connection

from referrals import actions
from referrals.models import PatientCopy
from tests.factories import SpecialistFactory
from tests.referrals.conftest import signed_visit
from tests.referrals.mail_server import mail_server

GP = {
    "gp_name": "Dr Grey",
    "gp_practice": "Grey Surgery",
    "gp_address": "3 Grey Street\nLeeds LS3 3CC",
}
ADDRESS = {"address": "4 Mill Lane\nLeeds", "postcode": "LS4 4DD"}


SCRIPT = Path(__file__).with_name("worker_that_dies.py")
ROOT = SCRIPT.parents[2]


def blank_pdf():
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


def letter_to_send(clinic, by, specialist, visit=None, **patient):
    """Return a referral whose letter is signed, with the patient's copy."""
    visit = visit or signed_visit(clinic, by)
    one = visit.case.patient
    for name, value in (GP | ADDRESS | patient).items():
        setattr(one, name, value)
    one.save()
    emergency = visit.screening.urgency == "emergency"
    phoned = {"phoned_at": visit.signed_at, "phoned_to": "Dr Rao"} if emergency else {}
    draft = actions.start_referral(
        visit=visit,
        by=by,
        destination="emergency_department" if emergency else "msk_triage",
        specialist=specialist,
        urgency="emergency" if emergency else "soon",
        question="Is imaging needed?",
        reason_for_urgency="Root deficit",
        consent_given=True,
        **phoned,
    )
    letter = actions.sign_letter(referral=draft, by=by, version=draft.version)
    if not hasattr(letter, "patient_copy"):
        pdf = blank_pdf()
        PatientCopy.objects.create(letter=letter, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())
    draft.refresh_from_db()
    return draft


@pytest.fixture
def mailed(settings):
    """A mail server on loopback, which the site sends its letters to."""
    with mail_server() as mailbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mailbox.port, 1
        settings.DEFAULT_FROM_EMAIL = "North <letters@north.example>"
        yield mailbox


@pytest.fixture
def specialist(north):
    return SpecialistFactory(clinic=north, email="spine@leeds.example", phone="0113 496 0444")


@pytest.fixture
def referral(north, alice, specialist):
    """A letter of Alice's that waits to be sent, with no copies unless they are asked for."""
    return letter_to_send(north, alice, specialist)


def worker(mailed, point):
    """Start a worker in a process of its own, on the database and the mail server of the test."""
    command = [sys.executable, str(SCRIPT), point]
    return subprocess.Popen(command, env=worker_environment(mailed), cwd=ROOT)


def worker_environment(mailed):
    """Return what a process needs to work on the database and the mail server of the test."""
    database = connection.settings_dict
    password = quote(database["PASSWORD"], safe="")
    at = f"{database['USER']}:{password}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    if not database["HOST"]:  # a server of our own, on a socket
        at = f"{database['USER']}@/{database['NAME']}?host={quote(database['OPTIONS']['host'])}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "PYTHONPATH": str(ROOT),
        "ENVIRONMENT": "test",
        "DATABASE_URL": f"postgres://{at}",
        "EMAIL_URL": f"smtp://127.0.0.1:{mailed.port}",
        "DEFAULT_FROM_EMAIL": django_settings.DEFAULT_FROM_EMAIL,
        "FOOTNOTE_VAR": str(django_settings.VAR_DIR),
    }
