"""The page that says how often what was suspected was confirmed."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinic.access import requires
from clinic.requests import ClinicRequest
from referrals.track_record import track_record
from referrals.track_record_drawing import bars_of

PERIODS = {
    "3-months": (_("3 months"), 91),
    "year": (_("A year"), 365),
    "3-years": (_("3 years"), 3 * 365),
    "all": (_("All"), None),
}
USUAL = "year"


@requires("replies.track_record")
@require_safe
def show_track_record(request: ClinicRequest) -> HttpResponse:
    """Of those suspected, how many were confirmed; no patient is shown."""
    chosen = request.GET.get("period", USUAL)
    chosen = chosen if chosen in PERIODS else USUAL
    days = PERIODS[chosen][1]
    since = timezone.now() - timedelta(days=days) if days else None
    record = track_record(request.clinic, since=since)
    context = {
        "record": record,
        "drawing": bars_of(record.origins),
        "periods": [(code, label) for code, (label, _days) in PERIODS.items()],
        "chosen": chosen,
    }
    return render(request, "referrals/show_track_record.html", context)
