"""The steps of a referral after its letter left: what became of it, and who has it next."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms import CancelForm
from referrals.views.referral_page import referral_of, referral_page


@requires("referrals.send")
@require_POST
@once
def cancel_referral(request: ClinicRequest, pk: Any) -> HttpResponse:
    """End a referral that is no longer wanted, with the reason."""
    referral = referral_of(request, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return referral_page(request, referral, cancel_form=form)
    try:
        actions.cancel_referral(referral=referral, by=request.user, reason=form.cleaned_data["reason"])
    except actions.WrongStep:
        messages.error(request, _("This referral has ended already; nothing was changed."))
    else:
        messages.success(request, _("The referral is cancelled."))
    return redirect("referrals:show_referral", pk=referral.pk)
