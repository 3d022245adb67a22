"""The visit page while it is a draft: showing it, and saving its notes."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import actions
from cases.choices import VisitKind
from cases.forms.answers import UnreadableAnswers, read_answers
from cases.forms.body_chart import listed_marks
from cases.forms.outcomes import NoSuchScore, PostedScores, read_scores
from cases.forms.visits import NotesForm
from cases.models import Visit
from cases.since import WRITTEN, last_saved
from cases.views.answers import answer_refused
from cases.views.beside_note import copied_context
from cases.views.open_page import open_page, tell_saved
from cases.views.visit_pages import draft_page, signed_page, visit_of
from cases.visit_page import labels
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest


@requires("visits.record")
@require_POST
@once
def start_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Begin a visit of a case, or go on with the open draft. `kind` says how the patient is seen."""
    case = get_object_or_404(request.clinic.cases, pk=pk)
    kind = request.POST.get("kind", "")
    kind = kind if kind in VisitKind.values else ""
    try:
        visit = actions.start_visit(case=case, by=request.user, kind=kind)
    except actions.CaseIsClosed:
        messages.error(
            request, _("This case is closed. Open it again, or open a new case for a new complaint.")
        )
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
    return signed_page(request, visit)


@requires("visits.record")
@require_POST
def save_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Save the notes, and without JavaScript the answers with them. What cannot be saved is said."""
    visit = visit_of(request, pk)
    if not visit.is_draft:
        return _refused(request, visit, _("This visit is signed. Nothing was changed."))
    form, said = NotesForm(request.POST, instance=copy(visit)), open_page(request)
    try:
        answers, posted = read_answers(request.POST, visit), read_scores(request.POST)
        if not form.is_valid() and (not request.htmx or "version" in form.errors):
            return _not_saved(request, visit, form, posted)
        saved = actions.save_whole_page(
            visit=visit,
            by=request.user,
            notes=_readable(request, form),
            answers=answers,
            marks=listed_marks(request.POST),
            scores=posted.touched(),
            known=posted.known,
            **said,
        )
    except UnreadableAnswers as error:
        for label, message in error.errors.items():
            form.add_error(None, f"{label}: {message}")
        return _not_saved(request, visit, form)
    except NoSuchScore:
        form.add_error(None, _("There is no such score."))
        return _not_saved(request, visit, form)
    except ValidationError as error:
        form.add_error(None, error)
        return _not_saved(request, visit, form)
    except actions.ChangedMeanwhile as error:
        return _conflict(request, error.current, form)
    except actions.AnsweredMeanwhile as error:
        return _answered_meanwhile(request, error, form)
    except actions.ScoredMeanwhile as error:
        return _scored_meanwhile(request, error, form)
    except actions.NotADraft:
        return _refused(request, visit, _("This visit was signed meanwhile. Nothing was changed."))
    if request.htmx:
        answer = _not_saved(request, visit, form) if form.errors else _copies_left(request, visit, saved)
        return tell_saved(answer, saved, said)
    if posted.problems:
        audit.shows(request, visit.case.patient)
        return draft_page(request, saved, posted_scores=posted)
    messages.success(request, _("Saved."))
    return redirect("cases:show_visit", pk=visit.pk)


def _readable(request: ClinicRequest, form: NotesForm) -> dict[str, Any]:
    """Return the fields that can be saved: a date half typed does not keep back the text beside it."""
    return {
        name: form.cleaned_data[name] for name in WRITTEN if name in form.cleaned_data.keys() & request.POST
    }


def _copies_left(request: ClinicRequest, before: Visit, saved: Visit) -> HttpResponse:
    """Take the mark off a copied text that was changed just now; otherwise there is nothing to say."""
    if before.to_confirm == saved.to_confirm:
        return HttpResponse()
    return render(request, "cases/visit/_copied_left.html", copied_context(saved))


def _not_saved(
    request: ClinicRequest, visit: Visit, form: NotesForm, posted: PostedScores | None = None
) -> HttpResponse:
    if request.htmx:
        return render(request, "cases/_not_saved.html", {"form": form}, status=422)
    audit.shows(request, visit.case.patient)
    return draft_page(request, visit, notes=form, posted_scores=posted)


def _conflict(request: ClinicRequest, current: Visit, form: NotesForm) -> HttpResponse:
    """Show both texts side by side. Nothing is saved until the person has decided field by field."""
    differing = [
        _both(form, current, name)
        for name in WRITTEN
        if name in form.cleaned_data and form.cleaned_data[name] != getattr(current, name)
    ]
    context = {"visit": current, "differing": differing, "saved": last_saved(current)}
    audit.shows(request, current.case.patient)
    if request.htmx:
        return render(request, "cases/_conflict.html", context, status=422)
    form.data = {**request.POST.dict(), "version": str(current.version)}
    return draft_page(request, current, notes=form, conflict=context)


def _both(form: NotesForm, current: Visit, name: str) -> dict[str, Any]:
    """Return one field's two texts in words, and the value that takes over the saved one."""
    choices = dict(getattr(form.fields[name], "choices", []))
    mine, theirs = form.cleaned_data[name], getattr(current, name)
    return {
        "name": name,
        "label": form.fields[name].label,
        "mine": choices.get(mine, mine) if mine is not None else "–",
        "theirs": choices.get(theirs, theirs) if theirs is not None else "–",
        "value": form.fields[name].prepare_value(theirs) if theirs is not None else "",
    }


def _answered_meanwhile(
    request: ClinicRequest, error: actions.AnsweredMeanwhile, form: NotesForm
) -> HttpResponse:
    """Without JavaScript: keep the notes as typed, and show the answers as the record has them now."""
    audit.shows(request, error.current.case.patient)
    form.data = {**request.POST.dict(), "version": str(error.current.version)}
    return draft_page(request, error.current, notes=form, answered_meanwhile=labels(error.signs))


def _scored_meanwhile(
    request: ClinicRequest, error: actions.ScoredMeanwhile, form: NotesForm
) -> HttpResponse:
    """Without JavaScript: keep the notes as typed, and show the scores as the record has them now."""
    audit.shows(request, error.current.case.patient)
    form.data = {**request.POST.dict(), "version": str(error.current.version)}
    return draft_page(request, error.current, notes=form, scored_meanwhile=True)


def _refused(request: ClinicRequest, visit: Visit, message: str) -> HttpResponse:
    if request.htmx:
        return answer_refused(request, locked=True)
    messages.error(request, message)
    return redirect("cases:show_visit", pk=visit.pk)
