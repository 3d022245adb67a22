"""What specialists judged is kept by triggers: whatever becomes of replies, they keep what is so."""

import contextlib
import random
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases import actions as case_actions
from cases.models import CountedVisit, Screening, Visit
from referrals import actions
from referrals.models import JudgedVisit, Referral, Reply
from referrals.models.judged import COLUMNS, judged, keep_anew
from tests.at_once import at_once
from tests.factories import CaseFactory, FindingFactory, PatientFactory, ReferralFactory, SpecialistFactory
from tests.factories import VisitFactory as Visits

STEPS = 60
TRIGGERS = ["by_reply", "by_referral", "by_count", "no_more"]


class Drifted(Exception):
    """What is kept is not what there should be."""


class Walk:
    """Two cases, led at random."""

    WEIGHTS = {
        "sign": 3,
        "refer": 5,
        "reply": 8,
        "read": 8,
        "void_reply": 3,
        "void": 1,
        "move": 2,
        "write": 3,
    }
    REFUSALS = (actions.ReplyIsVoided, actions.AlreadyRead, actions.NotSent)

    def __init__(self, seed, cast, north, time_machine):
        self.random = random.Random(seed)
        self.cast, self.clock = cast, time_machine
        self.clock.move_to(timezone.now())
        self.specialist = SpecialistFactory(clinic=north)
        patient = PatientFactory(clinic=north, created_by=cast.alice)
        self.cases = [CaseFactory(patient=patient, lead=cast.alice) for _n in range(2)]
        self.done = dict.fromkeys(self.WEIGHTS, 0)

    def on(self, steps=STEPS):
        for _n in range(steps):
            self.step()
            self.check()

    def step(self):
        self.clock.shift(timedelta(minutes=self.random.choice([0, 5, 1500])))
        name = self.random.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))[0]
        with contextlib.suppress(*self.REFUSALS, IndexError), transaction.atomic():
            getattr(self, name)()
            self.done[name] += 1

    def any_of(self, rows):
        return self.random.choice(list(rows))

    # What is done

    def sign(self):
        origin = self.random.choice(["back", "hip", "systemic", ""])
        signed(self.any_of(self.cases), origin, after=self.random.random() < 0.5)

    def refer(self):
        referral_of(self.any_of(Visit.objects.signed()), self.cast.alice, self.specialist)

    def reply(self):
        record(self.any_of(Referral.objects.all()), self.cast.alice)

    def read(self):
        reply = self.any_of(Reply.objects.filter(read_at__isnull=True, voided_at__isnull=True))
        found = self.random.choice(["back", "hip", "not_found", "other"])
        read(reply, self.cast.alice, found, confirmed=self.random.choice([None, None, True]))

    def void_reply(self):
        reply = self.any_of(Reply.objects.filter(voided_at__isnull=True))
        actions.void_reply(reply=reply, by=self.cast.alice, reason="Another patient’s")

    def void(self):
        visit = self.any_of(Visit.objects.signed())
        case_actions.void_visit(visit=visit, by=self.cast.alice, reason="Entered twice")

    def move(self):
        """Put a referral under another visit of its case, as nobody but a repair can."""
        referral = self.any_of(Referral.objects.all())
        Referral.objects.filter(pk=referral.pk).update(visit=self.any_of(referral.case.visits.signed()))

    def write(self):
        """Count a visit anew without any other reason."""
        row = self.any_of(CountedVisit.objects.exclude(urgency=""))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cases_countedvisit WHERE visit_id = %s", [row.pk])
            self.check()
        row.save(force_insert=True)

    # What must hold

    def check(self):
        """Raise Drifted unless what is kept is what the replies say, and what the query works out."""
        rows = CountedVisit.objects.exclude(urgency="").values_list("visit", "origin", "decided_origin")
        said = {
            pk: (origin, decided, *settled)
            for pk, origin, decided in rows
            if (settled := settled_of(Visit.objects.get(pk=pk)))
        }
        told = {
            row.pk: (row.origin, row.decided_origin, row.found_origin, row.confirmed, row.read_at, row.signs)
            for row in JudgedVisit.objects.all()
        }
        if told != said or kept() != worked_out():
            raise Drifted


def settled_of(visit):
    """Return what the reply says that settles it, by the words of `referrals.models.judged`."""
    replies = Reply.objects.filter(referral__visit=visit, read_at__isnull=False, voided_at__isnull=True)
    best = max(replies, key=lambda one: (one.confirmed is not None, one.read_at), default=None)
    if best is None:
        return ()
    signs = sorted({one.sign for one in visit.findings.filter(present=True)})
    return best.found_origin, best.confirmed, best.read_at, signs


def signed(case, origin, *, after=False, **told):
    """Return a visit that suspected this; its screening was written before or after the signature."""
    visit = Visits(case=case)
    FindingFactory(visit=visit)
    FindingFactory(visit=visit, sign="slump_positive", side="left")
    FindingFactory(visit=visit, sign="slump_positive", side="right")
    FindingFactory(visit=visit, sign="low_back_pain", present=False)
    signature = {"signed_at": timezone.now(), "signed_by": visit.created_by}
    if after:
        Visit.objects.filter(pk=visit.pk).update(**signature)
    Screening.objects.create(
        **{"visit": visit, "catalogue_version": "2026.12.0", "answers": {}, "result": {}, "urgency": "soon"}
        | {"origin": origin, "decided_origin": origin, "refer": True}
        | told
    )
    Visit.objects.filter(pk=visit.pk, signed_at=None).update(**signature)
    visit.refresh_from_db()
    return visit


def referral_of(visit, by, specialist):
    now = timezone.now()
    return ReferralFactory(
        visit=visit, state="sent", specialist=specialist, signed_at=now, signed_by=by, sent_at=now, sent_by=by
    )


def record(referral, by):
    return actions.record_reply(
        referral=referral, by=by, received_on=timezone.localdate(), written_by="Dr Shah", text="Read me."
    )


def read(reply, by, found, **said):
    return actions.read_reply(reply=reply, by=by, findings="As said.", found_origin=found, **said)


def kept():
    return rows(f"SELECT {COLUMNS} FROM referrals_judgedvisit")  # noqa: S608


def worked_out():
    return rows(judged())


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return sorted(map(repr, cursor.fetchall()))


def without(*triggers):
    """Let the database look away, until the test ends."""
    names = ", ".join(f"'pgtrigger_judged_{name}_%'" for name in triggers)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT tgname FROM pg_trigger WHERE tgname LIKE ANY (ARRAY[{names}])"  # noqa: S608
        )
        found = [name for (name,) in cursor.fetchall()]
        assert len(found) == len(triggers)
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{', '.join(found)}}}"])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_whatever_becomes_of_replies_what_is_kept_is_what_they_say(seed, cast, north, time_machine):
    walk = Walk(seed, cast, north, time_machine)

    walk.on(2 * STEPS)

    assert all(walk.done.values()), walk.done
    assert JudgedVisit.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_none_of_the_triggers_can_be_spared(trigger, cast, north, time_machine):
    walk = Walk(1, cast, north, time_machine)

    without(trigger)

    with pytest.raises(Drifted):
        walk.on(10 * STEPS)


@pytest.mark.django_db
def test_what_was_written_without_the_triggers_can_be_worked_out_anew(cast, north, time_machine):
    walk = Walk(2, cast, north, time_machine)
    walk.on(20)
    without("by_reply")
    for _n in range(STEPS):
        walk.step()
    assert kept() != worked_out()

    keep_anew()

    assert kept() == worked_out() != []


@pytest.mark.django_db
def test_the_migration_works_out_what_was_judged_before_it(cast, north, time_machine):
    Walk(1, cast, north, time_machine).on(2 * STEPS)
    before = kept()
    JudgedVisit.objects.all().delete()
    migration = import_module("referrals.migrations.0014_suspicions_judged")

    with connection.cursor() as cursor:
        cursor.execute(migration.WORK_OUT)

    assert kept() == before != []


@pytest.mark.django_db(transaction=True)
def test_of_two_replies_read_at_once_the_one_that_settles_it_counts(cast, north):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=cast.alice), lead=cast.alice)
    specialist = SpecialistFactory(clinic=north)
    with transaction.atomic():
        visit = signed(case, "back")
        both = [record(referral_of(visit, cast.alice, specialist), cast.alice) for _n in range(2)]

    at_once(
        *[
            lambda reply=reply, found=found: read_slowly(reply, cast.alice, found)
            for reply, found in zip(both, ["back", "not_found"], strict=True)
        ]
    )

    assert (JudgedVisit.objects.get().found_origin, JudgedVisit.objects.get().confirmed) == ("back", True)


def read_slowly(reply, by, found):
    with transaction.atomic():
        read(reply, by, found)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
