"""What reports count of treatments is kept by triggers: however cases are led, it is what courses say."""

import contextlib
import random
from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases import actions
from cases.choices import CaseStatus, StopReason
from cases.counted_treatments import keep_anew
from cases.courses import courses_in
from cases.models import Case, CountedTreatment, OutcomeScore, Screening, Treatment, TreatmentReview, Visit
from cases.models.counted_treatment import COLUMNS, counted
from cases.outcomes import scale_of
from cases.outcomes.verdicts import verdict
from tests.factories import (
    ActivityFactory,
    CaseFactory,
    OutcomeScoreFactory,
    PatientFactory,
    SiteFactory,
    TreatmentFactory,
    VisitFactory,
)

STEPS = 160
TRIGGERS = ["by_treatment", "by_review", "by_visit", "by_screening", "by_case"]


class Drifted(Exception):
    """What is kept is not what there should be."""


class Walk:
    """Two cases with what is prescribed, asked, scored, stopped and voided in them at random."""

    WEIGHTS = {
        "visit": 9, "sign": 6, "ask": 9, "ask_between": 4, "forget": 5, "stop": 3, "resume": 4, "move": 3,
        "void": 1, "close": 2, "reopen": 8,
    }  # fmt: skip
    REFUSALS = (
        *(actions.AlreadyStopped, actions.NotSigned, actions.VisitIsVoided, actions.TooLateToResume),
        *(actions.NotADraft, actions.CaseIsClosed),
    )

    def __init__(self, seed, cast, north, time_machine):
        self.random = random.Random(seed)
        self.cast, self.clock = cast, time_machine
        self.clock.move_to(timezone.now() - timedelta(days=400))
        patient = PatientFactory(clinic=north, created_by=cast.alice)
        self.cases = [CaseFactory(patient=patient, lead=cast.alice) for _n in range(2)]
        self.activities = {case.pk: [ActivityFactory(case=case) for _n in range(3)] for case in self.cases}
        self.sites = [None, SiteFactory(clinic=north)]
        self.done = dict.fromkeys(self.WEIGHTS, 0)
        self.judged = set()

    def on(self, steps=STEPS):
        """Take so many steps, and look after each."""
        for _n in range(steps):
            self.step()
            self.check()

    def step(self):
        self.clock.shift(timedelta(days=self.random.choice([0, 0, 1, 6])))
        name = self.random.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))[0]
        with contextlib.suppress(*self.REFUSALS, IndexError), transaction.atomic():
            getattr(self, name)()
            self.done[name] += 1

    def any_of(self, rows):
        """Return any row; IndexError where there is none."""
        return self.random.choice(list(rows))

    def visit(self):
        """Begin a visit, perhaps of an earlier day, with treatments that may be those of before."""
        case = Case.objects.get(pk=self.any_of(self.cases).pk)
        if case.status == CaseStatus.CLOSED or case.visits.drafts().exists():
            raise IndexError
        seen_on = timezone.localdate() - timedelta(days=self.random.choice([0, 0, 0, 9]))
        visit = VisitFactory(case=case, seen_on=seen_on, site=self.any_of(self.sites))
        for _n in range(self.random.choice([0, 1, 2])):
            end = self.random.choice([None, None, 5])
            review = self.random.choice([None, 3, 20])
            TreatmentFactory(
                visit=visit,
                kind=self.random.choice(["rest", "exercise"]),
                details=self.random.choice([{}, {"name": "Calf stretch"}, {"name": "Toe curls", "sets": 3}]),
                pain_before=self.random.choice([None, 0, 1, 4, 8]),
                planned_end_on=end and seen_on + timedelta(days=end),
                review_on=review and seen_on + timedelta(days=review),
                created_at=timezone.now(),
            )
        for activity in self.activities[case.pk]:
            if self.random.random() < 0.8:
                value = self.random.randrange(11)
                OutcomeScoreFactory(
                    visit=visit, measure="psfs", scale="activity", activity=activity, value=value
                )

    def sign(self):
        """Sign a draft as actions do, the screening written before or after."""
        visit = self.any_of(Visit.objects.drafts())
        before = self.random.random() < 0.5
        if before:
            self.screen(visit)
        visit.treatments.update(signed_at=timezone.now())
        Visit.objects.filter(pk=visit.pk).update(signed_at=timezone.now(), signed_by=self.cast.bob)
        if not before:
            self.screen(visit)

    def screen(self, visit):
        urgency = self.any_of(["soon", "none"])
        Screening.objects.create(
            visit=visit, catalogue_version="1", answers={}, result={}, urgency=urgency, refer=False
        )

    def asked(self, **where):
        return {
            "treatment": self.any_of(Treatment.objects.filter(signed_at__isnull=False, **where)),
            "by": self.cast.alice,
            "response": self.any_of(["better", "same", "worse"]),
            "pain_after": self.any_of([None, 0, 3, 7]),
            "adverse_event": self.any_of(["", "", "Rash"]),
        }

    def ask(self):
        draft = self.any_of(Visit.objects.drafts())
        actions.review_treatment(**self.asked(case=draft.case), visit=draft)

    def ask_between(self):
        actions.review_treatment(**self.asked())

    def forget(self):
        """Take the answer of a draft back."""
        self.any_of(TreatmentReview.objects.filter(visit__in=Visit.objects.drafts())).delete()

    def stop(self):
        label = self.any_of([reason.label for reason in StopReason][:-1])
        reason = self.any_of([label, f"{label}: since May", "She moved away", f"{label} somewhat"])
        actions.stop_treatment(
            treatment=self.any_of(Treatment.objects.filter(signed_at__isnull=False)),
            by=self.cast.alice,
            reason=str(reason),
        )

    def resume(self):
        stopped = Treatment.objects.filter(stopped_on__isnull=False)
        actions.resume_treatment(treatment=self.any_of(stopped), by=self.cast.alice)

    def move(self):
        treatment = self.any_of(Treatment.objects.filter(signed_at__isnull=False))
        on = self.any_of([None, timezone.localdate() + timedelta(days=4)])
        actions.move_review(treatment=treatment, by=self.cast.alice, review_on=on)

    def void(self):
        actions.void_visit(visit=self.any_of(Visit.objects.signed()), by=self.cast.alice, reason="Wrong one")

    def close(self):
        """Close a case as an import may, without stopping what goes on in it."""
        case = self.any_of(self.cases)
        Case.objects.filter(pk=case.pk).update(
            status="closed", outcome="improved", closed_at=timezone.now(), closed_by=self.cast.alice
        )

    def reopen(self):
        case = self.any_of(Case.objects.filter(status="closed"))
        actions.reopen_case(case=case, by=self.cast.alice, reason="It came back")

    def check(self):
        """Raise Drifted unless what is kept is what the courses, reviews and scores say, one by one."""
        said = {row for case in self.cases for row in said_of(Case.objects.get(pk=case.pk))}
        held = {
            tuple(getattr(row, name) for name in NAMES)
            for row in CountedTreatment.objects.filter(case__in=self.cases)
        }
        self.judged |= {
            name for row in held for name in NAMES if "verdict" in name and row[NAMES.index(name)]
        }
        if held != said or kept() != worked_out():
            raise Drifted(held ^ said)


NAMES = (
    *("treatment_id", "clinic_id", "case_id", "site_id", "podiatrist_id", "day", "kind", "urgency"),
    *("prescriptions", "response", "pain_before", "pain_after", "pain_verdict", "function_change"),
    *("function_verdict", "had_adverse_event", "due_on", "stop_code"),
)


def said_of(case):
    """Return the rows that there should be, by `cases.courses` and `cases.outcomes`."""
    for course in courses_in(case):
        visit = course.first.visit
        screening = Screening.objects.filter(visit=visit).first()
        last, before = course.last_review, course.pain_before
        after = last.pain_after if last else None
        change, activities = function_change(visit)
        yield (
            course.first.pk, case.clinic_id, case.pk, visit.site_id, visit.signed_by_id, visit.seen_on,
            course.first.kind, screening.urgency if screening else "", len(course.prescriptions),
            last.response if last else "", before, after,
            judged("nrs", "foot_now", before, after),
            change,
            judged("psfs", "mean" if activities > 1 else "activity", 0 if activities else None, change),
            any(review.adverse_event for review in course.reviews),
            course.due_on if case.status == CaseStatus.OPEN else None,
            stop_code(course.newest),
        )  # fmt: skip


def judged(measure, scale, before, after):
    if before is None or after is None:
        return ""
    return verdict(scale_of(measure, scale), Decimal(before), Decimal(after)) or "neither"


def function_change(visit):
    """Return by how much the activities scored before and after a visit changed, and how many they are."""
    scored = OutcomeScore.objects.filter(visit__in=visit.case.visits.signed(), measure="psfs")
    by_visit = {}
    for score in scored.select_related("visit").order_by("visit__seen_on", "visit__created_at"):
        by_visit.setdefault((score.visit.seen_on, score.visit.created_at), {})[score.activity_id] = (
            score.value
        )
    moment = (visit.seen_on, visit.created_at)
    before = [values for at, values in by_visit.items() if at <= moment][-1:]
    after = [values for at, values in by_visit.items() if at > moment][-1:]
    if not before or not after:
        return None, 0
    gains = [after[0][key] - value for key, value in before[0].items() if key in after[0]]
    return (round(sum(gains) / len(gains), 4), len(gains)) if gains else (None, 0)


def stop_code(newest):
    if newest.stopped_on is None:
        return ""
    words = newest.stop_reason.partition(":")[0]
    return next((str(one.value) for one in StopReason if one.label == words), "other")


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return set(cursor.fetchall())


def kept():
    return rows(f"SELECT {COLUMNS} FROM cases_countedtreatment")  # noqa: S608


def worked_out():
    return rows(counted())


def without(*triggers):
    """Let the database look away, until the test ends."""
    names = ", ".join(f"'pgtrigger_treatments_counted_{name}_%'" for name in triggers)
    found = rows(f"SELECT DISTINCT tgname FROM pg_trigger WHERE tgname LIKE ANY (ARRAY[{names}])")  # noqa: S608
    assert len(found) == len(triggers)
    with connection.cursor() as cursor:
        names = ", ".join(name for (name,) in found)
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{names}}}"])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_wherever_cases_are_led_what_is_counted_is_what_courses_say(seed, cast, north, time_machine):
    walk = Walk(seed, cast, north, time_machine)

    walk.on()

    assert all(walk.done.values()), walk.done
    assert walk.judged == {"pain_verdict", "function_verdict"}


@pytest.mark.django_db
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_none_of_the_triggers_can_be_spared(trigger, cast, north, time_machine):
    walk = Walk(1, cast, north, time_machine)

    without(trigger)

    with pytest.raises(Drifted):
        walk.on(3 * STEPS)


@pytest.mark.django_db
def test_a_treatment_that_comes_in_signed_is_counted(north, alice):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice))
    treatment = TreatmentFactory(visit=VisitFactory(case=case), signed_at=timezone.now())

    assert CountedTreatment.objects.get().treatment == treatment


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["case_in_same_clinic", "treatment_in_same_case"])
def test_a_count_is_of_its_own_clinic_and_case(name, north, south, alice):
    case = CaseFactory(patient=PatientFactory(clinic=north, created_by=alice))
    other = CaseFactory(patient=case.patient)
    TreatmentFactory(visit=VisitFactory(case=case), signed_at=timezone.now())
    foreign = {"clinic": south} if name == "case_in_same_clinic" else {"case": other}

    with pytest.raises(IntegrityError, match="belongs to another"), transaction.atomic():
        CountedTreatment.objects.update(**foreign)


@pytest.mark.django_db
def test_what_was_written_without_the_triggers_can_be_counted_anew(cast, north, time_machine):
    walk = Walk(2, cast, north, time_machine)
    without(*TRIGGERS)
    for _n in range(60):
        walk.step()
    assert kept() != worked_out()

    keep_anew()

    walk.check()
    assert kept()


@pytest.mark.django_db
def test_the_migration_counts_what_was_there_before_it(cast, north, time_machine):
    Walk(2, cast, north, time_machine).on(60)
    before = kept()
    CountedTreatment.objects.all().delete()
    migration = import_module("cases.migrations.0011_counted_treatments")

    with connection.cursor() as cursor:
        cursor.execute(migration.WORK_OUT)

    assert kept() == before != set()
