"""What reports count of visits is kept by triggers: whatever becomes of a visit, they keep what is so."""

import contextlib
import random
import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases import actions
from cases.models import Case, CountedVisit, Patient, PatientMerge, Screening, Visit
from cases.models.counted import COLUMNS, counted, keep_anew
from cases.screening import load_catalogue
from tests.at_once import at_once
from tests.factories import CaseFactory, PatientFactory, SiteFactory, VisitFactory

STEPS = 80
TRIGGERS = ["by_new_visit", "by_visit", "no_more", "by_screening", "by_case"]
SCREEN = [code for code, sign in load_catalogue().signs.items() if sign.screen]
SIGNS = {
    "nothing": [],
    "root": ["slump_positive", "hip_abduction_weak", "ehl_weak", "low_back_pain", "sensory_loss_l5"],
    "flags": ["unexplained_weight_loss", "acute_foot_drop"],
    "emergency": ["ces_bladder_dysfunction"],
}


class Drifted(Exception):
    """What is kept is not what there should be."""


class Walk:
    """Four cases of two patients, led at random."""

    WEIGHTS = {
        "start": 6, "write": 4, "move": 4, "sign": 8, "sign_before_its_screening": 3,
        "void": 2, "discard": 2, "merge": 2, "part": 2,
    }  # fmt: skip
    REFUSALS = (actions.ChangedMeanwhile, actions.NotADraft)

    def __init__(self, seed, cast, north, time_machine):
        self.random = random.Random(seed)
        self.cast, self.north, self.clock = cast, north, time_machine
        self.clock.move_to(timezone.now())
        self.sites = [None, SiteFactory(clinic=north), SiteFactory(clinic=north)]
        first, second = (PatientFactory(clinic=north, created_by=cast.alice) for _n in range(2))
        self.cases = [CaseFactory(patient=of, lead=cast.alice).pk for of in (first, first, second, second)]
        self.patients = [first.pk, second.pk]
        self.done = dict.fromkeys(self.WEIGHTS, 0)

    def on(self, steps=STEPS):
        """Take so many steps, and look after each."""
        for _n in range(steps):
            self.step()
            self.check()

    def step(self):
        self.clock.shift(timedelta(minutes=self.random.choice([0, 7, 61, 1500])))
        name = self.random.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))[0]
        with contextlib.suppress(*self.REFUSALS, IndexError), transaction.atomic():
            getattr(self, name)()
            self.done[name] += 1

    def any_of(self, rows):
        """Return any row; IndexError where there is none."""
        return self.random.choice(list(rows))

    @property
    def podiatrist(self):
        return self.random.choice([self.cast.alice, self.cast.bob])

    def started(self):
        case = Case.objects.get(pk=self.random.choice(self.cases))
        back = timedelta(days=self.random.choice([0, 1, 40]))
        return actions.start_visit(case=case, by=self.podiatrist, seen_on=timezone.localdate() - back)

    # What is done

    def start(self):
        self.started()

    def write(self):
        actions.save_visit(
            visit=self.any_of(Visit.objects.drafts()), by=self.cast.alice, version=None, plan="x"
        )

    def move(self):
        """Another day, another kind, another place."""
        draft = self.any_of(Visit.objects.drafts())
        Visit.objects.filter(pk=draft.pk).update(
            seen_on=timezone.localdate() - timedelta(days=self.random.choice([0, 2])),
            kind=self.random.choice(["initial", "home"]),
            site=self.random.choice(self.sites),
        )

    def sign(self):
        draft, kind = self.started(), self.random.choice(list(SIGNS))
        answer(draft, self.cast.alice, SIGNS[kind], screened=kind != "emergency")
        Visit.objects.filter(pk=draft.pk).update(back_dating_reason="On paper first")
        agreed = self.random.random() < 0.7
        otherwise = {} if agreed else {"decided_origin": "hip", "decision_reason": "As it moves"}
        actions.sign_visit(visit=draft, by=self.podiatrist, version=None, agreed=agreed, **otherwise)

    def sign_before_its_screening(self):
        """As an import may write it."""
        draft = self.started()
        Visit.objects.filter(pk=draft.pk).update(signed_at=timezone.now(), signed_by=self.cast.bob)
        Screening.objects.create(
            visit=draft,
            catalogue_version="1",
            answers={},
            result=self.random.choice([{}, {"red_flags": [{"rule": "b"}, {"rule": "a"}], "flags": []}]),
            urgency="soon",
            refer=True,
            origin="back",
        )

    def void(self):
        visit = self.any_of(Visit.objects.filter(voided_at__isnull=True))
        actions.void_visit(visit=visit, by=self.cast.alice, reason="Wrong patient")

    def discard(self):
        """Take a draft out of the database, as nobody but its owner can."""
        empty = Visit.objects.drafts().filter(findings=None, emergency_calls=None)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cases_visit WHERE id = %s", [self.any_of(empty).pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def merge(self):
        kept, merged = (Patient.objects.get(pk=pk) for pk in self.patients)
        if PatientMerge.objects.filter(undone_at__isnull=True).exists():
            raise IndexError
        merge(kept, merged, self.cast.alice)

    def part(self):
        merge = self.any_of(PatientMerge.objects.filter(undone_at__isnull=True))
        actions.undo_merge(merge=merge, by=self.cast.alice)

    # What must hold

    def check(self):
        """Raise Drifted unless what is kept is what the visits say, and what the query works out."""
        visits = Visit.objects.filter(voided_at__isnull=True).select_related("case", "screening")
        said = {visit.pk: said_of(visit) | neighbours_of(visit, visits) for visit in visits}
        if {row.pk: told_by(row) for row in CountedVisit.objects.all()} != said or kept() != worked_out():
            raise Drifted


def merge(kept, merged, by):
    seen = actions.mark_of_both(kept, merged)
    return actions.merge_patients(
        kept=kept, merged=merged, by=by, reason="The same person", seen=seen, checked=True
    )


def answer(draft, by, present, *, screened=True):
    """Answer the red-flag screen with no, and these signs with yes; without the screen somebody phoned."""
    answers = {code: [actions.Answer(present=False)] for code in (SCREEN if screened else [])}
    answers |= {code: [actions.Answer(present=True, side="left")] for code in present}
    actions.record_answers(visit=draft, by=by, answers=answers)
    actions.record_emergency_call(visit=draft, by=by, phoned_at=timezone.now(), phoned_to="Dr Lee")


def said_of(visit):
    """Return what a row should say, by the words of the model, from the visit itself."""
    screening = getattr(visit, "screening", None) if visit.is_signed else None
    result = screening.result if screening else {}
    return {
        "clinic_id": visit.clinic_id,
        "case_id": visit.case_id,
        "patient_id": visit.case.patient_id,
        "site_id": visit.site_id,
        "podiatrist_id": visit.signed_by_id or visit.created_by_id,
        "day": visit.seen_on,
        "kind": visit.kind,
        "signed_at": visit.signed_at,
        "minutes_to_sign": (visit.signed_at - visit.created_at) // timedelta(minutes=1)
        if visit.signed_at
        else None,
        "urgency": screening.urgency if screening else "",
        "origin": screening.origin if screening else "",
        "decided_origin": screening.decided_origin if screening else "",
        "refer": screening.refer if screening else None,
        "screen_complete": "screen_incomplete" not in result["flags"] if "flags" in result else None,
        "red_flags": [one["rule"] for one in result.get("red_flags", [])],
        "leading_condition": result["suspected"][0]["code"] if result.get("suspected") else "",
    }


def neighbours_of(visit, visits):
    """Return the days of the visits of the patient before and after one, of those that are not voided."""
    whose = visit.case.patient_id
    theirs = sorted((one.seen_on, one.pk) for one in visits if one.case.patient_id == whose)
    days = [None, *(day for day, _pk in theirs), None]
    place = theirs.index((visit.seen_on, visit.pk)) + 1
    return {"previous_day": days[place - 1], "next_day": days[place + 1]}


def told_by(row):
    return {field.attname: getattr(row, field.attname) for field in CountedVisit._meta.fields[1:]}


def kept():
    return rows(f"SELECT {COLUMNS} FROM cases_countedvisit")  # noqa: S608


def worked_out():
    return rows(counted())


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return sorted(map(repr, cursor.fetchall()))


def without(*triggers):
    """Let the database look away, until the test ends."""
    names = ", ".join(f"'pgtrigger_counted_{name}_%'" for name in triggers)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT tgname FROM pg_trigger WHERE tgname LIKE ANY (ARRAY[{names}])"  # noqa: S608
        )
        found = [name for (name,) in cursor.fetchall()]
        assert len(found) == len(triggers)
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{', '.join(found)}}}"])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_whatever_becomes_of_visits_what_is_kept_is_what_they_say(seed, cast, north, time_machine):
    walk = Walk(seed, cast, north, time_machine)

    walk.on()

    assert all(walk.done.values()), walk.done
    counted_rows = CountedVisit.objects.all()
    assert counted_rows.exclude(red_flags=[]).exists()
    assert counted_rows.filter(screen_complete=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_none_of_the_triggers_can_be_spared(trigger, cast, north, time_machine):
    walk = Walk(1, cast, north, time_machine)

    without(trigger)

    # The row of a draft that is gone is refused by the key that it has.
    with pytest.raises((Drifted, IntegrityError)):
        walk.on(5 * STEPS)


@pytest.mark.django_db
def test_what_was_written_without_the_triggers_can_be_worked_out_anew(cast, north, time_machine):
    walk = Walk(2, cast, north, time_machine)
    without(*TRIGGERS)
    for _n in range(30):
        walk.step()
    assert kept() != worked_out()

    keep_anew()

    walk.check()
    assert kept()


@pytest.mark.django_db
def test_the_migration_counts_the_visits_that_were_there_before_it(cast, north, time_machine):
    Walk(2, cast, north, time_machine).on(30)
    before = kept()
    CountedVisit.objects.all().delete()
    visits = import_module("cases.migrations.0009_counted_visits")
    order = import_module("cases.migrations.0015_visits_in_order_of_each_patient")

    with connection.cursor() as cursor:
        cursor.execute(visits.WORK_OUT)
        cursor.execute(order.PLACE)

    assert kept() == before != []


@pytest.mark.django_db
def test_a_count_is_of_the_clinic_of_its_visit(cast, north, south):
    VisitFactory(case__patient=PatientFactory(clinic=north, created_by=cast.alice))

    with pytest.raises(IntegrityError, match="belongs to another"), transaction.atomic():
        CountedVisit.objects.update(clinic=south)


@pytest.mark.django_db
def test_writing_in_a_draft_leaves_its_row_untouched(cast, north):
    draft = VisitFactory(case__patient=PatientFactory(clinic=north, created_by=cast.alice))
    before = place_of(draft)

    actions.save_visit(visit=draft, by=cast.alice, version=None, history="Worse at night", pain_now=4)
    answer(draft, cast.alice, SIGNS["root"])

    assert place_of(draft) == before


def place_of(visit):
    """Return where the row is: another place for each time it was written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid::text, xmin::text FROM cases_countedvisit WHERE visit_id = %s", [visit.pk]
        )
        return cursor.fetchone()


@pytest.mark.django_db(transaction=True)
def test_a_visit_begun_while_its_patient_is_merged_is_counted_for_the_kept_one(cast, north):
    kept_one, merged = (PatientFactory(clinic=north, created_by=cast.alice) for _n in range(2))
    case = CaseFactory(patient=merged, lead=cast.alice)

    visit, _merge = at_once(
        lambda: a_little_later(lambda: VisitFactory(case=case)),
        lambda: slowly(lambda: merge(kept_one, merged, cast.alice)),
    )

    assert CountedVisit.objects.get() == CountedVisit(visit=visit)
    assert CountedVisit.objects.get().patient_id == kept_one.pk


@pytest.mark.django_db(transaction=True)
def test_a_merge_that_begins_while_a_visit_is_begun_waits_for_it(cast, north):
    kept_one, merged = (PatientFactory(clinic=north, created_by=cast.alice) for _n in range(2))
    case = CaseFactory(patient=merged, lead=cast.alice)

    def begin():
        """As the site does: the case is held before anything is written."""
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")
            return VisitFactory(case=case)

    visit, _merge = at_once(begin, lambda: a_little_later(lambda: merge(kept_one, merged, cast.alice)))

    assert CountedVisit.objects.get(pk=visit.pk).patient_id == kept_one.pk


@pytest.mark.django_db(transaction=True)
def test_two_visits_of_two_cases_that_are_begun_at_once_see_each_other(cast, north):
    patient = PatientFactory(clinic=north, created_by=cast.alice)
    ankle, heel = (CaseFactory(patient=patient, lead=cast.alice) for _n in range(2))
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)

    first, second = at_once(
        lambda: slowly(lambda: VisitFactory(case=ankle, seen_on=yesterday)),
        lambda: a_little_later(lambda: slowly(lambda: VisitFactory(case=heel, seen_on=today))),
    )

    days = CountedVisit.objects.values_list("pk", "previous_day", "next_day")
    assert set(days) == {(first.pk, None, today), (second.pk, yesterday, None)}


def a_little_later(call):
    time.sleep(0.15)
    return call()


def slowly(call):
    """Do it, and let go only when the other has begun as well."""
    with transaction.atomic():
        done = call()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.5)")
        return done
