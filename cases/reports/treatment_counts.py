"""What the report on treatments counts: courses of treatment, overrides of blocks, reviews missed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.choices import Response, StopReason, TreatmentKind, Urgency
from cases.models.counted_treatment import Verdict
from clinic.reports import Count, Listed, Part, Population

VERDICTS: Mapping[str, Any] = {
    Verdict.BETTER.value: _("Better"),
    Verdict.WORSE.value: _("Worse"),
    Verdict.NEITHER.value: _("No change that matters"),
}
TABLE = "cases_countedtreatment f"
_JOINED = f"""{TABLE} JOIN cases_case c ON c.id = f.case_id JOIN cases_patient p ON p.id = c.patient_id
    JOIN clinic_user u ON u.id = f.podiatrist_id"""
_COLUMNS = (
    Listed(_("Record number"), "p.record_number"),
    Listed(_("First prescribed"), "f.day"),
    Listed(_("Treatment"), "f.kind", labels=dict(TreatmentKind.choices)),
    Listed(_("By"), "u.name"),
    Listed(_("Urgency of the visit"), "f.urgency", labels=dict(Urgency.choices)),
    Listed(_("Prescribed how often"), "f.prescriptions"),
    Listed(_("Newest answer"), "f.response", labels=dict(Response.choices)),
    Listed(_("Pain before"), "f.pain_before"),
    Listed(_("Pain at the newest review"), "f.pain_after"),
    Listed(_("Pain"), "f.pain_verdict", labels=VERDICTS),
    Listed(_("Change of PSFS"), "round(f.function_change, 1)"),
    Listed(_("What the patient can do"), "f.function_verdict", labels=VERDICTS),
    Listed(_("Stopped because"), "f.stop_code", labels=dict(StopReason.choices)),
)
COURSES = Population(_JOINED, _COLUMNS, patient="c.patient_id", order="f.day, f.treatment_id", day="f.day")
TODAY = Population(
    _JOINED,
    (*_COLUMNS[:4], Listed(_("Review was due"), "f.due_on")),
    patient="c.patient_id",
    order="f.due_on, f.treatment_id",
)
OVERRIDES = Population(
    # Through the index: few treatments have one, which the planner does not know.
    """cases_blockoverride o
    CROSS JOIN LATERAL (SELECT * FROM cases_treatment t WHERE t.id = o.treatment_id OFFSET 0) f
    JOIN cases_visit v ON v.id = f.visit_id JOIN cases_case c ON c.id = f.case_id
    JOIN cases_patient p ON p.id = c.patient_id JOIN clinic_user u ON u.id = o.given_by_id
    LEFT JOIN cases_screening s ON s.visit_id = v.id""",
    (
        Listed(_("Record number"), "p.record_number"),
        Listed(_("Visit"), "v.seen_on"),
        Listed(_("Treatment"), "f.kind", labels=dict(TreatmentKind.choices)),
        Listed(_("Block"), "o.block"),
        Listed(_("Reason as written"), "o.reason"),
        Listed(_("By"), "u.name"),
    ),
    patient="c.patient_id",
    order="v.seen_on, o.given_at, o.id",
    day="v.seen_on",
    site="v.site_id",
    podiatrist="COALESCE(v.signed_by_id, v.created_by_id)",
    urgency="s.urgency",
)

PRESCRIBED = Count(
    "prescribed",
    _("Treatments prescribed"),
    _(
        "Treatments of signed visits that were not voided, counted on the day of the visit that first"
        " prescribed them. The same treatment prescribed again at later visits is counted once, until it is"
        " stopped or past its planned end; drafts do not count."
    ),
    COURSES,
)
REVIEWED = Count(
    "reviewed",
    _("Reviewed"),
    _(
        "Treatments with a review, at a visit that was not voided or between visits. What is said is the"
        " newest one; it may be later than the period."
    ),
    COURSES,
    "f.response <> ''",
)
BETTER = Count(
    "better",
    _("Better"),
    _("Treatments whose newest review says better. The share is of those reviewed."),
    COURSES,
    "f.response = 'better'",
)
SAME = Count(
    "same",
    _("The same"),
    _("Treatments whose newest review says the same."),
    COURSES,
    "f.response = 'same'",
)
WORSE = Count(
    "worse", _("Worse"), _("Treatments whose newest review says worse."), COURSES, "f.response = 'worse'"
)
PAIN = Count(
    "pain",
    _("Change of pain"),
    _(
        "Pain of 0 to 10 (NRS) at the newest review less pain when the treatment was first prescribed: below"
        " 0 is less pain. Only treatments with both numbers are in it. The mean has its 95 % interval: 1.96"
        " standard errors either way, Student’s t with fewer than 30; none with one treatment."
    ),
    COURSES,
    "f.pain_verdict <> ''",
)
PAIN_BETTER = Count(
    "pain_better",
    _("Less pain that matters"),
    _("2 points less, or 30 % of the first number where that is less than 2 points (Farrar 2001)."),
    COURSES,
    "f.pain_verdict = 'better'",
)
PAIN_WORSE = Count(
    "pain_worse", _("More pain that matters"), _("2 points more."), COURSES, "f.pain_verdict = 'worse'"
)
FUNCTION = Count(
    "function",
    _("Change of what the patient can do"),
    _(
        "Mean of the PSFS (0 unable, 10 as before) at the newest signed visit that scored it after the first"
        " prescription, less that at the last such visit up to it: above 0 is better. Compared are the"
        " activities scored both times. The interval is as for pain."
    ),
    COURSES,
    "f.function_verdict <> ''",
)
FUNCTION_BETTER = Count(
    "function_better",
    _("Can do more, by what matters"),
    _("2 points more in the mean of several activities, 3 points where there is one (Stratford 1995)."),
    COURSES,
    "f.function_verdict = 'better'",
)
FUNCTION_WORSE = Count(
    "function_worse",
    _("Can do less, by what matters"),
    _("As many points less."),
    COURSES,
    "f.function_verdict = 'worse'",
)
ADVERSE = Count(
    "adverse",
    _("With an adverse event"),
    _("Treatments of which at least one review tells an adverse event."),
    COURSES,
    "f.had_adverse_event",
)
STOPPED = Count(
    "stopped",
    _("Stopped"),
    _(
        "Treatments of the period that somebody has stopped since, by the reason chosen. Closing a case stops"
        " its treatments: the reason is then in words of its own, and counts as another reason."
    ),
    COURSES,
    "f.stop_code <> ''",
)
MISSED = Count(
    "missed",
    _("Reviews missed today"),
    _(
        "Treatments in open cases that were not stopped, whose date of review is before today and which"
        " nobody has reviewed since the week before that date. Counted as it stands today, whenever they were"
        " prescribed: the period does not narrow it."
    ),
    TODAY,
    "f.due_on < %(today)s",
)
OVERRIDDEN = Count(
    "overridden",
    _("Overrides of blocks"),
    _(
        "Checks that spoke against a treatment and that a clinician went on in spite of, in signed visits"
        " that were not voided, on the day of the visit. Each check of each prescription counts."
    ),
    OVERRIDES,
    "f.signed_at IS NOT NULL AND v.voided_at IS NULL",
)
OF_COURSES = (
    *(PRESCRIBED, REVIEWED, BETTER, SAME, WORSE, PAIN, PAIN_BETTER, PAIN_WORSE),
    *(FUNCTION, FUNCTION_BETTER, FUNCTION_WORSE, ADVERSE, STOPPED),
)
KINDS: Mapping[str, Any] = dict(TreatmentKind.choices)
STOP_REASONS: Mapping[str, Any] = dict(StopReason.choices)
PARTS = {
    "kind": Part("f.kind", lambda code: str(KINDS.get(code, code))),
    "stopped": Part("f.stop_code", lambda code: str(STOP_REASONS.get(code, code)), [COURSES, TODAY]),
    "check": Part("o.check_id", rows=[OVERRIDES]),
}
