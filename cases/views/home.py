"""The first page: what waits for this person, and a way to the next patient."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.models import Visit
from cases.views.patients import lately_seen
from clinic import audit
from clinic.access import may, requires
from clinic.requests import ClinicRequest


@requires("home.view")
@require_safe
def home(request: ClinicRequest) -> HttpResponse:
    """My unsigned visits, the patients lately seen, and the clinic's referrals."""
    drafts: list[Visit] = []
    patients = []
    if may(request, "visits.record"):
        unsigned = request.clinic.visits.unsigned_by(request.user)
        drafts = list(unsigned.select_related("case__patient").order_by("seen_on")[:20])
        audit.shows(request, [draft.case.patient_id for draft in drafts])
    if may(request, "patients.view"):
        patients = lately_seen(request, count=8)
        audit.shows(request, patients)
    return render(request, "cases/home.html", {"drafts": drafts, "patients": patients})
