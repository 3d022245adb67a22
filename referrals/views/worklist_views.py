"""A person's saved views of the worklist: save, use, rename and remove one."""

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
from referrals.forms.worklist import ViewNameForm
from referrals.models import SavedView
from referrals.worklist.choices import Choices
from referrals.worklist.filters import Filters, in_words
from referrals.worklist.listing import Worklist, address


def _own(request: ClinicRequest, pk: Any) -> SavedView:
    return get_object_or_404(request.clinic.saved_views.filter(user=request.user), pk=pk)


@requires("referrals.view")
@require_http_methods(["GET", "POST"])
@once
def save_view(request: ClinicRequest) -> HttpResponse:
    """Keep the filters of the list under a name."""
    worklist = Worklist.asked_for(request)
    form = ViewNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        query = worklist.filters.query
        try:
            actions.save_view(clinic=request.clinic, by=request.user, query=query, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            messages.success(request, _("The view is saved. It stands above the list."))
            return redirect(worklist.address)
    return _form_page(request, form, worklist.filters, worklist.choices)


def _form_page(
    request: ClinicRequest,
    form: ViewNameForm,
    filters: Filters,
    choices: Choices,
    view: SavedView | None = None,
) -> HttpResponse:
    words = [word for _name, word in in_words(filters, choices)]
    context = {
        "form": form,
        "view": view,
        "words": words,
        "query": filters.query,
        "address": address(filters.query),
    }
    return render(request, "referrals/worklist/edit_view.html", context)


@requires("referrals.view")
@require_GET
def show_view(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Go to the list with the filters of a view, without those that the clinic no longer knows."""
    view = _own(request, pk)
    filters = Filters.read_text(view.query, Choices.of(request.clinic))
    if filters.query != view.query:
        messages.info(request, _("A part of this view is no longer known here and was left out."))
    return redirect(address(filters.query))


@requires("referrals.view")
@require_http_methods(["GET", "POST"])
def edit_view(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Give a view another name."""
    view = _own(request, pk)
    choices = Choices.of(request.clinic)
    filters = Filters.read_text(view.query, choices)
    form = ViewNameForm(request.POST or None, initial={"name": view.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_view(view=view, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            messages.success(request, _("The view has its new name."))
            return redirect(address(filters.query))
    return _form_page(request, form, filters, choices, _own(request, pk))


@requires("referrals.view")
@require_POST
def remove_view(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Remove a view; the referrals stay as they are."""
    actions.remove_view(view=_own(request, pk), by=request.user)
    messages.success(request, _("The view is removed. The referrals stay as they are."))
    return redirect("referrals:list_referrals")
