"""What waits for a decision is kept by triggers: however a case is led, they keep what the words say."""

import contextlib
import random
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases import actions as case_actions
from cases.models import Case, Patient, PatientMerge, Screening, Visit
from referrals import actions
from referrals.actions.steps import locked_referral, take_step
from referrals.models import NotReferring, Referral, Undecided
from referrals.models.undecided import COLUMNS, waiting
from referrals.undecided import asks_for_a_decision, keep_anew, undecided_of
from referrals.workflow import State
from tests.factories import CaseFactory, PatientFactory, ReferralFactory, SpecialistFactory, VisitFactory
from tests.referrals.test_state_machine import a_letter
from tests.referrals.test_two_at_once import at_once

STEPS = 120
TRIGGERS = ["by_visit", "by_screening", "by_case", "by_new_referral", "by_referral", "by_decision"]


class Drifted(Exception):
    """What is kept is not what there should be."""


class Walk:
    """Three cases of two patients, led at random."""

    def __init__(self, seed, cast, north, time_machine):
        self.random = random.Random(seed)
        self.cast, self.north, self.clock = cast, north, time_machine
        self.clock.move_to(timezone.now())
        self.specialist = SpecialistFactory(clinic=north)
        first, second = (PatientFactory(clinic=north, created_by=cast.alice) for _n in range(2))
        self.cases = [CaseFactory(patient=of, lead=cast.alice).pk for of in (first, first, second)]
        self.patients = [first.pk, second.pk]
        self.waited = 0
        self.done = dict.fromkeys(self.WEIGHTS, 0)

    WEIGHTS = {
        "sign": 6, "void": 2, "refer": 4, "go_on": 4, "cancel": 7, "undo": 7, "refuse": 2,
        "close": 3, "reopen": 3, "hand_over": 3, "merge": 2, "part": 2,
    }  # fmt: skip
    REFUSALS = (
        *(actions.WrongStep, actions.NothingToUndo, actions.NotSigned, actions.AlreadyReferred),
        *(case_actions.CaseIsClosed, actions.ChangedMeanwhile),
    )

    def on(self, steps=STEPS):
        """Take so many steps, and look after each."""
        for _n in range(steps):
            self.step()
            self.check()

    def step(self):
        self.clock.shift(timedelta(hours=self.random.choice([0, 0, 0, 1, 30])))
        name = self.random.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))[0]
        with contextlib.suppress(*self.REFUSALS, IndexError), transaction.atomic():
            getattr(self, name)()
            self.done[name] += 1

    def any_of(self, rows):
        """Return any row; IndexError where there is none."""
        return self.random.choice(list(rows))

    @property
    def case(self):
        return Case.objects.get(pk=self.random.choice(self.cases))

    # What is done

    def sign(self):
        """Sign a visit, often one of an earlier day; the screening is written before or after."""
        case = self.case
        back = timedelta(days=self.random.choice([0, 0, 1, 3, 10]))
        visit = VisitFactory(case=case, created_by=case.lead, seen_on=timezone.localdate() - back)
        signature = {"signed_at": timezone.now(), "signed_by": case.lead}
        before = self.random.random() < 0.5
        if not before:
            Visit.objects.filter(pk=visit.pk).update(**signature)
        Screening.objects.create(
            visit=visit,
            catalogue_version="1",
            answers={},
            result={},
            urgency=self.random.choice(["emergency", "soon"]),
            refer=self.random.random() < 0.6,
            decided_origin=self.random.choice(["", "foot", "back"]),
        )
        if before:
            Visit.objects.filter(pk=visit.pk).update(**signature)

    def void(self):
        visit = self.any_of(Visit.objects.signed())
        case_actions.void_visit(visit=visit, by=self.cast.alice, reason="Wrong patient")

    def refer(self):
        visit = self.any_of(Visit.objects.signed().exclude(referrals__state=State.DRAFT))
        for decision in visit.not_referrings.filter(withdrawn_at__isnull=True):
            NotReferring.objects.filter(pk=decision.pk).update(
                withdrawn_at=timezone.now(), withdrawn_by=self.cast.alice
            )
        ReferralFactory(visit=visit, specialist=self.specialist)

    def go_on(self):
        """Take a referral one step towards its end."""
        referral = self.any_of(Referral.objects.open())
        asked = {"referral": referral, "by": self.cast.alice}
        if referral.state == State.DRAFT:
            at = timezone.now()
            who = self.cast.alice
            take_step(referral=locked_referral(referral), by=who, to="signed", signed_at=at, signed_by=who)
            a_letter(referral, who)
        elif referral.state == State.SIGNED:
            today = timezone.localdate()
            actions.mark_sent(**asked, channel="by_hand", recipient="Dr Shah", sent_on=today)
        elif referral.state == State.SENT:
            actions.decline_referral(
                **asked, version=referral.version, what_next="keep_treating", reason="Full"
            )
        else:
            actions.close_declined(**asked, version=referral.version, reason="Agreed with the patient")

    def cancel(self):
        referral = self.any_of(Referral.objects.open())
        actions.cancel_referral(
            referral=referral, by=self.cast.alice, version=referral.version, reason="Moved away"
        )

    def undo(self):
        lately = timezone.now() - timedelta(minutes=9)
        referral = self.any_of(
            Referral.objects.exclude(state=State.DRAFT).filter(steps__recorded_at__gt=lately)
        )
        actions.undo_step(referral=referral, by=self.cast.alice, version=referral.version)

    def refuse(self):
        visit = self.any_of(Visit.objects.signed())
        actions.decide_not_to_refer(visit=visit, by=self.cast.alice, reason="Improving")

    def close(self):
        case_actions.discharge_case(case=self.case, by=self.cast.alice, outcome="improved")

    def reopen(self):
        case_actions.reopen_case(case=self.case, by=self.cast.alice, reason="It came back")

    def hand_over(self):
        case = self.case
        to = self.cast.alice if case.lead == self.cast.bob else self.cast.bob
        case_actions.update_case(case=case, by=self.cast.alice, lead=to)

    def merge(self):
        kept, merged = (Patient.objects.get(pk=pk) for pk in self.patients)
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

    # What must hold

    def check(self):
        """Raise Drifted unless what is kept is what the words say, and the lists show that."""
        said = {case.pk: visit.pk for case in Case.objects.all() if (visit := waits(case))}
        self.waited += bool(said)
        if dict(Undecided.objects.values_list("case", "visit")) != said or kept() != worked_out():
            raise Drifted
        for lead in (self.cast.alice, self.cast.bob):
            mine = {pk for case, pk in said.items() if Case.objects.filter(pk=case, lead=lead, status="open")}
            if {visit.pk for visit in undecided_of(self.north, lead, 10)} != mine:
                raise Drifted


def waits(case):
    """Return the newest visit that waits, by the words of `referrals.undecided`, one row after the other."""
    referrals = [one for one in case.referrals.all() if one.state != State.CANCELLED]
    decisions = NotReferring.objects.filter(visit__case=case, withdrawn_at__isnull=True)
    standing = decisions.filter(visit__voided_at__isnull=True).select_related("visit")
    decided = [one.visit.seen_on for one in standing]
    for visit in case.visits.signed().select_related("screening").order_by("-seen_on", "-created_at"):
        answered = any(
            one.visit_id == visit.pk or one.created_at >= visit.signed_at or one.is_open for one in referrals
        )
        if asks_for_a_decision(visit) and not answered and not any(day >= visit.seen_on for day in decided):
            return visit
    return None


def kept():
    return rows(f"SELECT {COLUMNS} FROM referrals_undecided")  # noqa: S608


def worked_out():
    return rows(waiting())


def without(*triggers):
    """Let the database look away, until the test ends."""
    names = ", ".join(f"'pgtrigger_undecided_{name}_%'" for name in triggers)
    found = rows(f"SELECT DISTINCT tgname FROM pg_trigger WHERE tgname LIKE ANY (ARRAY[{names}])")  # noqa: S608
    assert len(found) == len(triggers)
    with connection.cursor() as cursor:
        names = ", ".join(name for (name,) in found)
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{names}}}"])


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return set(cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_wherever_cases_are_led_what_is_kept_is_what_the_words_say(seed, cast, north, time_machine):
    walk = Walk(seed, cast, north, time_machine)

    walk.on()

    assert all(walk.done.values()), walk.done
    assert STEPS / 5 < walk.waited < STEPS


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
    assert kept()


@pytest.mark.django_db
def test_the_migration_works_out_what_waited_before_it(cast, north, time_machine):
    Walk(2, cast, north, time_machine).on(40)
    before = kept()
    Undecided.objects.all().delete()
    migration = import_module("referrals.migrations.0008_suspicions_kept")

    with connection.cursor() as cursor:
        cursor.execute(migration.WORK_OUT)

    assert kept() == before != set()


@pytest.mark.django_db
def test_a_visit_written_up_after_the_referral_of_a_later_one_ended_waits(cast, north, time_machine):
    walk = Walk(0, cast, north, time_machine)
    assert undecided_of(north, cast.alice, 10) == []
    case, today = walk.case, timezone.localdate()
    newer = VisitFactory(case=case, seen_on=today)
    signed(newer)
    referral = ReferralFactory(visit=newer, specialist=walk.specialist)
    while referral.is_open:
        walk.go_on()
        referral.refresh_from_db()
    time_machine.shift(timedelta(hours=1))

    older = VisitFactory(case=case, seen_on=today - timedelta(days=3))
    signed(older)

    assert undecided_of(north, cast.alice, 10) == [older]


@pytest.mark.django_db(transaction=True)
def test_two_referrals_cancelled_at_once_leave_the_visit_undecided(cast, north):
    visit = VisitFactory(case__patient=PatientFactory(clinic=north, created_by=cast.alice))
    signed(visit)
    with transaction.atomic():
        both = [ReferralFactory(visit=visit, destination=to) for to in ("msk_triage", "neurology")]
    assert not Undecided.objects.exists()

    at_once(*[lambda one=one: cancelled_slowly(one, cast.alice) for one in both])

    assert Undecided.objects.get().visit == visit


def signed(visit):
    Screening.objects.create(
        visit=visit, catalogue_version="1", answers={}, result={}, urgency="soon", refer=True
    )
    Visit.objects.filter(pk=visit.pk).update(signed_at=timezone.now(), signed_by=visit.created_by)


def cancelled_slowly(referral, by):
    """Cancel, and let go only when the other has begun as well."""
    with transaction.atomic():
        actions.cancel_referral(referral=referral, by=by, version=referral.version, reason="Moved away")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
