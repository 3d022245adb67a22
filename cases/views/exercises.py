"""Picking exercises of the library: in the visit's page with htmx, on a page of its own without."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import actions
from cases.forms.exercises import PickForm
from cases.models import Visit
from cases.picking import choice_for
from cases.treating import load_form_checks
from cases.treatment_checks import seen_at
from cases.views.open_page import open_page
from cases.views.visit_pages import visit_of, whole_page
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest


@requires("visits.record")
@require_http_methods(["GET", "POST"])
@once
def pick_exercises(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Add exercises of the library to a draft, several at once; what the findings forbid is said first."""
    visit = visit_of(request, pk)
    if not visit.is_draft:
        return whole_page(request, visit)
    form = PickForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = form.cleaned_data["codes"]
            actions.add_exercises(visit=visit, by=request.user, codes=codes, **open_page(request))
            return _done(request, visit)
        except actions.NotADraft:
            return whole_page(request, visit)
        except actions.TreatmentBlocked as error:
            reasons = " ".join(dict.fromkeys(block.reason for block in error.blocks))
            form.add_error("codes", _("Nothing was added. %(reasons)s") % {"reasons": reasons})
        except ValidationError as error:
            form.add_error("codes", error.messages)
    audit.shows(request, visit.case.patient)
    return _picker(request, visit, form)


def _picker(request: ClinicRequest, visit: Visit, form: PickForm) -> HttpResponse:
    choice = choice_for(visit, seen_at(visit), form.ticked)
    context = {
        "visit": visit,
        "patient": visit.case.patient,
        "form": form,
        "choice": choice,
        "shown": request.POST.get("shelf", ""),
        "ask_first": [check.question for check in load_form_checks().questions("exercise")],
        "picked": sum(card.is_picked for card in choice.cards),
    }
    page = "_picker" if request.htmx else "pick_exercises"
    return render(request, f"cases/exercises/{page}.html", context)


def _done(request: ClinicRequest, visit: Visit) -> HttpResponse:
    if request.htmx:
        return redirect("cases:list_treatments", pk=visit.pk)
    return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#treatment")
