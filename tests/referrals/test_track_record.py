"""The track record: of those suspected, how many were confirmed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import actions as case_actions
from cases.models import Screening
from referrals import actions
from referrals.models import Reply
from referrals.track_record import Row, between, track_record
from tests.factories import CaseFactory, PatientFactory, ReferralFactory, SpecialistFactory, VisitFactory

pytestmark = pytest.mark.django_db


def judged(clinic, by, *, origin="back", code="lumbar_radiculopathy", found="back", **said):
    """Return a reply that was read, about a signed visit that suspected something."""
    visit = VisitFactory(
        case=CaseFactory(patient=PatientFactory(clinic=clinic, created_by=by), lead=by),
        signed_at=timezone.now(),
        signed_by=by,
    )
    screened(visit, origin, code)
    return another(visit, by, found, **said)


def screened(visit, origin, code):
    suspected = [{"code": code, "name": code.replace("_", " ").capitalize()}] if code else []
    Screening.objects.create(
        visit=visit,
        catalogue_version="2026.12.0",
        answers={},
        result={"suspected": suspected},
        origin=origin,
        urgency="routine",
        refer=True,
    )


def another(visit, by, found, **said):
    now = timezone.now()
    referral = ReferralFactory(
        visit=visit,
        state="replied",
        specialist=SpecialistFactory(clinic=visit.clinic),
        signed_at=now,
        signed_by=by,
        sent_at=now,
        sent_by=by,
    )
    reply = actions.record_reply(
        referral=referral, by=by, received_on=timezone.localdate(), written_by="Dr Shah", text="Read me."
    )
    return actions.read_reply(reply=reply, by=by, findings="As said.", found_origin=found, **said)


def rows(clinic, **options):
    record = track_record(clinic, **options)
    return {
        row.name: (row.total, row.confirmed, row.otherwise, row.unsettled)
        for row in [*record.origins, *record.conditions]
    }


def test_each_suspicion_is_counted_under_its_origin_and_what_led(north, alice):
    judged(north, alice)
    judged(north, alice, found="hip")
    judged(north, alice, found="not_found")
    judged(north, alice, origin="hip", code="hip_oa", found="hip")

    assert rows(north) == {
        "Back": (3, 1, 1, 1),
        "Hip": (1, 1, 0, 0),
        "Lumbar radiculopathy": (3, 1, 1, 1),
        "Hip oa": (1, 1, 0, 0),
    }


def test_the_podiatrists_word_wins_over_the_origin(north, alice):
    judged(north, alice, found="hip", confirmed=True)
    judged(north, alice, origin="systemic", code="", found="other", confirmed=True)

    assert rows(north) == {
        "Back": (1, 1, 0, 0),
        "Lumbar radiculopathy": (1, 1, 0, 0),
        "General illness or nerves elsewhere": (1, 1, 0, 0),
    }


def test_a_suspicion_with_two_replies_counts_once_by_the_one_that_settles_it(north, alice):
    first = judged(north, alice, found="back")
    another(first.referral.visit, alice, "not_found")

    assert rows(north)["Back"] == (1, 1, 0, 0)


def test_voided_replies_and_visits_and_unread_replies_do_not_count(north, alice):
    actions.void_reply(reply=judged(north, alice), by=alice, reason="Another patient’s")
    case_actions.void_visit(visit=judged(north, alice).referral.visit, by=alice, reason="Entered twice")
    unread = judged(north, alice).referral
    actions.void_reply(reply=unread.replies.get(), by=alice, reason="Coded wrongly")
    actions.record_reply(
        referral=unread, by=alice, received_on=timezone.localdate(), written_by="Dr Shah", text="Again."
    )

    assert rows(north) == {}


def test_another_clinics_replies_do_not_count(north, south, cast):
    judged(south, cast.charlie)

    assert rows(north) == {}


def test_the_period_is_when_the_reply_was_read(north, alice):
    judged(north, alice)

    assert rows(north, since=timezone.now() - timedelta(days=1))["Back"] == (1, 1, 0, 0)
    assert rows(north, since=timezone.now() + timedelta(days=1)) == {}


def test_the_track_record_is_one_query(north, alice, django_assert_num_queries):
    judged(north, alice)
    judged(north, alice, found="hip")

    with django_assert_num_queries(1):
        track_record(north)


def test_a_row_says_itself_in_a_sentence():
    assert Row("Back", confirmed=31, otherwise=6, unsettled=3).says == "Of 40 suspected, 31 were confirmed."


@pytest.mark.parametrize(
    ("confirmed", "otherwise", "share", "caution"),
    [
        (9, 0, None, "Too few to judge by."),
        (8, 2, 80, "Few: the true share may be anywhere from 49 to 94 %."),
        (24, 5, 83, "Few: the true share may be anywhere from 65 to 92 %."),
        (31, 9, 78, ""),
    ],
)
def test_small_numbers_are_said_to_be_small(confirmed, otherwise, share, caution):
    row = Row("Back", confirmed, otherwise)

    assert (row.share, row.caution) == (share, caution)


def test_the_interval_is_wilsons():
    # Newcombe, Statistics in Medicine 1998;17:857-872, table I, method 3: 81 of 263.
    assert between(81, 263) == (26, 37)


def test_podiatrists_and_managers_see_it_and_nobody_else(north, alice, as_alice, as_mo, as_dana):
    judged(north, alice)
    path = reverse("referrals:show_track_record")

    assert [client.get(path).status_code for client in (as_alice, as_mo, as_dana)] == [200, 200, 403]
    page = as_mo.get(path, {"period": "garbage"}).content.decode()
    assert "Of 1 suspected, 1 was confirmed. Too few to judge by." in page
    assert Reply.objects.get().referral.case.patient.family_name not in page
