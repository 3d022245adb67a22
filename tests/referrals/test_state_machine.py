"""Random walks of referrals through the actions, with what must not be tried at each step.

The table below is written by hand, apart from `workflow.TRANSITIONS`: a slip there shows here.
"""

import hashlib
import random
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cases.choices import Urgency
from referrals import actions
from referrals.actions.steps import locked_referral, take_step
from referrals.models import Letter, LetterFile, PatientCopy, Referral, Step
from referrals.workflow import TRANSITIONS, State, Tile
from tests.factories import CaseFactory, PatientFactory, ReferralFactory, VisitFactory

pytestmark = pytest.mark.django_db

WALKS, STEPS_EACH = 4, 500

OPEN = {
    *("draft", "signed", "sent", "acknowledged", "booked", "did_not_attend", "seen", "replied"),
    "declined",
}
# What can be done: from where, and where it leads. Reading a reply leads on or back.
DOES: dict[str, tuple[set[str], str]] = {
    "sign": ({"draft"}, "signed"),
    "correct": ({"sent", "acknowledged", "booked", "declined"}, "signed"),
    "send": ({"signed"}, "sent"),
    "acknowledge": ({"sent"}, "acknowledged"),
    "book": ({"sent", "acknowledged", "did_not_attend"}, "booked"),
    "move": ({"booked"}, "booked"),
    "see": ({"sent", "acknowledged", "booked"}, "seen"),
    "miss": ({"booked"}, "did_not_attend"),
    "reply": ({"sent", "acknowledged", "booked", "did_not_attend", "seen"}, "replied"),
    "read": ({"replied"}, "closed"),
    "read_more": ({"replied"}, "seen"),
    "decline": ({"sent", "acknowledged", "booked", "did_not_attend"}, "declined"),
    "close": ({"declined"}, "closed"),
    "cancel": (OPEN - {"replied"}, "cancelled"),
}
STAYS = {
    "chase": {"sent", "acknowledged", "booked", "did_not_attend", "seen"},
    "assign": OPEN,
    "tell": {*OPEN, "closed", "cancelled"},
}
LEADS = {state: {to for sources, to in DOES.values() if state in sources} - {state} for state in State.values}
# Whoever ends a referral ends its walk; most walks should be long.
WEIGHTS = {"read": 2, "close": 2, "cancel": 1, "undo": 8}
REFUSED = 0.25


class Walk:
    """One referral after the other, led at random, with what the test itself knows of it."""

    def __init__(self, seed, specialist, people):
        self.random = random.Random(seed)
        self.specialist, self.people = specialist, people
        self.taken = self.refused = 0
        self.begin()

    def begin(self):
        by = self.people[0]
        patient = PatientFactory(clinic=self.specialist.clinic, created_by=by)
        visit = VisitFactory(case=CaseFactory(patient=patient, lead=by), created_by=by)
        urgency = self.random.choice([u for u in Urgency.values if u != Urgency.NONE])
        phoned = {"phoned_at": timezone.now(), "phoned_to": "Dr Shah", "phone_advice": "Send them now"}
        self.referral = ReferralFactory(
            visit=visit,
            specialist=self.specialist,
            urgency=urgency,
            **phoned if urgency == Urgency.EMERGENCY else {},
            owner=by,
            next_action_on=timezone.localdate() + timedelta(days=self.random.randint(-3, 5)),
        )
        self.letter = None
        self.states = ["draft"]

    @property
    def state(self):
        return self.states[-1]

    @property
    def by(self):
        return self.random.choice(self.people)

    def asked(self):
        return {"referral": self.referral, "by": self.by, "version": self.version()}

    def version(self):
        return Referral.objects.values_list("version", flat=True).get(pk=self.referral.pk)

    def step(self):
        """Do something at random that is allowed, or try something that is not."""
        names = [*DOES, *STAYS, "undo"]
        allowed = self.random.random() > REFUSED
        names = [name for name in names if self.may(name) == allowed] or ["tell"]
        name = self.random.choices(names, [WEIGHTS.get(name, 6) for name in names])[0]
        if self.may(name):
            getattr(self, name)()
            self.taken += 1
            self.states = self.after(name)
        elif not self.leads_there_otherwise(name):
            with pytest.raises(REFUSALS), transaction.atomic():
                getattr(self, name)()
            self.refused += 1

    def may(self, name):
        if name == "undo":
            # A signature is no slip of the pen, and a reply that was read stays read.
            kept = self.state in ("signed", "closed") or "replied" in self.states[-2:]
            return len(self.states) > 1 and not kept
        if name in ("see", "miss") and self.state == "booked" and self.appointment_is_to_come():
            return False
        return self.state in (DOES[name][0] if name in DOES else STAYS[name])

    def leads_there_otherwise(self, name):
        """Whether another step leads from here to the same place, or it is there already."""
        to = DOES[name][1] if name in DOES else ""
        return to == self.state or to in LEADS[self.state]

    def after(self, name):
        """The states whose steps stand: all before, or all but the last after an undoing."""
        if name == "undo":
            return self.states[:-1]
        if name in STAYS or name == "move":
            return self.states
        return [*self.states, DOES[name][1]]

    def appointment_is_to_come(self):
        at = Referral.objects.values_list("appointment_at", flat=True).get(pk=self.referral.pk)
        return timezone.localdate(at) > timezone.localdate()

    # What is done

    def sign(self):
        now = timezone.now()
        self.take("signed", signed_at=now, signed_by=self.people[0], sent_at=None, sent_by=None)
        self.letter = self.letter or a_letter(self.referral, self.people[0])

    correct = sign

    def send(self):
        actions.mark_sent(
            referral=self.referral,
            by=self.by,
            channel="by_hand",
            recipient="Dr Shah",
            sent_on=timezone.localdate(),
        )

    def acknowledge(self):
        actions.acknowledge_referral(**self.asked(), note="Ref 4711")

    def book(self):
        at = timezone.now() + timedelta(days=self.random.choice([0, 0, 14]))
        actions.book_appointment(**self.asked(), appointment_at=at, appointment_place="Clinic 4")

    move = book

    def see(self):
        actions.mark_seen(**self.asked())

    def miss(self):
        actions.mark_not_attended(**self.asked())

    def reply(self):
        if self.may("reply"):
            actions.record_reply(
                referral=Referral.objects.get(pk=self.referral.pk),
                by=self.by,
                received_on=timezone.localdate(),
                written_by="Dr Shah",
                text="Confirmed.",
            )
        else:
            self.take("replied")

    def read(self, *, more=False):
        if self.state != "replied":
            self.take("seen" if more else "closed")
        for reply in self.referral.replies.filter(read_at__isnull=True):
            actions.read_reply(
                reply=reply, by=self.by, findings="As said.", found_origin="back", more_expected=more
            )

    def read_more(self):
        self.read(more=True)

    def decline(self):
        actions.decline_referral(**self.asked(), what_next="keep_treating", reason="Full")

    def close(self):
        actions.close_declined(**self.asked(), reason="Agreed with the patient")

    def cancel(self):
        if self.state == "cancelled":
            raise actions.WrongStep(self.state)
        actions.cancel_referral(**self.asked(), reason="Moved away")

    def chase(self):
        actions.chase_referral(**self.asked(), channel="phone", outcome="message_left")

    def assign(self):
        actions.assign_referral(**self.asked(), owner=self.random.choice(self.people))

    def tell(self):
        actions.tell_patient(**self.asked(), told_on=timezone.localdate(), how="phone")

    def undo(self):
        actions.undo_step(**self.asked())

    def take(self, to, **columns):
        with transaction.atomic():
            take_step(referral=locked_referral(self.referral), by=self.by, to=to, **columns)

    # What must hold

    def check(self):
        # What a commit would check.
        self.sql("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        row = Referral.objects.get(pk=self.referral.pk)
        assert row.state == self.state
        assert [*row.steps.standing().values_list("to_state", flat=True)] == self.states
        one = Referral.objects.filter(pk=row.pk)
        tiles = [tile for tile, count in one.counts().tiles.items() if count]
        if self.state in OPEN:
            assert tiles == [row.tile]
            assert row.owner_id
            assert row.next_action
            assert row.next_action_on
        else:
            assert not tiles
            assert row.ended_at
            assert row.ended_by_id

    def check_each_queue(self):
        """Asked one by one, the queues agree with their counts."""
        one = Referral.objects.filter(pk=self.referral.pk)
        holding = [tile for tile in Tile if one.in_tile(tile).exists()]
        assert holding == [tile for tile, count in one.counts().tiles.items() if count]

    def try_the_database(self):
        """Whatever the actions refuse, the ORM and plain SQL are refused as well, and more."""
        to = self.random.choice([s for s in State.values if s != self.state])
        rows = Referral.objects.filter(pk=self.referral.pk)
        columns = {"ended_at": timezone.now(), "ended_by": self.people[0], "end_reason": "x"}
        number = self.referral.steps.count() + 1
        tries = [
            lambda: rows.update(state=to, what_next="keep_treating", **columns),
            lambda: self.sql("UPDATE referrals_referral SET state = %s WHERE id = %s", to, self.referral.pk),
            lambda: self.insert_step(number, self.random.choice(["draft", "closed", "nowhere"]), to),
            lambda: self.sql("DELETE FROM referrals_step WHERE referral_id = %s", self.referral.pk),
            lambda: self.sql("DELETE FROM referrals_referral WHERE id = %s", self.referral.pk),
            lambda: self.referral.steps.update(to_state=to),
            lambda: self.referral.steps.filter(number=1).update(
                undone_at=timezone.now(), undone_by=self.people[0]
            ),
        ]
        if self.state in OPEN:
            tries += [lambda: rows.update(owner=None), lambda: rows.update(next_action_on=None)]
        with pytest.raises(DatabaseError):
            self.as_if_committed(self.random.choice(tries))
        self.refused += 1

    def as_if_committed(self, attempt):
        with transaction.atomic():
            attempt()
            self.sql("SET CONSTRAINTS ALL IMMEDIATE")

    def insert_step(self, number, before, to):
        """A step that does not follow: from elsewhere, or to where none leads."""
        if before == self.state:
            before = "nowhere"
        Step.objects.create(
            clinic_id=self.referral.clinic_id,
            referral=self.referral,
            number=number,
            from_state=before,
            to_state=to,
            happened_on=timezone.localdate(),
            recorded_by=self.people[0],
        )

    def sql(self, statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


REFUSALS = (
    actions.WrongStep,
    actions.NothingToUndo,
    actions.NotYet,
    actions.ChangedMeanwhile,
)


def a_letter(referral, by):
    letter = Letter.objects.create(
        clinic_id=referral.clinic_id, referral=referral, content={}, signed_at=timezone.now(), signed_by=by
    )
    pdf = b"%PDF-1.7 of a walk"
    for kind in (LetterFile, PatientCopy):
        kind.objects.create(letter=letter, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest())
    return letter


@pytest.mark.parametrize("seed", range(WALKS))
def test_wherever_a_referral_is_led_somebody_has_it_and_no_other_step_is_possible(seed, specialist, cast):
    lead(seed, specialist, cast)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(WALKS, WALKS + 20))
def test_ten_thousand_steps_leave_no_referral_in_nobodys_hands(seed, specialist, cast):
    lead(seed, specialist, cast)


def lead(seed, specialist, cast):
    """Take five hundred steps at random, and look at the referral after each."""
    walk = Walk(seed, specialist, [cast.alice, cast.bob, cast.dana])
    for number in range(STEPS_EACH):
        walk.step()
        walk.check()
        if number % 10 == 0:
            walk.try_the_database()
            walk.check_each_queue()
        if walk.state not in OPEN and walk.random.random() < 0.5:
            walk.begin()
    assert walk.taken > STEPS_EACH / 2
    assert walk.refused > STEPS_EACH / 5


def test_the_transitions_are_those_of_the_table_above():
    assert {str(state): {str(to) for to in after} for state, after in TRANSITIONS.items()} == LEADS
