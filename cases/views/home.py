"""The first page: what waits for this person, and a way to the next patient."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.due import by_case, due_reviews
from cases.elsewhere import undecided_elsewhere
from cases.models import Visit
from cases.views.patients import lately_seen
from clinic import audit
from clinic.access import may, requires
from clinic.calendar import today_in
from clinic.requests import ClinicRequest

MOST_DRAFTS = 20
MOST_DUE = 10
MOST_UNDECIDED = 10
# A note that is older than this is written from memory.
LEFT_AFTER = timedelta(days=1)


@requires("home.view")
@require_safe
def home(request: ClinicRequest) -> HttpResponse:
    """My unsigned visits and undecided suspicions, reviews due, the patients lately seen, the referrals."""
    drafts: list[Visit] = []
    unsigned = 0
    patients = []
    if may(request, "visits.record"):
        mine = request.clinic.visits.unsigned_by(request.user)
        drafts = list(mine.select_related("case__patient").order_by("created_at")[:MOST_DRAFTS])
        unsigned = len(drafts) if len(drafts) < MOST_DRAFTS else mine.count()
        audit.shows(request, [draft.case.patient_id for draft in drafts])
    undecided: Sequence[Visit] = ()
    if may(request, "referrals.write"):
        undecided = undecided_elsewhere(request.clinic, request.user, MOST_UNDECIDED + 1)
        audit.shows(request, {visit.case.patient_id for visit in undecided[:MOST_UNDECIDED]})
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
        "undecided": undecided[:MOST_UNDECIDED],
        "is_more_undecided": len(undecided) > MOST_UNDECIDED,
        "due": by_case(due[:MOST_DUE]),
        "is_more_due": len(due) > MOST_DUE,
        "today": today_in(request.clinic),
        "patients": patients,
    }
    return render(request, "cases/home.html", context)
