"""Asking after a referral."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.chases import one_after_another
from referrals.models import Channel, Chase, ChaseChannel, ChaseLetter, Dispatch
from referrals.stepping import CHASE
from referrals.views.loop import do


@requires("referrals.track")
@require_POST
@once
def chase_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Write down that somebody asked after a referral; a letter is there to print, an e-mail on its way."""
    kept: list[Chase] = []

    def chase(**fields: Any) -> None:
        kept.append(actions.chase_referral(**fields))

    return do(request, pk, CHASE, chase, after=lambda: _said(kept[0]))


@requires("referrals.send")
@require_GET
def print_chase_letters(request: ClinicRequest) -> HttpResponse:
    """The letters that this person wrote today to ask after referrals, in one file to print."""
    began = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    letters = ChaseLetter.objects.filter(
        chase__clinic=request.clinic, chase__recorded_by=request.user, chase__recorded_at__gte=began
    )
    rows = list(letters.select_related("chase__referral__case").order_by("chase__recorded_at"))
    if not rows:
        messages.info(request, _("You have written no letters today to ask after referrals."))
        return redirect("referrals:list_referrals")
    audit.shows(request, {row.chase.referral.case.patient_id for row in rows})
    headers = {"Content-Disposition": f'inline; filename="letters-that-ask-{began:%Y-%m-%d}.pdf"'}
    pdf = one_after_another([bytes(row.pdf) for row in rows])
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _said(chase: Chase) -> dict[str, Any]:
    """What is told of a chase that leaves in writing; of any other, what is next."""
    dispatch = Dispatch.objects.filter(chase=chase).first()
    if dispatch is None:
        by_email = chase.channel == ChaseChannel.EMAIL
        return {"words": _("Saved. It is written down only: no e-mail left from here.")} if by_email else {}
    if dispatch.channel == Channel.EMAIL:
        return {"words": _("Saved. The e-mail is on its way.")}
    return {
        "words": _("Saved. The letter is there to print: it is listed under “So far”."),
        "to_print": dispatch,
    }
