"""The clinic's directory of specialists and services."""

from copy import copy
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.choices import Urgency
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms import SpecialistForm
from referrals.forms.specialists import FindSpecialistForm, condition_names, conditions_by_origin
from referrals.models import Specialist

ON_A_PAGE = 100


@requires("specialists.view")
@require_http_methods(["GET", "HEAD", "POST"])
def list_specialists(request: ClinicRequest) -> HttpResponse:
    """Everybody the clinic refers to, the retired ones apart; a POST finds some of them.

    Names go in the body of a request and never into an address.
    """
    form = FindSpecialistForm(request.POST or None)
    found: QuerySet[Specialist] = request.clinic.specialists.all()
    is_search = form.is_bound and form.is_valid()
    if is_search:
        found = _matching(found, form.cleaned_data)
    pages = Paginator(found.filter(retired_at__isnull=True), ON_A_PAGE)
    retired = found.filter(retired_at__isnull=False)
    context = {
        "form": form,
        "is_search": is_search,
        "page": pages.get_page(request.GET.get("page")),
        "retired": retired[:ON_A_PAGE],
        "retired_count": retired.count(),
    }
    return render(request, "referrals/list_specialists.html", context)


def _matching(rows: "QuerySet[Specialist]", said: dict[str, Any]) -> "QuerySet[Specialist]":
    for word in said["q"].split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(organisation__icontains=word)
            | Q(site__icontains=word)
            | Q(role__icontains=word)
        )
    return rows.filter(destination=said["service"]) if said["service"] else rows


@requires("specialists.view")
@require_safe
def show_specialist(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """What is known of one person or service."""
    specialist: Specialist = get_object_or_404(request.clinic.specialists, pk=pk)
    context = {
        "specialist": specialist,
        "urgencies": [Urgency(code).label for code in specialist.urgencies],
        "conditions": condition_names(specialist.conditions),
        "open_count": specialist.referrals.open().count(),
    }
    return render(request, "referrals/show_specialist.html", context)


@requires("specialists.edit")
@require_http_methods(["GET", "POST"])
@once
def add_specialist(request: ClinicRequest) -> HttpResponse:
    """Add a person or service."""
    form = SpecialistForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_specialist(clinic=request.clinic, by=request.user, **form.details)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Added to the directory."))
            return redirect("referrals:list_specialists")
    context = {"form": form, "origins": conditions_by_origin(), "ticked": _ticked(form)}
    return render(request, "referrals/edit_specialist.html", context)


@requires("specialists.edit")
@require_http_methods(["GET", "POST"])
def edit_specialist(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Change an entry; a change by somebody else in between is shown, not overwritten."""
    specialist: Specialist = get_object_or_404(request.clinic.specialists, pk=pk)
    form = SpecialistForm(request.POST or None, instance=copy(specialist))
    context: dict[str, Any] = {"form": form, "specialist": specialist, "origins": conditions_by_origin()}
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"] or 0
        try:
            actions.update_specialist(specialist=specialist, by=request.user, seen=seen, **form.details)
        except actions.SpecialistChanged as changed:
            context["differing"] = form.changed_meanwhile(changed.current)
            cast(QueryDict, form.data)["seen"] = str(changed.current.version)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("referrals:show_specialist", pk=specialist.pk)
    context["ticked"] = _ticked(form)
    return render(request, "referrals/edit_specialist.html", context)


def _ticked(form: SpecialistForm) -> list[str]:
    return list(form["conditions"].value() or [])


@requires("specialists.edit")
@require_POST
@once
def retire_specialist(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Take an entry out of the choice, or with `back` put it in again."""
    specialist = get_object_or_404(request.clinic.specialists, pk=pk)
    retired = "back" not in request.POST
    actions.retire_specialist(specialist=specialist, by=request.user, retired=retired)
    said = _("Retired: it is not offered for new referrals.") if retired else _("It is offered again.")
    messages.success(request, said)
    return redirect("referrals:list_specialists")
