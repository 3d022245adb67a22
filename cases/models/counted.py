"""What reports count of visits, in one narrow row each, worked out by triggers when a visit changes.

A report reads a hundred thousand visits, whose notes and frozen screenings it does not need. What it does
need changes a few times in the life of a visit, and is written then; whatever writes to the record, in
bulk or in plain SQL, the triggers see it. Saving the notes of a draft changes nothing here.
"""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.choices import Origin, Urgency, VisitKind
from cases.models.case import Case
from cases.models.patient import Patient
from cases.models.screening import Screening
from cases.models.visit import Visit
from clinic.models import Clinic, Site, User
from clinic.records import follows, same_clinic, write_anew

# What is kept, by its source: of a visit `v`, its case `c` and the screening `s` that its signature froze.
_SOURCES = {
    "visit_id": "v.id",
    "clinic_id": "v.clinic_id",
    "case_id": "v.case_id",
    "patient_id": "c.patient_id",
    "site_id": "v.site_id",
    "podiatrist_id": "COALESCE(v.signed_by_id, v.created_by_id)",
    "day": "v.seen_on",
    "kind": "v.kind",
    "signed_at": "v.signed_at",
    "minutes_to_sign": "floor(extract(epoch FROM v.signed_at - v.created_at) / 60)::int",
    "urgency": "COALESCE(s.urgency, '')",
    "origin": "COALESCE(s.origin, '')",
    "decided_origin": "COALESCE(s.decided_origin, '')",
    "refer": "s.refer",
    "screen_complete": "NOT (s.result -> 'flags') @> '[\"screen_incomplete\"]'",
    "red_flags": """ARRAY(SELECT flag ->> 'rule' FROM jsonb_path_query(s.result, '$.red_flags[*]')
        WITH ORDINALITY AS fired (flag, place) ORDER BY place)""",
    "leading_condition": "COALESCE(s.result #>> '{suspected,0,code}', '')",
}
_FOLLOWING = ", ".join(_SOURCES)
# Which visits of its patient are the nearest, by day and then by key: known once the others are.
_NEIGHBOURS = "lag(day) OVER of_patient AS previous_day, lead(day) OVER of_patient AS next_day"
_OF_PATIENT = "WINDOW of_patient AS (PARTITION BY patient_id ORDER BY day, visit_id)"
COLUMNS = f"{_FOLLOWING}, previous_day, next_day"
# What of a visit and of a case may change a row. Notes, pain and the counts of saves are not among it.
_OF_VISIT = ("clinic", "case", "kind", "seen_on", "site", "created_at", "created_by")
_OF_VISITS_END = ("signed_at", "signed_by", "voided_at")


def counted() -> str:
    """Return the SQL of the rows that there should be, from nothing that is kept: `COLUMNS`."""
    return f"""
    SELECT n.*, {_NEIGHBOURS} FROM ({_alone("true")}) n {_OF_PATIENT}"""  # noqa: S608


def _alone(visits: str) -> str:
    """Return the SQL of what follows from each visit alone; `visits` is a condition on the visit `v`."""
    told = ", ".join(f"{source} AS {name}" for name, source in _SOURCES.items())
    return f"""
    SELECT {told}
    FROM cases_visit v JOIN cases_case c ON c.id = v.case_id
        LEFT JOIN cases_screening s ON s.visit_id = v.id AND v.signed_at IS NOT NULL
    WHERE v.voided_at IS NULL AND {visits}"""  # noqa: S608


# Its case is locked first, so that a merge that moves the case at the same time is seen; then the patients
# of before and of now, so that visits of two cases of one patient see each other. Who locks both takes the
# case first.
_LOCK_PATIENTS = "PERFORM FROM cases_patient WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE;"
_PLACE = f"""
            UPDATE cases_countedvisit f SET previous_day = n.previous_day, next_day = n.next_day
            FROM (
                SELECT visit_id, {_NEIGHBOURS} FROM cases_countedvisit
                WHERE patient_id = ANY(touched) {_OF_PATIENT}
            ) n
            WHERE f.visit_id = n.visit_id
                AND (f.previous_day, f.next_day) IS DISTINCT FROM (n.previous_day, n.next_day);"""  # noqa: S608


def _worked_out(name: str, operation: Any, visit: str, condition: Any = None) -> pgtrigger.Trigger:
    """Return a trigger that works out anew the row of `visit`, a key in SQL, and its place among others."""
    return pgtrigger.Trigger(
        name=f"counted_{name}",
        when=pgtrigger.After,
        operation=operation,
        condition=condition,
        declare=[("touched", "uuid[]")],
        func=f"""
            PERFORM FROM cases_case c JOIN cases_visit v ON v.case_id = c.id
                WHERE v.id = {visit} FOR NO KEY UPDATE OF c;
            touched := ARRAY(
                SELECT c.patient_id FROM cases_visit v JOIN cases_case c ON c.id = v.case_id
                    WHERE v.id = {visit}
                UNION SELECT patient_id FROM cases_countedvisit WHERE visit_id = {visit});
            {_LOCK_PATIENTS}
            DELETE FROM cases_countedvisit WHERE visit_id = {visit};
            INSERT INTO cases_countedvisit ({_FOLLOWING}) {_alone(f"v.id = {visit}")};
            {_PLACE}
            RETURN NULL;
        """,  # noqa: S608
    )


class CountedVisit(models.Model):
    """A visit that is not voided, as reports count it.

    `podiatrist` signed it, or began it while it is a draft; `day` is the date of the visit. What the
    screening said is there once the visit is signed: before that, the words are empty and `refer` and
    `screen_complete` are not known. `minutes_to_sign` are whole minutes from beginning to signing,
    `red_flags` the rules that fired, `leading_condition` the code of the condition suspected first.
    `previous_day` and `next_day` are those of the patient's visits before and after it, empty for the first
    and for the newest; of two on one day, the one with the smaller key is before. So the newest visit up to
    a day has no `next_day`, or one after that day. All of it follows from other rows, which have their
    history; this has none.
    """

    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, primary_key=True, related_name="+")
    clinic = follows(Clinic)
    case = follows(Case)
    patient = follows(Patient)
    site = follows(Site, null=True)
    podiatrist = follows(User)
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=VisitKind)
    signed_at = models.DateTimeField(null=True)
    minutes_to_sign = models.IntegerField(null=True)
    urgency = models.CharField(max_length=24, choices=Urgency, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, blank=True)
    decided_origin = models.CharField(max_length=10, choices=Origin, blank=True)
    refer = models.BooleanField(null=True)
    screen_complete = models.BooleanField(null=True)
    red_flags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    leading_condition = models.CharField(max_length=60, blank=True)
    previous_day = models.DateField(null=True)
    next_day = models.DateField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["clinic", "day"], name="counted_by_day"),
            models.Index(fields=["case"], name="counted_by_case"),
            models.Index(fields=["patient"], name="counted_of_patient"),
            models.Index(fields=["clinic", "day"], condition=~models.Q(red_flags=[]), name="counted_flagged"),
        ]
        triggers = [same_clinic("visit", "cases_visit")]

    def __str__(self) -> str:
        return str(self.visit_id)


def keep_anew() -> None:
    """Work out every row, for visits that were written with the triggers switched off."""
    # In the order of the days, so that a period's rows lie together.
    write_anew("cases_countedvisit", COLUMNS, f"{counted()} ORDER BY n.day")


# What may change a row. The tables are of other models; a proxy is how a trigger gets there from here.


class VisitCounted(Visit):
    """A visit that was begun, signed, voided or moved to another day."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _worked_out("by_new_visit", pgtrigger.Insert, "NEW.id"),
            _worked_out(
                "by_visit",
                pgtrigger.Update,
                "NEW.id",
                pgtrigger.AnyChange(*_OF_VISIT, *_OF_VISITS_END),
            ),
            pgtrigger.Trigger(
                name="counted_no_more",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                declare=[("touched", "uuid[]")],
                func=f"""
                    touched := ARRAY(SELECT patient_id FROM cases_countedvisit WHERE visit_id = OLD.id);
                    {_LOCK_PATIENTS}
                    DELETE FROM cases_countedvisit WHERE visit_id = OLD.id;
                    {_PLACE}
                    RETURN OLD;
                """,  # noqa: S608
            ),
        ]


class ScreeningCounted(Screening):
    """The screening of a visit that was signed before it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [_worked_out("by_screening", pgtrigger.Insert, "NEW.visit_id")]


class CaseCounted(Case):
    """A case that belongs to another record of the patient since a merge, or again."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="counted_by_case",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("patient"),
                declare=[("touched", "uuid[]")],
                func=f"""
                    touched := ARRAY[OLD.patient_id, NEW.patient_id];
                    {_LOCK_PATIENTS}
                    UPDATE cases_countedvisit SET patient_id = NEW.patient_id WHERE case_id = NEW.id;
                    {_PLACE}
                    RETURN NULL;
                """,  # noqa: S608
            )
        ]
