"""The page of one referral, put together of panels: the letter, its sending, its steps, the reply."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from clinic import audit
from clinic.requests import ClinicRequest
from referrals.models import Referral
from referrals.replies import replies_of
from referrals.views.letter_panel import letter_panel
from referrals.views.send_panel import send_panel
from referrals.views.steps_panel import steps_panel
from referrals.workflow import State


def referral_of(request: ClinicRequest, pk: Any) -> Referral:
    """Return this clinic's referral with its case, patient, visit and specialist, or raise 404."""
    referrals = request.clinic.referrals.select_related(
        "clinic",
        "case__patient",
        "case__lead",
        "visit__screening",
        "specialist",
        "owner",
        "signed_by",
        "sent_by",
    )
    referral = get_object_or_404(referrals, pk=pk)
    audit.shows(request, referral.case.patient)
    return referral


def row_of(request: ClinicRequest, pk: Any) -> Referral:
    """Return this clinic's referral for a row of the list, or raise 404; the rest is read if asked for."""
    referral = get_object_or_404(request.clinic.referrals.select_related("case"), pk=pk)
    audit.shows(request, referral.case.patient_id)
    return referral


def referral_page(request: ClinicRequest, referral: Referral, **refused: Any) -> HttpResponse:
    """Draw the page; `refused` are forms with mistakes, by the name that a panel gives them."""
    context: dict[str, Any] = {
        "referral": referral,
        "patient": referral.case.patient,
        "page_has_errors": bool(refused),
        "State": State,
        "in_list": _place_in_list(request),
    }
    context |= letter_panel(referral)
    context |= send_panel(request, referral, context["letter_row"], refused)
    context |= steps_panel(request, referral, refused.get("refused_step"))
    context |= _reply_panel(request, referral)
    return render(request, "referrals/show_referral.html", context | refused)


def _place_in_list(request: ClinicRequest) -> str:
    """Return the query that forms of the page carry along: the list that it was opened from, and where."""
    query = request.GET.copy()
    query.pop("do", None)
    return f"?{query.urlencode()}" if "place" in query else ""


def _reply_panel(request: ClinicRequest, referral: Referral) -> dict[str, Any]:
    return {"replies": replies_of(referral), "can_reply": referral.sent_at is not None}
