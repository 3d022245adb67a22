"""Whether somebody gets the daily e-mail: on a page of their own account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import requires
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms.daily_email import DailyEmailForm


@requires("referrals.view")
@require_http_methods(["GET", "POST"])
def choose_daily_email(request: ClinicRequest) -> HttpResponse:
    """Choose whether one's own daily e-mail comes."""
    user = request.user
    sent = request.POST if request.method == "POST" else None
    form = DailyEmailForm(sent, email=user.email, initial={"wanted": user.daily_email})
    if form.is_valid():
        wanted = form.cleaned_data["wanted"]
        actions.choose_daily_email(user=user, by=user, wanted=wanted)
        said = _("The daily e-mail comes to you.") if wanted else _("No daily e-mail comes to you any more.")
        messages.success(request, said)
        return redirect("referrals:choose_daily_email")
    return render(request, "referrals/choose_daily_email.html", {"form": form})
