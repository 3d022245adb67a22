"""From a visit's record to what the screening is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, Subquery

from cases.changes import changes_since
from cases.models import Finding, Patient, Visit
from cases.progress import Earlier, measure
from cases.screening import Answers, load_catalogue

DIABETES = "diabetes_known"
MEASURES = ("sign", "present", "side", "mrc_grade", "degrees", "millimetres", "onset_on")


@dataclass(frozen=True)
class EarlierVisits:
    """What earlier signed visits of the case recorded, oldest first.

    `graded` holds every dated grade; `last` all findings of the last one.
    """

    graded: Sequence[Earlier] = ()
    last: Sequence[Earlier] = ()


def answers_of(
    visit: Visit, findings: Iterable[Finding] | None = None, earlier: EarlierVisits | None = None
) -> Answers:
    """Return what is known at `visit`: ticked signs, explicit noes, age on that day and side.

    A sign found on one side and not on the other counts as present. What grades and dates decide, here
    and against earlier signed visits, is computed (see cases.progress), and what has changed since the
    last one is listed. Known diabetes in the patient's record counts as diabetes unless the podiatrist
    answered that sign at this visit. One query more than the findings, unless `earlier` is given.
    """
    rows = list(visit.findings.all() if findings is None else findings)
    earlier = earlier_visits(visit) if earlier is None else earlier
    measured = measure(rows, earlier.graded, visit.seen_on)
    patient = visit.case.patient
    present = measured.present | (_from_record(patient) - measured.absent)
    return Answers(
        present=frozenset(present),
        absent=frozenset(measured.absent - present),
        age=patient.age_on(visit.seen_on),
        side=visit.case.side or None,
        computed=tuple(measured.computed),
        since=earlier.last[-1].seen_on.isoformat() if earlier.last else "",
        changes=changes_since(earlier.last, rows, load_catalogue()) if earlier.last else (),
    )


def earlier_visits(visit: Visit) -> EarlierVisits:
    """Return what the case's signed visits before `visit` recorded; those of its day count by creation.

    Visits marked as entered in error are left out. One query.
    """
    before = Visit.objects.signed().filter(case=visit.case_id)
    before = before.filter(
        Q(seen_on__lt=visit.seen_on) | Q(seen_on=visit.seen_on, created_at__lt=visit.created_at)
    ).exclude(pk=visit.pk)
    last = Subquery(before.order_by("-seen_on", "-created_at").values("pk")[:1])
    rows = (
        Finding.objects.filter(visit__in=before)
        .filter(Q(mrc_grade__isnull=False) | Q(visit=last))
        .order_by("visit__seen_on", "visit__created_at", "sign", "side")
        .annotate(last=last)
        .values_list("visit", "last", "visit__seen_on", *MEASURES)
    )
    found = [(visit_id == last_id, Earlier(*values)) for visit_id, last_id, *values in rows]
    return EarlierVisits(
        graded=[one for _, one in found if one.mrc_grade is not None],
        last=[one for is_last, one in found if is_last],
    )


def _from_record(patient: Patient) -> set[str]:
    return {DIABETES} if patient.has_diabetes else set()
