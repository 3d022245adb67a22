"""Whether treatment helped: on the visit page with htmx, on pages of their own between visits and without."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import actions
from cases.actions.reviews import course_with, mark_of, may_resume
from cases.choices import TreatmentKind
from cases.contradicted import alerts
from cases.courses import Course
from cases.due import by_case, due_reviews
from cases.forms.reviews import MoveReviewForm, ReviewForm, StopForm
from cases.models import Treatment, Visit
from cases.review_rows import row_of
from cases.treatment_checks import seen_at
from cases.views.beside_note import copied_context
from cases.views.open_page import open_page, tell_saved
from cases.views.visit_pages import visit_of
from clinic import audit
from clinic.access import requires
from clinic.calendar import today_in
from clinic.once import once
from clinic.requests import ClinicRequest

MOST_DUE = 200
REFUSALS = (actions.ChangedMeanwhile, actions.AlreadyStopped, ValidationError)


@requires("treatments.review")
@require_http_methods(["GET", "POST"])
@once
def review_treatment(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Say what came of a treatment: at the draft that the form names, or between visits."""
    treatment = _treatment_of(request, pk)
    visit = _named_visit(request)
    course = _course_or_none(treatment)
    if course is None:
        return _elsewhere(treatment)
    auto_id = f"review-{course.newest.pk}-%s" if request.htmx else "id_%s"
    form = ReviewForm(request.POST or None, course=course, is_at_visit=visit is not None, auto_id=auto_id)
    was_told = False
    if request.method == "POST" and form.is_valid():
        asked: dict[str, Any] = {"visit": visit, "opened": request.POST.get("opened"), **open_page(request)}
        try:
            actions.review_treatment(treatment=treatment, by=request.user, **asked, **form.cleaned_data)
            return _reviewed(request, treatment, visit)
        except (actions.NotADraft, actions.OfAnotherCase):
            return _no_draft(request, treatment)
        except REFUSALS as error:
            course, was_told = _say(error, form, course)
    if request.htmx and visit:
        audit.shows(request, visit.case.patient)
        context = {"row": row_of(course, visit, form=form), "was_told": was_told}
        return render(request, "cases/reviews/_refused.html", context, status=422)
    return _page(request, course, visit, form=form)


def _reviewed(request: ClinicRequest, treatment: Treatment, visit: Visit | None) -> HttpResponse:
    if visit is None:
        messages.success(request, _("The review is recorded."))
        return redirect("cases:show_case", pk=treatment.case_id)
    if not request.htmx:
        return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#reviews")
    draft = visit_of(request, visit.pk)
    context = {"row": row_of(course_with(treatment), draft), "visit": draft}
    audit.shows(request, draft.case.patient)
    return tell_saved(render(request, "cases/reviews/_saved.html", context), draft, open_page(request))


@requires("treatments.review")
@require_http_methods(["GET", "POST"])
@once
def stop_treatment(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Stop a treatment, with the reason."""
    treatment = _treatment_of(request, pk)
    visit = _named_visit(request)
    course = _course_or_none(treatment)
    if course is None:
        return _elsewhere(treatment)
    auto_id = f"stop-{course.newest.pk}-%s" if request.htmx else "stop_%s"
    form = StopForm(request.POST or None, course=course, auto_id=auto_id)
    if request.method == "POST" and form.is_valid():
        try:
            actions.stop_treatment(
                treatment=treatment,
                by=request.user,
                reason=form.reason,
                stopped_on=form.cleaned_data["stopped_on"],
                **open_page(request),
            )
            return _changed(request, treatment, visit, _("The treatment is stopped."))
        except REFUSALS as error:
            _say(error, form, course)
            course = course_with(treatment)
    if request.htmx and visit:
        return _row(request, course, visit, stop_form=form)
    return _page(request, course, visit, stop_form=form)


@requires("treatments.review")
@require_POST
@once
def resume_treatment(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Take back a stop that was a mistake."""
    treatment = _treatment_of(request, pk)
    visit = _named_visit(request)
    try:
        actions.resume_treatment(treatment=treatment, by=request.user)
    except (actions.NotSigned, actions.VisitIsVoided):
        return _elsewhere(treatment)
    except actions.TooLateToResume:
        words = _(
            "A stop is taken back on the same day. If it goes on after all, prescribe it again at a visit."
        )
        messages.error(request, words)
        return redirect("cases:show_case", pk=treatment.case_id)
    return _changed(request, treatment, visit, _("The treatment goes on."))


@requires("treatments.review")
@require_POST
@once
def move_review(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Set when a treatment is asked about next."""
    treatment = _treatment_of(request, pk)
    course = _course_or_none(treatment)
    if course is None:
        return _elsewhere(treatment)
    form = MoveReviewForm(request.POST, course=course)
    if form.is_valid():
        try:
            actions.move_review(
                treatment=treatment,
                by=request.user,
                review_on=form.cleaned_data["review_on"],
                opened=request.POST.get("opened"),
            )
            messages.success(request, _("The date of review is changed."))
            return redirect("cases:show_case", pk=treatment.case_id)
        except REFUSALS as error:
            course, _was_told = _say(error, form, course)
    return _page(request, course, None, move_form=form)


@requires("treatments.review")
@require_safe
def list_due_reviews(request: ClinicRequest) -> HttpResponse:
    """All reviews that wait for this podiatrist."""
    due = due_reviews(request.clinic, request.user, MOST_DUE)
    audit.shows(request, {course.newest.case.patient_id for course in due})
    context = {
        "due": by_case(due),
        "is_cut": len(due) == MOST_DUE,
        "most": MOST_DUE,
        "today": today_in(request.clinic),
    }
    return render(request, "cases/reviews/list_due_reviews.html", context)


def _treatment_of(request: ClinicRequest, pk: Any) -> Treatment:
    treatments = request.clinic.treatments.select_related(
        "visit__case__patient", "case__patient", "case__clinic"
    )
    return get_object_or_404(treatments, pk=pk)


def _named_visit(request: ClinicRequest) -> Visit | None:
    """Return the draft on whose page the form stood; one of nobody or of another clinic is a 404."""
    named = request.POST.get("visit", "")
    try:
        return visit_of(request, named) if named else None
    except (ValidationError, ValueError):
        raise Http404 from None


def _course_or_none(treatment: Treatment) -> Course | None:
    try:
        return course_with(treatment)
    except (actions.NotSigned, actions.VisitIsVoided):
        return None


def _elsewhere(treatment: Treatment) -> HttpResponse:
    """What is prescribed at a draft is changed there; what a voided visit prescribed does not count."""
    return redirect("cases:show_visit", pk=treatment.visit_id)


def _no_draft(request: ClinicRequest, treatment: Treatment) -> HttpResponse:
    words = _("This visit is no longer a draft, so nothing was changed.")
    if request.htmx:
        return render(request, "cases/reviews/_no_draft.html", {"words": words}, status=422)
    messages.error(request, words)
    return redirect("cases:show_case", pk=treatment.case_id)


def _say(error: Exception, form: Any, course: Course) -> tuple[Course, bool]:
    """Put the reason into the form; return the course as it is now, and whether others changed it."""
    if isinstance(error, actions.ChangedMeanwhile):
        form.add_error(None, _said_meanwhile(error.current))
        return error.current, True
    if isinstance(error, actions.AlreadyStopped):
        words = _("It was stopped meanwhile: %s") % error.current.stop_reason
        form.add_error(None, words)
    elif isinstance(error, ValidationError):
        _add_errors(form, error)
    return course, False


def _said_meanwhile(course: Course) -> str:
    last = course.last_review
    if course.is_stopped or last is None:
        return _("Somebody else changed this treatment meanwhile. Look at it, then save again to keep yours.")
    return _("%(who)s reviewed this meanwhile: %(response)s. Save again to keep yours too.") % {
        "who": last.reviewed_by,
        "response": last.get_response_display(),
    }


def _add_errors(form: Any, error: ValidationError) -> None:
    """Put each message at its field, or above the form where it has no such field."""
    for name, messages_of in (error.message_dict if hasattr(error, "error_dict") else {}).items():
        for message in messages_of:
            form.add_error(name if name in form.fields else None, message)
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)


def _changed(request: ClinicRequest, treatment: Treatment, visit: Visit | None, words: str) -> HttpResponse:
    """Show what a stop changed: the row and the copies on the visit page, or the page it came from."""
    if request.htmx and visit:
        return _row(request, course_with(treatment), visit_of(request, visit.pk), follows=True)
    messages.success(request, words)
    if visit:
        return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#reviews")
    return redirect("cases:show_case", pk=treatment.case_id)


def _row(
    request: ClinicRequest, course: Course, visit: Visit, follows: bool = False, **forms: Any
) -> HttpResponse:
    audit.shows(request, visit.case.patient)
    context = {"row": row_of(course, visit, **forms), "visit": visit}
    if follows and visit.is_draft:
        context |= copied_context(visit) | {
            "follows": True,
            "list_again": True,
            "treatment_alerts": alerts(visit, seen_at(visit)),
            "treatments": visit.treatments.prefetch_related("overrides"),
            "treatment_kinds": TreatmentKind.choices,
        }
    response = render(request, "cases/reviews/_changed.html", context)
    return tell_saved(response, visit, open_page(request)) if follows else response


def _page(request: ClinicRequest, course: Course, visit: Visit | None, **forms: Any) -> HttpResponse:
    audit.shows(request, course.newest.case.patient)
    case = course.newest.case
    context = {
        "course": course,
        "case": case,
        "patient": case.patient,
        "visit": visit,
        "draft": None if visit else case.visits.drafts().first(),
        "mark": mark_of(course),
        "may_resume": course.is_stopped and may_resume(course.newest),
        "form": ReviewForm(course=course),
        "stop_form": StopForm(course=course, auto_id="stop_%s"),
        "move_form": MoveReviewForm(course=course),
        "page_has_errors": any(form.errors for form in forms.values()),
    }
    return render(request, "cases/reviews/review_treatment.html", context | forms)
