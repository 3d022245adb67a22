"""Pages of patients: find, register, show, change."""

from copy import copy
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import actions
from cases.duplicates import carry_over, side_by_side
from cases.forms.patients import PatientForm, mark_of
from cases.merge_words import in_words
from cases.models import Case, Patient
from cases.patient_page import patient_context
from cases.search import Found, find_patients, records_they_went_into
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest

SEARCH = "patient_search"
# In the order in which the model has them.
LISTED = ("id", "record_number", "family_name", "given_name", "birth_date", "sex", "phone", "deceased_on")


def patient_of(request: ClinicRequest, pk: UUID) -> Patient:
    """Return this clinic's patient, or raise 404.

    Raises IsMerged, which leads to the page that says so, when the record was merged into another.
    """
    patient = get_object_or_404(request.clinic.patients, pk=pk)
    if patient.merged_into_id:
        raise actions.IsMerged(patient)
    return patient


@requires("patients.view")
@require_safe
def list_patients(request: ClinicRequest) -> HttpResponse:
    """The last search again, or without one the patients lately seen.

    The text searched for is kept in the session: it names people, so it has no place in a URL.
    """
    return render(request, "cases/list_patients.html", search_context(request))


def search_context(request: ClinicRequest, text: str | None = None) -> dict[str, Any]:
    """Return the patients that `text` finds, by default the session's; without any those lately seen."""
    text = request.session.get(SEARCH, "") if text is None else text
    if not text:
        patients = lately_seen(request)
        audit.shows(request, patients)
        return {"q": "", "patients": patients}
    found = find_patients(request.clinic, text)
    _attach_open_cases(found.patients)
    shows_found(request, found)
    return {"q": text, "found": found, "patients": found.patients}


def shows_found(request: ClinicRequest, found: Found) -> None:
    """Log those found, and the old records by which they were found."""
    old = [getattr(patient, "recorded_before", None) for patient in found.patients]
    audit.shows(request, [*found.patients, *filter(None, old)])


def _attach_open_cases(patients: list[Patient]) -> None:
    """Give each patient `open_cases`, with one query for all."""
    cases: dict[Any, list[Case]] = {patient.pk: [] for patient in patients}
    for case in Case.objects.open().filter(patient__in=cases):
        cases[case.patient_id].append(case)
    for patient in patients:
        patient.open_cases = cases[patient.pk]  # type: ignore[attr-defined]


def lately_seen(request: ClinicRequest, count: int = 10) -> list[Patient]:
    """Return the patients of the clinic's most recent visits, the latest first, with what the list shows."""
    columns = [f"case__patient__{name}" for name in LISTED]
    visits = request.clinic.visits.order_by("-created_at").values_list("seen_on", *columns)
    patients: dict[Any, Patient] = {}
    for seen_on, *values in visits[: count * 3]:
        if values[0] not in patients and len(patients) < count:
            patient = patients[values[0]] = Patient.from_db("default", LISTED, values)
            patient.last_seen_on = seen_on  # type: ignore[attr-defined]
    return list(patients.values())


@requires("patients.view")
@require_POST
def search_patients(request: ClinicRequest) -> HttpResponse:
    """Search as one types (a part of the page), or on Enter (the page, or the only patient)."""
    text = request.POST.get("q", "").replace("\x00", "").strip()[:100]
    if request.htmx:
        context = search_context(request, text)
        # Half a word that finds everybody is not what one comes back to, and a write at each letter.
        if not (text and context["found"].more):
            _remember(request, text)
        return render(request, "cases/_found_patients.html", context)
    _remember(request, text)
    found = find_patients(request.clinic, text)
    if len(found.patients) == 1 and not found.similar:
        return redirect("cases:show_patient", pk=found.patients[0].pk)
    return redirect("cases:list_patients")


def _remember(request: ClinicRequest, text: str) -> None:
    if request.session.get(SEARCH, "") != text:
        request.session[SEARCH] = text


@requires("patients.register")
@require_http_methods(["GET", "POST"])
@once
def register_patient(request: ClinicRequest) -> HttpResponse:
    """Register a patient; somebody who may be registered already is shown first."""
    form = PatientForm(request.POST or None, clinic=request.clinic)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and "same" in request.POST:
        return _open_registered(request, form)
    if request.method == "POST" and form.is_valid():
        duplicates = [] if "anyway" in request.POST else form.duplicates()
        if not duplicates:
            patient = _register(request, form)
            if patient:
                messages.success(request, _("%(patient)s is registered.") % {"patient": patient})
                return redirect("cases:show_patient", pk=patient.pk)
        for likely in duplicates:
            audit.shows(request, filter(None, [likely.patient, likely.recorded_before]))
        context["duplicates"] = [(likely, side_by_side(likely, form.typed)) for likely in duplicates]
    return render(request, "cases/register_patient.html", context)


def _open_registered(request: ClinicRequest, form: PatientForm) -> HttpResponse:
    """Go on with a patient who is registered already, and offer what was typed to be saved there."""
    try:
        patient = patient_of(request, UUID(request.POST["same"]))
    except ValueError:
        raise Http404 from None
    audit.shows(request, patient)
    form.is_valid()
    carried, left = carry_over(patient, form.typed)
    if not carried and not left:
        return redirect("cases:show_patient", pk=patient.pk)
    edit_form = PatientForm(instance=copy(patient), clinic=request.clinic, initial=carried)
    said = [(detail.label, in_words(detail, form.typed)) for detail in left]
    context = {"form": edit_form, "patient": patient, "is_carried_over": True, "left": said}
    return render(request, "cases/edit_patient.html", context)


def _register(request: ClinicRequest, form: PatientForm) -> Patient | None:
    try:
        return actions.register_patient(
            clinic=request.clinic,
            by=request.user,
            **form.details,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


@requires("patients.view")
@require_safe
def show_patient(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """A patient's details and cases, the open ones first; of a merged record, where it went."""
    patient = get_object_or_404(request.clinic.patients, pk=pk)
    if patient.merged_into_id:
        return _show_merged(request, patient)
    patient.clinic = request.clinic
    audit.shows(request, patient)
    return render(request, "cases/show_patient.html", patient_context(patient))


def _show_merged(request: ClinicRequest, patient: Patient) -> HttpResponse:
    merge = patient.merges_of_it.select_related("kept", "merged_by").get(undone_at__isnull=True)
    own = records_they_went_into(request.clinic, [patient])[patient.pk]
    audit.shows(request, {patient.pk, merge.kept_id, own.pk})
    return render(request, "cases/merged_patient.html", {"patient": patient, "merge": merge, "own": own})


@requires("patients.register")
@require_http_methods(["GET", "POST"])
def edit_patient(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Change a patient's details; a change by somebody else in between is shown, not overwritten."""
    patient = patient_of(request, pk)
    audit.shows(request, patient)
    form = PatientForm(request.POST or None, instance=copy(patient), clinic=request.clinic)
    context: dict[str, Any] = {"form": form, "patient": patient}
    if request.method == "POST" and form.is_valid():
        try:
            if form.changed_meanwhile(patient):
                raise actions.ChangedMeanwhile(patient)
            actions.update_patient(patient=copy(patient), by=request.user, **form.details)
        except actions.ChangedMeanwhile as error:
            context["differing"] = form.changed_meanwhile(error.current)
            cast(QueryDict, form.data)["seen"] = mark_of(error.current)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The details are saved."))
            return redirect("cases:show_patient", pk=patient.pk)
    return render(request, "cases/edit_patient.html", context)
