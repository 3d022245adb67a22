"""The visit page while it is a draft: showing it, and saving its notes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import actions
from cases.forms.answers import UnreadableAnswers, read_answers
from cases.forms.visits import NotesForm
from cases.models import Visit
from cases.views.answers import answer_refused
from cases.views.visit_pages import draft_page, signed_context, visit_of
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest


@requires("visits.record")
@require_POST
def start_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Begin a visit of a case, or go on with the open draft."""
    case = get_object_or_404(request.clinic.cases, pk=pk)
    try:
        visit = actions.start_visit(case=case, by=request.user)
    except actions.CaseIsClosed:
        messages.error(request, _("This case is closed. Open a new case for a new complaint."))
        return redirect("cases:show_case", pk=case.pk)
    return redirect("cases:show_visit", pk=visit.pk)


@requires("visits.view")
@require_http_methods(["GET"])
def show_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The page of a visit: editable while a draft, read-only once signed or voided."""
    visit = visit_of(request, pk)
    audit.shows(request, visit.case.patient)
    if visit.is_draft:
        return draft_page(request, visit)
    return render(request, "cases/show_visit.html", signed_context(visit))


@requires("visits.record")
@require_POST
def save_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Save the notes, and without JavaScript the answers too. What cannot be saved is said."""
    visit = visit_of(request, pk)
    if not visit.is_draft:
        return _refused(request, visit, _("This visit is signed. Nothing was changed."))
    form = NotesForm(request.POST, instance=visit_of(request, pk))
    try:
        answers = read_answers(request.POST, visit)
        if not form.is_valid():
            return _not_saved(request, visit, form)
        fields = dict(form.cleaned_data)
        version = fields.pop("version")
        if answers:
            actions.record_answers(visit=visit, by=request.user, answers=answers)
        saved = actions.save_visit(visit=visit, by=request.user, version=version, **fields)
    except UnreadableAnswers as error:
        for label, message in error.errors.items():
            form.add_error(None, f"{label}: {message}")
        return _not_saved(request, visit, form)
    except ValidationError as error:
        form.add_error(None, error)
        return _not_saved(request, visit, form)
    except actions.ChangedMeanwhile as error:
        return _conflict(request, error.current, form)
    except actions.NotADraft:
        return _refused(request, visit, _("This visit was signed meanwhile. Nothing was changed."))
    if request.htmx:
        return render(request, "cases/_saved.html", {"visit": saved, "saved_at": timezone.now()})
    messages.success(request, _("Saved."))
    return redirect("cases:show_visit", pk=visit.pk)


def _not_saved(request: ClinicRequest, visit: Visit, form: NotesForm) -> HttpResponse:
    if request.htmx:
        return render(request, "cases/_not_saved.html", {"form": form})
    audit.shows(request, visit.case.patient)
    return draft_page(request, visit, notes=form)


def _conflict(request: ClinicRequest, current: Visit, form: NotesForm) -> HttpResponse:
    """Show both texts; the person decides, and the next save is made on the newer version."""
    differing = [
        (form.fields[name].label, getattr(current, name))
        for name in ("history", "examination", "assessment", "plan", "pain_now")
        if form.cleaned_data.get(name) != getattr(current, name)
    ]
    context = {"visit": current, "differing": differing}
    audit.shows(request, current.case.patient)
    if request.htmx:
        return render(request, "cases/_conflict.html", context)
    form.data = {**request.POST.dict(), "version": str(current.version)}
    return draft_page(request, current, notes=form, conflict=context)


def _refused(request: ClinicRequest, visit: Visit, message: str) -> HttpResponse:
    if request.htmx:
        return answer_refused(request, locked=True)
    messages.error(request, message)
    return redirect("cases:show_visit", pk=visit.pk)
