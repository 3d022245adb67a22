"""Outcomes: how a case gets on."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cases.progress_page import progress_page
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest


@requires("visits.view")
@require_safe
def show_progress(request: ClinicRequest, pk: Any) -> HttpResponse:
    """How a case gets on: its scores and treatments over time. `pain` chooses which pain is drawn."""
    cases = request.clinic.cases.select_related("patient", "clinic")
    case = get_object_or_404(cases, pk=pk)
    audit.shows(request, case.patient)
    page = progress_page(case, request.GET.get("pain", ""))
    return render(
        request, "cases/outcomes/show_progress.html", {"case": case, "patient": case.patient, "page": page}
    )
