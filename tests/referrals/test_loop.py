"""The steps of a referral after its letter left, through the pages and the actions."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals import actions
from referrals.models import Referral, Step
from referrals.workflow import State
from tests.conftest import signed_in
from tests.factories import CaseFactory, PatientFactory, ReferralFactory, VisitFactory

pytestmark = pytest.mark.django_db

DATED = {
    State.SIGNED: ("signed_at", "signed_by"),
    State.SENT: ("sent_at", "sent_by"),
}


def a_referral(specialist, by, state=State.SENT, **fields):
    """Return a referral of North in this state, signed and sent a moment ago."""
    patient = PatientFactory(clinic=specialist.clinic, created_by=by)
    visit = VisitFactory(case=CaseFactory(patient=patient, lead=by), created_by=by)
    now = timezone.now()
    signed = {} if state == State.DRAFT else {"signed_at": now, "signed_by": by}
    sent = {} if state in (State.DRAFT, State.SIGNED) else {"sent_at": now, "sent_by": by}
    extra = {"what_next": "keep_treating"} if state == State.DECLINED else {}
    given = {**signed, **sent, **extra, "next_action_on": timezone.localdate(), **fields}
    return ReferralFactory(visit=visit, specialist=specialist, state=state, owner=by, **given)


def fresh(referral):
    return Referral.objects.get(pk=referral.pk)


def post(client, name, referral, **data):
    data = {"version": fresh(referral).version} | data
    return client.post(reverse(f"referrals:{name}", args=[referral.pk]), data)


@pytest.mark.parametrize("state", [s for s in State], ids=str)
def test_the_page_shows_a_referral_in_each_state(as_alice, specialist, alice, state):
    ended = {"ended_at": timezone.now(), "ended_by": alice, "end_reason": "Over"}
    fields = ended if state in (State.CLOSED, State.CANCELLED) else {}
    referral = a_referral(specialist, alice, state, **fields)
    page = as_alice.get(reverse("referrals:show_referral", args=[referral.pk]))
    assert page.status_code == 200
    row = as_alice.get(
        reverse("referrals:show_row_steps", args=[referral.pk]), headers={"HX-Request": "true"}
    )
    assert row.status_code == 200
