"""What is added to a visit beside its note: emergency calls, and addenda once it is signed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import actions
from cases.forms.additions import AddendumForm, EmergencyCallForm
from cases.models import Visit
from cases.views.visit_pages import refused_page, visit_of, whole_page
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest


@requires("visits.record")
@require_POST
@once
def record_emergency_call(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record whom somebody phoned about this visit, at a draft as well as once it is signed."""
    visit = visit_of(request, pk)
    form = EmergencyCallForm(request.POST, visit=visit)
    if form.is_valid():
        try:
            actions.record_emergency_call(visit=visit, by=request.user, **form.cleaned_data)
        except actions.VisitIsVoided:
            messages.error(request, _("This visit was marked as entered in error. Nothing was added."))
            return whole_page(request, visit)
        except ValidationError as error:
            form.add_error(None, error)
    if form.is_valid() and request.htmx:
        return redirect("cases:list_emergency_calls", pk=visit.pk)
    if form.is_valid():
        messages.success(request, _("The call is recorded."))
        return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#emergency-calls")
    if request.htmx:
        return _calls(request, visit, form)
    return refused_page(request, visit, call_form=form)


@requires("visits.view")
@require_http_methods(["GET"])
def list_emergency_calls(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Show the calls of a visit, where a call has just been recorded."""
    visit = visit_of(request, pk)
    return _calls(request, visit, EmergencyCallForm(visit=visit))


def _calls(request: ClinicRequest, visit: Visit, form: EmergencyCallForm) -> HttpResponse:
    audit.shows(request, visit.case.patient)
    for name in list(form.errors)[:1]:
        if name in form.fields:
            form.fields[name].widget.attrs["autofocus"] = True
    context = {
        "visit": visit,
        "calls": visit.emergency_calls.select_related("recorded_by"),
        "call_form": form,
    }
    return render(request, "cases/visit/_calls.html", context)


@requires("visits.sign")
@require_POST
@once
def add_addendum(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Add a dated text to a signed visit."""
    visit = visit_of(request, pk)
    form = AddendumForm(request.POST)
    if visit.is_draft or visit.voided_at:
        messages.error(request, _("Only a signed visit takes an addendum. Nothing was added."))
        return redirect("cases:show_visit", pk=visit.pk)
    if not form.is_valid():
        return refused_page(request, visit, addendum_form=form)
    try:
        actions.add_addendum(visit=visit, by=request.user, text=form.cleaned_data["text"])
    except (actions.NotSigned, actions.VisitIsVoided):
        messages.error(request, _("Only a signed visit takes an addendum. Nothing was added."))
    else:
        messages.success(request, _("The addendum is added."))
    return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#addenda")
