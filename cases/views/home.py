"""The first page: what waits for this person, and a way to the next patient."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.models import Visit
from cases.views.patients import lately_seen
from clinic import audit
from clinic.access import may, requires
from clinic.requests import ClinicRequest

MOST_DRAFTS = 20
# A note that is older than this is written from memory.
LEFT_AFTER = timedelta(days=1)


@requires("home.view")
@require_safe
def home(request: ClinicRequest) -> HttpResponse:
    """My unsigned visits, the patients lately seen, and the clinic's referrals."""
    drafts: list[Visit] = []
    unsigned = 0
    patients = []
    if may(request, "visits.record"):
        mine = request.clinic.visits.unsigned_by(request.user)
        drafts = list(mine.select_related("case__patient").order_by("created_at")[:MOST_DRAFTS])
        unsigned = len(drafts) if len(drafts) < MOST_DRAFTS else mine.count()
        audit.shows(request, [draft.case.patient_id for draft in drafts])
    if may(request, "patients.view"):
        patients = lately_seen(request, count=8)
        audit.shows(request, patients)
    context = {
        "drafts": drafts,
        "unsigned": unsigned,
        "left_since": timezone.now() - LEFT_AFTER,
        "patients": patients,
    }
    return render(request, "cases/home.html", context)
