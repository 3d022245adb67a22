"""Signing a visit, and marking one as entered in error."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import actions
from cases.forms.visits import SignForm, VoidForm
from cases.views.open_page import open_page
from cases.views.visit_pages import draft_page, visit_of
from cases.visit_page import labels
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest


@requires("visits.sign")
@require_POST
def sign_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Sign a visit; whatever stands against it is listed with links to where it is mended."""
    visit = visit_of(request, pk)
    audit.shows(request, visit.case.patient)
    form = SignForm(request.POST, auto_id="sign_%s")
    if not visit.is_draft:
        return redirect("cases:show_visit", pk=visit.pk)
    if not form.is_valid():
        return draft_page(request, visit, sign_form=form)
    data = form.cleaned_data
    try:
        actions.sign_visit(
            visit=visit,
            by=request.user,
            **open_page(request),
            agreed=data["decision"] == SignForm.AGREE,
            decided_origin=data["decided_origin"],
            decision_reason=data["decision_reason"],
        )
    except actions.ScreenIncomplete as error:
        return draft_page(request, visit, sign_form=form, sign_missing=labels(error.missing))
    except actions.TreatmentBlocked as error:
        return draft_page(request, visit, sign_form=form, sign_blocks=error.blocks)
    except actions.ChangedMeanwhile:
        form.add_error(None, _("This visit was changed meanwhile. Read it again, then sign it."))
        form.data = {**request.POST.dict(), "version": str(visit.version)}
        return draft_page(request, visit, sign_form=form)
    except actions.NotADraft:
        return redirect("cases:show_visit", pk=visit.pk)
    messages.success(request, _("The visit is signed and locked."))
    return redirect("cases:show_visit", pk=visit.pk)


@requires("visits.sign")
@require_POST
def void_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Mark a visit as entered in error; it stays readable."""
    visit = visit_of(request, pk)
    form = VoidForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason why this visit is an error."))
        return redirect("cases:show_visit", pk=visit.pk)
    actions.void_visit(visit=visit, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The visit is marked as entered in error."))
    return redirect("cases:show_case", pk=visit.case_id)
