"""The visit page: red flags, findings, notes, treatments, and the signature that locks them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from cases import actions
from cases.answers import answers_of
from cases.choices import TreatmentKind
from cases.forms.visits import (
    MRC_GRADES,
    NotesForm,
    SignForm,
    UnreadableAnswers,
    VoidForm,
    read_answers,
)
from cases.models import Visit
from cases.screening import assess, load_catalogue
from cases.visit_page import group_codes, labels, page_group, sign_groups, sign_rows
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest


def visit_of(request: ClinicRequest, pk: Any) -> Visit:
    """Return this clinic's visit with its case and patient, or raise 404."""
    visits = request.clinic.visits.select_related("case__patient", "case__lead", "created_by")
    return get_object_or_404(visits, pk=pk)


@requires("visits.record")
@require_POST
def start_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Begin a visit of a case, or go on with the open draft."""
    case = get_object_or_404(request.clinic.cases, pk=pk)
    try:
        visit = actions.start_visit(case=case, by=request.user)
    except actions.CaseIsClosed:
        messages.error(request, _("This case is closed. Open a new case for a new complaint."))
        return redirect("cases:show_case", pk=case.pk)
    return redirect("cases:show_visit", pk=visit.pk)


@requires("visits.view")
@require_http_methods(["GET"])
def show_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """The page of a visit: editable while a draft, read-only once signed or voided."""
    visit = visit_of(request, pk)
    audit.shows(request, visit.case.patient)
    if visit.is_draft:
        return _draft_page(request, visit)
    return render(request, "cases/show_visit.html", signed_context(visit))


def signed_context(visit: Visit) -> dict[str, Any]:
    """Return what the read-only page shows of a signed or voided visit."""
    findings = list(visit.findings.all())
    groups = sign_groups(findings, None)
    for group in groups:
        group.rows[:] = [row for row in group.rows if row.answer]
    return {
        "visit": visit,
        "patient": visit.case.patient,
        "groups": [group for group in groups if group.rows],
        "screening": getattr(visit, "screening", None),
        "treatments": visit.treatments.all(),
        "void_form": VoidForm(),
    }


def _draft_page(
    request: ClinicRequest,
    visit: Visit,
    notes: NotesForm | None = None,
    sign_form: SignForm | None = None,
    **extra: Any,
) -> HttpResponse:
    findings = list(visit.findings.all())
    patient = visit.case.patient
    context = panel_context(visit, findings) | {
        "patient": patient,
        "groups": sign_groups(findings, patient.age_on(visit.seen_on)),
        "notes": notes or NotesForm(instance=visit),
        "sign_form": sign_form or SignForm(initial={"version": visit.version}, auto_id="sign_%s"),
        "void_form": VoidForm(),
        "treatments": visit.treatments.all(),
        "treatment_kinds": TreatmentKind.choices,
    }
    return render(request, "cases/record_visit.html", context | extra)


def panel_context(visit: Visit, findings: Any = None) -> dict[str, Any]:
    """Return what the live panel shows: the assessment of the draft as it stands."""
    assessment = assess(answers_of(visit, findings))
    missing = assessment.screen_missing
    return {
        "visit": visit,
        "assessment": assessment,
        "result": assessment.as_dict(),
        "red_flags": [rule for rule in assessment.red_flags if rule.is_red_flag],
        "referral_rules": [rule for rule in assessment.red_flags if not rule.is_red_flag],
        "screen_missing": labels(missing),
        "ask_next": labels([code for code in assessment.missing if code not in missing][:5]),
    }


@requires("visits.record")
@require_POST
def answer_signs(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record the answers posted and return the live panel, with the parts of the page they change.

    `none_of` names a group whose unanswered signs are all recorded as *no*: one deliberate tap.
    """
    visit = visit_of(request, pk)
    try:
        answers, changed_groups = _posted_answers(request, visit)
        actions.record_answers(visit=visit, by=request.user, answers=answers)
    except UnreadableAnswers as error:
        return _answer_refused(request, errors=error.errors)
    except ValidationError as error:
        return _answer_refused(request, errors={_("Finding"): " ".join(error.messages)})
    except actions.NotADraft:
        return _answer_refused(request, locked=True)
    if not answers:
        # An answer is kept with its author by the write audit; without one this was only reading.
        audit.shows(request, visit.case.patient)
    findings = list(visit.findings.all())
    age = visit.case.patient.age_on(visit.seen_on)
    codes = [] if changed_groups else list(answers)
    signs = load_catalogue().signs
    touched = changed_groups or {page_group(signs[code]) for code in answers}
    context = panel_context(visit, findings) | {
        "changed_rows": sign_rows(codes, findings),
        "changed_groups": sign_groups(findings, age, only=touched),
        "whole_groups": bool(changed_groups),
        "mrc_grades": MRC_GRADES,
    }
    return render(request, "cases/_answered.html", context)


def _answer_refused(request: ClinicRequest, **context: Any) -> HttpResponse:
    """Say above the questions what was not saved; the panel stays as it was."""
    response = render(request, "cases/_answer_refused.html", context, status=422)
    return retarget(reswap(response, "innerHTML"), "#answer-problem")


def _posted_answers(request: ClinicRequest, visit: Visit) -> tuple[dict[str, Any], set[str]]:
    key = request.POST.get("none_of")
    if key is None:
        answers = read_answers(request.POST, visit.case.side)
        if not answers:
            raise UnreadableAnswers({_("Answer"): _("Nothing was answered.")})
        return answers, set()
    try:
        codes = group_codes(key)
    except KeyError:
        raise UnreadableAnswers({_("Answer"): _("This group of questions does not exist.")}) from None
    asked = set(visit.findings.values_list("sign", flat=True))
    unasked = [code for code in codes if code not in asked and code != "ces_stable_over_14_days"]
    return {code: actions.Answer(present=False) for code in unasked}, {key}


@requires("visits.record")
@require_POST
def save_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Save the notes, and without JavaScript the answers too. What cannot be saved is said."""
    visit = visit_of(request, pk)
    if not visit.is_draft:
        return _refused(request, visit, _("This visit is signed. Nothing was changed."))
    form = NotesForm(request.POST, instance=visit_of(request, pk))
    try:
        answers = read_answers(request.POST, visit.case.side)
        if not form.is_valid():
            return _not_saved(request, visit, form)
        fields = dict(form.cleaned_data)
        version = fields.pop("version")
        if answers:
            actions.record_answers(visit=visit, by=request.user, answers=answers)
        saved = actions.save_visit(visit=visit, by=request.user, version=version, **fields)
    except UnreadableAnswers as error:
        for label, message in error.errors.items():
            form.add_error(None, f"{label}: {message}")
        return _not_saved(request, visit, form)
    except ValidationError as error:
        form.add_error(None, error)
        return _not_saved(request, visit, form)
    except actions.ChangedMeanwhile as error:
        return _conflict(request, error.current, form)
    except actions.NotADraft:
        return _refused(request, visit, _("This visit was signed meanwhile. Nothing was changed."))
    if request.htmx:
        return render(request, "cases/_saved.html", {"visit": saved, "saved_at": timezone.now()})
    messages.success(request, _("Saved."))
    return redirect("cases:show_visit", pk=visit.pk)


def _not_saved(request: ClinicRequest, visit: Visit, form: NotesForm) -> HttpResponse:
    if request.htmx:
        return render(request, "cases/_not_saved.html", {"form": form})
    audit.shows(request, visit.case.patient)
    return _draft_page(request, visit, notes=form)


def _conflict(request: ClinicRequest, current: Visit, form: NotesForm) -> HttpResponse:
    """Show both texts; the person decides, and the next save is made on the newer version."""
    differing = [
        (form.fields[name].label, getattr(current, name))
        for name in ("history", "examination", "assessment", "plan", "pain_now")
        if form.cleaned_data.get(name) != getattr(current, name)
    ]
    context = {"visit": current, "differing": differing}
    audit.shows(request, current.case.patient)
    if request.htmx:
        return render(request, "cases/_conflict.html", context)
    form.data = {**request.POST.dict(), "version": str(current.version)}
    return _draft_page(request, current, notes=form, conflict=context)


def _refused(request: ClinicRequest, visit: Visit, message: str) -> HttpResponse:
    if request.htmx:
        return _answer_refused(request, locked=True)
    messages.error(request, message)
    return redirect("cases:show_visit", pk=visit.pk)


@requires("visits.sign")
@require_POST
def sign_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Sign a visit; whatever stands against it is listed with links to where it is mended."""
    visit = visit_of(request, pk)
    audit.shows(request, visit.case.patient)
    form = SignForm(request.POST, auto_id="sign_%s")
    if not visit.is_draft:
        return redirect("cases:show_visit", pk=visit.pk)
    if not form.is_valid():
        return _draft_page(request, visit, sign_form=form)
    data = form.cleaned_data
    try:
        actions.sign_visit(
            visit=visit,
            by=request.user,
            version=data["version"],
            agreed=data["decision"] == SignForm.AGREE,
            decided_origin=data["decided_origin"],
            decision_reason=data["decision_reason"],
        )
    except actions.ScreenIncomplete as error:
        return _draft_page(request, visit, sign_form=form, sign_missing=labels(error.missing))
    except actions.TreatmentBlocked as error:
        return _draft_page(request, visit, sign_form=form, sign_blocks=error.blocks)
    except actions.ChangedMeanwhile:
        form.add_error(None, _("This visit was changed meanwhile. Read it again, then sign it."))
        form.data = {**request.POST.dict(), "version": str(visit.version)}
        return _draft_page(request, visit, sign_form=form)
    except actions.NotADraft:
        return redirect("cases:show_visit", pk=visit.pk)
    messages.success(request, _("The visit is signed and locked."))
    return redirect("cases:show_visit", pk=visit.pk)


@requires("visits.sign")
@require_POST
def void_visit(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Mark a visit as entered in error; it stays readable."""
    visit = visit_of(request, pk)
    form = VoidForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason why this visit is an error."))
        return redirect("cases:show_visit", pk=visit.pk)
    actions.void_visit(visit=visit, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The visit is marked as entered in error."))
    return redirect("cases:show_case", pk=visit.case_id)
