"""Words that are markup, in every field that people fill in: no page runs them, no header is made of them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals import actions
from referrals.mail import CannotBeWritten, message_of
from referrals.models import Referral, SavedView, Specialist
from tests.clinic.access_table import TABLE
from tests.clinic.two_clinics import argument, rows_of
from tests.factories import DispatchFactory

pytestmark = pytest.mark.django_db

HOSTILE = "\"'><img src=x onerror=alert(7)><script>alert(7)</script>{{ 7*7 }}{% if"
PAGES = [
    name for name, page in TABLE.items() if name.startswith(("referrals:", "cases:show_case", "cases:home"))
]


@pytest.fixture
def rows(db):
    """One of everything, each with hostile words wherever a person writes some."""
    rows = rows_of("north")
    words = dict.fromkeys(("name", "organisation", "role", "site", "criteria", "notes", "address"), HOSTILE)
    Specialist.objects.update(**words)
    SavedView.objects.update(name=HOSTILE[:60])
    Referral.objects.update(appointment_place=HOSTILE, next_action=HOSTILE, question=HOSTILE)
    by = rows.people["podiatrist"]
    referral = rows.reply.referral
    said = {"referral": referral, "by": by, "received_on": timezone.localdate(), "written_by": HOSTILE}
    for fate in ("read", "voided", "waiting"):
        reply = actions.record_reply(text=f"{HOSTILE} {fate}", **said)
        if fate == "read":
            actions.read_reply(
                reply=reply,
                by=by,
                findings=HOSTILE,
                advice=HOSTILE,
                treatment_given=HOSTILE,
                found_origin="back",
            )
        elif fate == "voided":
            actions.void_reply(reply=reply, by=by, reason=HOSTILE)
        rows.reply = reply
    return rows


@pytest.mark.parametrize("role", ["podiatrist", "admin_staff", "manager"])
def test_no_page_of_the_loop_runs_what_people_wrote(rows, role):
    client = Client()
    client.force_login(rows.people[role])
    seen = 0
    for name in PAGES:
        page = TABLE[name]
        if role not in page.who or "get" not in page.methods:
            continue
        for extra in ({}, {"HTTP_HX_REQUEST": "true"}):
            response = client.get(reverse(name, kwargs=argument(rows, page)), **extra)
            if "html" not in response.get("Content-Type", ""):
                continue
            text = response.content.decode()
            seen += "&lt;img src=x" in text
            assert "<img src=x" not in text, name
            assert "<script>alert" not in text, name
            assert ">49<" not in text, name
    assert seen > 3


@pytest.mark.parametrize("field", ["name", "email"])
def test_a_line_break_in_a_clinics_name_makes_no_header(rows, field):
    rows.clinic.name, rows.clinic.email = "North", "desk@example.org"
    setattr(rows.clinic, field, "North\nBcc: everybody@example.org")
    dispatch = DispatchFactory(
        clinic=rows.clinic,
        letter=rows.letter,
        audience="specialist",
        channel="email",
        email="shah@example.org",
        recorded_by=rows.people["podiatrist"],
    )
    dispatch.clinic = rows.clinic

    with pytest.raises(CannotBeWritten):
        message_of(dispatch)
