"""One referral: begin it, write its letter, sign it, read it, send it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms import TOO_SLOW, ReferralForm, VersionForm
from referrals.letters.compose import compose, gaps, warnings
from referrals.letters.record import record_of
from referrals.models import Letter, Referral
from referrals.suggest import is_emergency, suggested_call
from referrals.views.referral_page import referral_of, referral_page
from referrals.workflow import State


@requires("referrals.view")
@require_GET
def show_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Where a referral is, what is next, and the letter as it was signed."""
    return referral_page(request, referral_of(request, pk))


@requires("referrals.write")
@require_http_methods(["GET", "POST"])
def write_letter(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The letter's form beside the letter as it will be, saved while one writes."""
    referral = referral_of(request, pk)
    if referral.state != State.DRAFT:
        return redirect("referrals:show_referral", pk=referral.pk)
    if request.method == "GET":
        return _letter_page(request, referral)
    form = _referral_form(referral, request.POST)
    version = VersionForm(request.POST)
    if form.is_valid() and version.is_valid():
        try:
            referral = actions.update_referral(
                referral=referral,
                by=request.user,
                version=version.cleaned_data["version"],
                **form.cleaned_data,
            )
        except actions.ChangedMeanwhile:
            form.add_error(None, _("Somebody else changed this referral. Save again to keep yours."))
            referral.refresh_from_db(fields=["version"])
        except actions.EmergencyIsPhoned:
            form.add_error("urgency", TOO_SLOW)
        except actions.NotADraft:
            return redirect("referrals:show_referral", pk=referral.pk)
        except ValidationError as error:
            form.add_error(None, error)
    elif version.errors:
        form.add_error(None, _("Reload the page and try again."))
    if request.htmx:
        return render(request, "referrals/_preview.html", _letter_context(request, referral, form))
    if form.is_valid():
        messages.success(request, _("Saved."))
        return redirect("referrals:write_letter", pk=referral.pk)
    return _letter_page(request, referral, form)


def _referral_form(referral: Referral, data: Any = None) -> ReferralForm:
    """A call that was recorded after the referral was begun is filled in, to be saved with it."""
    urgent = is_emergency(referral.visit)
    phoned = suggested_call(referral.visit) if urgent and not referral.phoned_at else {}
    return ReferralForm(data, clinic=referral.clinic, is_emergency=urgent, instance=referral, initial=phoned)


def _letter_context(request: ClinicRequest, referral: Referral, form: ReferralForm) -> dict[str, Any]:
    letter = compose(record_of(referral, at=timezone.now(), signer=request.user))
    return {
        "referral": referral,
        "patient": referral.case.patient,
        "form": form,
        "letter": letter,
        "gaps": gaps(letter),
        "warnings": warnings(letter),
        "saved_at": timezone.now(),
    }


def _letter_page(
    request: ClinicRequest, referral: Referral, form: ReferralForm | None = None
) -> HttpResponse:
    form = form or _referral_form(referral)
    context = _letter_context(request, referral, form)
    return render(request, "referrals/write_letter.html", context)


@requires("referrals.sign")
@require_POST
@once
def sign_letter(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Sign the letter; what is missing is listed with links to where it is filled in."""
    referral = referral_of(request, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The letter was not signed. Read it again, then sign it."))
        return redirect("referrals:write_letter", pk=referral.pk)
    try:
        actions.sign_letter(referral=referral, by=request.user, version=form.cleaned_data["version"])
    except actions.LetterIncomplete:
        messages.error(request, _("The letter is not signed: something that it needs is missing."))
        return redirect(reverse("referrals:write_letter", args=[referral.pk]) + "#preview")
    except actions.ChangedMeanwhile:
        messages.error(request, _("The referral was changed meanwhile. Read it again, then sign it."))
        return redirect("referrals:write_letter", pk=referral.pk)
    except actions.NotSigned:
        messages.error(request, _("The visit was marked as entered in error. Cancel this referral."))
    except actions.WrongStep:
        messages.error(request, _("This referral was cancelled, so its letter cannot be signed."))
    else:
        messages.success(request, _("The letter is signed. It is on the worklist, to be sent."))
    return redirect("referrals:show_referral", pk=referral.pk)


@requires("referrals.view")
@require_GET
def show_letter_pdf(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The signed letter's very bytes."""
    letters = request.clinic.letters.select_related("file", "referral__case")
    letter: Letter = get_object_or_404(letters, pk=pk)
    audit.shows(request, letter.referral.case.patient_id)
    if not hasattr(letter, "file"):
        raise Http404
    kind = "attachment" if "download" in request.GET else "inline"
    return HttpResponse(
        bytes(letter.file.pdf),
        content_type="application/pdf",
        headers={"Content-Disposition": f'{kind}; filename="letter-{letter.signed_at:%Y-%m-%d}.pdf"'},
    )
