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
from cases.choices import TreatmentKind
from cases.contradicted import alerts
from cases.forms.treatments import FORMS, TreatmentForm
from cases.models import Treatment, Visit
from cases.templatetags.cases import treatment_details
from cases.treatment_checks import neuro_status, seen_at
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
    context: dict[str, Any] = {
        "visit": visit,
        "treatments": visit.treatments.prefetch_related("overrides__given_by"),
        "treatment_kinds": TreatmentKind.choices,
    }
    if visit.is_draft:
        context |= {"list_again": True, "treatment_alerts": alerts(visit, seen_at(visit))}
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


@requires("visits.record")
@require_POST
def check_treatment(request: ClinicRequest, pk: Any, kind: str) -> HttpResponse:
    """Say what speaks for and against a treatment as its form now stands. Nothing is written."""
    if kind not in FORMS:
        raise Http404
    visit = visit_of(request, pk)
    audit.shows(request, visit.case.patient)
    form = _form(request, Treatment(visit=visit, kind=kind, start_on=visit.seen_on), request.POST)
    return render(request, "cases/_treatment_checks.html", _checks(request, visit, form))


def _edit(request: ClinicRequest, treatment: Treatment, here: str, save: Any) -> HttpResponse:
    visit = treatment.visit
    if not visit.is_draft:
        return redirect("cases:show_visit", pk=visit.pk)
    mark = request.POST.get("opened", mark_of(treatment))
    form = _form(request, treatment, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save(form.values() | {"covers": request.POST.getlist("covers")})
            return _done(request, visit)
        except actions.TreatmentBlocked as error:
            _say_blocked(form, error)
        except (actions.NotADraft, Treatment.DoesNotExist):  # signed, or taken out, meanwhile
            return redirect("cases:show_visit", pk=visit.pk)
        except actions.ChangedMeanwhile as error:
            mark = mark_of(error.current)
            form.add_error(None, _said_meanwhile(error.current))
        except ValidationError as error:
            form.add_error(None, error)
    audit.shows(request, visit.case.patient)
    return _form_page(request, treatment, form, here, mark)


def _form(request: ClinicRequest, treatment: Treatment, data: Any) -> TreatmentForm:
    """Return the form of a treatment, with what its kind needs from the record."""
    visit = treatment.visit
    known: dict[str, Any] = {}
    if treatment.kind == TreatmentKind.SURGERY_REFERRAL:
        known = {"patient": visit.case.patient, "neuro_status": neuro_status(visit)}
    elif treatment.kind == TreatmentKind.OTHER:
        known = {"given_by": request.user.name}
    activities = visit.case.activities.filter(dropped_at__isnull=True).values_list("text", flat=True)
    return FORMS[treatment.kind](
        data,
        instance=treatment,
        override_reason="" if treatment._state.adding else reason_of(treatment),
        activities=list(activities),
        **known,
    )


def _say_blocked(form: TreatmentForm, error: actions.TreatmentBlocked) -> None:
    if all(block.overridable for block in error.blocks):
        form.add_error("override_reason", _("Give the reason for going on in spite of this."))
        return
    for block in error.blocks:
        said = {"reason": block.reason, "why": block.why}
        form.add_error(
            None, _("Not possible: %(reason)s Because: %(why)s.") % said if block.why else block.reason
        )


def _said_meanwhile(current: Treatment) -> str:
    return _(
        "Somebody else changed this treatment meanwhile: %(treatment)s. Yours is below and not saved yet;"
        " save again to keep yours."
    ) % {"treatment": f"{current}; {treatment_details(current)}"}


def _checks(request: ClinicRequest, visit: Visit, form: TreatmentForm) -> dict[str, Any]:
    """Return what the part of the form says that follows each choice."""
    from_url = (request.htmx.current_url or "") if request.htmx else ""
    cautions = seen_at(visit).cautions(form.plan())
    blocks = [one for one in cautions if one.is_block]
    return {
        "visit": visit,
        "form": form,
        "blocks": blocks,
        "warnings": [one for one in cautions if not one.is_block],
        # On a page of its own the findings are elsewhere.
        "links_away": not request.htmx or "/treatments/" in from_url,
        "asks_reason": bool(blocks) and all(block.overridable for block in blocks),
    }


def _form_page(
    request: ClinicRequest, treatment: Treatment, form: TreatmentForm, here: str, mark: str
) -> HttpResponse:
    is_new = treatment._state.adding
    context = _checks(request, treatment.visit, form) | {
        "patient": treatment.visit.case.patient,
        "mark": "" if is_new else mark,
        "action": here,
        "kind": treatment.kind,
        "kind_label": treatment.get_kind_display(),
        "button": _("Add treatment") if is_new else _("Save changes"),
    }
    context["is_forbidden"] = not form.is_bound and any(
        not block.overridable and block.form is None and not block.is_movable for block in context["blocks"]
    )
    page = "_treatment_form" if request.htmx else "edit_treatment"
    return render(request, f"cases/{page}.html", context)


def _done(request: ClinicRequest, visit: Visit) -> HttpResponse:
    if request.htmx:
        return redirect("cases:list_treatments", pk=visit.pk)
    return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#treatment")
