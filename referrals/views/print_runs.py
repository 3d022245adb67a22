"""Print runs: many letters in one PDF, made while one waits, then marked as posted."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest
from referrals import actions
from referrals.actions.printing import is_being_marked, letters_of, rows_of_run
from referrals.forms.sending import PrintForm
from referrals.models import PrintRun, PrintStatus, Referral
from referrals.workflow import State

RUNS_SHOWN = 20
MOST_LETTERS = 500


@requires("referrals.send")
@require_GET
def list_print_runs(request: ClinicRequest) -> HttpResponse:
    """The letters that wait to be sent, to be printed in one file, and the runs so far."""
    return _list(request)


def _list(request: ClinicRequest, form: PrintForm | None = None) -> HttpResponse:
    waiting = _waiting(request)
    audit.shows(request, [referral.case.patient_id for referral in waiting])
    ready = actions.sort_for_printing(waiting)
    runs = request.clinic.print_runs.select_related("requested_by", "posted_by").defer("pdf")
    context = {
        "letters": ready.letters,
        "left_out": ready.left_out,
        "runs": runs[:RUNS_SHOWN],
        "form": form,
        "page_has_errors": bool(form),
        "PrintStatus": PrintStatus,
    }
    return render(request, "referrals/list_print_runs.html", context)


def _waiting(request: ClinicRequest) -> list[Referral]:
    signed = request.clinic.referrals.filter(state=State.SIGNED)
    joined = signed.select_related("clinic", "case__patient", "specialist")
    return list(joined.most_pressing_first()[:MOST_LETTERS])


@requires("referrals.send")
@require_POST
@once
def start_print_run(request: ClinicRequest) -> HttpResponse:
    """Begin one PDF of the letters that were ticked."""
    mine = request.clinic.referrals.filter(state=State.SIGNED)
    form = PrintForm(request.POST, queryset=mine.select_related("clinic", "case__patient", "specialist"))
    if not form.is_valid():
        return _list(request, form)
    try:
        run = actions.start_print_run(
            clinic=request.clinic, by=request.user, referrals=form.cleaned_data["referrals"]
        )
    except actions.NothingToPrint:
        form.add_error("referrals", _("None of these letters can be posted now."))
        return _list(request, form)
    return redirect("referrals:show_print_run", pk=run.pk)


def _run_of(request: ClinicRequest, pk: Any) -> PrintRun:
    runs = request.clinic.print_runs.select_related("clinic", "requested_by", "posted_by").defer("pdf")
    run: PrintRun = get_object_or_404(runs, pk=pk)
    return run


@requires("referrals.send")
@require_GET
def show_print_run(request: ClinicRequest, pk: Any) -> HttpResponse:
    """How far a run is, then its file, and its letters one by one."""
    run = _run_of(request, pk)
    letters = letters_of(run)
    audit.shows(request, [letter.referral.case.patient_id for letter in letters])
    rows = rows_of_run(run, letters)
    context = {
        "run": run,
        "rows": rows,
        "not_marked": sum(bool(why) for _letter, why in rows),
        "is_being_marked": is_being_marked(run),
        "has_file": run.sha256 and request.clinic.print_runs.filter(pk=run.pk, pdf__isnull=False).exists(),
        "PrintStatus": PrintStatus,
    }
    return render(request, "referrals/show_print_run.html", context)


@requires("referrals.send")
@require_GET
def show_print_progress(request: ClinicRequest, pk: Any) -> HttpResponse:
    """How far a run is, asked every second by its page; the page is loaded anew once it is finished."""
    run = _run_of(request, pk)
    marking = is_being_marked(run)
    context = {"run": run, "PrintStatus": PrintStatus, "is_being_marked": marking}
    response = render(request, "referrals/_print_progress.html", context)
    if run.status in (PrintStatus.READY, PrintStatus.FAILED) and not marking:
        response["HX-Refresh"] = "true"
    return response


@requires("referrals.send")
@require_GET
def show_print_pdf(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The file of a run, to be printed."""
    run = _run_of(request, pk)
    audit.shows(request, [letter.referral.case.patient_id for letter in letters_of(run)])
    if run.pdf is None:
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="letters-{run.requested_at:%Y-%m-%d}.pdf"'}
    return HttpResponse(bytes(run.pdf), content_type="application/pdf", headers=headers)


@requires("referrals.send")
@require_POST
@once
def mark_run_posted(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Let the letters of a run be marked as posted; those that changed meanwhile are listed."""
    run = _run_of(request, pk)
    try:
        actions.mark_run_posted(run=run, by=request.user)
    except actions.NotReady:
        messages.error(request, _("The file is not ready yet; nothing was marked."))
    return redirect("referrals:show_print_run", pk=run.pk)
