"""Pages of cases: open one, show one, change one."""

from copy import copy
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import actions
from cases.case_page import case_context
from cases.forms.cases import CaseForm, EditCaseForm, mark_of
from cases.models import Case
from cases.views.patients import patient_of
from clinic import audit
from clinic.access import may, requires
from clinic.once import once
from clinic.requests import ClinicRequest


@requires("cases.open")
@require_http_methods(["GET", "POST"])
@once
def open_case(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Open a case for a new complaint of a patient, and its first visit if asked."""
    patient = patient_of(request, pk)
    audit.shows(request, patient)
    form = CaseForm(request.POST or None, patient=patient)
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.open_case(patient=patient, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The case is open."))
            return redirect("cases:show_case", pk=case.pk)
    return render(request, "cases/open_case.html", {"form": form, "patient": patient})


@requires("cases.view")
@require_safe
def show_case(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """The story of a case on one page; for those who do not treat, its dates, status and papers."""
    case = case_of(request, pk)
    audit.shows(request, case.patient)
    whole = request.GET.get("story") == "whole"
    context = case_context(case, clinical=may(request, "visits.view"), whole=whole)
    return render(request, "cases/show_case.html", context)


@requires("cases.edit")
@require_http_methods(["GET", "POST"])
def edit_case(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Change a case's details and lead; a change by somebody else in between is shown, not overwritten."""
    case = case_of(request, pk)
    audit.shows(request, case.patient)
    form = EditCaseForm(request.POST or None, instance=copy(case), patient=case.patient)
    context: dict[str, Any] = {"form": form, "case": case, "patient": case.patient}
    if request.method == "POST" and form.is_valid():
        try:
            if form.changed_meanwhile(case):
                raise actions.ChangedMeanwhile(case)
            actions.update_case(case=case, by=request.user, **form.details)
        except actions.ChangedMeanwhile as error:
            context["differing"] = form.changed_meanwhile(error.current)
            cast(QueryDict, form.data)["seen"] = mark_of(error.current)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The case is saved."))
            return redirect("cases:show_case", pk=case.pk)
    return render(request, "cases/edit_case.html", context)


def case_of(request: ClinicRequest, pk: UUID) -> Case:
    """Return this clinic's case with its patient and lead, or raise 404."""
    case = get_object_or_404(request.clinic.cases.select_related("patient", "lead"), pk=pk)
    case.clinic = request.clinic
    return case
