"""What happens to requests about a record that was merged into another."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.actions import IsMerged

GetResponse = Callable[[HttpRequest], HttpResponse]


class MergedRecords:
    """Sends every page of a merged record, and everything posted to it, to the page that says so."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, IsMerged):
            return None
        if request.method == "POST":
            messages.error(request, _("Nothing was saved: this record was merged into another one."))
        return redirect("cases:show_patient", pk=error.patient.pk)
