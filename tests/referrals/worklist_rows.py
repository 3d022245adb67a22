"""Referrals in every state, for the tests of the worklist."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from referrals.workflow import NEXT_ACTION, State
from tests.factories import CaseFactory, PatientFactory, ReferralFactory, SpecialistFactory, VisitFactory

SIGNED = frozenset(State) - {State.DRAFT, State.CANCELLED}
SENT = SIGNED - {State.SIGNED}
ENDED = {State.CLOSED, State.CANCELLED}


@transaction.atomic
def referral_in(state, clinic, by, *, family_name="Novak", lead=None, specialist=None, due_in=0, **fields):
    """Return a referral of a patient of its own, in a state, due so many days from today."""
    patient = PatientFactory(clinic=clinic, created_by=by, family_name=family_name, birth_date=None)
    case = CaseFactory(patient=patient, lead=lead or by)
    visit = VisitFactory(case=case, created_by=by)
    now, today = timezone.now(), timezone.localdate()
    if state in SIGNED:
        fields = {"signed_at": now, "signed_by": by} | fields
        specialist = specialist or SpecialistFactory(clinic=clinic)
    if state in SENT:
        fields = {"sent_at": now, "sent_by": by} | fields
    if state in ENDED:
        fields = {"ended_at": now, "ended_by": by, "end_reason": "Moved away"} | fields
    if state == State.DECLINED:
        fields = {"what_next": "back_to_gp"} | fields
    if state not in ENDED:
        fields = {"next_action": str(NEXT_ACTION[state])} | fields
    fields = {"owner": by, "next_action_on": today + timedelta(days=due_in)} | fields
    return ReferralFactory(visit=visit, state=state, specialist=specialist, **fields)
