"""Outcomes: the scores of a draft, one cell at a time, and how a case gets on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from cases import actions
from cases.forms.outcomes import ActivityForm, NoSuchScore, PostedScores, field_of, read_scores
from cases.models import Activity, Visit
from cases.outcome_words import number
from cases.progress_page import progress_page
from cases.views.answers import answer_refused
from cases.views.open_page import OpenPage, open_page, tell_saved
from cases.views.visit_pages import refused_page, visit_of
from cases.visit_scores import group_of, mean_words, scores_of_draft, visit_scores
from clinic import audit
from clinic.access import requires
from clinic.once import once
from clinic.requests import ClinicRequest


@requires("visits.view")
@require_safe
def show_progress(request: ClinicRequest, pk: Any) -> HttpResponse:
    """How a case gets on: its scores and treatments over time. `pain` chooses which pain is drawn."""
    cases = request.clinic.cases.select_related("patient", "clinic")
    case = get_object_or_404(cases, pk=pk)
    audit.shows(request, case.patient)
    page = progress_page(case, request.GET.get("pain", ""))
    context = {"case": case, "patient": case.patient, "page": page}
    return render(request, "cases/outcomes/show_progress.html", context)


@requires("visits.record")
@require_POST
def record_scores(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record the scores posted; what cannot be one is said at its field and stays as it was typed."""
    visit, said = visit_of(request, pk), open_page(request)
    try:
        posted = read_scores(request.POST)
        draft = actions.record_scores(
            visit=visit, by=request.user, scores=posted.scores, known=posted.known, **said
        )
    except actions.ScoredMeanwhile as error:
        return _scored_meanwhile(request, error, posted, said)
    except NoSuchScore:
        return answer_refused(request, errors={_("Score"): _("There is no such score.")})
    except ValidationError as error:
        return answer_refused(request, errors={_("Score"): " ".join(error.messages)})
    except actions.NotADraft:
        return answer_refused(request, locked=True)
    known = {field_of(key): number(value) for key, value in posted.scores.items()}
    response = _scored(request, draft, dict.fromkeys(known, "") | posted.problems)
    response.status_code = 422 if posted.problems else 200
    trigger_client_event(response, "scored", {"known": known})
    return tell_saved(response, draft, said)


def _scored(request: ClinicRequest, draft: Visit, problems: dict[str, str]) -> HttpResponse:
    """Return what belongs at the fields named, and what all scores of the draft say together."""
    own = scores_of_draft(draft)
    context = {"problems": problems, "mean": mean_words(own), "group": group_of(own)}
    return render(request, "cases/outcomes/_scored.html", context)


def _scored_meanwhile(
    request: ClinicRequest, error: actions.ScoredMeanwhile, posted: PostedScores, said: OpenPage
) -> HttpResponse:
    """Show what somebody else recorded: typing one's own again decides."""
    audit.shows(request, error.current.case.patient)
    taken = {field_of(key): number(value) for key, value in error.taken.items()}
    words = _(
        "Not recorded: somebody else wrote %(theirs)s meanwhile. If your %(mine)s is right, type it again."
    )
    problems = {
        place: words % {"theirs": theirs or "–", "mine": posted.typed.get(place) or "–"}
        for place, theirs in taken.items()
    }
    response = _scored(request, error.current, problems)
    toast = {"text": _("Not recorded: somebody else scored this meanwhile."), "level": "error"}
    trigger_client_event(response, "toast", toast)
    return trigger_client_event(response, "scored", {"known": taken, "taken": taken})


@requires("visits.record")
@require_POST
@once
def add_activity(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Add an activity that is hard for the patient, to be scored from this visit on."""
    visit, said = visit_of(request, pk), open_page(request)
    form = ActivityForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            activity = actions.add_activity(visit=visit, by=request.user, text=text, **said)
        except actions.EnoughActivities:
            form.add_error("text", _("Five activities are enough. Take one out before you add another."))
        except ValidationError as error:
            form.add_error("text", " ".join(error.messages))
        except actions.NotADraft:
            return _locked(request, visit)
        else:
            return _activity(request, visit, activity, said)
    if not request.htmx:
        return refused_page(request, visit, activity_form=form)
    response = render(request, "cases/outcomes/_activity_problem.html", {"activity_form": form})
    return retarget(reswap(response, "innerHTML"), "#activity-problem")


def _activity(request: ClinicRequest, visit: Visit, activity: Activity, said: OpenPage) -> HttpResponse:
    if not request.htmx:
        return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#scores")
    audit.shows(request, visit.case.patient)
    visit.refresh_from_db(fields=["version", "saved_from"])
    cell = next(cell for one, cell in visit_scores(visit).activities if one.pk == activity.pk)
    context = {"visit": visit, "activity": activity, "cell": cell}
    response = render(request, "cases/outcomes/_activity.html", context)
    trigger_client_event(response, "activity", {"id": str(activity.pk)})
    return tell_saved(response, visit, said)


@requires("visits.record")
@require_POST
def drop_activity(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Ask no longer for an activity; its earlier scores stay."""
    visit, said = visit_of(request, pk), open_page(request)
    activity = _activity_of(visit, request.POST.get("activity", ""))
    try:
        draft = actions.drop_activity(visit=visit, by=request.user, activity=activity, **said)
    except actions.NotADraft:
        return _locked(request, visit)
    if not request.htmx:
        messages.success(request, _("The activity is no longer asked. Its earlier scores stay."))
        return redirect(reverse("cases:show_visit", args=[visit.pk]) + "#scores")
    audit.shows(request, visit.case.patient)
    context = {"visit": visit, "activity": activity, "mean": mean_words(scores_of_draft(draft))}
    return tell_saved(render(request, "cases/outcomes/_activity_dropped.html", context), draft, said)


def _activity_of(visit: Visit, text: str) -> Activity:
    try:
        return get_object_or_404(visit.case.activities, pk=UUID(text))
    except ValueError as error:
        raise Http404 from error


def _locked(request: ClinicRequest, visit: Visit) -> HttpResponse:
    if request.htmx:
        return answer_refused(request, locked=True)
    messages.error(request, _("This visit is signed. Nothing was changed."))
    return redirect("cases:show_visit", pk=visit.pk)
