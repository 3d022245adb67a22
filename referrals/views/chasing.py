"""Asking after a referral."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.models import Channel, Chase, Dispatch
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


def _said(chase: Chase) -> dict[str, Any]:
    """What is told of a chase that leaves in writing; of any other, what is next."""
    dispatch = Dispatch.objects.filter(chase=chase).first()
    if dispatch is None:
        return {}
    if dispatch.channel == Channel.EMAIL:
        return {"words": _("Saved. The e-mail is on its way.")}
    return {
        "words": _("Saved. The letter is there to print: it is listed under “So far”."),
        "to_print": dispatch,
    }
