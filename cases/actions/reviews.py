"""Whether treatment helped: reviewing it at a visit or between visits, stopping it, and asking again."""

from datetime import date, datetime
from types import EllipsisType
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.errors import (
    AlreadyStopped,
    ChangedMeanwhile,
    NotSigned,
    OfAnotherCase,
    ReasonNeeded,
    TooLateToResume,
    VisitIsVoided,
)
from cases.actions.visits import count_save, is_behind, locked_draft
from cases.courses import Course, courses_in, is_same_thing
from cases.models import Case, Treatment, TreatmentReview, Visit
from clinic.calendar import day_in, today_in
from clinic.marks import mark
from clinic.models import User

ANSWERED = ("response", "pain_after", "done", "prescribed", "adverse_event", "note")


@transaction.atomic
def review_treatment(
    *,
    treatment: Treatment,
    by: User,
    response: str,
    visit: Visit | None = None,
    reviewed_on: date | None = None,
    review_on: date | EllipsisType | None = ...,
    opened: str | None = None,
    version: int | None = None,
    page: UUID | None = None,
    **answers: Any,
) -> TreatmentReview | None:
    """Record what came of a treatment: at a draft visit, or between visits on `reviewed_on` (today).

    It is said of the course, so that it belongs to the newest signed prescription. At a draft there is
    one review, which changes until it is signed, and no response takes it away; between visits each is
    added. `review_on` is when it is asked about next, None for no date; left out, the date stays.
    `opened` is the `mark_of` the course as the page showed it.
    Raises NotSigned, VisitIsVoided, NotADraft, OfAnotherCase, ChangedMeanwhile, ValidationError.
    """
    draft = locked_draft(visit) if visit else None
    if draft and draft.case_id != treatment.case_id:
        raise OfAnotherCase
    course = _locked_course(treatment)
    review = _begun(course, draft, reviewed_on, by)
    is_new = review._state.adding
    wanted = {"response": response, **answers}
    differs = [name for name, value in wanted.items() if getattr(review, name) != value]
    if draft is None or (is_behind(draft, version, page) and differs):
        _refuse_unseen(course, opened)
    if review_on is not ... and review_on != course.review_on:
        _move(course, review_on)
    for name in differs:
        setattr(review, name, wanted[name])
    if draft and not response:
        if not is_new:
            review.delete()
    elif differs or draft is None:
        _check(review, course)
        review.save()
    if draft and differs:
        count_save(draft, version, page)
    return review if response else None


def _begun(course: Course, draft: Visit | None, reviewed_on: date | None, by: User) -> TreatmentReview:
    """Return the review that the draft has, or a new one."""
    if draft:
        for review in course.reviews:
            if review.visit_id == draft.pk:
                review.reviewed_on, review.reviewed_by = draft.seen_on, by
                return review
    day = draft.seen_on if draft else reviewed_on or today_in(course.newest.case.clinic)
    return TreatmentReview(treatment=course.newest, visit=draft, reviewed_on=day, response="", reviewed_by=by)


def _check(review: TreatmentReview, course: Course) -> None:
    if review.reviewed_on < course.start_on:
        raise ValidationError({"reviewed_on": _("The treatment had not begun then.")})
    if review.reviewed_on > today_in(course.newest.case.clinic):
        raise ValidationError({"reviewed_on": _("This date is in the future.")})
    review.full_clean(exclude=["treatment", "visit", "reviewed_by"])


def _refuse_unseen(course: Course, opened: str | None) -> None:
    if opened is not None and opened != mark_of(course):
        raise ChangedMeanwhile(course)


def mark_of(course: Course) -> str:
    """Return a short mark that changes when anything is said of a course: a review, its date, a stop."""
    said = [f"{course.newest.stopped_on}", course.newest.stop_reason, f"{course.review_on}"]
    said += [f"{one.pk} {[getattr(one, name) for name in ANSWERED]}" for one in course.reviews]
    return mark(said)


def course_with(treatment: Treatment) -> Course:
    """Return the course that a treatment is part of, as it is now. Raises NotSigned, VisitIsVoided."""
    for course in courses_in(treatment.case):
        if any(one.pk == treatment.pk for one in course.prescriptions):
            return course
    voided = Visit.objects.filter(pk=treatment.visit_id, voided_at__isnull=False)
    raise VisitIsVoided if voided.exists() else NotSigned


def _locked_course(treatment: Treatment) -> Course:
    """Return the course as it is now; until the transaction ends nobody else says anything of its case."""
    Case.objects.select_for_update(no_key=True).get(pk=treatment.case_id)
    return course_with(treatment)


@transaction.atomic
def stop_treatment(
    *,
    treatment: Treatment,
    by: User,
    reason: str,
    stopped_on: date | None = None,
    version: int | None = None,
    page: UUID | None = None,
) -> Treatment:
    """Stop a treatment: the course that it is part of, on a day (today) that is not before its start.

    A copy of it that waits in a draft to be confirmed is taken out of it. Returns the prescription
    that was stopped. Raises NotSigned, VisitIsVoided, AlreadyStopped, ReasonNeeded, ValidationError.
    """
    # A visit is locked before its case, as signing does.
    draft = Visit.objects.drafts().select_for_update().filter(case=treatment.case_id).first()
    course = _locked_course(treatment)
    newest = course.newest
    if course.is_stopped:
        raise AlreadyStopped(newest)
    if not reason.strip():
        raise ReasonNeeded
    today = today_in(newest.case.clinic)
    newest.stopped_on, newest.stop_reason = stopped_on or today, reason.strip()
    if newest.stopped_on > today:
        raise ValidationError({"stopped_on": _("This date is in the future.")})
    if newest.stopped_on < newest.start_on:
        raise ValidationError({"stopped_on": _("The treatment had not begun then.")})
    newest.clean_fields(exclude=["clinic", "case", "visit", "prescribed_by"])
    newest.save(update_fields=["stopped_on", "stop_reason"])
    if draft:
        _take_out_copies(newest, draft, version, page)
    return newest


def _take_out_copies(stopped: Treatment, draft: Visit, version: int | None, page: UUID | None) -> None:
    copies = [one for one in draft.treatments.filter(to_confirm=True) if is_same_thing(one, stopped)]
    for copy in copies:
        copy.delete()
    if copies:
        count_save(draft, version, page)


@transaction.atomic
def resume_treatment(*, treatment: Treatment, by: User) -> Treatment:
    """Take back a stop that was a mistake; the database's history keeps it. What runs goes on running.

    Raises NotSigned, VisitIsVoided, TooLateToResume.
    """
    newest = _locked_course(treatment).newest
    if newest.stopped_on is None:
        return newest
    if not may_resume(newest):
        raise TooLateToResume
    newest.stopped_on, newest.stop_reason = None, ""
    newest.save(update_fields=["stopped_on", "stop_reason"])
    return newest


def may_resume(treatment: Treatment) -> bool:
    """Whether a stop was recorded today, or while a visit was a draft that is one still or was voided."""
    stops = treatment.events.filter(stopped_on__isnull=False).order_by("-pgh_id")  # type: ignore[attr-defined]
    at: datetime | None = stops.values_list("pgh_created_at", flat=True).first()
    if at is None:
        return False
    clinic = treatment.case.clinic
    if day_in(clinic, at) == today_in(clinic):
        return True
    meanwhile = Visit.objects.filter(case=treatment.case_id, created_at__lte=at)
    meanwhile = meanwhile.exclude(signed_at__lt=at).exclude(voided_at__lt=at)
    return meanwhile.exclude(signed_at__isnull=False, voided_at__isnull=True).exists()


@transaction.atomic
def move_review(
    *, treatment: Treatment, by: User, review_on: date | None, opened: str | None = None
) -> Treatment:
    """Set when a treatment is asked about next; None for no date.

    Raises NotSigned, VisitIsVoided, AlreadyStopped, ChangedMeanwhile, ValidationError.
    """
    course = _locked_course(treatment)
    _refuse_unseen(course, opened)
    if review_on != course.review_on:
        _move(course, review_on)
    return course.newest


def _move(course: Course, review_on: date | None) -> None:
    newest = course.newest
    if course.is_stopped:
        raise AlreadyStopped(newest)
    if review_on and review_on < today_in(newest.case.clinic):
        raise ValidationError({"review_on": _("The next review is today or later.")})
    # No date means none: an older prescription's would come back in its place.
    changed = [newest] if review_on else [one for one in course.prescriptions if one.review_on]
    for one in changed:
        one.review_on = review_on
        one.save(update_fields=["review_on"])
