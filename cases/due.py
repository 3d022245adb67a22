"""The reviews of treatments that wait for one podiatrist."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat

from cases.back_dating import today_in
from cases.choices import CaseStatus
from cases.courses import EARLY, WHAT, Course, courses_of, prescribed
from cases.models import Treatment, TreatmentReview
from clinic.models import Clinic, User

AHEAD = timedelta(days=7)


def due_reviews(clinic: Clinic, user: User, most: int) -> list[Course]:
    """Return the courses whose date of review is past or within a week and not kept, oldest first.

    Of open cases that `user` leads, at most `most`. Three queries, however many there are.
    """
    until = today_in(clinic) + AHEAD
    dated = clinic.treatments.filter(
        review_on__lte=until, signed_at__isnull=False, stopped_on__isnull=True, visit__voided_at__isnull=True
    )
    mine = dated.filter(case__lead=user, case__status=CaseStatus.OPEN)
    waiting = _not_kept(mine).order_by("review_on", "pk").values_list("case_id", flat=True)
    cases = set(waiting[: 2 * most])
    rows = prescribed(Treatment.objects.filter(case__in=cases)).select_related("case__patient")
    by_case: dict[object, list[Treatment]] = {}
    for row in rows:
        by_case.setdefault(row.case_id, []).append(row)
    due = [
        (course.due_on, course)
        for treatments in by_case.values()
        for course in courses_of(treatments)
        if course.due_on and course.due_on <= until
    ]
    return [course for _day, course in sorted(due, key=lambda one: (one[0], str(one[1].newest.pk)))[:most]]


def _not_kept(treatments: QuerySet[Treatment]) -> QuerySet[Treatment]:
    """Leave out what `courses_of` surely finds kept, stopped or dated anew, so that few rows are read."""
    same = {name: OuterRef(name) for name in ("case", "kind", "target", "site", "side", "what")}
    alike = _named(Treatment.objects.filter(signed_at__isnull=False, visit__voided_at__isnull=True))
    later = alike.filter(
        Q(start_on__gt=OuterRef("start_on"))
        | Q(start_on=OuterRef("start_on"), created_at__gt=OuterRef("created_at")),
        start_on__lte=Coalesce(OuterRef("planned_end_on"), F("start_on")),
        **same,
    ).exclude(visit=OuterRef("visit"))
    counting = TreatmentReview.objects.exclude(visit__voided_at__isnull=False)
    kept_from = ExpressionWrapper(F("review_on") - Value(EARLY), output_field=DateField())
    return (
        _named(treatments.annotate(kept_from=kept_from))
        .exclude(Exists(counting.filter(treatment=OuterRef("pk"), reviewed_on__gte=OuterRef("kept_from"))))
        .exclude(Exists(later.exclude(review_on__isnull=True, stopped_on__isnull=True)))
        .exclude(
            Exists(
                later.filter(
                    Exists(
                        counting.filter(
                            treatment=OuterRef("pk"), reviewed_on__gte=OuterRef(OuterRef("kept_from"))
                        )
                    )
                )
            )
        )
    )


def _named(treatments: QuerySet[Treatment]) -> QuerySet[Treatment]:
    end = Value("\x1f", output_field=TextField())
    parts = [Coalesce(KT(f"details__{name}"), Value(""), output_field=TextField()) for name in WHAT]
    return treatments.annotate(what=Concat(*(part for one in parts for part in (one, end))))


def by_case(courses: Iterable[Course]) -> list[list[Course]]:
    """Return the courses of each case together, in the order in which the cases come first."""
    cases: dict[object, list[Course]] = {}
    for course in courses:
        cases.setdefault(course.newest.case_id, []).append(course)
    return list(cases.values())
