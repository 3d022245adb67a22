"""Asking after a referral."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.stepping import CHASE
from referrals.views.loop import do


@requires("referrals.track")
@require_POST
@once
def chase_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Write down that somebody asked after a referral."""
    return do(request, pk, CHASE, actions.chase_referral)
