"""The suspicions that a specialist has judged, worked out by triggers when a reply is read or voided.

A suspicion is one signed visit's screening as it was frozen, and counts once, by the reply that settles
it: one that confirms or refutes before one that leaves it open, then the one read last. Voided visits and
voided replies do not count. The track record and the report on origins read these rows and no others.
"""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.choices import Origin, Urgency
from cases.models import Case, CountedVisit, Visit
from clinic.models import Clinic, Site, User
from clinic.records import follows, same_case, same_clinic, write_anew
from referrals.models.loop import FoundOrigin, Reply
from referrals.models.referral import Referral

# Of a counted visit `f`, a referral `r` of it and a reply `y` to that.
_SOURCES = {
    "visit_id": "f.visit_id",
    "clinic_id": "f.clinic_id",
    "case_id": "f.case_id",
    "referral_id": "r.id",
    "site_id": "f.site_id",
    "podiatrist_id": "f.podiatrist_id",
    "urgency": "f.urgency",
    "origin": "f.origin",
    "decided_origin": "f.decided_origin",
    "leading_condition": "f.leading_condition",
    "signs": """ARRAY(SELECT DISTINCT g.sign FROM cases_finding g
        WHERE g.visit_id = f.visit_id AND g.present ORDER BY 1)""",
    "read_at": "y.read_at",
    "found_origin": "y.found_origin",
    "confirmed": "y.confirmed",
}
COLUMNS = ", ".join(_SOURCES)


def judged(visits: str = "true") -> str:
    """Return the SQL of the rows that there should be, from nothing that is kept here: `COLUMNS`.

    `visits` is a condition on the counted visit `f`, in SQL of ours.
    """
    return f"""
    SELECT DISTINCT ON (f.visit_id) {", ".join(_SOURCES.values())}
    FROM cases_countedvisit f JOIN referrals_referral r ON r.visit_id = f.visit_id
        JOIN referrals_reply y ON y.referral_id = r.id
    WHERE f.urgency <> '' AND y.read_at IS NOT NULL AND y.voided_at IS NULL AND {visits}
    ORDER BY f.visit_id, (y.confirmed IS NULL), y.read_at DESC, y.id"""  # noqa: S608


def _worked_out(name: str, operation: Any, visits: str, condition: Any = None) -> pgtrigger.Trigger:
    """Return a trigger that works out anew the rows of `visits`, an array of keys in SQL.

    Two who read replies about one case at once take turns at its row, so that the second sees the first.
    """
    return pgtrigger.Trigger(
        name=f"judged_{name}",
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        declare=[("touched", "uuid[]")],
        func=f"""
            touched := {visits};
            PERFORM FROM cases_case WHERE id IN (SELECT case_id FROM cases_visit WHERE id = ANY(touched))
                ORDER BY id FOR NO KEY UPDATE;
            DELETE FROM referrals_judgedvisit WHERE visit_id = ANY(touched);
            INSERT INTO referrals_judgedvisit ({COLUMNS}) {judged("f.visit_id = ANY(touched)")};
            RETURN NULL;
        """,  # noqa: S608
    )


class JudgedVisit(models.Model):
    """A signed visit's suspicion about which a reply was read.

    `signs` are those that were present. `confirmed` is empty where the reply leaves it open. All of it
    follows from other rows, which have their history; this has none.
    """

    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, primary_key=True, related_name="+")
    clinic = follows(Clinic)
    case = follows(Case)
    referral = follows(Referral)
    site = follows(Site, null=True)
    podiatrist = follows(User)
    urgency = models.CharField(max_length=24, choices=Urgency)
    origin = models.CharField(max_length=10, choices=Origin, blank=True)
    decided_origin = models.CharField(max_length=10, choices=Origin, blank=True)
    leading_condition = models.CharField(max_length=60, blank=True)
    signs = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    read_at = models.DateTimeField()
    found_origin = models.CharField(max_length=10, choices=FoundOrigin)
    confirmed = models.BooleanField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["clinic", "read_at"], name="judged_by_day")]
        triggers = [same_clinic("visit", "cases_visit"), same_case("visit", "cases_visit")]

    def __str__(self) -> str:
        return str(self.visit_id)


def keep_anew() -> None:
    """Work out every row, for replies that were written with the triggers switched off.

    The counted visits come first (`cases.models.counted.keep_anew`).
    """
    write_anew("referrals_judgedvisit", COLUMNS, judged())


# What may change a row. The tables are of other models; a proxy is how a trigger gets there from here.


class JudgingReply(Reply):
    """A reply that was read, or voided after that."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_reply",
                pgtrigger.Insert | pgtrigger.UpdateOf("read_at", "voided_at"),
                "ARRAY(SELECT visit_id FROM referrals_referral WHERE id = NEW.referral_id)",
                pgtrigger.Q(new__read_at__isnull=False),
            )
        ]


class JudgedReferral(Referral):
    """A referral that belongs to another visit now."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out(
                "by_referral",
                pgtrigger.Update,
                "ARRAY[OLD.visit_id, NEW.visit_id]",
                pgtrigger.AnyChange("visit"),
            )
        ]


class JudgedCount(CountedVisit):
    """A visit that is counted otherwise now, or no more since it was voided."""

    class Meta:
        proxy = True
        default_permissions = ()
        # What becomes of a draft changes nothing.
        triggers = [
            _worked_out(
                "by_count", pgtrigger.Insert, "ARRAY[NEW.visit_id]", pgtrigger.Condition("NEW.urgency <> ''")
            ),
            _worked_out(
                "no_more", pgtrigger.Delete, "ARRAY[OLD.visit_id]", pgtrigger.Condition("OLD.urgency <> ''")
            ),
        ]
