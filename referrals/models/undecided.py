"""The suspicions that wait for a decision, worked out by triggers whenever the answer may change.

`referrals.undecided` says what is meant. Asked on every first page and changed a few times in the life of
a case, the answer is kept; whatever writes to the record, in bulk or in plain SQL, the triggers see it.
"""

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.db import models

from cases.choices import CaseStatus, Origin, Urgency
from cases.models import Case, Screening, Visit
from clinic.models import Clinic, User
from clinic.records import same_case, same_clinic
from referrals.models.loop import NotReferring
from referrals.models.referral import Referral
from referrals.workflow import OPEN_STATES, State

REFERABLE = (Origin.BACK, Origin.HIP, Origin.MIXED, Origin.SYSTEMIC)
PRESSING = (Urgency.EMERGENCY, Urgency.WITHIN_1_WORKING_DAY)


def _words(values: Iterable[str]) -> str:
    return ", ".join(f"'{value!s}'" for value in values)


# Of a visit `v` and its screening `s`; the values are names of ours.
_ASKS = f"""v.signed_at IS NOT NULL AND v.voided_at IS NULL
        AND (s.refer OR s.decided_origin IN ({_words(REFERABLE)}))"""


def referred(visit: str, case: str, signed_at: str) -> str:
    """Return the condition that a referral of the case answers a visit: it is of it, began since, or is open.

    The names are those of a visit's columns, in SQL of ours.
    """
    return f"""EXISTS (
            SELECT FROM referrals_referral r WHERE r.case_id = {case} AND r.state <> '{State.CANCELLED!s}'
                AND (r.visit_id = {visit} OR r.created_at >= {signed_at}
                    OR r.state IN ({_words(sorted(OPEN_STATES))})))"""


def refused(case: str, day: str) -> str:
    """Return the condition that somebody decided not to refer at a visit of the case, on its day or later."""
    return f"""EXISTS (
            SELECT {decisions(case, day)})"""


def decisions(case: str, day: str) -> str:
    """Return the FROM clause of the decisions `n` not to refer that answer a visit of the case on a day."""
    return f"""FROM referrals_notreferring n JOIN cases_visit w ON w.id = n.visit_id
            WHERE w.case_id = {case} AND n.withdrawn_at IS NULL AND w.voided_at IS NULL
                AND w.seen_on >= {day}"""


_UNANSWERED = f"""NOT {referred("v.id", "v.case_id", "v.signed_at")}
        AND NOT {refused("v.case_id", "v.seen_on")}"""
COLUMNS = "case_id, clinic_id, visit_id, lead_id, rank, seen_on, begun_at"


def waiting(cases: str = "true") -> str:
    """Return the SQL of the rows that there should be, from nothing that is kept: `COLUMNS`.

    `cases` is a condition on the case `c`, in SQL of ours.
    """
    return f"""
    SELECT DISTINCT ON (c.id) c.id, c.clinic_id, v.id,
        CASE WHEN c.status = '{CaseStatus.OPEN!s}' THEN c.lead_id END,
        CASE WHEN s.urgency IN ({_words(PRESSING)}) THEN 0 ELSE 1 END, v.seen_on, v.created_at
    FROM cases_case c JOIN cases_visit v ON v.case_id = c.id JOIN cases_screening s ON s.visit_id = v.id
    WHERE {cases} AND {_ASKS}
        AND {_UNANSWERED}
    ORDER BY c.id, v.seen_on DESC, v.created_at DESC"""  # noqa: S608


def _worked_out(name: str, operation: Any, cases: str, condition: Any = None) -> pgtrigger.Trigger:
    """Return a trigger that works out anew what waits in `cases`, an array of keys in SQL.

    Two who change one case at once take turns at its row, so that the second sees what the first did.
    """
    return pgtrigger.Trigger(
        name=f"undecided_{name}",
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        declare=[("touched", "uuid[]")],
        func=f"""
            touched := {cases};
            PERFORM FROM cases_case WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;
            DELETE FROM referrals_undecided WHERE case_id = ANY(touched);
            INSERT INTO referrals_undecided ({COLUMNS}) {waiting("c.id = ANY(touched)")};
            RETURN NULL;
        """,  # noqa: S608
    )


class Undecided(models.Model):
    """The newest visit of a case with a suspicion that nobody has decided upon.

    `lead` is who should: the lead of the case, and nobody once it is closed. `rank` is 0 for what cannot
    wait and 1 for the rest. All of it follows from other rows, which have their history; this has none.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="undecided")
    lead = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    rank = models.SmallIntegerField()
    seen_on = models.DateField()
    begun_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["lead", "clinic", "rank", "seen_on", "begun_at"],
                condition=models.Q(lead__isnull=False),
                name="undecided_of_lead",
            ),
        ]
        triggers = [same_clinic("case", "cases_case"), same_case("visit", "cases_visit")]

    def __str__(self) -> str:
        return str(self.visit_id)


# What may change the answer. The tables are of other models; a proxy is how a trigger gets there from here.


class AskingVisit(Visit):
    """A visit that is signed, or voided after that. What happens to a draft changes nothing."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_visit",
                pgtrigger.Update,
                "ARRAY[NEW.case_id]",
                pgtrigger.Q(new__signed_at__isnull=False)
                & (
                    pgtrigger.Q(old__signed_at__df=pgtrigger.F("new__signed_at"))
                    | pgtrigger.Q(old__voided_at__df=pgtrigger.F("new__voided_at"))
                ),
            )
        ]


class AskingScreening(Screening):
    """The screening of a visit that was signed before it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_screening",
                pgtrigger.Insert,
                "ARRAY(SELECT case_id FROM cases_visit WHERE id = NEW.visit_id AND signed_at IS NOT NULL)",
            )
        ]


class AskedCase(Case):
    """A case that somebody else leads now, or that was closed or opened again."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out("by_case", pgtrigger.Update, "ARRAY[NEW.id]", pgtrigger.AnyChange("lead", "status"))
        ]


class AnsweringReferral(Referral):
    """A referral that was begun, or took or undid a step."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out("by_new_referral", pgtrigger.Insert, "ARRAY[NEW.case_id]"),
            _worked_out(
                "by_referral",
                pgtrigger.Update,
                "ARRAY[OLD.case_id, NEW.case_id]",
                pgtrigger.AnyChange("state", "case", "visit", "created_at"),
            ),
        ]


class AnsweringDecision(NotReferring):
    """A decision not to refer, made or withdrawn."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_decision",
                pgtrigger.Insert | pgtrigger.UpdateOf("withdrawn_at"),
                "ARRAY(SELECT case_id FROM cases_visit WHERE id = NEW.visit_id)",
            )
        ]
