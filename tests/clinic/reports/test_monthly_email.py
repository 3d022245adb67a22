"""The monthly e-mail to managers: to whom, when by whose clock, and never twice."""

import signal
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.urls import reverse

from clinic import tasks
from clinic.models import MonthlyReport, Role, User
from clinic.reports import monthly
from tests.factories import MembershipFactory
from tests.referrals.conftest import signed_visit
from tests.referrals.mail_server import attachment
from tests.referrals.sending import ROOT, mailed, worker_environment

__all__ = ["mailed"]
OCTOBER = date(2026, 10, 1)
SCRIPT = Path(__file__).with_name("sender_that_dies.py")


def at(day, hour, minute=0, *, month=11, year=2026, zone="Europe/London"):
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def send(*arguments, **more):
    now = at(*arguments, **more)
    with time_machine.travel(now, tick=False):
        return monthly.send_monthly_reports(now=now)


@pytest.fixture(autouse=True)
def patient(mailed, settings):
    """A busy machine is slow at times, and what has been claimed is not tried again."""
    settings.EMAIL_TIMEOUT = 30


@pytest.fixture
def mo(cast):
    return cast.mo


@pytest.mark.django_db
class TestToWhom:
    def test_every_manager_gets_it_once_however_often_it_runs(self, north, mo, mailed):
        second = MembershipFactory(clinic=north, role=Role.MANAGER).user

        assert [send(1, 6), send(1, 6, 15), send(2, 9)] == [2, 0, 0]

        assert sorted(message["To"] for message in mailed.accepted) == sorted([mo.email, second.email])
        assert set(MonthlyReport.objects.values_list("clinic", "month")) == {(north.pk, OCTOBER)}

    def test_it_says_what_each_report_says_and_has_them_all_attached(self, north, mo, mailed, settings):
        settings.CSRF_TRUSTED_ORIGINS = ["https://footnote.example"]
        send(1, 6)

        (message,) = mailed.accepted
        body = message.get_body().get_content().replace("\r\n", "\n")
        assert message["Subject"] == "North Foot Clinic: reports of October 2026"
        assert "Access review\nNobody was shown a patient in this period." in body
        assert "https://footnote.example/admin/reports/" in body
        assert attachment(message).startswith(b"%PDF-")
        (part,) = message.iter_attachments()
        assert (part.get_filename(), part.get_content_type()) == ("reports-2026-10.pdf", "application/pdf")

    def test_no_patient_is_named_in_it(self, north, mo, alice, mailed):
        patient = signed_visit(north, alice).case.patient
        send(1, 6, month=12)

        body = mailed.accepted[0].get_body().get_content()
        assert patient.family_name not in body
        assert patient.record_number not in body

    def test_nobody_else_gets_it(self, north, cast, mailed):
        MembershipFactory(clinic=north, role=Role.MANAGER, is_active=False)
        MembershipFactory(clinic=north, role=Role.MANAGER, user__is_active=False)
        MembershipFactory(clinic=north, role=Role.MANAGER, user__monthly_email=False)

        assert send(1, 6) == 1

        assert mailed.accepted[0]["To"] == cast.mo.email

    def test_a_manager_switches_it_off_and_on_again_and_nobody_else_is_asked(self, as_mo, as_alice, mo):
        address = reverse("referrals:choose_daily_email")
        assert 'name="monthly"' not in as_alice.get(address).text

        page = as_mo.post(address, {"wanted": "on"}, follow=True).text
        assert "No monthly reports come." in page
        mo.refresh_from_db()
        assert (mo.daily_email, mo.monthly_email) == (True, False)

        as_mo.post(address, {"monthly": "on"})
        mo.refresh_from_db()
        assert (mo.daily_email, mo.monthly_email) == (False, True)

    def test_a_podiatrist_who_posts_it_changes_nothing_of_it(self, as_alice, alice):
        as_alice.post(reverse("referrals:choose_daily_email"), {"wanted": "on", "monthly": ""})

        assert User.objects.get(pk=alice.pk).monthly_email


@pytest.mark.django_db
class TestWhen:
    @pytest.mark.parametrize(
        ("moment", "left"),
        [
            (at(1, 5, 59), 0),
            (at(1, 6), 1),
            (at(5, 23, 59), 1),
            (at(6, 6), 0),
            (at(30, 23, 59, month=9), 0),
        ],
        ids=str,
    )
    def test_it_leaves_in_the_first_days_of_the_month_from_six_in_the_morning(self, mo, mailed, moment, left):
        assert monthly.send_monthly_reports(now=moment) == left

    def test_the_clinics_own_clock_decides_which_month_it_is(self, north, south, mo, mailed):
        south.time_zone = "Australia/Sydney"
        south.save()
        MembershipFactory(clinic=south, role=Role.MANAGER)

        # Six in the evening of 31 October in London is five in the morning of 1 November in Sydney.
        assert send(31, 18, month=10) == 0
        assert send(31, 19, month=10) == 1
        assert MonthlyReport.objects.get().clinic == south
        assert MonthlyReport.objects.get().month == OCTOBER
        assert send(1, 6) == 1

    def test_six_in_the_morning_is_six_whether_or_not_the_clocks_were_changed(self, mo, mailed):
        utc = ZoneInfo("UTC")
        assert monthly.send_monthly_reports(now=datetime(2026, 11, 1, 5, 59, tzinfo=utc)) == 0
        assert monthly.send_monthly_reports(now=datetime(2026, 11, 1, 6, 0, tzinfo=utc)) == 1
        # In April the clocks are an hour ahead of UTC.
        assert monthly.send_monthly_reports(now=datetime(2026, 4, 1, 4, 59, tzinfo=utc)) == 0
        assert monthly.send_monthly_reports(now=datetime(2026, 4, 1, 5, 0, tzinfo=utc)) == 1

    def test_january_sends_december(self, mo, mailed):
        send(1, 6, month=1, year=2027)

        assert MonthlyReport.objects.get().month == date(2026, 12, 1)

    def test_the_job_of_the_clock_sends_them(self, mo, mailed):
        with time_machine.travel(at(1, 7), tick=False):
            assert [tasks.send_monthly_reports(0) for _time in range(2)] == [1, 0]


@pytest.mark.django_db
class TestWhatGoesWrong:
    def test_while_the_mail_server_is_away_nothing_is_claimed_and_it_leaves_later(
        self, mo, settings, mailed, caplog
    ):
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
        assert send(1, 6) == 0
        assert not MonthlyReport.objects.exists()
        assert "A monthly e-mail was not sent: ConnectionRefusedError." in caplog.text

        settings.EMAIL_PORT = port
        assert send(1, 6, 15) == 1

    @pytest.mark.parametrize("what", ["drops_before_text", "drops_after_text"])
    def test_a_message_that_may_have_left_is_not_sent_again(self, mo, mailed, what):
        setattr(mailed, what, True)
        assert send(1, 6) == 0
        setattr(mailed, what, False)

        assert send(1, 6, 15) == 0
        assert len(mailed.taken) == (what == "drops_after_text")

    def test_one_address_that_is_refused_keeps_the_others_from_nothing(self, north, mo, mailed, caplog):
        MembershipFactory(clinic=north, role=Role.MANAGER)
        mailed.recipients[mo.email] = "550 No such user"

        assert [send(1, 6), send(1, 7)] == [1, 0]

        assert mo.email not in caplog.text

    def test_reports_that_cannot_be_made_hold_up_no_other_clinic(self, north, south, mo, mailed, caplog):
        MembershipFactory(clinic=south, role=Role.MANAGER)
        with pytest.MonkeyPatch.context() as patch:
            made = monthly.reports_of_month
            patch.setattr(
                monthly,
                "reports_of_month",
                lambda clinic, *a, **k: made(clinic, *a, **k) if clinic == south else 1 / 0,
            )
            assert send(1, 6) == 1

        assert "could not be made" in caplog.text
        assert send(1, 6, 15) == 1

    @pytest.mark.parametrize("month", [OCTOBER, date(2026, 9, 2)], ids=["again", "the second day"])
    def test_no_other_row_says_the_same_or_is_of_half_a_month(self, north, mo, month):
        MonthlyReport.objects.create(clinic=north, user=mo, month=OCTOBER)

        with pytest.raises(IntegrityError), transaction.atomic():
            MonthlyReport.objects.create(clinic=north, user=mo, month=month)

    def test_a_row_is_never_changed_or_removed(self, north, mo):
        row = MonthlyReport.objects.create(clinic=north, user=mo, month=OCTOBER)
        rows = MonthlyReport.objects.filter(pk=row.pk)

        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            rows.update(month=date(2026, 9, 1))
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            row.delete()


# The point; how many e-mails the server has once the next job has run.
KILLED_AT = {"before the claim": 1, "after the claim": 0, "after sending": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", KILLED_AT)
def test_a_sender_killed_at_any_point_never_sends_twice(north, mo, mailed, point):
    now = at(1, 6)
    environment = worker_environment(mailed)
    killed = subprocess.run(
        [sys.executable, str(SCRIPT), point, now.isoformat()], env=environment, cwd=ROOT, timeout=300
    )
    assert killed.returncode == -signal.SIGKILL

    send(1, 6, 15)

    assert len(mailed.taken) == KILLED_AT[point]
    assert MonthlyReport.objects.count() == 1
