"""What the pages of a visit are made of: the draft's page, its live panel, and the signed page."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from cases.answers import earlier_visits
from cases.choices import TreatmentKind
from cases.contradicted import alerts
from cases.forms.outcomes import PostedScores
from cases.forms.visits import NotesForm, SignForm, VoidForm
from cases.models import Visit
from cases.review_rows import review_rows
from cases.treatment_checks import seen_at
from cases.views.beside_note import beside_draft, beside_signed
from cases.views.panel import panel_context
from cases.visit_page import found_groups, previous, sign_groups
from cases.visit_scores import shown_scores, visit_scores
from clinic import audit
from clinic.requests import ClinicRequest


def visit_of(request: ClinicRequest, pk: Any, *, people: bool = True) -> Visit:
    """Return this clinic's visit with its case and patient, or raise 404.

    Without `people` who leads the case and who began the visit is read when it is asked for.
    """
    related = ["case__patient", *(["case__lead", "created_by"] if people else [])]
    return get_object_or_404(request.clinic.visits.select_related(*related), pk=pk)


def whole_page(request: ClinicRequest, visit: Visit) -> HttpResponse:
    """Send the browser to the visit's page, also from a request that asked for a part of it."""
    url = reverse("cases:show_visit", args=[visit.pk])
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def signed_context(visit: Visit) -> dict[str, Any]:
    """Return what the read-only page shows of a signed or voided visit."""
    findings = list(visit.findings.all())
    groups = found_groups(findings)
    return {
        "visit": visit,
        "patient": visit.case.patient,
        "groups": [group for group in groups if not group.is_table],
        "tables": [group for group in groups if group.is_table],
        "screening": getattr(visit, "screening", None),
        "body_marks": visit.body_marks.all(),
        "scores": shown_scores(visit),
        "treatments": visit.treatments.prefetch_related("overrides__given_by"),
        "reviews_given": visit.treatment_reviews.select_related("treatment"),
        "void_form": VoidForm(),
    }


def signed_page(request: ClinicRequest, visit: Visit, **extra: Any) -> HttpResponse:
    """Return the read-only page of a signed or voided visit."""
    context = signed_context(visit) | beside_signed(visit)
    return render(request, "cases/show_visit.html", context | extra)


def draft_page(
    request: ClinicRequest,
    visit: Visit,
    notes: NotesForm | None = None,
    sign_form: SignForm | None = None,
    posted_scores: PostedScores | None = None,
    **extra: Any,
) -> HttpResponse:
    findings = list(visit.findings.all())
    patient = visit.case.patient
    earlier = earlier_visits(visit)
    was = previous(earlier.last, visit.seen_on)
    context = panel_context(visit, findings, earlier) | {
        "patient": patient,
        "groups": sign_groups(findings, patient.age_on(visit.seen_on), was=was),
        "notes": notes or NotesForm(instance=visit),
        "sign_form": sign_form or SignForm(initial={"version": visit.version}, auto_id="sign_%s"),
        "void_form": VoidForm(),
        "body_marks": visit.body_marks.all(),
        "scores": visit_scores(visit, posted_scores),
        "treatments": visit.treatments.prefetch_related("overrides__given_by"),
        "treatment_kinds": TreatmentKind.choices,
        "review_rows": review_rows(visit),
        "page_token": uuid4(),
    }
    seen = seen_at(visit, findings, context["assessment"])
    context |= beside_draft(request, visit) | {"treatment_alerts": alerts(visit, seen)}
    context["page_has_errors"] = bool(extra or (notes and notes.errors) or (sign_form and sign_form.errors))
    return render(request, "cases/record_visit.html", context | extra)


def refused_page(request: ClinicRequest, visit: Visit, **forms: Any) -> HttpResponse:
    """Return the visit's page, draft or read-only, with the form on it that was refused."""
    audit.shows(request, visit.case.patient)
    page = draft_page if visit.is_draft else signed_page
    return page(request, visit, page_has_errors=True, **forms)
