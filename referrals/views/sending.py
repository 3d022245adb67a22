"""Sending a letter: by e-mail, by hand with a note of it, and what became of each dispatch."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions, mail
from referrals.copies import copies_of
from referrals.forms.sending import NOT_BY_POST, AgainForm, ArrivedForm, EmailForm, SendForm
from referrals.models import Dispatch
from referrals.protection import new_password, spoken
from referrals.views.referral_page import referral_of, referral_page
from referrals.views.send_panel import mailing_of


@requires("referrals.send")
@require_POST
@once
def mark_sent(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record how the letter left the clinic by other means than e-mail."""
    referral = referral_of(request, pk)
    form = SendForm(request.POST, referral=referral, copies=_copies(referral))
    if not form.is_valid():
        return referral_page(request, referral, send_form=form)
    try:
        actions.mark_sent(referral=referral, by=request.user, **form.cleaned_data)
    except actions.EmergencyIsPhoned:
        form.add_error(None, NOT_BY_POST)
    except actions.NotYet:
        form.add_error("sent_on", _("That is before the step before it."))
    except (actions.WrongStep, actions.OnItsWay, actions.ChangedMeanwhile) as error:
        return _refused(request, referral, error)
    except ValidationError as error:
        form.add_error(None, error)
    else:
        messages.success(request, _("Marked as sent. Next: check that it was received."))
        return redirect("referrals:show_referral", pk=referral.pk)
    return referral_page(request, referral, send_form=form)


@requires("referrals.send")
@require_POST
@never_cache
@once
def send_by_email(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Queue the letter as an e-mail; a password is shown on the page that follows, and only there."""
    referral = referral_of(request, pk)
    form = EmailForm(request.POST, copies=_copies(referral))
    if not form.is_valid():
        return referral_page(request, referral, email_form=form)
    chosen = form.cleaned_data
    password = new_password() if chosen["protect"] else ""
    try:
        actions.send_by_email(
            referral=referral,
            by=request.user,
            email=chosen["email"],
            copies=chosen.get("copies", ()),
            password=password,
        )
    except (actions.WrongStep, actions.OnItsWay, actions.ChangedMeanwhile) as error:
        return _refused(request, referral, error)
    except actions.EmailNotOffered:
        messages.error(request, _("This server sends no e-mail; nothing was changed."))
        return redirect("referrals:show_referral", pk=referral.pk)
    except ValidationError as error:
        form.add_error(None, error)
        return referral_page(request, referral, email_form=form)
    if password:
        return _show_password(request, referral, password)
    messages.success(request, _("The e-mail is on its way. This page says when it is out."))
    return redirect("referrals:show_referral", pk=referral.pk)


@requires("referrals.send")
@require_GET
def show_mailing(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Whether the e-mail is out, asked every two seconds by the page of a referral that waits for it."""
    referral = get_object_or_404(request.clinic.referrals, pk=pk)
    context = {"referral": referral, "mailing": mailing_of(referral)}
    context["is_news"] = context["mailing"] not in ("queued", "sending")
    return render(request, "referrals/_on_its_way.html", context)


def _show_password(request: ClinicRequest, referral: Any, password: str) -> HttpResponse:
    # In the answer itself: a redirect would have to keep the password somewhere in between.
    context = {
        "referral": referral,
        "patient": referral.case.patient,
        "password": password,
        "groups": list(zip(password.split("-"), spoken(password), strict=True)),
    }
    return render(request, "referrals/show_password.html", context)


def _refused(request: ClinicRequest, referral: Any, error: Exception) -> HttpResponse:
    words = {
        actions.OnItsWay: _("The letter is on its way already, or may have been sent; nothing was changed."),
        actions.ChangedMeanwhile: _("The letter was corrected or is being corrected; nothing was changed."),
    }
    default = _("This referral is not waiting to be sent; nothing was changed.")
    messages.error(request, words.get(type(error), default))
    return redirect("referrals:show_referral", pk=referral.pk)


def _copies(referral: Any) -> list[Any]:
    letter = referral.letters.select_related("patient_copy").first()
    return copies_of(referral, letter) if letter else []


# One dispatch


def dispatch_of(request: ClinicRequest, pk: Any) -> Dispatch:
    """Return this clinic's dispatch with its letter and referral, or raise 404."""
    rows = request.clinic.dispatches.select_related("letter__referral__case__patient")
    dispatch: Dispatch = get_object_or_404(rows, pk=pk)
    audit.shows(request, dispatch.letter.referral.case.patient)
    return dispatch


def _back(dispatch: Dispatch) -> HttpResponse:
    return redirect("referrals:show_referral", pk=dispatch.letter.referral_id)


def _too_late(request: ClinicRequest, dispatch: Dispatch) -> HttpResponse:
    messages.error(request, _("Something happened to this meanwhile; nothing was changed."))
    return _back(dispatch)


@requires("referrals.send")
@require_POST
@once
def confirm_dispatch(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Say whether a doubtful e-mail arrived."""
    dispatch = dispatch_of(request, pk)
    form = ArrivedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say whether it arrived; nothing was changed."))
        return _back(dispatch)
    arrived = form.cleaned_data["arrived"] == "yes"
    try:
        actions.confirm_dispatch(dispatch=dispatch, by=request.user, arrived=arrived)
    except actions.NotWaiting:
        return _too_late(request, dispatch)
    messages.success(request, _("Confirmed as sent.") if arrived else _("Not sent: send it another way."))
    return _back(dispatch)


@requires("referrals.send")
@require_POST
@once
def withdraw_dispatch(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Take back what still waits to go."""
    dispatch = dispatch_of(request, pk)
    try:
        actions.withdraw_dispatch(dispatch=dispatch, by=request.user)
    except actions.NotWaiting:
        return _too_late(request, dispatch)
    messages.success(request, _("Taken back: it does not go."))
    return _back(dispatch)


@requires("referrals.send")
@require_POST
@once
def send_again(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Send a copy that was not accepted to another address, or by post."""
    dispatch = dispatch_of(request, pk)
    form = AgainForm(request.POST, auto_id=f"%s-{dispatch.pk}")
    if not form.is_valid():
        referral = referral_of(request, dispatch.letter.referral_id)
        return referral_page(request, referral, again_form=form, again_to=dispatch.pk)
    try:
        actions.send_again(dispatch=dispatch, by=request.user, email=form.cleaned_data["email"])
    except (actions.NotWaiting, actions.OnItsWay):
        return _too_late(request, dispatch)
    except actions.EmailNotOffered:
        messages.error(request, _("This server sends no e-mail; nothing was changed."))
        return _back(dispatch)
    messages.success(request, _("The copy is waiting to go."))
    return _back(dispatch)


@requires("referrals.send")
@require_POST
@once
def mark_copy_posted(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record that a printed copy is in the post."""
    dispatch = dispatch_of(request, pk)
    try:
        actions.mark_copy_posted(dispatch=dispatch, by=request.user)
    except actions.NotWaiting:
        return _too_late(request, dispatch)
    messages.success(request, _("Marked as posted."))
    return _back(dispatch)


@requires("referrals.send")
@require_POST
@once
def set_aside_dispatch(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Say that a copy which was not accepted need not go."""
    dispatch = dispatch_of(request, pk)
    try:
        actions.set_aside(dispatch=dispatch, by=request.user)
    except actions.NotWaiting:
        return _too_late(request, dispatch)
    messages.success(request, _("Set aside."))
    return _back(dispatch)


@requires("referrals.send")
@require_GET
def show_dispatch_pdf(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The very bytes that a dispatch carries, protected or not."""
    dispatch = dispatch_of(request, pk)
    headers = {"Content-Disposition": f'inline; filename="letter-{dispatch.recorded_at:%Y-%m-%d}.pdf"'}
    try:
        content = mail.attached_bytes(dispatch)
    except (mail.CannotBeWritten, ObjectDoesNotExist):
        raise Http404 from None
    return HttpResponse(content, content_type="application/pdf", headers=headers)
