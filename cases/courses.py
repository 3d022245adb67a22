"""Prescriptions of the same thing, visit after visit, as the one course of treatment that they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from cases.choices import TreatmentKind
from cases.models import Case, Treatment, TreatmentReview
from clinic.calendar import today_in

# For what and where a treatment is. With what it is, below, this tells courses apart.
FOR_WHAT = ("kind", "target", "region", "site", "side")
# What a treatment is, beside that. Everything else in `details` is its dose.
WHAT = ("rest_kind", "method", "name", "procedure", "other_kind", "description")
# A review in the week before its date is the review that the date was for.
EARLY = timedelta(days=7)


@dataclass(frozen=True)
class Course:
    """One treatment from its first prescription on, as it stands since the newest. Earliest first."""

    prescriptions: tuple[Treatment, ...]

    @property
    def first(self) -> Treatment:
        """How it began."""
        return self.prescriptions[0]

    @property
    def newest(self) -> Treatment:
        """How it stands: its dose, its stop, and the row that a review or a stop belongs to."""
        return self.prescriptions[-1]

    @property
    def start_on(self) -> date:
        """The first day of all."""
        return self.first.start_on

    @property
    def pain_before(self) -> int | None:
        """The pain when it began, 0 to 10."""
        return next((one.pain_before for one in self.prescriptions if one.pain_before is not None), None)

    @cached_property
    def reviews(self) -> tuple[TreatmentReview, ...]:
        """What came of it, earliest first, whichever prescription was asked about."""
        given = [review for one in self.prescriptions for review in one.reviews.all()]
        return tuple(sorted(given, key=lambda one: (one.reviewed_on, one.reviewed_at)))

    @property
    def last_review(self) -> TreatmentReview | None:
        """The newest answer."""
        return self.reviews[-1] if self.reviews else None

    @property
    def is_stopped(self) -> bool:
        """Whether somebody ended it."""
        return self.newest.stopped_on is not None

    @property
    def review_on(self) -> date | None:
        """The date of review that was set last, also where a newer prescription set none."""
        return next((one.review_on for one in reversed(self.prescriptions) if one.review_on), None)

    @property
    def due_on(self) -> date | None:
        """The date of review that nobody has kept yet; none for what was stopped."""
        if self.is_stopped or self.review_on is None or self._was_reviewed(self.review_on):
            return None
        return self.review_on

    def is_running(self, on: date) -> bool:
        """Whether the patient is to do it on this day: not stopped, and not past its planned end."""
        end = self.newest.planned_end_on
        return not self.is_stopped and not is_done_once(self.newest) and not (end and end < on)

    def is_to_ask(self, on: date) -> bool:
        """Whether a visit on this day asks how it went.

        That is what is running, what has ended and was never asked about since, and what is due.
        """
        if self.is_stopped or self.newest.start_on > on:
            return False
        if self.is_running(on) or self.due_on:
            return True
        end = self.newest.planned_end_on
        return not is_done_once(self.newest) and end is not None and not self._was_reviewed(end)

    def _was_reviewed(self, day: date) -> bool:
        return any(one.reviewed_on >= day - EARLY for one in self.reviews)


def is_done_once(treatment: Treatment) -> bool:
    """Whether it does not go on: a referral is asked for once, safety-net advice is given on a day."""
    return (
        treatment.kind == TreatmentKind.SURGERY_REFERRAL
        or treatment.details.get("other_kind") == "safety_net"
    )


def courses_of(treatments: Iterable[Treatment]) -> list[Course]:
    """Return each treatment once, in the order of their first days.

    The same kind for the same problem at the same place and side, and the same thing (the same
    exercise, the same kind of rest), is one course however its dose changes. It ends when it is
    stopped, or past its planned end: the same thing prescribed after that is a course of its own, and
    so are two of the same visit. The caller leaves out what is not to count, such as a voided visit's,
    and has prefetched the reviews that do (see `prescribed`).
    """
    courses: dict[tuple[str, ...], list[list[Treatment]]] = {}
    for one in sorted(treatments, key=lambda one: (one.start_on, one.created_at)):
        same = courses.setdefault(_key(one), [])
        going_on = next((course for course in same if _goes_on(course[-1], one)), None)
        if going_on is None:
            same.append([one])
        else:
            going_on.append(one)
    found = [Course(tuple(course)) for same in courses.values() for course in same]
    return sorted(found, key=lambda course: (course.start_on, course.first.created_at))


def is_same_thing(one: Treatment, other: Treatment) -> bool:
    """Whether two prescriptions are of the same thing, whatever the dose."""
    return _key(one) == _key(other)


def _key(one: Treatment) -> tuple[str, ...]:
    what = (str(one.details.get(name) or "") for name in WHAT)
    return (*(str(getattr(one, name)) for name in FOR_WHAT), *what)


def _goes_on(before: Treatment, one: Treatment) -> bool:
    if before.stopped_on or before.visit_id == one.visit_id:
        return False
    return not (before.planned_end_on and before.planned_end_on < one.start_on)


def prescribed(treatments: QuerySet[Treatment], *, reviewers: bool = True) -> QuerySet[Treatment]:
    """Return those of signed visits that nobody voided, with the reviews that count. Two queries.

    Without `reviewers` who reviewed is left out: it would be a query for each.
    """
    signed = treatments.filter(signed_at__isnull=False, visit__voided_at__isnull=True)
    return signed.prefetch_related(counting_reviews(reviewers=reviewers))


def counting_reviews(*, reviewers: bool = True) -> Prefetch:
    """Prefetch the reviews that count: between visits, or at a visit that was not voided."""
    counting = TreatmentReview.objects.exclude(visit__voided_at__isnull=False)
    return Prefetch("reviews", counting.select_related("reviewed_by") if reviewers else counting)


def courses_in(case: Case) -> list[Course]:
    """Return the courses of a case, of signed visits only. Two queries."""
    return courses_of(prescribed(case.treatments.all()))


def running_courses(case: Case) -> list[Course]:
    """Return the courses that go on today. Two queries."""
    today = today_in(case.clinic)
    return [course for course in courses_in(case) if course.is_running(today)]
