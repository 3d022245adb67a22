"""Pages of what a clinic decides about its letters, of its calendar, and of one's own signature."""

from copy import copy
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import requires
from clinic.letter_settings import actions
from clinic.letter_settings.forms import (
    ClosuresForm,
    LetterSettingsForm,
    LogoForm,
    SignatureForm,
    WorkingDaysForm,
    mark_of,
)
from clinic.letter_settings.pictures import PictureRefused
from clinic.models import Clinic, Logo, SignatureImage
from clinic.once import once
from clinic.requests import ClinicRequest


@requires("letters.wording")
@require_http_methods(["GET", "POST"])
def edit_letter_settings(request: ClinicRequest) -> HttpResponse:
    """Deadlines, copies, co-signing and the letterhead; somebody else's change is shown, not overwritten."""
    clinic = Clinic.objects.get(pk=request.clinic.pk)
    form = LetterSettingsForm(request.POST or None, instance=copy(clinic))
    context: dict[str, Any] = {"form": form, "logo": Logo.objects.filter(clinic=clinic).first()}
    if request.method == "POST" and form.is_valid():
        try:
            if form.changed_meanwhile(clinic):
                raise actions.SettingsChanged(clinic)
            actions.update_letter_settings(clinic=clinic, by=request.user, **form.details)
        except actions.SettingsChanged as error:
            context["differing"] = form.changed_meanwhile(error.current)
            cast(QueryDict, form.data)["seen"] = mark_of(error.current)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Saved. Dates that are already set stay as they are."))
            return redirect("clinic:edit_letter_settings")
    return render(request, "clinic/edit_letter_settings.html", context)


@requires("letters.wording")
@require_http_methods(["GET", "POST"])
def change_logo(request: ClinicRequest) -> HttpResponse:
    """Set the picture at the head of the clinic's letters."""
    logo = Logo.objects.filter(clinic=request.clinic).first()
    form = (
        LogoForm(request.POST, request.FILES, logo=logo) if request.method == "POST" else LogoForm(logo=logo)
    )
    if form.is_bound and form.is_valid():
        try:
            file = _file_of(form)
            actions.change_logo(
                clinic=request.clinic, by=request.user, file=file, alt=form.cleaned_data["alt"]
            )
        except PictureRefused as refused:
            form.add_error("file", refused.sentence)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The logo is saved. Letters to come carry it."))
            return redirect("clinic:change_logo")
    return render(request, "clinic/change_logo.html", {"form": form, "logo": logo})


def _file_of(form: LogoForm | SignatureForm) -> Any:
    """Return what was sent, or None. Raises PictureRefused when it did not come whole."""
    file = form.cleaned_data["file"]
    if file and getattr(file, "problem", None):
        raise PictureRefused("too_large")
    return file or None


@requires("letters.wording")
@require_safe
def show_logo(request: ClinicRequest) -> HttpResponse:
    """The logo as it is kept."""
    return _picture(get_object_or_404(Logo, clinic=request.clinic).png)


def _picture(png: Any) -> HttpResponse:
    response = HttpResponse(bytes(png), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@requires("letters.wording")
@require_POST
def remove_logo(request: ClinicRequest) -> HttpResponse:
    """Letters to come have no logo."""
    actions.remove_logo(clinic=request.clinic, by=request.user)
    messages.success(request, _("The logo is removed. Letters that are signed keep it."))
    return redirect("clinic:change_logo")


@requires("letters.signature")
@require_http_methods(["GET", "POST"])
def change_signature(request: ClinicRequest) -> HttpResponse:
    """Set the picture of one's own signature."""
    signature = SignatureImage.objects.filter(user=request.user).first()
    form = SignatureForm(request.POST, request.FILES) if request.method == "POST" else SignatureForm()
    if form.is_bound and form.is_valid():
        try:
            actions.change_signature(user=request.user, by=request.user, file=_file_of(form))
        except PictureRefused as refused:
            form.add_error("file", refused.sentence)
        else:
            messages.success(
                request, _("The signature is saved. Letters that you sign from now on carry it.")
            )
            return redirect("clinic:change_signature")
    return render(request, "clinic/change_signature.html", {"form": form, "signature": signature})


@requires("letters.signature")
@require_safe
def show_signature(request: ClinicRequest) -> HttpResponse:
    """One's own signature as it is kept, and nobody else's."""
    signature = SignatureImage.objects.filter(user=request.user).first()
    if signature is None:
        raise Http404
    return _picture(signature.png)


@requires("letters.signature")
@require_POST
def remove_signature(request: ClinicRequest) -> HttpResponse:
    """Letters to come have a line to sign on."""
    actions.remove_signature(user=request.user, by=request.user)
    messages.success(request, _("The signature is removed. Letters that are signed keep it."))
    return redirect("clinic:change_signature")


@requires("clinic.calendar")
@require_http_methods(["GET", "POST"])
def edit_calendar(request: ClinicRequest) -> HttpResponse:
    """The days of the week on which the clinic works, and the days on which it is closed."""
    initial = {"working_days": request.clinic.working_days}
    form = WorkingDaysForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.set_working_days(clinic=request.clinic, by=request.user, **form.cleaned_data)
        messages.success(request, _("The working days are saved."))
        return redirect("clinic:edit_calendar")
    return _calendar(request, form, ClosuresForm())


def _calendar(request: ClinicRequest, days: WorkingDaysForm, closures: ClosuresForm) -> HttpResponse:
    today = timezone.localdate()
    closed = list(request.clinic.closures.all())
    context = {
        "days_form": days,
        "closures_form": closures,
        "to_come": [row for row in closed if row.on >= today],
        "past": [row for row in reversed(closed) if row.on < today],
        "form": closures if closures.is_bound else days,
    }
    return render(request, "clinic/edit_calendar.html", context)


@requires("clinic.calendar")
@require_POST
@once
def add_closures(request: ClinicRequest) -> HttpResponse:
    """Close the clinic on the days that were typed or pasted."""
    form = ClosuresForm(request.POST)
    if not form.is_valid():
        initial = {"working_days": request.clinic.working_days}
        return _calendar(request, WorkingDaysForm(initial=initial), form)
    added, renamed = actions.add_closures(clinic=request.clinic, by=request.user, days=form.read)
    messages.success(request, _closed_words(added, renamed))
    return redirect("clinic:edit_calendar")


def _closed_words(added: int, renamed: int) -> str:
    if not added and not renamed:
        return _("These days were all there already.")
    said = [ngettext("%(count)d day is added.", "%(count)d days are added.", added) % {"count": added}]
    if renamed:
        words = ngettext("%(count)d has another reason.", "%(count)d have another reason.", renamed)
        said.append(words % {"count": renamed})
    return " ".join(said)


@requires("clinic.calendar")
@require_POST
def remove_closure(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Open the clinic on a day after all."""
    closure = get_object_or_404(request.clinic.closures, pk=pk)
    actions.remove_closure(closure=closure, by=request.user)
    messages.success(request, _("The clinic is open on this day."))
    return redirect("clinic:edit_calendar")
