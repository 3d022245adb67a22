"""Marks on the body chart of a draft, one tap at a time."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import actions
from cases.forms.body_chart import MarkForm
from cases.views.answers import answer_refused
from cases.views.open_page import open_page, tell_saved
from cases.views.visit_pages import visit_of
from clinic.access import requires
from clinic.requests import ClinicRequest


@requires("visits.record")
@require_POST
def mark_region(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Mark one sensation in one region, or take the mark away, as the posted state says."""
    visit = visit_of(request, pk)
    form = MarkForm(request.POST)
    if not form.is_valid():
        return answer_refused(request, errors={_("Body chart"): _("There is no such region or sensation.")})
    said = open_page(request)
    try:
        draft = actions.mark_region(visit=visit, by=request.user, **form.cleaned_data, **said)
    except actions.NotADraft:
        return answer_refused(request, locked=True)
    response = render(request, "cases/body/_marked.html", {"body_marks": draft.body_marks.all()})
    return tell_saved(response, draft, said)
