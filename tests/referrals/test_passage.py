"""How far each referral came is kept by triggers: wherever one is led, they keep what its steps say."""

import contextlib
import random
from datetime import timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases import actions as case_actions
from cases.models import Patient, PatientMerge, Visit
from clinic.models import Clinic
from referrals import actions
from referrals.models import Passage, Referral, Reply
from referrals.models.passage import _NAMES, keep_anew, passed
from tests.factories import (
    CaseFactory,
    PatientFactory,
    ReferralFactory,
    SiteFactory,
    SpecialistFactory,
    VisitFactory,
)
from tests.referrals.test_state_machine import REFUSALS
from tests.referrals.test_state_machine import Walk as WalkOfOne
from tests.referrals.test_two_at_once import at_once

STEPS = 150
TRIGGERS = ["by_step", "by_referral", "by_escalation", "by_reply", "by_visit", "by_case", "by_clinic"]
FIRST = {
    "drafted_on": "draft",
    "signed_on": "signed",
    "sent_on": "sent",
    "acknowledged_on": "acknowledged",
    "booked_on": "booked",
    "seen_on": "seen",
    "replied_on": "replied",
    "declined_on": "declined",
}


class Drifted(Exception):
    """What is kept is not what there should be."""


class Walk:
    """Referrals of two patients' cases, led at random: by their steps, and by all that is around them."""

    WEIGHTS = {
        "begin": 2, "lead": 24, "undo": 5, "send_elsewhere": 2, "mean_for": 2, "escalate": 2,
        "read_late": 4, "void_reply": 4, "write_up": 2, "merge": 2, "part": 2, "move_clock": 1,
    }  # fmt: skip
    REFUSED = (
        *REFUSALS,
        *(actions.NotSigned, actions.AlreadyRead, actions.ReplyIsVoided, actions.NotSent),
        actions.ReasonNeeded,
        IndexError,
    )

    def __init__(self, seed, cast, north, time_machine):
        self.random = random.Random(seed)
        self.cast, self.north, self.clock = cast, north, time_machine
        self.clock.move_to(timezone.now())
        self.zones = ["Europe/London", "Australia/Sydney", "America/Los_Angeles"]
        self.specialists = [SpecialistFactory(clinic=north) for _n in range(2)]
        self.sites = [None, SiteFactory(clinic=north)]
        self.patients = [PatientFactory(clinic=north, created_by=cast.alice) for _n in range(2)]
        self.cases = [CaseFactory(patient=patient, lead=cast.alice) for patient in self.patients]
        self.walks = []
        self.done = dict.fromkeys(self.WEIGHTS, 0)
        self.begin()

    def on(self, steps=STEPS):
        """Take so many steps, and look after each."""
        for _n in range(steps):
            self.step()
            self.check()

    def step(self):
        self.clock.shift(timedelta(hours=self.random.choice([0] * 9 + [7, 30])))
        name = self.random.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))[0]
        with contextlib.suppress(*self.REFUSED), transaction.atomic():
            getattr(self, name)()
            self.done[name] += 1

    def any_of(self, rows):
        """Return any row; IndexError where there is none."""
        return self.random.choice(list(rows))

    # What is done

    def begin(self):
        """Begin a referral, which the walk of one referral leads from then on."""
        back = timedelta(days=self.random.choice([0, 1, 9]))
        case = self.random.choice(self.cases)
        visit = VisitFactory(
            case=case, created_by=self.cast.alice, seen_on=timezone.localdate() - back, site=self.sites[1]
        )
        self.sign_visit(visit)
        walk = WalkOfOne.__new__(WalkOfOne)
        walk.random, walk.people = self.random, [self.cast.alice, self.cast.bob]
        walk.specialist, walk.letter, walk.states = self.specialists[0], None, ["draft"]
        walk.referral = ReferralFactory(
            visit=visit, specialist=walk.specialist, urgency=self.random.choice(["urgent", "soon"])
        )
        self.walks.append(walk)

    def sign_visit(self, visit):
        Visit.objects.filter(pk=visit.pk).update(signed_at=timezone.now(), signed_by=visit.created_by)

    def lead(self):
        """Take any step that is allowed."""
        still_open = set(Referral.objects.open().values_list("pk", flat=True))
        if not (walks := [walk for walk in self.walks if walk.referral.pk in still_open]):
            return self.begin()
        walk = self.any_of(walks[-3:])
        walk.states = list(walk.referral.steps.standing().values_list("to_state", flat=True))
        names = 3 * ["sign", "send", "acknowledge", "book", "see", "miss", "reply", "read", "read_more"]
        names += ["decline", "close", "cancel", "correct"]
        return getattr(walk, self.any_of(name for name in names if walk.may(name)))()

    def undo(self):
        """Take a step of the last minutes back."""
        lately = timezone.now() - timedelta(minutes=9)
        taken = Referral.objects.filter(steps__recorded_at__gt=lately, steps__number__gt=2).values("pk")
        self.any_of([walk for walk in self.walks if taken.filter(pk=walk.referral.pk)]).undo()

    def send_elsewhere(self):
        """Another specialist of another kind, and another urgency."""
        referral = self.any_of(Referral.objects.all())
        Referral.objects.filter(pk=referral.pk).update(
            specialist=self.random.choice(self.specialists),
            destination=self.random.choice(["neurology", "msk_triage", "vascular"]),
            urgency=self.random.choice(["urgent", "soon", "routine"]),
        )

    def mean_for(self):
        target = timezone.localdate() + timedelta(days=self.random.randint(1, 40))
        rows = Referral.objects.filter(pk=self.any_of(Referral.objects.all()).pk)
        rows.update(target_on=self.random.choice([None, target]))

    def escalate(self):
        referral = self.any_of(Referral.objects.open())
        Referral.objects.filter(pk=referral.pk).update(escalated_at=timezone.now())

    def read_late(self):
        """Read a reply that came after the end."""
        ended = self.any_of(Referral.objects.filter(ended_at__isnull=False, sent_at__isnull=False))
        reply = actions.record_reply(
            referral=ended,
            by=self.cast.alice,
            received_on=timezone.localdate(),
            written_by="Dr Shah",
            text="Late.",
        )
        actions.read_reply(reply=reply, by=self.cast.alice, findings="As said.", found_origin="back")

    def void_reply(self):
        reply = self.any_of(Reply.objects.filter(voided_at__isnull=True))
        actions.void_reply(reply=reply, by=self.cast.alice, reason="Of another patient")

    def write_up(self):
        """A visit gets its referral before it is signed, and its day, place and author change until then."""
        visit = VisitFactory(case=self.random.choice(self.cases), created_by=self.cast.alice)
        ReferralFactory(visit=visit, specialist=self.specialists[0])
        rows = Visit.objects.filter(pk=visit.pk)
        rows.update(seen_on=visit.seen_on - timedelta(days=self.random.choice([0, 3])))
        rows.update(site=self.random.choice(self.sites))
        rows.update(signed_at=timezone.now(), signed_by=self.cast.bob)

    def merge(self):
        kept, merged = (Patient.objects.get(pk=patient.pk) for patient in self.patients)
        if PatientMerge.objects.filter(undone_at__isnull=True).exists():
            raise IndexError
        case_actions.merge_patients(
            kept=kept,
            merged=merged,
            by=self.cast.alice,
            reason="The same person",
            seen=case_actions.mark_of_both(kept, merged),
            checked=True,
        )

    def part(self):
        merge = self.any_of(PatientMerge.objects.filter(undone_at__isnull=True))
        case_actions.undo_merge(merge=merge, by=self.cast.alice)

    def move_clock(self):
        """The clinic goes by another clock, on which it is another day perhaps."""
        zone = self.random.choice(self.zones)
        Clinic.objects.filter(pk=self.north.pk).update(time_zone=zone)
        timezone.activate(ZoneInfo(zone))
        # No day comes twice.
        self.clock.shift(timedelta(hours=20))

    # What must hold

    def check(self):
        """Raise Drifted unless what is kept is what the words say, one referral after the other."""
        zone = ZoneInfo(Clinic.objects.get(pk=self.north.pk).time_zone)
        everything = Referral.objects.select_related("visit", "case").prefetch_related(
            "steps", "replies", "events"
        )
        told = {referral.pk: as_told(referral, zone) for referral in everything}
        rows = {row.pk: {name: getattr(row, name) for name in told[row.pk]} for row in Passage.objects.all()}
        if rows != told or kept() != worked_out():
            raise Drifted


def as_told(referral, zone):
    """Return what the passage of a referral is, by the words of its model, in plain Python."""
    steps = [step for step in referral.steps.all() if step.undone_at is None]
    first = {
        name: next((s.happened_on for s in steps if s.to_state == to), None) for name, to in FIRST.items()
    }
    ended = steps[-1] if steps[-1].to_state in ("closed", "cancelled") else None
    answers = [a for a in referral.replies.all() if a.read_at and not a.voided_at and not a.more_expected]
    read = min((a.read_at.astimezone(zone).date() for a in answers), default=None)
    escalated = [e.escalated_at for e in referral.events.all() if e.escalated_at]
    visit = referral.visit
    return first | {
        "case_id": referral.case_id,
        "clinic_id": referral.clinic_id,
        "visit_id": visit.pk,
        "patient_id": referral.case.patient_id,
        "site_id": visit.site_id,
        "podiatrist_id": visit.signed_by_id or visit.created_by_id,
        "specialist_id": referral.specialist_id,
        "urgency": referral.urgency,
        "destination": referral.destination,
        "suspected_on": visit.seen_on,
        "target_on": referral.target_on,
        "state": referral.state,
        "did_not_attend": sum(step.to_state == "did_not_attend" for step in steps),
        "states": [step.to_state for step in steps],
        "days": [step.happened_on for step in steps],
        "ended_on": ended and ended.happened_on,
        "ended_state": ended.to_state if ended else "",
        "read_on": read if referral.state == "closed" else None,
        "escalated_on": min(escalated).astimezone(zone).date() if escalated else None,
    }


def kept():
    return rows(f"SELECT {_NAMES} FROM referrals_passage ORDER BY referral_id")  # noqa: S608


def worked_out():
    return rows(f"{passed()} ORDER BY r.id")


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def without(*triggers):
    """Let the database look away, until the test ends."""
    names = ", ".join(f"'pgtrigger_passage_{name}_%'" for name in triggers)
    found = rows(f"SELECT DISTINCT tgname FROM pg_trigger WHERE tgname LIKE ANY (ARRAY[{names}])")  # noqa: S608
    assert len(found) == len(triggers)
    with connection.cursor() as cursor:
        names = ", ".join(name for (name,) in found)
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{names}}}"])


@pytest.fixture(autouse=True)
def _usual_clock():
    yield
    timezone.deactivate()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_wherever_referrals_are_led_what_is_kept_is_what_their_steps_say(seed, cast, north, time_machine):
    walk = Walk(seed, cast, north, time_machine)

    walk.on()

    assert all(walk.done.values()), walk.done
    assert Passage.objects.filter(read_on__isnull=False).exists()
    assert Passage.objects.filter(escalated_on__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_none_of_the_triggers_can_be_spared(trigger, cast, north, time_machine):
    walk = Walk(1, cast, north, time_machine)

    without(trigger)

    with pytest.raises(Drifted):
        walk.on(5 * STEPS)


@pytest.mark.django_db
def test_what_was_written_without_the_triggers_can_be_worked_out_anew(cast, north, time_machine):
    walk = Walk(2, cast, north, time_machine)
    without(*TRIGGERS)
    for _n in range(40):
        walk.step()
    assert kept() != worked_out()

    keep_anew()

    walk.check()


@pytest.mark.django_db
def test_the_migration_works_out_how_far_those_before_it_came(cast, north, time_machine):
    Walk(2, cast, north, time_machine).on(40)
    before = kept()
    Passage.objects.all().delete()
    migration = import_module("referrals.migrations.0011_passages_kept")

    with connection.cursor() as cursor:
        cursor.execute(migration.WORK_OUT)

    assert kept() == before != []


@pytest.mark.django_db
def test_on_any_day_a_referral_was_in_the_state_of_its_last_step_until_then(cast, north, time_machine):
    Walk(3, cast, north, time_machine).on(80)
    today = timezone.localdate()
    days = [today - timedelta(days=ago) for ago in range(120)]

    found = rows(
        f"""SELECT referral_id, day::date, states[width_bucket(day::date, days)]
        FROM referrals_passage, generate_series('{days[-1]}'::date, '{today}', '1 day') day"""  # noqa: S608
    )

    for pk, day, state in found:
        steps = Referral.objects.get(pk=pk).steps.standing().filter(happened_on__lte=day)
        last = steps.order_by("number").last()
        assert state == (last and last.to_state)


@pytest.mark.django_db(transaction=True)
def test_a_step_and_a_merge_at_once_leave_the_referral_with_the_right_patient(cast, north):
    kept_patient, merged = (PatientFactory(clinic=north, created_by=cast.alice) for _n in range(2))
    visit = VisitFactory(case__patient=merged)
    with transaction.atomic():
        referral = ReferralFactory(visit=visit)

    at_once(lambda: merged_slowly(visit.case, kept_patient), lambda: cancelled_slowly(referral, cast.alice))

    row = Passage.objects.get()
    assert (row.patient, row.state) == (kept_patient, "cancelled")


def merged_slowly(case, patient):
    with transaction.atomic():
        type(case).objects.filter(pk=case.pk).update(patient=patient)
        slept()


def cancelled_slowly(referral, by):
    with transaction.atomic():
        actions.cancel_referral(referral=referral, by=by, version=referral.version, reason="Moved away")
        slept()


def slept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3)")
