"""One referral: where it is, what is next, and its letter."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from clinic.access import requires
from clinic.requests import ClinicRequest
from referrals.views.referral_page import referral_of, referral_page


@requires("referrals.view")
@require_GET
def show_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Where a referral is, what is next, and the letter as it was signed."""
    return referral_page(request, referral_of(request, pk))
