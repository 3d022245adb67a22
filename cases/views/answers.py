"""Answers to the signs of a draft, one tap at a time."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from cases import actions
from cases.answers import earlier_visits
from cases.contradicted import alerts
from cases.forms.answers import MRC_GRADES, UnreadableAnswers, read_answers
from cases.models import Finding, Visit
from cases.one_tap import TAPS
from cases.screening import load_catalogue
from cases.treatment_checks import seen_at
from cases.views.open_page import OpenPage, answers_seen, open_page, tell_saved, version_to_tell
from cases.views.panel import panel_context
from cases.views.visit_pages import visit_of
from cases.visit_page import labels, page_group, previous, sign_groups, sign_rows
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest


@requires("visits.record")
@require_POST
def answer_signs(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record the answers posted and return the live panel, with the parts of the page they change.

    One deliberate tap answers a whole group: see `cases.one_tap`.
    """
    visit, said = visit_of(request, pk, people=False), open_page(request)
    try:
        answers, changed_groups = _posted_answers(request, visit)
        draft = actions.record_answers(
            visit=visit, by=request.user, answers=answers, seen=answers_seen(request), **said
        )
    except actions.AnsweredMeanwhile as error:
        return _answered_meanwhile(request, visit, error, said)
    except UnreadableAnswers as error:
        return answer_refused(request, errors=error.errors, signs=error.signs)
    except ValidationError as error:
        return answer_refused(request, errors={_("Finding"): " ".join(error.messages)})
    except actions.NotADraft:
        return answer_refused(request, locked=True)
    if not answers:
        # An answer is kept with its author by the write audit; without one this was only reading.
        audit.shows(request, visit.case.patient)
    findings = list(visit.findings.all())
    codes = [] if changed_groups else list(answers)
    context = {"others_saved": version_to_tell(draft, said) != draft.version}
    response = _answered(request, visit, findings, codes, changed_groups, context)
    return tell_saved(response, draft, said)


def _answered(
    request: ClinicRequest,
    visit: Visit,
    findings: list[Finding],
    codes: list[str],
    groups: set[str],
    context: dict[str, Any],
) -> HttpResponse:
    """Return the live panel with the rows of `codes`, or the whole `groups`, as they are now."""
    signs = load_catalogue().signs
    age = visit.case.patient.age_on(visit.seen_on)
    touched = groups or {page_group(signs[code]) for code in codes}
    earlier = earlier_visits(visit)
    was = previous(earlier.last, visit.seen_on)
    context |= panel_context(visit, findings, earlier) | {
        "changed_rows": sign_rows(codes, findings),
        "changed_groups": sign_groups(findings, age, only=touched, was=was),
        "whole_groups": bool(groups),
        "details_shown": {code for code in codes if f"{code}-note" in request.POST},
        "mrc_grades": MRC_GRADES,
    }
    seen = seen_at(visit, findings, context["assessment"])
    context["treatment_alerts"] = alerts(visit, seen)
    return render(request, "cases/_answered.html", context)


def _answered_meanwhile(
    request: ClinicRequest, visit: Visit, error: actions.AnsweredMeanwhile, said: OpenPage
) -> HttpResponse:
    """Show everything that others answered since, as it is now: a second tap decides."""
    audit.shows(request, visit.case.patient)
    findings = list(visit.findings.all())
    since = max(said["version"] or 0, answers_seen(request) or 0)
    changed = sorted({*error.signs, *(one.sign for one in findings if one.version > since)})
    signs = load_catalogue().signs
    groups = {page_group(signs[code]) for code in changed}
    context = {"answered_meanwhile": labels(error.signs)}
    response = _answered(request, visit, findings, [], groups, context)
    toast = {"text": _("Not recorded: somebody else answered this meanwhile."), "level": "error"}
    trigger_client_event(response, "toast", toast)
    return trigger_client_event(response, "seen", {"version": error.current.version})


def answer_refused(request: ClinicRequest, **context: Any) -> HttpResponse:
    """Say above the questions what was not saved; the panel stays as it was."""
    response = render(request, "cases/_answer_refused.html", context, status=422)
    return retarget(reswap(response, "innerHTML"), "#answer-problem")


def _posted_answers(request: ClinicRequest, visit: Visit) -> tuple[dict[str, Any], set[str]]:
    """The answers posted, and the group that one tap answers."""
    for tap, answers_of_tap in TAPS.items():
        if key := request.POST.get(tap):
            return answers_of_tap(visit, key), {key}
    answers = read_answers(request.POST, visit)
    if not answers:
        raise UnreadableAnswers({_("Answer"): _("Nothing was answered.")})
    return answers, set()
