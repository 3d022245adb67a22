"""The directory as a file: an import that shows first and saves when told to, and an export."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.directory.incoming import Plan, plan_import
from referrals.directory.reading import MOST_ROWS, CellError, Unreadable
from referrals.directory.writing import directory_csv, template_csv
from referrals.forms.specialists import ImportForm

MOST_SHOWN = 100

WHOLE_FILE: dict[str, Promise] = {
    "empty": gettext_lazy("There is no entry in it, only the line that names the columns."),
    "no_header": gettext_lazy(
        "The columns are not recognised. The first line names them: Name, Organisation, Kind of service "
        "and so on, as in the template."
    ),
    "quotes": gettext_lazy("A quotation mark is opened and never closed, from line %(line)d on."),
    "too_many": gettext_lazy("There are more than %(most)s entries. Send them in parts."),
}
CELLS: dict[str, Promise] = {
    "missing": gettext_lazy("is missing. Fill it in."),
    "too_many_cells": gettext_lazy(
        "This line has more cells than there are columns. Put quotes around text."
    ),
    "no_destination": gettext_lazy("“%(text)s” is no kind of service. Use one of the form’s list."),
    "no_urgencies": gettext_lazy("“%(text)s” is no urgency. Part several by semicolons."),
    "no_conditions": gettext_lazy("“%(text)s” is no condition of the list. Part several by semicolons."),
    "no_weeks": gettext_lazy("“%(text)s” is no number of weeks. Write 6."),
    "twice": gettext_lazy("Line %(text)s has the same name and organisation. Keep one of them."),
    "refused": gettext_lazy("%(text)s"),
    "too_long": gettext_lazy("is longer than %(text)s characters. Shorten it."),
    "unprintable": gettext_lazy("has a character that cannot be read. Type it again."),
}


def sentence_of(error: CellError) -> str:
    """Return the column, what is wrong in it and what to do."""
    said = str(CELLS[error.code]) % {"text": error.text[:80]}
    return f"{error.column}: {said}" if error.column else said


@requires("specialists.edit")
@require_http_methods(["GET", "POST"])
@once
def import_specialists(request: ClinicRequest) -> HttpResponse:
    """Read a list and show what would become of each row; nothing is saved until that is confirmed."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            if "confirmed" in request.POST:
                return _import(request, said["content"], update_known=said["update_known"])
            plan = plan_import(request.clinic, said["content"])
        except Unreadable as error:
            where = {"line": error.line, "most": f"{MOST_ROWS:,}"}
            form.add_error("file" if said["file"] else "text", str(WHOLE_FILE[error.code]) % where)
        else:
            context |= _preview(plan, form)
    return render(request, "referrals/import_specialists.html", context)


def _preview(plan: Plan, form: ImportForm) -> dict[str, Any]:
    said = form.cleaned_data
    taken = len(plan.new) + (len(plan.known) if said["update_known"] else 0)
    return {
        "plan": plan,
        "content": said["content"],
        "update_known": said["update_known"],
        "guessed": form.encoding == "Windows-1252",
        "taken": taken,
        "new": plan.new[:MOST_SHOWN],
        "known": plan.known[:MOST_SHOWN],
        "refused": [(row.line, list(map(sentence_of, row.errors))) for row in plan.refused[:MOST_SHOWN]],
        "not_taken": plan.table.not_taken,
    }


def _import(request: ClinicRequest, content: str, *, update_known: bool) -> HttpResponse:
    added, updated = actions.import_specialists(
        clinic=request.clinic, by=request.user, text=content, update_known=update_known
    )
    said = [ngettext("%(count)d entry is added.", "%(count)d entries are added.", added) % {"count": added}]
    if updated:
        words = ngettext("%(count)d is updated.", "%(count)d are updated.", updated)
        said.append(words % {"count": updated})
    messages.success(request, " ".join(said))
    return redirect("referrals:list_specialists")


@requires("specialists.edit")
@require_safe
def download_specialists_template(request: ClinicRequest) -> HttpResponse:
    """An empty list with the columns that an import reads, and one example."""
    return _csv(template_csv(), _("directory-template"))


@requires("specialists.view")
@require_safe
def export_specialists(request: ClinicRequest) -> HttpResponse:
    """The whole directory, the retired ones too, in the columns that an import reads."""
    return _csv(directory_csv(request.clinic.specialists.order_by("name", "pk")), _("directory"))


def _csv(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
