"""Treatments of a draft visit: in the page with htmx, on a page of their own without."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import actions
from cases.actions.treatments import mark_of, reason_of
from cases.answers import answers_of
from cases.choices import TreatmentKind
from cases.forms.treatments import FORMS, TreatmentForm
from cases.models import Treatment, Visit
from cases.screening import assess
from cases.templatetags.cases import treatment_details
from cases.treatment_forms import concerns
from cases.views.beside_note import copied_context
from cases.views.open_page import open_page
from cases.views.visit_pages import visit_of
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest


@requires("visits.view")
@require_GET
def list_treatments(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The part of the visit page that lists its treatments."""
    return _listed(request, visit_of(request, pk))


def _listed(request: ClinicRequest, visit: Visit) -> HttpResponse:
    audit.shows(request, visit.case.patient)
    context = {
        "visit": visit,
        "treatments": visit.treatments.prefetch_related("overrides"),
        "treatment_kinds": TreatmentKind.choices,
    }
    if visit.copied_from_id:
        context |= {"copied_too": True, **copied_context(visit)}
    return render(request, "cases/_treatments.html", context)


@requires("visits.record")
@require_http_methods(["GET", "POST"])
@once
def add_treatment(request: ClinicRequest, pk: Any, kind: str) -> HttpResponse:
    """Prescribe one treatment; what the findings forbid is said before anything is typed."""
    if kind not in FORMS:
        raise Http404
    visit = visit_of(request, pk)
    treatment = Treatment(
        visit=visit,
        kind=kind,
        target=visit.case.complaint[:160],
        side=visit.case.side,
        start_on=max(visit.seen_on, timezone.localdate()),
    )
    here = reverse("cases:add_treatment", args=[visit.pk, kind])

    def save(values: dict[str, Any]) -> None:
        actions.add_treatment(visit=visit, by=request.user, kind=kind, **open_page(request), **values)

    return _edit(request, treatment, here, save)


@requires("visits.record")
@require_http_methods(["GET", "POST"])
def edit_treatment(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Change a treatment of a draft."""
    treatment = _treatment_of(request, pk)
    here = reverse("cases:edit_treatment", args=[treatment.pk])

    def save(values: dict[str, Any]) -> None:
        actions.change_treatment(
            treatment=treatment,
            by=request.user,
            opened=request.POST.get("opened"),
            **open_page(request),
            **values,
        )

    return _edit(request, treatment, here, save)


@requires("visits.record")
@require_POST
@once
def remove_treatment(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Take a treatment out of a draft."""
    treatment = _treatment_of(request, pk)
    visit = treatment.visit
    try:
        actions.remove_treatment(treatment=treatment, by=request.user, **open_page(request))
    except actions.NotADraft:
        return redirect("cases:show_visit", pk=visit.pk)
    return _done(request, visit)


def _treatment_of(request: ClinicRequest, pk: Any) -> Treatment:
    treatments = request.clinic.treatments.select_related("visit__case__patient")
    return get_object_or_404(treatments, pk=pk)


def _edit(request: ClinicRequest, treatment: Treatment, here: str, save: Any) -> HttpResponse:
    visit = treatment.visit
    if not visit.is_draft:
        return redirect("cases:show_visit", pk=visit.pk)
    assessment = assess(answers_of(visit))
    kind = treatment.kind
    mark = request.POST.get("opened", mark_of(treatment))
    may_override = any(b.treatment == kind and b.overridable for b in actions.all_blocks(assessment))
    form = FORMS[kind](
        request.POST or None,
        instance=treatment,
        may_override=may_override,
        override_reason="" if treatment._state.adding else reason_of(treatment),
    )
    blocks = actions.blocks_of(assessment, kind, treatment.details)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            save(values)
            return _done(request, visit)
        except actions.TreatmentBlocked as error:
            blocks = error.blocks
            if all(block.overridable for block in blocks):
                form.add_error("override_reason", _("Give the reason for going on in spite of this."))
        except (actions.NotADraft, Treatment.DoesNotExist):  # signed, or taken out, meanwhile
            return redirect("cases:show_visit", pk=visit.pk)
        except actions.ChangedMeanwhile as error:
            mark = mark_of(error.current)
            form.add_error(None, _said_meanwhile(error.current))
        except ValidationError as error:
            form.add_error(None, error)
    audit.shows(request, visit.case.patient)
    warnings = [f for f in assessment.warned_treatments if concerns(f, kind, treatment.details)]
    return _form_page(request, treatment, form, here, blocks, warnings, mark)


def _said_meanwhile(current: Treatment) -> str:
    return _(
        "Somebody else changed this treatment meanwhile: %(treatment)s. Yours is below and not saved yet;"
        " save again to keep yours."
    ) % {"treatment": f"{current}; {treatment_details(current)}"}


def _form_page(
    request: ClinicRequest,
    treatment: Treatment,
    form: TreatmentForm,
    here: str,
    blocks: list[Any],
    warnings: list[Any],
    mark: str,
) -> HttpResponse:
    is_new = treatment._state.adding
    label = treatment.get_kind_display()
    context = {
        "visit": treatment.visit,
        "patient": treatment.visit.case.patient,
        "form": form,
        "mark": "" if is_new else mark,
        "action": here,
        "kind_label": label,
        "heading": label,
        "blocks": blocks,
        "warnings": warnings,
        "is_forbidden": any(
            not block.overridable and block.kind in (None, "routine letter") for block in blocks
        ),
        "button": _("Add treatment") if is_new else _("Save changes"),
    }
    page = "_treatment_form" if request.htmx else "edit_treatment"
    return render(request, f"cases/{page}.html", context)


def _done(request: ClinicRequest, visit: Visit) -> HttpResponse:
    if request.htmx:
        return redirect("cases:list_treatments", pk=visit.pk)
    return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#treatment")
