"""Visits on days of the past, for tests of what a case shows over time."""

import datetime

import time_machine
from django.utils import timezone

from cases import actions
from cases.actions import Answer
from cases.models import Case, Screening, Treatment, Visit
from cases.screening import load_catalogue
from tests.factories import FindingFactory, OutcomeScoreFactory, TreatmentFactory, VisitFactory


def seen(case, by, on, *, answers=None, scores=None, treat=None, signed=True, **notes):
    """Return a visit of the day `on`, signed at noon with the screen answered no, and these answers.

    `scores` are (measure, scale) to value; `treat` is called with the draft.
    """
    with time_machine.travel(datetime.datetime.combine(on, datetime.time(12), datetime.UTC), tick=False):
        visit = actions.start_visit(case=case, by=by)
        screen = [code for code, sign in load_catalogue().signs.items() if sign.screen]
        said = {code: [Answer(present=False)] for code in screen} | (answers or {})
        actions.record_answers(visit=visit, by=by, answers=said)
        if notes:
            actions.save_visit(visit=visit, by=by, version=None, **notes)
        for (measure, scale), value in (scores or {}).items():
            OutcomeScoreFactory(visit=visit, measure=measure, scale=scale, value=value)
        if treat:
            treat(visit)
        if not signed:
            return visit
        return actions.sign_visit(visit=visit, by=by, version=None)


def many_visits(case: Case, by, count: int) -> None:
    """Give a case `count` signed visits a week apart, each with findings, a score and a treatment.

    The rows that signing would write, and no more: as actions 50 of them would take a minute.
    """
    began = timezone.now() - datetime.timedelta(weeks=count)
    for number in range(count):
        _visit(case, by, began + datetime.timedelta(weeks=number), number)


def _visit(case, by, at, number):
    visit = VisitFactory(
        case=case, created_by=by, created_at=at, seen_on=at.date(), pain_now=number % 10, assessment="Better"
    )
    for sign in ("ehl_weak", "hip_abduction_weak", "slump_positive"):
        grade = {"mrc_grade": 3 + number % 2} if sign != "slump_positive" else {}
        FindingFactory(visit=visit, sign=sign, present=number % 2 == 0, side="left", **grade)
    OutcomeScoreFactory(visit=visit, value=9 - number % 5)
    TreatmentFactory(visit=visit, target=f"Problem {number}")
    Screening.objects.create(
        visit=visit, catalogue_version="2026.12.0", answers={}, result={}, urgency="soon", refer=True
    )
    Treatment.objects.filter(visit=visit).update(signed_at=at)
    Visit.objects.filter(pk=visit.pk).update(signed_at=at, signed_by=by)
