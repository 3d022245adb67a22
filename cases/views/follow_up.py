"""Starting a follow-up from the last visit, and confirming what was copied."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import actions
from cases.choices import TreatmentKind
from cases.forms.visits import NotesForm
from cases.models import Visit
from cases.views.beside_note import copied_context
from cases.views.open_page import open_page, tell_saved
from cases.views.visit_pages import visit_of, whole_page
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest


@requires("visits.record")
@require_POST
def start_from_last_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Copy what still holds from the last signed visit, marked until somebody has looked at it."""
    visit = visit_of(request, pk)
    typed = request.POST.get("examination", "")
    try:
        copied = actions.start_from_last_visit(
            visit=visit, by=request.user, typed=typed, **open_page(request)
        )
    except actions.NothingToCopy:
        messages.error(request, _("This case has no earlier signed visit to start from."))
        return whole_page(request, visit)
    except actions.NotADraft:
        return whole_page(request, visit)
    return _changed(request, visit_of(request, pk), blocks=copied.blocks, notes_too=True)


@requires("visits.record")
@require_POST
def confirm_copied(request: ClinicRequest, pk: Any) -> HttpResponse:
    """One tap: everything copied was looked at and is still right."""
    visit = visit_of(request, pk)
    try:
        actions.confirm_copied(visit=visit, by=request.user, **open_page(request))
    except actions.NotADraft:
        return whole_page(request, visit)
    return _changed(request, visit_of(request, pk))


def _changed(
    request: ClinicRequest, visit: Visit, *, blocks: Any = (), notes_too: bool = False
) -> HttpResponse:
    """Show the parts of the page that changed, or the whole page without JavaScript."""
    if not request.htmx:
        for block in blocks:
            messages.warning(request, _("Not copied: %s") % block.reason)
        return whole_page(request, visit)
    audit.shows(request, visit.case.patient)
    context = copied_context(visit) | {
        "left_out": blocks,
        "notes": NotesForm(instance=visit) if notes_too else None,
        "treatments": visit.treatments.all(),
        "treatment_kinds": TreatmentKind.choices,
    }
    response = render(request, "cases/visit/_copied_changed.html", context)
    return tell_saved(response, visit, open_page(request))
