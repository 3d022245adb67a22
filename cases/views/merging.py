"""Pages that make one record of two: choose the other, compare, merge, undo."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import actions
from cases.duplicates import duplicates_of
from cases.forms.merging import MergeForm
from cases.merge_words import shown_rows, what_speaks_against
from cases.merging import compare
from cases.models import Patient
from cases.search import find_patients
from cases.views.patients import patient_of, shows_found
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest

MOST_MERGES = 100


@requires("patients.merge")
@require_http_methods(["GET", "POST"])
def choose_merge(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Find the other record of the same person; likely ones are offered."""
    patient = patient_of(request, pk)
    audit.shows(request, patient)
    text = request.POST.get("q", "").replace("\x00", "").strip()[:100]
    context: dict[str, Any] = {"patient": patient, "q": text}
    if text:
        context["found"] = found = find_patients(request.clinic, text)
        found.patients = [one for one in found.patients if one.pk != patient.pk]
        shows_found(request, found)
    else:
        context["likely"] = likely = duplicates_of(patient)
        for one in likely:
            audit.shows(request, filter(None, [one.patient, one.recorded_before]))
    part = "cases/merging/_found.html" if request.htmx else "cases/merging/choose_merge.html"
    return render(request, part, context)


@requires("patients.merge")
@require_http_methods(["GET", "POST"])
@once
def merge_patients(request: ClinicRequest, pk: UUID, other: UUID) -> HttpResponse:
    """What a merge would do, side by side; agreed to with a reason, it is done."""
    kept, merged = patient_of(request, pk), patient_of(request, other)
    if kept == merged:
        raise Http404
    audit.shows(request, [kept, merged])
    rows = compare(kept, merged)
    seen = actions.mark_of_both(kept, merged)
    form = MergeForm(request.POST or None, kept=kept, merged=merged, rows=rows, initial={"seen": seen})
    context: dict[str, Any] = {"has_changed": False}
    if request.method == "POST" and form.is_valid():
        try:
            merge = actions.merge_patients(
                kept=kept,
                merged=merged,
                by=request.user,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                choices=form.choices,
                checked=form.cleaned_data.get("checked", False),
            )
        except actions.ChangedMeanwhile:
            cast(QueryDict, form.data)["seen"] = seen
            context["has_changed"] = True
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The two records are one now. The list of merges can undo it."))
            return redirect("cases:show_patient", pk=merge.kept_id)
    context |= {"form": form, "kept": kept, "merged": merged, "patient": kept}
    context |= {"rows": shown_rows(kept, merged, form), "doubts": what_speaks_against(kept, merged)}
    context |= {"sides": [_belongings(kept), _belongings(merged)]}
    return render(request, "cases/merging/merge_patients.html", context)


def _belongings(patient: Patient) -> dict[str, Any]:
    """Return what hangs on a record, for the preview."""
    cases = patient.cases.annotate(visit_count=Count("visits"))
    return {"patient": patient, "cases": list(cases), "file_count": patient.attachments.count()}


@requires("patients.merge")
@require_POST
def undo_merge(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Make two records of one again, and say what could not be put back."""
    merge = get_object_or_404(request.clinic.patient_merges.select_related("kept", "merged"), pk=pk)
    audit.shows(request, [merge.kept_id, merge.merged_id])
    try:
        undone = actions.undo_merge(merge=merge, by=request.user)
    except actions.MergeIsUndone:
        messages.error(request, _("Somebody has undone this merge already."))
    except actions.MergedFurther:
        messages.error(request, _("The kept record was merged on since. Undo that merge first."))
    else:
        _say_what_is_undone(request, undone)
        return redirect("cases:show_patient", pk=merge.merged_id)
    return redirect("cases:list_merges")


def _say_what_is_undone(request: ClinicRequest, undone: actions.Undone) -> None:
    messages.success(request, _("The merge is undone: what had moved is back in this record."))
    if undone.details_left:
        labels = ", ".join(str(detail.label) for detail in undone.details_left)
        said = _("Changed since the merge, and therefore left in the other record as it is: %(labels)s.")
        messages.warning(request, said % {"labels": labels})
    if undone.files_left:
        said = ngettext(
            "%(count)d file was put to a case of the other record since, and stays there.",
            "%(count)d files were put to cases of the other record since, and stay there.",
            undone.files_left,
        )
        messages.warning(request, said % {"count": undone.files_left})


@requires("patients.merge")
@require_safe
def list_merges(request: ClinicRequest) -> HttpResponse:
    """The clinic's merges, the latest first: who, when, why, and whether it was undone."""
    related = ("kept", "merged", "merged_by", "undone_by")
    merges = list(request.clinic.patient_merges.select_related(*related)[:MOST_MERGES])
    audit.shows(request, {patient.pk for merge in merges for patient in (merge.kept, merge.merged)})
    return render(request, "cases/merging/list_merges.html", {"merges": merges})
