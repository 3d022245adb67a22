"""The clinic's directory of specialists and services."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms import SpecialistForm
from referrals.models import Specialist


@requires("specialists.view")
@require_GET
def list_specialists(request: ClinicRequest) -> HttpResponse:
    """Everybody the clinic refers to, the retired ones last."""
    specialists = request.clinic.specialists.order_by("retired_at", "name")
    current = [row for row in specialists if row.retired_at is None]
    retired = [row for row in specialists if row.retired_at is not None]
    context = {"current": current, "retired": retired}
    return render(request, "referrals/list_specialists.html", context)


@requires("specialists.edit")
@require_http_methods(["GET", "POST"])
@once
def add_specialist(request: ClinicRequest) -> HttpResponse:
    """Add a person or service."""
    form = SpecialistForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_specialist(clinic=request.clinic, by=request.user, **form.cleaned_data)
            messages.success(request, _("Added to the directory."))
            return redirect("referrals:list_specialists")
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "referrals/edit_specialist.html", {"form": form})


@requires("specialists.edit")
@require_http_methods(["GET", "POST"])
def edit_specialist(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Change an entry."""
    specialist: Specialist = get_object_or_404(request.clinic.specialists, pk=pk)
    form = SpecialistForm(request.POST or None, instance=specialist)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_specialist(specialist=specialist, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("referrals:list_specialists")
        except ValidationError as error:
            form.add_error(None, error)
    context = {"form": form, "specialist": specialist}
    return render(request, "referrals/edit_specialist.html", context)


@requires("specialists.edit")
@require_POST
@once
def retire_specialist(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Take an entry out of the choice, or with `back` put it in again."""
    specialist = get_object_or_404(request.clinic.specialists, pk=pk)
    retired = "back" not in request.POST
    actions.retire_specialist(specialist=specialist, by=request.user, retired=retired)
    messages.success(request, _("Saved."))
    return redirect("referrals:list_specialists")
