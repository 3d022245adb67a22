"""A patient's programme: the page, and the handout to take home."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.handouts import handout_of, render_handout
from cases.programme import programme_of
from cases.views.patients import patient_of
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest

LARGE = "large"


@requires("visits.view")
@require_safe
def show_programme(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """What the patient is to do at home today, as they are told of it."""
    patient = patient_of(request, pk)
    audit.shows(request, patient)
    context = {
        "patient": patient,
        "programme": programme_of(patient),
        "open_cases": patient.cases.open().order_by("-opened_at"),
    }
    return render(request, "cases/programme/show_programme.html", context)


@requires("visits.view")
@require_safe
def show_handout_pdf(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """The programme on paper; `?print=large` in letters of 18 points."""
    patient = patient_of(request, pk)
    audit.shows(request, patient)
    programme = programme_of(patient)
    if not programme:
        messages.error(request, _("There is nothing to hand out: no exercise, rest or ice is running."))
        return redirect("cases:show_programme", pk=patient.pk)
    is_large = request.GET.get("print") == LARGE
    handout = handout_of(patient, programme, is_large=is_large)
    pdf = render_handout(handout, at=timezone.now()).pdf
    kind = "attachment" if "download" in request.GET else "inline"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'{kind}; filename="exercises-{programme.today:%Y-%m-%d}.pdf"'},
    )
