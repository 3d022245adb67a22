"""Which e-mails somebody gets: on a page of their own account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import requires
from clinic.models import Role
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.forms.daily_email import DailyEmailForm


@requires("referrals.view")
@require_http_methods(["GET", "POST"])
def choose_daily_email(request: ClinicRequest) -> HttpResponse:
    """Choose whether one's own daily e-mail comes, and as a manager the monthly one."""
    user = request.user
    sent = request.POST if request.method == "POST" else None
    initial = {"wanted": user.daily_email, "monthly": user.monthly_email}
    is_manager = request.membership.role == Role.MANAGER
    form = DailyEmailForm(sent, email=user.email, is_manager=is_manager, initial=initial)
    if form.is_valid():
        wanted, monthly = form.cleaned_data["wanted"], form.cleaned_data.get("monthly")
        actions.choose_daily_email(user=user, by=user, wanted=wanted, monthly=monthly)
        said = _("The daily e-mail comes to you.") if wanted else _("No daily e-mail comes to you any more.")
        if monthly is not None:
            months = _("The reports of each month come too.") if monthly else _("No monthly reports come.")
            said = f"{said} {months}"
        messages.success(request, said)
        return redirect("referrals:choose_daily_email")
    return render(request, "referrals/choose_daily_email.html", {"form": form})
