"""What reports count of treatments, a row for each course, worked out by triggers when the record changes.

A course is what `cases.courses` makes of prescriptions: the same thing, visit after visit, is one treatment.
What came of it is said by its reviews and by the scores of later visits, so that a report over a year would
read ten rows for each; it reads this one instead.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models

from cases.choices import CaseStatus, Response, StopReason, TreatmentKind, Urgency
from cases.models.case import Case
from cases.models.screening import Screening
from cases.models.treatment import Treatment, TreatmentReview
from cases.models.visit import Visit
from cases.outcomes import scale_of
from clinic.models import Clinic, Site
from clinic.records import same_case, same_clinic

# Written in the table in this order.
COLUMNS = (
    "treatment_id, clinic_id, case_id, site_id, podiatrist_id, day, kind, urgency, prescriptions,"
    " response, pain_before, pain_after, pain_verdict, function_change, function_verdict,"
    " had_adverse_event, due_on, stop_code"
)


class Verdict(models.TextChoices):
    """Whether a change is one that matters (clinical reference, section 5)."""

    BETTER = "better", "Better"
    WORSE = "worse", "Worse"
    NEITHER = "neither", "Neither"


def _verdict(measure: str, scale: str, before: str, gain: str) -> str:
    """Return SQL of the verdict on `gain`, how much better it is than `before`: see `cases.outcomes`."""
    change = scale_of(measure, scale).change
    assert change is not None  # noqa: S101 - the data of the measures says it
    share = change.share or Decimal(0)
    needed = (
        f"CASE WHEN {before} > 0 THEN LEAST({change.points}, {share} * {before}) ELSE {change.points} END"
    )
    enough = needed if share else str(change.points)
    return f"""CASE WHEN {gain} >= {enough} THEN 'better' WHEN {gain} <= -{change.points} THEN 'worse'
            WHEN {gain} IS NOT NULL THEN 'neither' ELSE '' END"""


def _stop_code() -> str:
    """Return SQL of the code of why a course was stopped; the record keeps the words."""
    told = " ".join(
        f"WHEN n.stop_reason = '{reason.label}' OR starts_with(n.stop_reason, '{reason.label}: ')"
        f" THEN '{reason.value}'"
        for reason in StopReason
        if reason != StopReason.OTHER
    )
    return f"CASE WHEN n.stopped_on IS NULL THEN '' {told} ELSE '{StopReason.OTHER.value}' END"


def _scored(order: str, side: str) -> str:
    """Return SQL of the visit with scores of function nearest to the first visit `w`, before or after it."""
    return f"""LEFT JOIN LATERAL (
        SELECT v.id FROM cases_visit v
        WHERE v.case_id = w.case_id AND v.signed_at IS NOT NULL AND v.voided_at IS NULL
            AND (v.seen_on, v.created_at) {side} (w.seen_on, w.created_at)
            AND EXISTS (SELECT FROM cases_outcomescore o WHERE o.visit_id = v.id AND o.measure = 'psfs')
        ORDER BY v.seen_on {order}, v.created_at {order} LIMIT 1)"""  # noqa: S608


def counted(within: str = "NULL") -> str:
    """Return the SQL of the rows that there should be, from nothing that is kept: `COLUMNS`.

    `within` is an array of keys of cases, in SQL of ours; all cases without one. The scores of function
    are compared on the activities scored both at the last visit that had any up to the first
    prescription and at the newest visit after it, as `cases.outcomes.series` does.
    """
    pain = _verdict("nrs", "foot_now", "n.pain_before", "(n.pain_before - r.pain_after)")
    return f"""
    WITH member AS (
        SELECT m.course, m.place, t.* FROM treatment_courses({within}) m
        JOIN cases_treatment t ON t.id = m.treatment
    ), newest AS (
        SELECT m.course, count(*) AS prescriptions, array_agg(m.id) AS treatments,
            (array_agg(m.pain_before ORDER BY m.place) FILTER (WHERE m.pain_before IS NOT NULL))[1]
                AS pain_before,
            (array_agg(m.review_on ORDER BY m.place DESC) FILTER (WHERE m.review_on IS NOT NULL))[1]
                AS review_on,
            (array_agg(m.stopped_on ORDER BY m.place DESC))[1] AS stopped_on,
            (array_agg(m.stop_reason ORDER BY m.place DESC))[1] AS stop_reason
        FROM member m GROUP BY m.course
    )
    SELECT f.id, f.clinic_id, f.case_id, w.site_id, COALESCE(w.signed_by_id, w.created_by_id), w.seen_on,
        f.kind, COALESCE(s.urgency, ''), n.prescriptions, COALESCE(r.response, ''), n.pain_before,
        r.pain_after, {pain},
        p.change, CASE WHEN p.activities > 1 THEN {_verdict("psfs", "mean", "0", "p.change")}
            ELSE {_verdict("psfs", "activity", "0", "p.change")} END,
        COALESCE(r.had_adverse_event, false),
        CASE WHEN n.stopped_on IS NULL AND c.status = '{CaseStatus.OPEN.value}'
            AND (r.last_on IS NULL OR r.last_on < n.review_on - 7) THEN n.review_on END,
        {_stop_code()}
    FROM newest n JOIN cases_treatment f ON f.id = n.course
    JOIN cases_visit w ON w.id = f.visit_id JOIN cases_case c ON c.id = f.case_id
    LEFT JOIN cases_screening s ON s.visit_id = w.id
    -- Through the index: nobody can tell the planner how many courses there are.
    LEFT JOIN LATERAL (
        SELECT max(o.reviewed_on) AS last_on, bool_or(o.adverse_event <> '') AS had_adverse_event,
            (array_agg(o.response ORDER BY o.reviewed_on DESC, o.reviewed_at DESC))[1] AS response,
            (array_agg(o.pain_after ORDER BY o.reviewed_on DESC, o.reviewed_at DESC))[1] AS pain_after
        FROM cases_treatmentreview o LEFT JOIN cases_visit v ON v.id = o.visit_id
        WHERE o.treatment_id = ANY(n.treatments) AND v.voided_at IS NULL) r ON true
    {_scored("DESC", "<=")} a ON true
    {_scored("DESC", ">")} b ON true
    LEFT JOIN LATERAL (
        SELECT round(avg(y.value - x.value), 4) AS change, count(*) AS activities
        FROM cases_outcomescore x
        JOIN cases_outcomescore y ON y.activity_id = x.activity_id AND y.visit_id = b.id
        WHERE x.visit_id = a.id AND x.measure = 'psfs' AND y.measure = 'psfs' HAVING count(*) > 0
    ) p ON true"""  # noqa: S608


def _anew(name: str, operation: Any, cases: str, condition: Any = None, **more: Any) -> pgtrigger.Trigger:
    """Return a trigger that counts the treatments of `cases` anew, an array of keys in SQL.

    Two who change one case at once take turns at its row, so that the second sees what the first did.
    """
    return pgtrigger.Trigger(
        name=f"treatments_counted_{name}",
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        declare=[("touched", "uuid[]")],
        func=f"""
            touched := {cases};
            IF cardinality(touched) > 0 THEN
                PERFORM FROM cases_case WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
                DELETE FROM cases_countedtreatment WHERE case_id = ANY(touched);
                INSERT INTO cases_countedtreatment ({COLUMNS}) {counted("touched")};
            END IF;
            RETURN NULL;
        """,  # noqa: S608
        **more,
    )


def _one_of(column: str, values: Iterable[str], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{column}__in": [*values]}), name=name)


class CountedTreatment(models.Model):
    """One course of treatment of signed visits that are not voided, with what came of it.

    `treatment` is its first prescription; site, podiatrist, `day` and urgency are those of its visit.
    `pain_before` to `pain_after` is NRS at the first prescription and at the newest review;
    `function_change` is the mean change of the PSFS (above 0: better). A verdict is empty where there is
    nothing to compare. `due_on` is the date of review that nobody has kept, of an open case only.
    All of it follows from other rows, which have their history; this has none.
    """

    treatment = models.OneToOneField(Treatment, on_delete=models.PROTECT, primary_key=True, related_name="+")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    podiatrist = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    day = models.DateField()
    kind = models.CharField(max_length=20, choices=TreatmentKind)
    urgency = models.CharField(max_length=24, choices=Urgency, blank=True)
    prescriptions = models.PositiveSmallIntegerField()
    response = models.CharField(max_length=10, choices=Response, blank=True)
    pain_before = models.SmallIntegerField(null=True)
    pain_after = models.SmallIntegerField(null=True)
    pain_verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    function_change = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    function_verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    had_adverse_event = models.BooleanField()
    due_on = models.DateField(null=True)
    stop_code = models.CharField(max_length=14, choices=StopReason, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            _one_of("pain_verdict", ["", *Verdict.values], "counted_pain_verdict_is_known"),
            _one_of("function_verdict", ["", *Verdict.values], "counted_function_verdict_is_known"),
        ]
        indexes = [
            models.Index(fields=["clinic", "day"], name="counted_treatment_by_day"),
            models.Index(
                fields=["clinic", "due_on"],
                condition=models.Q(due_on__isnull=False),
                name="counted_treatment_due",
            ),
        ]
        triggers = [same_clinic("case", "cases_case"), same_case("treatment", "cases_treatment")]

    def __str__(self) -> str:
        return str(self.treatment_id)


# What may change the answer. The tables are of other models; a proxy is how a trigger gets there from here.

_SAID = "signed_at, {0}.review_on, {0}.stopped_on, {0}.stop_reason"


class CountingTreatment(Treatment):
    """A prescription that was signed, stopped, or is asked about on another day."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _anew(
                "by_new_treatment",
                pgtrigger.Insert,
                "ARRAY[NEW.case_id]",
                pgtrigger.Q(new__signed_at__isnull=False),
            ),
            # All of a visit are signed at once: once for all of them.
            _anew(
                "by_treatment",
                pgtrigger.Update,
                f"""ARRAY(SELECT DISTINCT n.case_id FROM now_rows n JOIN old_rows o ON o.id = n.id
                    WHERE n.signed_at IS NOT NULL
                    AND (n.{_SAID.format("n")}) IS DISTINCT FROM (o.{_SAID.format("o")}))""",  # noqa: S608
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(old="old_rows", new="now_rows"),
            ),
        ]


class CountingReview(TreatmentReview):
    """A review, at a visit or between visits."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _anew(
                "by_review",
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                """ARRAY(SELECT DISTINCT case_id FROM cases_treatment
                    WHERE id IN (
                        CASE WHEN TG_OP = 'INSERT' THEN NEW.treatment_id ELSE OLD.treatment_id END,
                        CASE WHEN TG_OP = 'DELETE' THEN OLD.treatment_id ELSE NEW.treatment_id END))""",
            )
        ]


class CountingVisit(Visit):
    """A visit that is signed, with the scores that it has, or voided."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _anew(
                "by_visit",
                pgtrigger.Update,
                "ARRAY[NEW.case_id]",
                pgtrigger.AnyChange("signed_at", "voided_at"),
            )
        ]


class CountingScreening(Screening):
    """The screening of a visit that was signed before it: it says how urgent it is."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _anew(
                "by_screening",
                pgtrigger.Insert,
                "ARRAY(SELECT case_id FROM cases_visit WHERE id = NEW.visit_id AND signed_at IS NOT NULL)",
            )
        ]


class CountingCase(Case):
    """A case that was closed, so that nothing of it is due, or opened again."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _anew("by_case", pgtrigger.Update, "ARRAY[NEW.id]", pgtrigger.AnyChange("status")),
        ]
