"""The first page: what waits for this person, and a way to the next patient."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.back_dating import today_in
from cases.due import by_case, due_reviews
from cases.models import Visit
from cases.views.patients import lately_seen
from clinic import audit
from clinic.access import may, requires
from clinic.requests import ClinicRequest

MOST_DRAFTS = 20
MOST_DUE = 10
# A note that is older than this is written from memory.
LEFT_AFTER = timedelta(days=1)


@requires("home.view")
@require_safe
def home(request: ClinicRequest) -> HttpResponse:
    """My unsigned visits, the treatments to be asked about, the patients lately seen, and the referrals."""
    drafts: list[Visit] = []
    unsigned = 0
    patients = []
    if may(request, "visits.record"):
        mine = request.clinic.visits.unsigned_by(request.user)
        drafts = list(mine.select_related("case__patient").order_by("created_at")[:MOST_DRAFTS])
        unsigned = len(drafts) if len(drafts) < MOST_DRAFTS else mine.count()
        audit.shows(request, [draft.case.patient_id for draft in drafts])
    due = []
    if may(request, "treatments.review"):
        due = due_reviews(request.clinic, request.user, MOST_DUE + 1)
        audit.shows(request, {course.newest.case.patient_id for course in due[:MOST_DUE]})
    if may(request, "patients.view"):
        patients = lately_seen(request, count=8)
        audit.shows(request, patients)
    context = {
        "drafts": drafts,
        "unsigned": unsigned,
        "left_since": timezone.now() - LEFT_AFTER,
        "due": by_case(due[:MOST_DUE]),
        "is_more_due": len(due) > MOST_DUE,
        "today": today_in(request.clinic),
        "patients": patients,
    }
    return render(request, "cases/home.html", context)
