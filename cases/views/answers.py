"""Answers to the signs of a draft, one tap at a time."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from cases import actions
from cases.answers import earlier_visits
from cases.forms.answers import MRC_GRADES, UnreadableAnswers, read_answers
from cases.models import Visit
from cases.one_tap import TAPS
from cases.screening import load_catalogue
from cases.views.panel import panel_context
from cases.views.visit_pages import visit_of
from cases.visit_page import page_group, previous, sign_groups, sign_rows
from clinic import audit
from clinic.access import requires
from clinic.requests import ClinicRequest


@requires("visits.record")
@require_POST
def answer_signs(request: ClinicRequest, pk: Any) -> HttpResponse:
    """Record the answers posted and return the live panel, with the parts of the page they change.

    One deliberate tap answers a whole group: see `cases.one_tap`.
    """
    visit = visit_of(request, pk)
    try:
        answers, changed_groups = _posted_answers(request, visit)
        actions.record_answers(visit=visit, by=request.user, answers=answers)
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
    age = visit.case.patient.age_on(visit.seen_on)
    codes = [] if changed_groups else list(answers)
    signs = load_catalogue().signs
    touched = changed_groups or {page_group(signs[code]) for code in answers}
    earlier = earlier_visits(visit)
    was = previous(earlier.last, visit.seen_on)
    context = panel_context(visit, findings, earlier) | {
        "changed_rows": sign_rows(codes, findings),
        "changed_groups": sign_groups(findings, age, only=touched, was=was),
        "whole_groups": bool(changed_groups),
        "details_shown": {code for code in codes if f"{code}-note" in request.POST},
        "mrc_grades": MRC_GRADES,
    }
    return render(request, "cases/_answered.html", context)


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
