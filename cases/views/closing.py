"""The end of a case: discharging the patient, and opening the case again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import actions
from cases.choices import CaseOutcome
from cases.courses import running_courses
from cases.elsewhere import told_of
from cases.forms.cases import DischargeForm, ReopenForm
from cases.models import Case
from cases.views.cases import case_of
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest


@requires("cases.edit")
@require_http_methods(["GET", "POST"])
def discharge_case(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Close a case with how it ended, after saying what becomes of what is still open."""
    case = case_of(request, pk)
    audit.shows(request, case.patient)
    running = running_courses(case)
    form = DischargeForm(request.POST or None, is_treated=bool(running))
    if request.method == "POST" and form.is_valid():
        try:
            closed = actions.discharge_case(case=case, by=request.user, **form.cleaned_data)
        except actions.CaseIsClosed:
            messages.error(request, _("This case was closed meanwhile. Nothing was changed."))
            return redirect("cases:show_case", pk=case.pk)
        except actions.DraftIsOpen:
            form.add_error(None, _("A visit of this case is not signed. Sign it or mark it first."))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _closed_words(closed))
            return redirect("cases:show_case", pk=case.pk)
    context: dict[str, Any] = {
        "form": form,
        "case": case,
        "patient": case.patient,
        "running": running,
        "waiting": told_of(case).waiting,
        "draft": case.visits.drafts().first(),
    }
    return render(request, "cases/discharge_case.html", context)


def _closed_words(case: Case) -> str:
    if case.outcome == CaseOutcome.DIED and case.patient.deceased_on is None:
        return _("The case is closed. Record the date of death in the patient's details too.")
    return _("The case is closed.")


@requires("cases.edit")
@require_http_methods(["GET", "POST"])
def reopen_case(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Open a closed case again, with the reason."""
    case = case_of(request, pk)
    audit.shows(request, case.patient)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.reopen_case(case=case, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The case is open again."))
        return redirect("cases:show_case", pk=case.pk)
    context = {"form": form, "case": case, "patient": case.patient}
    return render(request, "cases/reopen_case.html", context)
