"""The reviews of treatments that wait for one podiatrist."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import prefetch_related_objects

from cases.courses import EARLY, Course, courses_of, prescribed
from cases.models import Treatment
from clinic.calendar import today_in
from clinic.models import Clinic, User
from clinic.planned import planned_once

AHEAD = timedelta(days=7)
# Dates are kept by prescription and a course has several, so that some rows turn out not to be due.
ROWS_FOR_ONE = 8
CASES_AT_ONCE = 20
_DATED = """
    SELECT t.case_id, t.review_on
    FROM cases_treatment t JOIN cases_case c ON c.id = t.case_id JOIN cases_visit v ON v.id = t.visit_id
    WHERE t.clinic_id = %s::uuid AND t.review_on <= %s::date
        AND t.signed_at IS NOT NULL AND t.stopped_on IS NULL AND v.voided_at IS NULL
        AND c.lead_id = %s::uuid AND c.status = 'open' AND NOT EXISTS (
            SELECT FROM cases_treatmentreview r LEFT JOIN cases_visit w ON w.id = r.visit_id
            WHERE r.treatment_id = t.id AND r.reviewed_on >= t.review_on - %s::interval
                AND w.voided_at IS NULL)
    ORDER BY t.review_on LIMIT %s::int
"""


def due_reviews(clinic: Clinic, user: User, most: int) -> list[Course]:
    """Return the courses whose date of review is past or within a week and not kept, oldest first.

    Of open cases that `user` leads, at most `most`. Five queries, and two more for every 20 cases of
    which too few turn out to be due.
    """
    until = today_in(clinic) + AHEAD
    oldest: dict[UUID, date] = {}
    for case, day in _dated(clinic, user, until, ROWS_FOR_ONE * most):
        oldest.setdefault(case, day)
    due: list[tuple[date, Course]] = []
    for batch in _batches(oldest.items()):
        due += [one for one in _due_in([case for case, _day in batch]) if one[0] <= until]
        # What is dated later is due no sooner.
        if sum(day <= batch[-1][1] for day, _course in due) >= most:
            break
    first = sorted(due, key=lambda one: (one[0], one[1].newest.created_at))[:most]
    prefetch_related_objects([course.newest for _day, course in first], "case__patient")
    return [course for _day, course in first]


def _dated(clinic: Clinic, user: User, until: date, most: int) -> list[tuple[UUID, date]]:
    """Return case and date of the prescriptions whose date no review of theirs has kept, oldest first."""
    with planned_once() as cursor:
        cursor.execute(_DATED, [clinic.pk, until, user.pk, EARLY, most])
        return list(cursor.fetchall())


def _batches(dated: Iterable[tuple[UUID, date]]) -> Iterator[list[tuple[UUID, date]]]:
    rest = iter(dated)
    while batch := list(islice(rest, CASES_AT_ONCE)):
        yield batch


def _due_in(cases: list[UUID]) -> list[tuple[date, Course]]:
    by_case: dict[UUID, list[Treatment]] = {}
    for row in prescribed(Treatment.objects.filter(case__in=cases), reviewers=False):
        by_case.setdefault(row.case_id, []).append(row)
    courses = (course for rows_of_case in by_case.values() for course in courses_of(rows_of_case))
    return [(course.due_on, course) for course in courses if course.due_on]


def by_case(courses: Iterable[Course]) -> list[list[Course]]:
    """Return the courses of each case together, in the order in which the cases come first."""
    cases: dict[UUID, list[Course]] = {}
    for course in courses:
        cases.setdefault(course.newest.case_id, []).append(course)
    return list(cases.values())
