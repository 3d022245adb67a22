"""Signing a visit, and marking one as entered in error."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cases import actions
from cases.forms.visits import SignForm, VoidForm
from cases.since import changed_since
from cases.views.open_page import open_page
from cases.views.visit_pages import draft_page, refused_page, visit_of
from cases.visit_page import labels
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest


@dataclass(frozen=True)
class Unfinished:
    """What stands against signing, what to do about it, and the id of the place to do it."""

    title: Any
    todo: Any
    place: str
    asks_why: bool = False


UNFINISHED: dict[type[Exception], Unfinished] = {
    actions.CopiedNotConfirmed: Unfinished(
        _("The visit is not signed: something copied from the last visit is not checked"),
        _("Read what is marked as copied, then tap “I checked it: still right”."),
        "still-right",
    ),
    actions.BackDatingReasonNeeded: Unfinished(
        _("The visit is not signed: it is dated before the day it was begun"),
        _("Give the reason for writing it up later, or correct the date."),
        "id_back_dating_reason",
    ),
    actions.VisitInFuture: Unfinished(
        _("The visit is not signed: its date is in the future"), _("Correct the date."), "id_seen_on"
    ),
    actions.CallNotRecorded: Unfinished(
        _("The visit is not signed: this is an emergency and no telephone call is recorded"),
        _("Record whom you phoned. Without a call, say why at the signature."),
        "call_phoned_to",
        asks_why=True,
    ),
}


@requires("visits.sign")
@require_POST
@once
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
            no_call_reason=data["no_call_reason"],
        )
    except actions.ScreenIncomplete as error:
        return draft_page(request, visit, sign_form=form, sign_missing=labels(error.missing))
    except actions.TreatmentBlocked as error:
        return draft_page(request, visit, sign_form=form, sign_blocks=error.standing)
    except actions.ChangedMeanwhile as error:
        changed = changed_since(error.current, open_page(request)["version"])
        return draft_page(request, error.current, sign_form=form, sign_changed=changed)
    except tuple(UNFINISHED) as error:
        problem = UNFINISHED[type(error)]
        return draft_page(request, visit, sign_form=form, sign_problem=problem, page_has_errors=True)
    except actions.NotADraft:
        return redirect("cases:show_visit", pk=visit.pk)
    messages.success(request, gettext("The visit is signed and locked."))
    return redirect("cases:show_visit", pk=visit.pk)


@requires("visits.sign")
@require_POST
@once
def void_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Mark a visit as entered in error; it stays readable."""
    visit = visit_of(request, pk)
    form = VoidForm(request.POST)
    if not form.is_valid():
        return refused_page(request, visit, void_form=form)
    actions.void_visit(visit=visit, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, gettext("The visit is marked as entered in error."))
    return redirect("cases:show_case", pk=visit.case_id)
