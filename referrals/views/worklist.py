"""The worklist: every open referral in exactly one tile, each with what is next and by when."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest
from referrals.workflow import Tile

PAGE_SIZE = 25
# What a row shows. The rest of five wide tables would cost more than the page itself.
_PATIENT = ("family_name", "given_name", "sex", "birth_date", "deceased_on")
COLUMNS = (
    *("urgency", "destination", "state", "next_action", "next_action_on", "clinic_id"),
    *("case__id", "specialist__name", "owner__name"),
    *(f"case__patient__{name}" for name in _PATIENT),
)


@requires("referrals.view")
@require_GET
def list_referrals(request: ClinicRequest) -> HttpResponse:
    """The open referrals of the clinic or of one's own, by tile, the most pressing first."""
    whose = "mine" if request.GET.get("whose") == "mine" else "clinic"
    chosen = request.GET.get("tile", "")
    chosen = chosen if chosen in Tile.values else ""
    number = _page_number(request)
    referrals = request.clinic.referrals.open()
    if whose == "mine":
        referrals = referrals.owned_by(request.user)
    tiles = referrals.tile_counts()
    rows = referrals.in_tile(Tile(chosen)) if chosen else referrals
    rows = rows.select_related("case__patient", "specialist", "owner").only(*COLUMNS)
    start = (number - 1) * PAGE_SIZE
    page = list(rows.most_pressing_first()[start : start + PAGE_SIZE + 1])
    shown = page[:PAGE_SIZE]
    audit.shows(request, [row.case.patient for row in shown])
    context = {
        "referrals": shown,
        "tiles": tiles,
        "total": sum(count for _tile, count in tiles),
        "chosen": chosen,
        "whose": whose,
        "number": number,
        "has_next": len(page) > PAGE_SIZE,
    }
    return render(request, "referrals/list_referrals.html", context)


def _page_number(request: ClinicRequest) -> int:
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), 10_000) if text.isascii() and text.isdigit() and len(text) < 6 else 1
