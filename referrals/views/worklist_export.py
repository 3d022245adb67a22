"""The filtered list as a file for a spreadsheet."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest
from clinic.spreadsheets import as_csv, as_xlsx
from referrals.models import Referral
from referrals.worklist.export import MOST_ROWS, cells, heads, referrals_of
from referrals.worklist.listing import Worklist

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires("referrals.export")
@require_GET
def export_csv(request: ClinicRequest) -> HttpResponse:
    """The list as CSV."""
    return _export(request, "csv")


@requires("referrals.export")
@require_GET
def export_xlsx(request: ClinicRequest) -> HttpResponse:
    """The list as an Excel workbook."""
    return _export(request, "xlsx")


def _shown(request: ClinicRequest, referrals: Iterable[Referral]) -> Iterator[Referral]:
    for referral in referrals:
        audit.shows(request, referral.case.patient)
        yield referral


def _export(request: ClinicRequest, kind: str) -> HttpResponse:
    """Return all the list's pages in one file; which patients it holds goes to the log of reads."""
    worklist = Worklist.asked_for(request)
    ids = worklist.search.ids(0, MOST_ROWS + 1)
    if len(ids) > MOST_ROWS:
        said = _("A file holds no more than %(most)s referrals, and this list has more. Filter it first.")
        messages.error(request, said % {"most": f"{MOST_ROWS:,}"})
        return redirect(worklist.address)
    referrals = _shown(request, referrals_of(request.clinic, ids))
    if kind == "csv":
        content, content_type = as_csv(heads(), cells(referrals)), "text/csv; charset=utf-8"
    else:
        content, content_type = as_xlsx(_("Referrals"), heads(), cells(referrals)), XLSX
    name = f"referrals-{timezone.localdate():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)
