"""Replies: finding whose it is, recording it, reading it, voiding one that does not belong here."""

import logging
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.actions import IsMerged
from cases.attachments import storage
from cases.attachments.checking import FileRefused
from cases.attachments.page_pictures import CannotDraw, count_pages, picture_of_page
from cases.models import Attachment, Patient
from cases.search import find_patients
from clinic import audit
from clinic.access import may, requires
from clinic.once import once
from clinic.requests import ClinicRequest
from clinic.templatetags.footnote import day
from referrals import actions
from referrals.actions.replies import sent_on_of, suspected_of
from referrals.forms.replies import FindReferralForm, ReadReplyForm, ReplyForm, VoidReplyForm
from referrals.models import Referral, Reply
from referrals.replies import replies_to_read
from referrals.views.referral_page import referral_of
from referrals.workflow import OPEN_STATES, State, can_become

MOST_FOUND = 50
SEALED = "sandbox; default-src 'none'"

logger = logging.getLogger(__name__)


@requires("replies.record")
@require_http_methods(["GET", "POST"])
def find_referral(request: ClinicRequest) -> HttpResponse:
    """A reply came in: whose it is, and to which of their referrals it belongs."""
    form = FindReferralForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        found = find_patients(request.clinic, form.cleaned_data["q"])
        context |= {"found": found, "people": _with_referrals(request, found.patients)}
    return render(request, "referrals/replies/find_referral.html", context)


def _with_referrals(
    request: ClinicRequest, patients: Iterable[Patient]
) -> list[tuple[Patient, list[Referral]]]:
    """Return the patients with their referrals that left, the open ones first. One query."""
    patients = list(patients)
    audit.shows(request, patients)
    sent = request.clinic.referrals.filter(case__patient__in=patients, sent_at__isnull=False)
    rows = sent.select_related("case", "specialist").order_by("-sent_at")[:MOST_FOUND]
    by_patient: dict[Any, list[Referral]] = {}
    for row in sorted(rows, key=lambda row: row.state not in OPEN_STATES):
        by_patient.setdefault(row.case.patient_id, []).append(row)
    return [(patient, by_patient.get(patient.pk, [])) for patient in patients]


@requires("replies.record")
@require_http_methods(["GET", "POST"])
@storage.without_orphans
@once
def record_reply(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record what came back for one referral."""
    referral = referral_of(request, pk)
    if request.method == "POST":
        form = ReplyForm(request.POST, request.FILES, referral=referral)
    else:
        initial = {"received_on": timezone.localdate(), "written_by": _whom(referral)}
        form = ReplyForm(referral=referral, initial=initial)
    if form.is_bound and form.is_valid() and (reply := _recorded(request, referral, form)):
        messages.success(request, _recorded_words(reply))
        return redirect("referrals:show_referral", pk=referral.pk)
    context = {
        "form": form,
        "referral": referral,
        "patient": referral.case.patient,
        "sent_on": sent_on_of(referral),
        "stays": not can_become(referral.state, State.REPLIED),
        "waiting": referral.replies.filter(read_at__isnull=True, voided_at__isnull=True).count(),
        "State": State,
    }
    return render(request, "referrals/replies/record_reply.html", context)


def _whom(referral: Referral) -> str:
    return str(referral.specialist or "")[:160]


def _recorded(request: ClinicRequest, referral: Referral, form: ReplyForm) -> Reply | None:
    try:
        return actions.record_reply(referral=referral, by=request.user, **form.cleaned_data)
    except (FileRefused, storage.CannotStore) as error:
        sentence = error.sentence
        if getattr(error, "code", "") == "already_there":
            sentence = _("This file is on the record already: choose it below.")
        form.add_error("file", sentence)
    except actions.NotSent:
        form.add_error(None, _("The letter of this referral has not been sent, so this is no reply to it."))
    except actions.NotYet as error:
        words = _("A reply cannot have come before the letter was sent, on %(day)s.")
        form.add_error("received_on", words % {"day": day(error.earliest)})
    except IsMerged:
        form.add_error(None, _("This record was merged into another meanwhile. Open the referral again."))
    except ValidationError as error:
        form.add_error(None, error.messages[0])
    return None


def _recorded_words(reply: Reply) -> str:
    referral = reply.referral
    if referral.state == State.REPLIED:
        words = _("The reply is recorded. %(who)s is to read it.")
        return words % {"who": referral.owner}
    return _("The reply is recorded and waits to be read. The referral stays as it was: %(state)s.") % {
        "state": referral.get_state_display()
    }


def reply_of(request: ClinicRequest, pk: Any) -> Reply:
    """Return this clinic's reply with its referral and file, or raise 404; its patient is noted as shown."""
    replies = request.clinic.replies.select_related(
        "referral__clinic",
        "referral__case__patient",
        "referral__visit__screening",
        "referral__specialist",
        "referral__owner",
        "attachment",
        "recorded_by",
        "read_by",
        "voided_by",
    )
    reply: Reply = get_object_or_404(replies, pk=pk)
    audit.shows(request, reply.referral.case.patient_id)
    return reply


@requires("replies.read")
@require_safe
def list_replies(request: ClinicRequest) -> HttpResponse:
    """Every reply of the clinic that nobody has read, those of this podiatrist first."""
    replies = replies_to_read(request.clinic, request.user)
    audit.shows(request, {reply.referral.case.patient_id for reply in replies})
    return render(request, "referrals/replies/list_replies.html", {"replies": replies})


@requires("replies.read")
@require_http_methods(["GET", "POST"])
@once
def read_reply(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Read a reply beside a short form of what it says."""
    reply = reply_of(request, pk)
    form = ReadReplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _read(request, reply, form)
    context = {
        "form": form,
        "reply": reply,
        "referral": reply.referral,
        "patient": reply.referral.case.patient,
        "suspected": suspected_of(reply.referral),
        "pages": _pages(reply.attachment),
    }
    return render(request, "referrals/replies/read_reply.html", context)


def _read(request: ClinicRequest, reply: Reply, form: ReadReplyForm) -> HttpResponse:
    try:
        read = actions.read_reply(reply=reply, by=request.user, **form.cleaned_data)
    except actions.AlreadyRead as error:
        words = _("%(who)s has read this reply meanwhile. What you wrote was not kept.")
        messages.error(request, words % {"who": error.reply.read_by})
    except actions.ReplyIsVoided:
        messages.error(request, _("This reply was voided meanwhile. Nothing was changed."))
    else:
        messages.success(request, _read_words(read))
        return redirect("referrals:show_referral", pk=reply.referral_id)
    return redirect("referrals:read_reply", pk=reply.pk)


def _read_words(reply: Reply) -> str:
    referral = Referral.objects.select_related("owner").get(pk=reply.referral_id)
    if referral.state == State.CLOSED:
        return _("You have read the reply. The referral is closed.")
    if referral.state == State.REPLIED:
        return _("You have read this reply. Another one of the same referral waits to be read.")
    words = _("You have read the reply. Next for %(who)s: %(action)s.")
    return words % {"who": referral.owner, "action": referral.next_action}


def _pages(attachment: Attachment | None) -> range | None:
    """The numbers of the pages that are shown as pictures; None where the file is a picture itself."""
    if attachment is None or attachment.voided_at or attachment.has_preview:
        return None
    try:
        return range(1, count_pages(attachment) + 1)
    except (storage.FileGone, storage.FileChanged) as problem:
        logger.error("The file of attachment %s: %s.", attachment.pk, type(problem).__name__)
        return range(0)


@requires("attachments.view")
@require_safe
def show_reply_page(request: ClinicRequest, pk: Any, number: int) -> HttpResponse:
    """One page of the file of a reply, as a picture."""
    reply = reply_of(request, pk)
    file = reply.attachment
    if file is None or file.voided_at or reply.voided_at or file.has_preview:
        return _no_picture(request, reply)
    try:
        picture = picture_of_page(file, number)
    except (CannotDraw, storage.FileGone, storage.FileChanged) as problem:
        logger.warning("A page of attachment %s is not shown: %s.", file.pk, type(problem).__name__)
        return _no_picture(request, reply)
    headers = {"Content-Security-Policy": SEALED, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(picture, content_type="image/png", headers=headers)


def _no_picture(request: ClinicRequest, reply: Reply) -> HttpResponse:
    return render(request, "404.html", status=404)


@requires("replies.record")
@require_http_methods(["GET", "POST"])
@once
def void_reply(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Mark a reply as one that does not belong here; one that was read, by a podiatrist."""
    reply = reply_of(request, pk)
    if reply.read_at and not may(request, "replies.read"):
        raise PermissionDenied
    form = VoidReplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            is_other = bool(form.cleaned_data["other_patient"])
            reason = form.cleaned_data["reason"]
            actions.void_reply(reply=reply, by=request.user, reason=reason, other_patient=is_other)
        except actions.ReplyIsVoided:
            messages.error(request, _("Somebody else voided this reply already."))
        else:
            messages.success(request, _("The reply is voided. It stays listed with the reason."))
        return redirect("referrals:show_referral", pk=reply.referral_id)
    context = {
        "form": form,
        "reply": reply,
        "referral": reply.referral,
        "patient": reply.referral.case.patient,
        "State": State,
    }
    return render(request, "referrals/replies/void_reply.html", context)
