"""A follow-up that starts from the last visit: what still holds is copied and marked until looked at."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from cases.actions.errors import NothingToCopy
from cases.actions.visits import count_save, locked_draft
from cases.choices import TreatmentKind
from cases.models import Treatment, Visit
from cases.treating import Caution
from cases.treatment_checks import planned_by, seen_at
from clinic.calendar import today_in
from clinic.models import User

# Of the notes only what was found: the story, the thoughts and the plan are of the day.
COPIED_NOTES = ("examination",)
COPIED_FIELDS = (
    "kind",
    "target",
    "region",
    "site",
    "side",
    "goal",
    "details",
    "instructions",
    "planned_end_on",
)


@dataclass(frozen=True)
class Copied:
    """A draft with what was copied into it, and the findings of today that kept treatments out."""

    visit: Visit
    blocks: list[Caution]


def last_signed(visit: Visit) -> Visit | None:
    """Return the case's latest signed visit that is not later than this one."""
    earlier = Visit.objects.signed().filter(case=visit.case_id, seen_on__lte=visit.seen_on)
    return earlier.exclude(pk=visit.pk).select_related("signed_by").first()


def still_running(last: Visit, today: date) -> list[Treatment]:
    """Return the treatments of a signed visit that go on: neither stopped nor past their end.

    A referral is asked for once and safety-net advice is given on a day; neither goes on.
    """
    running = last.treatments.filter(stopped_on__isnull=True).exclude(planned_end_on__lt=today)
    running = running.exclude(kind=TreatmentKind.SURGERY_REFERRAL)
    return [one for one in running if one.details.get("other_kind") != "safety_net"]


@transaction.atomic
def start_from_last_visit(
    *, visit: Visit, by: User, typed: str = "", version: int | None = None, page: UUID | None = None
) -> Copied:
    """Copy the last signed visit's running treatments and its examination into a draft, to be confirmed.

    Never red flags, signs or pain scores. A note that has text in the record, or in `typed` on the
    open page, stays as it is. A treatment that today's findings speak against is left out and a
    reason given against a block then is not taken over. A second call changes nothing.
    Raises NotADraft, NothingToCopy.
    """
    draft = locked_draft(visit)
    if draft.copied_from_id:
        return Copied(draft, [])
    last = last_signed(draft)
    if last is None:
        raise NothingToCopy
    draft.copied_from = last
    notes = [
        name
        for name in COPIED_NOTES
        if getattr(last, name).strip() and not getattr(draft, name).strip() and not typed.strip()
    ]
    for name in notes:
        setattr(draft, name, getattr(last, name))
    draft.to_confirm = notes
    blocks = _copy_treatments(draft, last, by)
    count_save(draft, version, page, "copied_from", "to_confirm", *notes)
    return Copied(draft, blocks)


def _copy_treatments(draft: Visit, last: Visit, by: User) -> list[Caution]:
    today = today_in(draft.clinic)
    seen = seen_at(draft)
    blocks: list[Caution] = []
    for running in still_running(last, today):
        if against := seen.blocks(planned_by(running)):
            blocks += against
        else:
            _copy_treatment(running, draft, by, today)
    return blocks


def _copy_treatment(running: Treatment, draft: Visit, by: User, today: date) -> None:
    copy = Treatment(
        clinic_id=draft.clinic_id,
        case=draft.case,
        visit=draft,
        start_on=today,
        pain_before=draft.pain_now,
        prescribed_by=by,
        to_confirm=True,
        **{name: getattr(running, name) for name in COPIED_FIELDS},
    )
    copy.details = _without_tests(_without_noes(copy.details))
    copy.full_clean(exclude=["clinic", "case", "visit", "prescribed_by"])
    copy.save()


def _without_noes(details: dict[str, Any]) -> dict[str, Any]:
    """Return a treatment's fields without what the form was told "no" of: it is not asked today."""
    asked = {key: said for key, said in details.get("asked", {}).items() if said == "yes"}
    kept = {name: value for name, value in details.items() if name != "asked"}
    return kept | ({"asked": asked} if asked else {})


def _without_tests(details: dict[str, Any]) -> dict[str, Any]:
    """Return a treatment's fields without the tests that let it pass then: the skin is tested today.

    A weak pulse and a measured pressure index stay, with their date.
    """
    gone = {"sensation", "sensation_tested_on"}
    if details.get("circulation") == "felt":
        gone |= {"circulation"} if "abpi" in details else {"circulation", "circulation_tested_on"}
    return {name: value for name, value in details.items() if name not in gone}


@transaction.atomic
def confirm_copied(*, visit: Visit, by: User, version: int | None = None, page: UUID | None = None) -> Visit:
    """Record that everything copied was looked at and is still right. Raises NotADraft."""
    draft = locked_draft(visit)
    waiting = draft.treatments.filter(to_confirm=True)
    if not draft.to_confirm and not waiting.exists():
        return draft
    waiting.update(to_confirm=False)
    draft.to_confirm = []
    count_save(draft, version, page, "to_confirm")
    return draft
