"""The first page: what waits for this person, and a way to the next patient."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.due import by_case, due_reviews
from cases.elsewhere import undecided_elsewhere
from cases.models import Case, Patient, Visit
from cases.templatetags.patients import PERSON
from cases.views.patients import lately_seen
from clinic import audit
from clinic.access import may, requires
from clinic.calendar import today_in
from clinic.planned import Parts, planned_once
from clinic.requests import ClinicRequest

MOST_DRAFTS = 20
MOST_DUE = 10
MOST_UNDECIDED = 10
# A note that is older than this is written from memory.
LEFT_AFTER = timedelta(days=1)
# What the list shows of a draft.
_SHOWN = Parts(
    v=(Visit, "id case_id kind seen_on created_at"),
    c=(Case, "id patient_id complaint"),
    p=(Patient, PERSON),
)
_DRAFTS = f"""
    SELECT {_SHOWN.columns} FROM cases_visit v
    JOIN cases_case c ON c.id = v.case_id JOIN cases_patient p ON p.id = c.patient_id
    WHERE v.created_by_id = %s::uuid AND v.clinic_id = %s::uuid
        AND v.signed_at IS NULL AND v.voided_at IS NULL
    ORDER BY v.created_at LIMIT {MOST_DRAFTS}
"""  # noqa: S608


@requires("home.view")
@require_safe
def home(request: ClinicRequest) -> HttpResponse:
    """My unsigned visits and undecided suspicions, reviews due, the patients lately seen, the referrals."""
    drafts: list[Visit] = []
    unsigned = 0
    patients = []
    if may(request, "visits.record"):
        drafts = _drafts(request)
        mine = request.clinic.visits.unsigned_by(request.user)
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


def _drafts(request: ClinicRequest) -> list[Visit]:
    """Return the oldest of the visits that this user began and did not sign. One query."""
    drafts = []
    with planned_once() as cursor:
        cursor.execute(_DRAFTS, [request.user.pk, request.clinic.pk])
        for row in cursor:
            draft, draft.case, draft.case.patient = _SHOWN.read(row)
            drafts.append(draft)
    return drafts
