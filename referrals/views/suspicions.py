"""From a signed visit's suspicion: begin the referral, or say why there is none."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.models import Visit
from cases.views.visit_pages import refused_page
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms import TOO_SLOW, NotReferringForm, ReferralForm
from referrals.suggest import is_emergency, need_of, suggested_fields


def _signed_visit(request: ClinicRequest, pk: Any) -> Visit:
    visits = request.clinic.visits.select_related("case__patient", "case__lead", "clinic", "screening")
    visit: Visit = get_object_or_404(visits, pk=pk)
    return visit


@requires("referrals.write")
@require_http_methods(["GET", "POST"])
@once
def start_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Begin a referral from a signed visit, filled in from its screening."""
    visit = _signed_visit(request, pk)
    if not visit.is_signed or visit.voided_at:
        messages.error(request, _("Sign the visit first: a letter is written from a signed visit."))
        return redirect("cases:show_visit", pk=visit.pk)
    audit.shows(request, visit.case.patient)
    form = ReferralForm(
        request.POST or None,
        clinic=visit.clinic,
        is_emergency=is_emergency(visit),
        need=need_of(visit),
        initial=suggested_fields(visit),
    )
    if request.method == "POST" and form.is_valid():
        try:
            referral = actions.start_referral(visit=visit, by=request.user, **form.cleaned_data)
            return redirect("referrals:write_letter", pk=referral.pk)
        except actions.EmergencyIsPhoned:
            form.add_error("urgency", TOO_SLOW)
        except actions.NotSigned:
            return redirect("cases:show_visit", pk=visit.pk)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"visit": visit, "patient": visit.case.patient, "form": form, "chosen": form.chosen}
    return render(request, "referrals/start_referral.html", context)


@requires("referrals.write")
@require_POST
@once
def decide_not_to_refer(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Keep why a suspicion leads to no referral."""
    visit = _signed_visit(request, pk)
    form = NotReferringForm(request.POST, auto_id="not_referring_%s")
    if not form.is_valid():
        return refused_page(request, visit, not_referring_form=form)
    try:
        actions.decide_not_to_refer(visit=visit, by=request.user, reason=form.cleaned_data["reason"])
    except actions.NotSigned:
        messages.error(request, _("Only a signed visit is decided upon. Nothing was changed."))
    except actions.AlreadyReferred:
        messages.error(request, _("There is a referral from this visit. Cancel it if it is not wanted."))
    else:
        messages.success(request, _("The decision not to refer is kept, with its reason."))
    return redirect("cases:show_visit", pk=visit.pk)
