"""What the visit page asks of the treatments of earlier visits, and what it tells of them once signed."""

from dataclasses import dataclass

from cases.actions.reviews import mark_of, may_resume
from cases.courses import Course, courses_in
from cases.forms.reviews import ReviewForm, StopForm
from cases.models import TreatmentReview, Visit


@dataclass(frozen=True)
class ReviewRow:
    """One course at a draft: its forms, what was answered to it, and whether its stop can be taken back."""

    course: Course
    given: TreatmentReview | None
    form: ReviewForm
    stop_form: StopForm
    mark: str
    may_resume: bool

    @property
    def is_worse(self) -> bool:
        """Whether stopping it is the next thing to think of."""
        return self.given is not None and self.given.response == "worse"

    @property
    def has_more(self) -> bool:
        """Whether anything stands in the folded part."""
        one = self.given
        return one is not None and any(
            value not in (None, "") for value in (one.pain_after, one.done, one.adverse_event, one.note)
        )


def review_rows(visit: Visit) -> list[ReviewRow]:
    """Return what a draft asks: what runs, has ended unasked or is due, and what was said of the rest here.

    Two queries, and one for each treatment that was stopped since the visit.
    """
    return [row_of(course, visit) for course in courses_in(visit.case) if _is_asked(course, visit)]


def _is_asked(course: Course, visit: Visit) -> bool:
    if course.newest.start_on > visit.seen_on:
        return False
    stopped_on = course.newest.stopped_on
    stopped_since = stopped_on is not None and stopped_on >= visit.seen_on
    return course.is_to_ask(visit.seen_on) or stopped_since or given_at(course, visit) is not None


def row_of(
    course: Course, visit: Visit, form: ReviewForm | None = None, stop_form: StopForm | None = None
) -> ReviewRow:
    """Return the row of one course, with the form that was refused if there is one."""
    given, key = given_at(course, visit), course.newest.pk
    return ReviewRow(
        course=course,
        given=given,
        form=form or ReviewForm(course=course, given=given, is_at_visit=True, auto_id=f"review-{key}-%s"),
        stop_form=stop_form or StopForm(course=course, on=visit.seen_on, auto_id=f"stop-{key}-%s"),
        mark=mark_of(course),
        may_resume=course.is_stopped and may_resume(course.newest),
    )


def given_at(course: Course, visit: Visit) -> TreatmentReview | None:
    """Return what was said of a course at this visit."""
    return next((one for one in course.reviews if one.visit_id == visit.pk), None)
