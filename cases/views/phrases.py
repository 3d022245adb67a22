"""One's own phrases: list them, add, change and remove one. The clinic's are kept in the admin."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import actions
from cases.forms.phrases import PhraseForm
from cases.models import Phrase
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest


@requires("phrases.edit")
@require_safe
def list_phrases(request: ClinicRequest) -> HttpResponse:
    """The phrases one may insert: one's own, and the clinic's."""
    phrases = list(request.clinic.phrases.usable_by(request.user))
    context = {
        "own": [phrase for phrase in phrases if phrase.owner_id],
        "of_clinic": [phrase for phrase in phrases if not phrase.owner_id],
    }
    return render(request, "cases/list_phrases.html", context)


@requires("phrases.edit")
@require_http_methods(["GET", "POST"])
@once
def add_phrase(request: ClinicRequest) -> HttpResponse:
    """Add a phrase of one's own."""
    form = PhraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            phrase = actions.add_phrase(clinic=request.clinic, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            _say(form, error)
        else:
            messages.success(request, _("Type %(phrase)s in a note to insert it.") % {"phrase": phrase})
            return redirect("cases:list_phrases")
    return render(request, "cases/edit_phrase.html", {"form": form})


def _say(form: PhraseForm, error: ValidationError) -> None:
    """Put what the record refuses beside the short word: it is the one thing that can be taken."""
    form.add_error("shortcut", error.messages)


def _own(request: ClinicRequest, pk: Any) -> Phrase:
    return get_object_or_404(request.clinic.phrases.filter(owner=request.user), pk=pk)


@requires("phrases.edit")
@require_http_methods(["GET", "POST"])
def edit_phrase(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Change a phrase of one's own."""
    phrase = _own(request, pk)
    form = PhraseForm(request.POST or None, instance=phrase)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_phrase(phrase=phrase, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            _say(form, error)
        else:
            messages.success(request, _("The phrase is saved."))
            return redirect("cases:list_phrases")
    return render(request, "cases/edit_phrase.html", {"form": form, "phrase": _own(request, pk)})


@requires("phrases.edit")
@require_POST
def remove_phrase(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Remove a phrase of one's own; what it was inserted into stays."""
    actions.remove_phrase(phrase=_own(request, pk), by=request.user)
    messages.success(request, _("The phrase is removed. Notes that it was inserted into stay as they are."))
    return redirect("cases:list_phrases")
