"""On which days each referral came how far, worked out by triggers whenever a step says so.

Reports count over all referrals of a clinic. Their steps, replies and visits are wide or many rows each;
here is one narrow row, which follows from them. Whatever writes, in bulk or in plain SQL, the triggers
see it; whoever writes with the triggers switched off calls `keep_anew`.
"""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.choices import Urgency
from cases.models import Case, Patient, Visit
from clinic.models import Clinic, Site, User
from clinic.records import same_clinic, write_anew
from referrals.models.loop import Reply
from referrals.models.referral import Referral
from referrals.models.specialist import Destination, Specialist
from referrals.models.step import Step
from referrals.workflow import State

# The first standing step into each of these has a column of its own.
FIRST_DAYS = {
    "drafted_on": State.DRAFT,
    "signed_on": State.SIGNED,
    "sent_on": State.SENT,
    "acknowledged_on": State.ACKNOWLEDGED,
    "booked_on": State.BOOKED,
    "seen_on": State.SEEN,
    "replied_on": State.REPLIED,
    "declined_on": State.DECLINED,
}
ENDS = f"'{State.CLOSED!s}', '{State.CANCELLED!s}'"
COLUMNS = (
    "referral_id",
    *("clinic_id", "case_id", "visit_id", "patient_id", "site_id", "podiatrist_id", "specialist_id"),
    *("urgency", "destination", "suspected_on", "target_on", "state", "did_not_attend", "states", "days"),
    *FIRST_DAYS,
    *("ended_on", "ended_state", "read_on", "escalated_on"),
)
_NAMES = ", ".join(COLUMNS)
_FIRST = ", ".join(
    f"min(s.happened_on) FILTER (WHERE s.to_state = '{state!s}') AS {name}"
    for name, state in FIRST_DAYS.items()
)


def passed(referrals: str = "true") -> str:
    """Return the SQL of the rows that there should be, from nothing that is kept: `COLUMNS`.

    `referrals` is a condition on the referral `r`, in SQL of ours.
    """
    return f"""
    SELECT r.id, r.clinic_id, r.case_id, r.visit_id, c.patient_id, v.site_id,
        COALESCE(v.signed_by_id, v.created_by_id), r.specialist_id,
        r.urgency, r.destination, v.seen_on, r.target_on, t.states[cardinality(t.states)],
        t.did_not_attend, t.states, t.days, {", ".join(f"t.{name}" for name in FIRST_DAYS)},
        CASE WHEN t.states[cardinality(t.states)] IN ({ENDS}) THEN t.days[cardinality(t.days)] END,
        CASE WHEN t.states[cardinality(t.states)] IN ({ENDS}) THEN t.states[cardinality(t.states)]
            ELSE '' END,
        CASE WHEN t.states[cardinality(t.states)] = '{State.CLOSED!s}' THEN (
            SELECT min((a.read_at AT TIME ZONE k.time_zone)::date) FROM referrals_reply a
            WHERE a.referral_id = r.id AND a.voided_at IS NULL AND NOT a.more_expected) END,
        (LEAST(r.escalated_at, (SELECT min(e.escalated_at) FROM referrals_referralevent e
            WHERE e.pgh_obj_id = r.id)) AT TIME ZONE k.time_zone)::date
    FROM referrals_referral r
    JOIN cases_visit v ON v.id = r.visit_id
    JOIN cases_case c ON c.id = r.case_id
    JOIN clinic_clinic k ON k.id = r.clinic_id
    CROSS JOIN LATERAL (
        SELECT array_agg(s.to_state::text ORDER BY s.number) AS states,
            array_agg(s.happened_on ORDER BY s.number) AS days,
            count(*) FILTER (WHERE s.to_state = '{State.DID_NOT_ATTEND!s}') AS did_not_attend,
            {_FIRST}
        FROM referrals_step s WHERE s.referral_id = r.id AND s.undone_at IS NULL
    ) t
    WHERE {referrals} AND t.states IS NOT NULL"""  # noqa: S608


_KEEP = f"""
    INSERT INTO referrals_passage ({_NAMES}) {{rows}}
    ON CONFLICT (referral_id) DO UPDATE
        SET ({", ".join(COLUMNS[1:])}) = ROW({", ".join(f"EXCLUDED.{name}" for name in COLUMNS[1:])})
"""  # noqa: S608


def _worked_out(name: str, operation: Any, referrals: str, condition: Any = None) -> pgtrigger.Trigger:
    """Return a trigger that works out anew the rows of `referrals`, a query of their keys in SQL.

    Two who change what belongs to one case take turns at the case's row, so that the second sees what
    the first did. One key at a time: PostgreSQL keeps the plan of that, which took longer than the work.
    """
    return pgtrigger.Trigger(
        name=f"passage_{name}",
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        declare=[("touched", "uuid")],
        func=f"""
            FOR touched IN {referrals} LOOP
                PERFORM FROM cases_case WHERE id = (
                    SELECT r.case_id FROM referrals_referral r WHERE r.id = touched
                ) FOR NO KEY UPDATE;
                {_KEEP.format(rows=passed("r.id = touched"))};
            END LOOP;
            RETURN NULL;
        """,  # noqa: S608
    )


class Passage(models.Model):
    """How far one referral came, and when: days of the clinic's calendar.

    `suspected_on` is the day of the visit; each other day is that of the first step into its state that
    was not undone. `states` are the states that it came to, in order, and `days` when: they never go
    back, so that on any day it was in `states[width_bucket(day, days)]`. `read_on` is when a reply was
    read after which no further one was expected, once it is closed; `escalated_on` when it was escalated
    for the first time. `podiatrist` signed the visit, or else began it. All of it follows from other
    rows, which have their history; this has none.
    """

    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, primary_key=True, related_name="passage"
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    podiatrist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    specialist = models.ForeignKey(
        Specialist, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    urgency = models.CharField(max_length=24, choices=Urgency)
    destination = models.CharField(max_length=40, choices=Destination)
    suspected_on = models.DateField()
    target_on = models.DateField(null=True)
    state = models.CharField(max_length=20, choices=State)
    did_not_attend = models.SmallIntegerField()
    states = ArrayField(models.CharField(max_length=20))
    days = ArrayField(models.DateField())
    drafted_on = models.DateField(null=True)
    signed_on = models.DateField(null=True)
    sent_on = models.DateField(null=True)
    acknowledged_on = models.DateField(null=True)
    booked_on = models.DateField(null=True)
    seen_on = models.DateField(null=True)
    replied_on = models.DateField(null=True)
    declined_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_state = models.CharField(max_length=20, choices=State, blank=True)
    read_on = models.DateField(null=True)
    escalated_on = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["clinic", "suspected_on"], name="passage_by_day"),
            # Those that are open, and those that still were on some day.
            models.Index(fields=["clinic", "ended_on"], name="passage_by_end"),
        ]
        triggers = [same_clinic("referral", "referrals_referral")]

    def __str__(self) -> str:
        return str(self.referral_id)


def keep_anew() -> None:
    """Work out the passage of every referral, for rows that were written with the triggers switched off."""
    write_anew("referrals_passage", _NAMES, passed())


# What changes them. The tables are of other models; a proxy is how a trigger gets there from here.


class PassingStep(Step):
    """A step that was taken or undone."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_step", pgtrigger.Insert | pgtrigger.UpdateOf("undone_at"), "SELECT NEW.referral_id"
            )
        ]


class PassingReferral(Referral):
    """A referral that goes elsewhere, is meant for another day, or was escalated; its steps tell the rest."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_referral",
                pgtrigger.Update,
                "SELECT NEW.id",
                pgtrigger.AnyChange(
                    "clinic", "case", "visit", "specialist", "urgency", "destination", "target_on"
                ),
            ),
            _worked_out(
                "by_escalation",
                pgtrigger.Update,
                "SELECT NEW.id",
                pgtrigger.Q(
                    old__escalated_at__df=pgtrigger.F("new__escalated_at"), new__escalated_at__isnull=False
                ),
            ),
        ]


class PassingReply(Reply):
    """A reply that was read, or voided after that."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_reply",
                pgtrigger.Insert | pgtrigger.UpdateOf("read_at", "voided_at"),
                "SELECT NEW.referral_id",
                pgtrigger.Q(new__read_at__isnull=False),
            )
        ]


class PassingVisit(Visit):
    """A visit of which a referral was begun, and whose day, place or podiatrist is another one now."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_visit",
                pgtrigger.Update,
                "SELECT id FROM referrals_referral WHERE visit_id = NEW.id",
                pgtrigger.AnyChange("seen_on", "site", "signed_by", "created_by"),
            )
        ]


class PassingCase(Case):
    """A case that belongs to another patient's record now: two were merged, or parted again."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_case",
                pgtrigger.Update,
                "SELECT id FROM referrals_referral WHERE case_id = NEW.id",
                pgtrigger.AnyChange("patient"),
            )
        ]


class PassingClinic(Clinic):
    """A clinic in which it is another time now, perhaps another day."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_clinic",
                pgtrigger.Update,
                "SELECT id FROM referrals_referral WHERE clinic_id = NEW.id ORDER BY case_id",
                pgtrigger.AnyChange("time_zone"),
            )
        ]
