"""Files beside the record: attaching, looking at, describing and voiding them."""

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import actions
from cases.attachments import storage
from cases.attachments.checking import FileRefused
from cases.attachments.names import name_given_out, shown_name
from cases.forms.attachments import AttachForm, DescribeForm, VoidAttachmentForm, mark_of
from cases.models import Attachment, Case, Patient
from cases.views.patients import patient_of
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest

# A file can run nothing and load nothing, even where it is opened in the browser.
SEALED = "sandbox; default-src 'none'"

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What became of the files of one sending: rows, and (name, why not) of each that was refused."""

    attached: list[Attachment] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def attachment_of(request: ClinicRequest, pk: UUID) -> Attachment:
    """Return this clinic's attachment, or raise 404; the page is noted as showing its patient."""
    rows = request.clinic.attachments.select_related("patient", "case", "uploaded_by", "voided_by")
    attachment: Attachment = get_object_or_404(rows, pk=pk)
    audit.shows(request, attachment.patient_id)
    return attachment


@requires("attachments.add")
@require_http_methods(["GET", "POST"])
@storage.without_orphans
@once
def attach_files(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Attach one file or several to a patient; each is kept or refused for itself, with a reason.

    The page's script sends one file at a time as an htmx request, and is told of that one only.
    """
    patient = patient_of(request, pk)
    audit.shows(request, patient)
    case = _case_asked_for(request, patient)
    if request.method == "POST":
        form = AttachForm(request.POST, request.FILES, patient=patient)
    else:
        form = AttachForm(patient=patient, initial={"case": case})
    outcome = Outcome()
    if form.is_bound and form.is_valid():
        outcome = _attach_each(request, patient, form)
        if not request.htmx and not outcome.refused:
            messages.success(request, _attached_words(outcome))
            return redirect(_list_of(patient, form.cleaned_data["case"]))
    if request.htmx:
        return _answer_for_one(request, form, outcome)
    for name, why in outcome.refused:
        form.add_error("chosen", f"{name}: {why}" if name else why)
    context = {
        "form": form,
        "patient": patient,
        "case": case,
        "outcome": outcome,
        "most_bytes": settings.ATTACHMENT_MAX_BYTES,
    }
    return render(request, "cases/attachments/attach_files.html", context)


def _case_asked_for(request: ClinicRequest, patient: Patient) -> Case | None:
    try:
        return patient.cases.filter(pk=UUID(request.GET.get("case", ""))).first()
    except ValueError:
        return None


def _attach_each(request: ClinicRequest, patient: Patient, form: AttachForm) -> Outcome:
    outcome = Outcome()
    for file in form.cleaned_data["chosen"]:
        name = shown_name(file.name or "")
        try:
            attachment = actions.attach_file(patient=patient, by=request.user, file=file, **form.said)
        except (FileRefused, storage.CannotStore) as error:
            outcome.refused.append((name, error.sentence))
        except ValidationError as error:
            outcome.refused.append((name, " ".join(error.messages)))
        else:
            outcome.attached.append(attachment)
    return outcome


def _attached_words(outcome: Outcome) -> str:
    count = len(outcome.attached)
    return ngettext("The file is attached.", "%(count)d files are attached.", count) % {"count": count}


def _list_of(patient: Patient, case: Case | None) -> str:
    if case:
        return reverse("cases:show_case", args=[case.pk]) + "#attachments"
    return reverse("cases:show_patient", args=[patient.pk]) + "#attachments"


def _answer_for_one(request: ClinicRequest, form: AttachForm, outcome: Outcome) -> HttpResponse:
    response = render(request, "cases/attachments/_answer.html", {"form": form, "outcome": outcome})
    if not outcome.attached:
        # What is said of the files may be wrong whichever file it is: then the fields are shown anew.
        response["X-Refused"] = "fields" if set(form.errors) - {"chosen"} else "file"
    return response


@requires("attachments.view")
@require_safe
def download_attachment(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """The very bytes that were stored, to be saved, never run; a file that was changed is not given out."""
    attachment = attachment_of(request, pk)
    if attachment.voided_at:
        return _not_shown(request, attachment)
    try:
        path = storage.whole_path_of(attachment)
    except (storage.FileGone, storage.FileChanged) as problem:
        logger.error("The file of attachment %s: %s.", attachment.pk, type(problem).__name__)
        return _not_shown(request, attachment)
    name = name_given_out(attachment)
    return _sealed(path, attachment.content_type, f'attachment; filename="{name}"')


@requires("attachments.view")
@require_safe
def preview_attachment(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """The small picture of a picture, for the pages that list it."""
    attachment = attachment_of(request, pk)
    if attachment.voided_at or not attachment.has_preview:
        return _not_shown(request, attachment)
    path = storage.preview_of(attachment.stored_name)
    if not os.access(path, os.R_OK):
        logger.error("The preview of attachment %s cannot be read.", attachment.pk)
        return _not_shown(request, attachment)
    return _sealed(path, "image/jpeg", "inline")


def _sealed(path: Path, content_type: str, disposition: str) -> HttpResponse:
    """Return the answer with a file, which whoever opens it in a browser can only look at."""
    headers = {
        "Content-Disposition": disposition,
        "Content-Length": str(path.stat().st_size),
        "Content-Security-Policy": SEALED,
        "X-Content-Type-Options": "nosniff",
    }
    response = StreamingHttpResponse(storage.chunks_of(path), content_type=content_type, headers=headers)
    return cast(HttpResponse, response)


def _not_shown(request: ClinicRequest, attachment: Attachment) -> HttpResponse:
    context = {"attachment": attachment, "patient": attachment.patient}
    return render(request, "cases/attachments/not_shown.html", context, status=404)


@requires("attachments.add")
@require_http_methods(["GET", "POST"])
def describe_attachment(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Show one attached file with what is said of it, and change that."""
    attachment = attachment_of(request, pk)
    form = DescribeForm(request.POST if request.method == "POST" else None, attachment=attachment)
    if form.is_bound and form.is_valid():
        try:
            if not form.is_of_now:
                raise actions.ChangedMeanwhile(attachment)
            actions.describe_attachment(attachment=attachment, by=request.user, **form.said)
        except actions.ChangedMeanwhile as error:
            return _changed_meanwhile(request, error.current, form)
        except actions.AttachmentIsVoided:
            messages.error(request, _("This file was marked as entered in error. Nothing was changed."))
            return redirect("cases:describe_attachment", pk=attachment.pk)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The details of the file are saved."))
            return redirect(_list_of(attachment.patient, form.cleaned_data["case"]))
    return _describe_page(request, attachment, form=form)


def _changed_meanwhile(request: ClinicRequest, current: Attachment, form: DescribeForm) -> HttpResponse:
    words = _(
        "Somebody else has changed this meanwhile. It is now “%(title)s”, %(kind)s. Save again to put "
        "what stands below in its place."
    )
    form.add_error(None, words % {"title": current.title, "kind": current.get_kind_display()})
    cast(QueryDict, form.data)["seen"] = mark_of(current)
    return _describe_page(request, current, form=form)


def _describe_page(request: ClinicRequest, attachment: Attachment, **forms: Any) -> HttpResponse:
    context = {
        "attachment": attachment,
        "patient": attachment.patient,
        "back": _list_of(attachment.patient, attachment.case),
        "void_form": VoidAttachmentForm(),
    }
    if "form" not in forms:
        context["form"] = DescribeForm(attachment=attachment)
    return render(request, "cases/attachments/describe_attachment.html", context | forms)


@requires("attachments.add")
@require_POST
@once
def void_attachment(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Mark a file as entered in error, with the reason."""
    attachment = attachment_of(request, pk)
    form = VoidAttachmentForm(request.POST)
    if not form.is_valid():
        return _describe_page(request, attachment, void_form=form, page_has_errors=True)
    try:
        actions.void_attachment(attachment=attachment, by=request.user, **form.cleaned_data)
    except actions.ReasonNeeded:
        form.add_error("reason", _("Say why it was entered in error."))
        return _describe_page(request, attachment, void_form=form, page_has_errors=True)
    messages.success(request, _("The file is marked as entered in error and is not shown any more."))
    return redirect(_list_of(attachment.patient, attachment.case))
