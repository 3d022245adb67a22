"""Asking after referrals, telling those above of what waits for too long, and the daily e-mail."""

import datetime as dt
import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cases.choices import Urgency
from clinic.calendar import Calendar, calendar_of
from clinic.models import Closure
from referrals import actions, digest, periodic
from referrals.models import Chase, Digest, Referral
from referrals.workflow import State, chase_again_on, due_on
from tests.referrals.test_loop import a_referral, fresh, post

pytestmark = pytest.mark.django_db

MON_TO_FRI = Calendar(frozenset(range(5)))
FRIDAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        ("emergency", "2026-11-20"),
        ("within_1_working_day", "2026-11-23"),
        ("urgent", "2026-11-24"),
        ("soon", "2026-11-27"),
        ("routine", "2026-12-04"),
    ],
)
def test_a_service_is_asked_again_sooner_the_more_urgent_it_is(urgency, expected):
    again = chase_again_on(urgency, today=FRIDAY, calendar=MON_TO_FRI, target_on=None)
    assert again.isoformat() == expected


def test_nobody_waits_with_asking_until_after_the_day_that_the_patient_should_be_seen():
    target = dt.date(2026, 11, 26)
    again = chase_again_on("routine", today=FRIDAY, calendar=MON_TO_FRI, target_on=target)
    assert again == target
    past = chase_again_on("routine", today=FRIDAY, calendar=MON_TO_FRI, target_on=dt.date(2026, 11, 2))
    assert past == dt.date(2026, 12, 4)


def test_a_chase_moves_the_date_to_a_day_on_which_the_clinic_works(north, specialist, alice):
    today = timezone.localdate()
    for days in range(1, 40):
        if days not in (30, 37):
            Closure.objects.create(clinic=north, on=today + timedelta(days=days))
    north.working_days = list(range(7))
    north.save()
    referral = a_referral(specialist, alice, urgency="soon")
    chase = actions.chase_referral(
        referral=referral, by=alice, version=1, channel="phone", outcome="no_answer"
    )
    # The first open day is in 30 days, and five of them are needed.
    assert calendar_of(north).is_open(chase.next_on)
    assert chase.next_on > today + timedelta(days=37)
    assert fresh(referral).next_action_on == chase.next_on


def test_a_letter_that_they_cannot_find_is_to_be_sent_again(as_dana, specialist, alice):
    referral = a_referral(specialist, alice)
    post(
        as_dana,
        "chase_referral",
        referral,
        channel="phone",
        outcome="not_found",
        spoke_to="Ms Poole",
        chased_on=timezone.localdate().isoformat(),
    )
    after = fresh(referral)
    assert after.next_action == "Send the letter again"
    assert after.state == State.SENT
    page = as_dana.get(reverse("referrals:show_referral", args=[referral.pk])).content.decode()
    assert "Asked after it by telephone: they cannot find it" in page
    assert "Ms Poole" in page


def test_there_is_nobody_to_ask_before_a_letter_was_sent_or_once_a_reply_came(specialist, alice):
    for state in (State.SIGNED, State.REPLIED, State.DECLINED):
        with pytest.raises(actions.WrongStep):
            actions.chase_referral(
                referral=a_referral(specialist, alice, state),
                by=alice,
                version=1,
                channel="phone",
                outcome="no_answer",
            )


def test_many_are_chased_at_once_in_the_clinics_words_and_the_rest_left_out(specialist, alice, cast):
    rows = [a_referral(specialist, alice, state) for state in (State.SENT, State.SEEN, State.SIGNED)]
    done = actions.chase_referrals(referrals=rows, by=cast.dana, channel="letter", outcome="sent")
    assert {chase.referral_id for chase in done} == {rows[0].pk, rows[1].pk}
    assert all("referred" in chase.wording for chase in done)
    assert all("Our reference is R-" in chase.wording for chase in done)


def late(specialist, alice, working_days, **fields):
    """Return a referral that is overdue by so many working days of a clinic that is always open."""
    due = timezone.localdate() - timedelta(days=working_days)
    return a_referral(specialist, alice, next_action_on=due, **fields)


@pytest.fixture
def always_open(north):
    north.working_days = list(range(7))
    north.save()
    return north


def test_what_is_overdue_for_too_long_is_escalated_once(always_open, specialist, alice):
    waits, long = late(specialist, alice, 2), late(specialist, alice, 3)
    version = long.version
    assert actions.escalate_overdue(clinic=always_open) == 1
    at = fresh(long).escalated_at
    assert at
    assert fresh(waits).escalated_at is None
    assert actions.escalate_overdue(clinic=always_open) == 0
    assert (fresh(long).escalated_at, fresh(long).version) == (at, version)


def test_days_on_which_the_clinic_is_closed_do_not_make_anything_late(always_open, specialist, alice):
    long = late(specialist, alice, 3)
    Closure.objects.create(clinic=always_open, on=timezone.localdate() - timedelta(days=1))
    assert actions.escalate_overdue(clinic=always_open) == 0
    assert fresh(long).escalated_at is None


def test_the_next_step_takes_an_escalation_back_and_a_chase_does_not(always_open, specialist, alice):
    long = late(specialist, alice, 9)
    actions.escalate_overdue(clinic=always_open)
    actions.chase_referral(referral=long, by=alice, version=1, channel="phone", outcome="in_hand")
    assert fresh(long).escalated_at
    actions.acknowledge_referral(referral=long, by=alice, version=2)
    assert fresh(long).escalated_at is None


def test_lead_and_manager_see_what_was_escalated_and_nobody_else(always_open, specialist, cast):
    late(specialist, cast.alice, 9)
    actions.escalate_overdue(clinic=always_open)
    seen = {
        name: digest.escalated_for(always_open, always_open.memberships.get(user=user)).count()
        for name, user in vars(cast).items()
        if name != "charlie"
    }
    assert seen == {"alice": 1, "bob": 0, "dana": 0, "mo": 1, "ada": 0}


def at(hour, zone="Europe/London", day=FRIDAY):
    return dt.datetime.combine(day, dt.time(hour, 5), ZoneInfo(zone))


def test_each_member_with_something_in_hand_gets_one_mail_a_day(north, specialist, cast):
    a_referral(specialist, cast.alice)
    a_referral(specialist, cast.alice, State.SEEN)
    assert digest.send_digests(now=at(8)) == 1
    assert digest.send_digests(now=at(9)) == 0
    assert digest.send_digests(now=at(8, day=FRIDAY + timedelta(days=3))) == 1
    assert [message.to for message in mail.outbox] == [[cast.alice.email]] * 2
    assert "2 referrals in your hands" in mail.outbox[0].subject


def test_who_said_so_on_their_own_page_gets_no_daily_mail_and_may_have_it_again(
    as_alice, north, specialist, cast
):
    a_referral(specialist, cast.alice)
    a_referral(specialist, cast.bob)
    address = reverse("referrals:choose_daily_email")
    assert "checked" in as_alice.get(address).content.decode()

    page = as_alice.post(address, {}, follow=True).content.decode()
    assert "No daily e-mail comes to you any more." in page
    assert [digest.send_digests(now=at(8)) for _time in range(2)] == [1, 0]
    assert [message.to for message in mail.outbox] == [[cast.bob.email]]

    as_alice.post(address, {"wanted": "on"})
    assert [digest.send_digests(now=at(9)) for _time in range(2)] == [1, 0]
    assert mail.outbox[1].to == [cast.alice.email]


def test_the_mail_names_no_patient_and_says_nothing_clinical(north, specialist, cast, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://footnote.example"]
    referral = a_referral(specialist, cast.alice, question="Is it a tumour?")
    digest.send_digests(now=at(8))
    text = mail.outbox[0].subject + mail.outbox[0].body
    patient = referral.case.patient
    for word in (
        patient.family_name,
        patient.given_name,
        referral.case.complaint,
        "tumour",
        "Shah",
        "triage",
    ):
        assert word not in text
    assert str(referral.pk) not in text
    assert "https://footnote.example/referrals/?whose=mine" in text


def test_no_mail_goes_at_night_or_on_a_day_on_which_the_clinic_is_closed(north, specialist, cast):
    a_referral(specialist, cast.alice)
    Closure.objects.create(clinic=north, on=FRIDAY + timedelta(days=3))
    for moment in (
        at(6),
        at(22),
        at(8, day=FRIDAY + timedelta(days=1)),
        at(8, day=FRIDAY + timedelta(days=3)),
    ):
        assert digest.send_digests(now=moment) == 0
    assert not Digest.objects.exists()


def test_the_morning_is_that_of_the_clinic(north, specialist, cast):
    north.time_zone = "Australia/Sydney"
    north.save()
    a_referral(specialist, cast.alice)
    assert digest.send_digests(now=at(8)) == 0
    assert digest.send_digests(now=at(8, "Australia/Sydney")) == 1
    assert Digest.objects.get().on == FRIDAY


def test_a_mail_that_the_server_does_not_take_stops_nobody_elses(
    north, specialist, cast, monkeypatch, caplog
):
    a_referral(specialist, cast.alice)
    a_referral(specialist, cast.bob)
    refused = []

    def send(subject, body, sender, to):
        refused.append(to)
        if len(refused) == 1:
            raise OSError("no route to the mail server of somebody")
        return 1

    monkeypatch.setattr(digest.mail, "send_mail", send)
    with caplog.at_level(logging.WARNING):
        assert digest.send_digests(now=at(8)) == 1
    assert len(refused) == 2
    assert "somebody" not in caplog.text


def test_the_clock_runs_both_jobs_and_twice_is_once(always_open, specialist, alice, monkeypatch):
    # Alice has it in hand, and the manager hears that it waits for too long.
    late(specialist, alice, 9)
    monkeypatch.setattr(periodic.timezone, "now", lambda: at(8))
    assert [periodic.escalate_overdue_referrals(0) for _time in range(2)] == [1, 0]
    assert [periodic.send_daily_digests(0) for _time in range(2)] == [2, 0]


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Sydney"])
def test_what_is_due_on_a_day_is_overdue_when_that_day_is_over_in_the_clinic(north, specialist, alice, zone):
    north.time_zone = zone
    north.save()
    today = timezone.localdate(timezone=ZoneInfo(zone))
    for days in (-1, 0, 1):
        a_referral(specialist, alice, next_action_on=today + timedelta(days=days))
    with timezone.override(zone):
        assert Referral.objects.overdue().count() == 1


@pytest.mark.parametrize(
    "day", ["2026-03-27", "2026-03-28", "2026-10-23", "2026-10-24", "2028-02-28"], ids=str
)
@pytest.mark.parametrize("urgency", [u for u in Urgency.values if u not in ("none", "emergency")])
def test_a_date_is_a_working_day_across_clock_changes_and_leap_days(day, urgency):
    today = dt.date.fromisoformat(day)
    for state in [s for s in State.values if s not in (State.CLOSED, State.CANCELLED)]:
        due = due_on(state, urgency, today=today, calendar=MON_TO_FRI, acknowledge_days=7)
        assert MON_TO_FRI.is_open(due)
        assert today <= due <= today + timedelta(days=40)


def test_an_appointment_at_midnight_belongs_to_the_clinics_own_day(north, specialist, alice):
    north.time_zone = "Australia/Sydney"
    north.save()
    referral = a_referral(specialist, alice)
    zone = ZoneInfo("Australia/Sydney")
    day = timezone.localdate(timezone=zone) + timedelta(days=5)
    just_after_midnight = dt.datetime.combine(day, dt.time(0, 5), zone)
    actions.book_appointment(referral=referral, by=alice, version=1, appointment_at=just_after_midnight)
    assert fresh(referral).next_action_on == calendar_of(north).after(day, 1)
    with pytest.raises(actions.NotYet):
        actions.mark_seen(referral=referral, by=alice, version=2)


def test_the_chase_keeps_who_asked_when_and_what_came_of_it(specialist, alice, cast):
    referral = a_referral(specialist, alice)
    actions.chase_referral(
        referral=referral,
        by=cast.dana,
        version=1,
        channel="phone",
        outcome="message_left",
        spoke_to="Ms Poole",
        note="Rings back",
    )
    chase = Chase.objects.get()
    assert (chase.recorded_by, chase.chased_on, chase.spoke_to) == (
        cast.dana,
        timezone.localdate(),
        "Ms Poole",
    )
