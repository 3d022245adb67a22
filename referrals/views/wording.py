"""The clinic's wording of letters, e-mails and chases: see it, change it, and go back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import requires
from clinic.models import Clinic
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.actions.wording import version_in_use
from referrals.forms.wording import SeenForm, WordingForm, sentence_of
from referrals.models import Destination, LetterTemplate, LetterTemplateVersion, WordingKind
from referrals.wording import (
    builtin_text,
    check,
    fields_for,
    may_lack,
    paragraphs_of,
    sample_values,
)
from referrals.wording import (
    render as write_out,
)
from referrals.wording.differences import differences
from referrals.wording.record import wording_for

_CHANGED = gettext_lazy(
    "Somebody else has changed this wording meanwhile. Look at it as it is now, then decide again."
)
# For kinds of service that are emergencies the sample is one too.
EMERGENCIES = {Destination.EMERGENCY_DEPARTMENT, Destination.SPINAL_ON_CALL}


@requires("letters.wording")
@require_safe
def list_wordings(request: ClinicRequest) -> HttpResponse:
    """Every wording by what it is for and for which service: the clinic's own or the built-in one."""
    own: dict[str, list[LetterTemplate]] = {kind: [] for kind in WordingKind.values}
    for row in request.clinic.letter_templates.all():
        own[row.kind].append(row)
    newest = _newest_of(request.clinic, [row for rows in own.values() for row in rows])
    kinds = [
        {
            "kind": WordingKind(kind),
            "rows": [
                _listed(None if row is None else (row, newest.get(row.pk))) for row in _general_first(rows)
            ],
            "services": _services_without(rows),
        }
        for kind, rows in own.items()
    ]
    return render(request, "referrals/wording/list_wordings.html", {"kinds": kinds})


def _general_first(rows: Iterable[LetterTemplate]) -> list[LetterTemplate | None]:
    """The general wording is always listed; that of one service once the clinic has begun one."""
    by_service = {row.destination: row for row in rows}
    return [by_service.pop("", None), *by_service.values()]


def _listed(known: tuple[LetterTemplate, LetterTemplateVersion | None] | None) -> dict[str, Any]:
    if known is None:
        return {"destination": "", "service": "", "version": None}
    row, newest = known
    return {
        "destination": row.destination,
        "service": row.get_destination_display() if row.destination else "",
        "version": newest if row.is_used else None,
    }


def _services_without(rows: Iterable[LetterTemplate]) -> list[tuple[str, str]]:
    known = {row.destination for row in rows}
    return [(value, str(label)) for value, label in Destination.choices if value not in known]


def _newest_of(clinic: Clinic, rows: list[LetterTemplate]) -> dict[UUID, LetterTemplateVersion]:
    versions = LetterTemplateVersion.objects.filter(clinic=clinic, template__in=rows)
    newest = versions.select_related("saved_by").order_by("template_id", "-number").distinct("template_id")
    return {version.template_id: version for version in newest}


@requires("letters.wording")
@require_http_methods(["GET", "POST"])
@once
def edit_wording(request: ClinicRequest, kind: str) -> HttpResponse:
    """Change one wording, seeing at once what becomes of it; each saving is a version of its own."""
    which = _asked_for(request, kind)
    form = WordingForm(request.POST or None, kind=kind, initial=_initial(which))
    context = _context(which, form)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.save_wording(
                clinic=request.clinic, by=request.user, kind=kind, destination=which.destination, **said
            )
        except actions.WordingChanged as changed:
            context |= _changed_meanwhile(which, form, changed)
        except ValidationError as error:
            form.add_error("text", error.messages)
        else:
            messages.success(request, _("The wording is saved. New letters use it from now on."))
            return redirect(which.url)
    return render(request, "referrals/wording/edit_wording.html", context)


class _Wording:
    """One wording as it stands: its row if the clinic has one, its versions, and the text in use."""

    def __init__(self, clinic: Clinic, kind: str, destination: str) -> None:
        self.clinic, self.kind, self.destination = clinic, WordingKind(kind), destination
        self.row = clinic.letter_templates.filter(kind=kind, destination=destination).first()
        rows = (
            self.row.versions.select_related("saved_by") if self.row else LetterTemplateVersion.objects.none()
        )
        self.versions = list(rows)
        self.seen = version_in_use(self.row, self.versions[0] if self.versions else None)
        self.service = Destination(destination).label if destination else ""
        self.builtin = builtin_text(kind, destination)
        self.text = wording_for(clinic, kind, destination)

    @property
    def url(self) -> str:
        path = reverse("referrals:edit_wording", args=[self.kind.value])
        return f"{path}?service={self.destination}" if self.destination else path


def _asked_for(request: ClinicRequest, kind: str) -> _Wording:
    """Return the wording that the address names. Raises Http404 for a kind or service that there is not."""
    destination = request.GET.get("service", "")
    if kind not in WordingKind.values or destination not in ("", *Destination.values):
        raise Http404
    return _Wording(request.clinic, kind, destination)


def _initial(which: _Wording) -> dict[str, Any]:
    return {"text": which.text, "seen": which.seen}


def _context(which: _Wording, form: WordingForm) -> dict[str, Any]:
    text = str(form["text"].value() or "")
    return {
        "which": which,
        "form": form,
        "fields": fields_for(which.kind),
        **_preview(which.kind, which.destination, text),
    }


def _preview(kind: str, destination: str, text: str) -> dict[str, Any]:
    """Return what a wording becomes for the sample patient, or what is wrong with it."""
    if problems := check(text, kind):
        return {"problems": [sentence_of(one) for one in problems[:10]]}
    values = sample_values(kind)
    if destination:
        values["service"] = str(Destination(destination).label)
    if destination in EMERGENCIES:
        values |= {"urgency": "emergency", "see_by": values["today"]}
    return {"paragraphs": paragraphs_of(write_out(text, values)), "may_lack": may_lack(text, kind)}


def _changed_meanwhile(which: _Wording, form: WordingForm, changed: actions.WordingChanged) -> dict[str, Any]:
    """Show what somebody else saved beside what was typed; saving again is then a decision."""
    theirs = changed.newest.text if changed.newest else which.builtin
    form.data["seen"] = changed.newest.number if changed.newest else 0  # type: ignore[index]
    return {
        "theirs": changed.newest,
        "differences": differences(theirs, form.cleaned_data["text"]),
        "is_conflict": True,
    }


@requires("letters.wording")
@require_POST
def preview_wording(request: ClinicRequest, kind: str) -> HttpResponse:
    """Return what a wording becomes while it is being written. Nothing is saved."""
    which = _asked_for(request, kind)
    context = _preview(which.kind, which.destination, request.POST.get("text", "").strip()[:10_000])
    return render(request, "referrals/wording/_preview.html", context)


def _version_of(request: ClinicRequest, pk: UUID) -> LetterTemplateVersion:
    versions = LetterTemplateVersion.objects.filter(clinic=request.clinic)
    version: LetterTemplateVersion = get_object_or_404(versions.select_related("template", "saved_by"), pk=pk)
    return version


@requires("letters.wording")
@require_safe
def show_wording_version(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """One version: what it said, and what changed against the one before it."""
    version = _version_of(request, pk)
    before = version.template.versions.filter(number=version.number - 1).first()
    which = _Wording(request.clinic, version.template.kind, version.template.destination)
    context = {
        "which": which,
        "version": version,
        "before": before,
        "differences": differences(before.text if before else which.builtin, version.text),
        "is_in_use": which.seen == version.number,
    }
    return render(request, "referrals/wording/show_version.html", context)


@requires("letters.wording")
@require_POST
@once
def restore_wording(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Use an earlier version again: it is added as the newest."""
    version = _version_of(request, pk)
    which = _Wording(request.clinic, version.template.kind, version.template.destination)
    form = SeenForm(request.POST)
    try:
        seen = form.cleaned_data["seen"] if form.is_valid() else -1
        actions.restore_wording(version=version, by=request.user, seen=seen)
    except actions.WordingChanged:
        messages.error(request, str(_CHANGED))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Version %(number)d is in use again.") % {"number": version.number})
    return redirect(which.url)


@requires("letters.wording")
@require_POST
@once
def use_builtin_wording(request: ClinicRequest, kind: str) -> HttpResponse:
    """Go back to the wording that Footnote brings; the clinic's versions are kept."""
    which = _asked_for(request, kind)
    form = SeenForm(request.POST)
    if which.row is None:
        return redirect(which.url)
    try:
        seen = form.cleaned_data["seen"] if form.is_valid() else -1
        actions.use_builtin_wording(wording=which.row, by=request.user, seen=seen)
    except actions.WordingChanged:
        messages.error(request, str(_CHANGED))
    else:
        messages.success(request, _("The built-in wording is in use. Your versions are kept below."))
    return redirect(which.url)
