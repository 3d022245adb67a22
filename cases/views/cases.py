"""Pages of cases: open one, show one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import actions
from cases.forms.cases import CaseForm
from cases.models import Visit
from cases.views.patients import patient_of
from clinic import audit
from clinic.access import requires
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
    """A case: what is suspected, how far it has come, its visits, treatments and referrals."""
    cases = request.clinic.cases.select_related("patient", "lead")
    case = get_object_or_404(cases, pk=pk)
    audit.shows(request, case.patient)
    people = case.visits.select_related("screening", "created_by", "signed_by")
    visits = list(people.annotate(added=Count("addenda")).order_by("-seen_on", "-created_at"))
    signed = next((visit for visit in visits if visit.signed_at and not visit.voided_at), None)
    context = {
        "case": case,
        "patient": case.patient,
        "visits": visits,
        "draft": next((visit for visit in visits if visit.is_draft), None),
        "screening": _screening_of(signed),
        "screened_at": signed,
        "treatments": case.treatments.filter(signed_at__isnull=False).prefetch_related("reviews"),
    }
    return render(request, "cases/show_case.html", context)


def _screening_of(visit: Visit | None) -> object:
    return getattr(visit, "screening", None) if visit else None
