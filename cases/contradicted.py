"""What still runs although a later visit found what forbids it: nothing stops by itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from cases.choices import TreatmentKind
from cases.courses import Course, courses_in
from cases.models import Patient, Visit
from cases.treating import Caution, Planned
from cases.treatment_checks import Seen, Standing, seen_at, standing, standing_blocks

AT_HOME = (TreatmentKind.EXERCISE, TreatmentKind.REST, TreatmentKind.ICE)


@dataclass(frozen=True)
class Contradicted:
    """A running course, the blocks that nobody has overridden, and the later visit that caused them."""

    course: Course
    blocks: list[Caution]
    visit: Visit


def contradicted(patient: Patient, courses: Iterable[Course]) -> list[Contradicted]:
    """Return which of these running courses a later visit of the patient speaks against.

    Asked are the last signed visit and the draft of every case, because ice of one case burns a foot
    that another case found numb. The newest prescription needs its `visit` and `overrides`. One query,
    and two or three for each such visit that is later than a prescription.
    """
    rows = list(courses)
    found: dict[Course, Contradicted] = {}
    for visit in _last_visits(patient, rows):
        later = [one for one in rows if _is_later(visit, one.newest.visit)]
        seen = seen_at(visit) if later else None
        for one in later:
            if seen and one not in found and (blocks := standing(one.newest, seen)):
                found[one] = Contradicted(one, blocks, visit)
    return list(found.values())


def _last_visits(patient: Patient, courses: list[Course]) -> Iterable[Visit]:
    if not courses:
        return []
    since = min(one.newest.visit.seen_on for one in courses)
    visits = Visit.objects.filter(case__patient=patient, voided_at__isnull=True, seen_on__gte=since)
    last = visits.annotate(unsigned=Q(signed_at__isnull=True)).order_by(
        "case_id", "unsigned", "-seen_on", "-created_at"
    )
    return last.distinct("case_id", "unsigned").select_related("case__patient", "clinic")


def _is_later(visit: Visit, than: Visit) -> bool:
    return (visit.seen_on, visit.created_at) > (than.seen_on, than.created_at)


def running_against(visit: Visit, seen: Seen) -> list[Standing]:
    """Return what runs from earlier visits of a draft's case and is blocked as things are now.

    No query as long as nothing at all is blocked, two otherwise.
    """
    may_be = seen.assessment.restricted_treatments or any(seen.blocks(Planned(kind, {})) for kind in AT_HOME)
    if not visit.is_draft or not may_be:
        return []
    running = [
        course.newest
        for course in courses_in(visit.case)
        if course.newest.kind in AT_HOME and course.is_running(visit.seen_on)
    ]
    found = [Standing(one, standing(one, seen)) for one in running]
    return [one for one in found if one.blocks]


def alerts(visit: Visit, seen: Seen) -> list[Standing]:
    """Return what a draft's page warns of: its own treatments that are blocked, and what still runs."""
    return [*standing_blocks(visit, seen), *running_against(visit, seen)]
