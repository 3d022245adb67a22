"""The end of a draft: signing it, which freezes its screening and locks it, or voiding it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from cases.actions.additions import add_addendum
from cases.actions.errors import (
    BackDatingReasonNeeded,
    CallNotRecorded,
    ChangedMeanwhile,
    CopiedNotConfirmed,
    ReasonNeeded,
    ScreenIncomplete,
    TreatmentBlocked,
    VisitInFuture,
)
from cases.actions.visits import is_behind, locked_draft
from cases.answers import answers_of
from cases.back_dating import is_back_dated
from cases.choices import Urgency
from cases.elsewhere import tell_signed
from cases.models import Screening, Visit
from cases.screening import Answers, Assessment, assess
from cases.treatment_checks import seen_at, standing_blocks
from clinic.calendar import today_in
from clinic.models import User


@transaction.atomic
def sign_visit(
    *,
    visit: Visit,
    by: User,
    version: int | None,
    page: UUID | None = None,
    agreed: bool = True,
    decided_origin: str = "",
    decision_reason: str = "",
    no_call_reason: str = "",
) -> Visit:
    """Sign a visit: freeze its screening, lock it, and carry its origin to the case.

    An emergency may be signed with an incomplete red-flag screen, anything else may not. Without a
    recorded telephone call it needs `no_call_reason`, which becomes the visit's first addendum. What a
    treatment asks of the floor above, such as a referral for a surgical opinion, begins with it.
    Raises NotADraft, ChangedMeanwhile, ScreenIncomplete, TreatmentBlocked, ReasonNeeded,
    CopiedNotConfirmed, BackDatingReasonNeeded, VisitInFuture, CallNotRecorded.
    """
    draft = locked_draft(visit)
    if is_behind(draft, version, page):
        raise ChangedMeanwhile(draft)
    if not agreed and not (decided_origin and decision_reason.strip()):
        raise ReasonNeeded
    answers = answers_of(draft)
    assessment = assess(answers)
    _refuse_unsafe(draft, assessment)
    _refuse_unfinished(draft)
    no_call = _without_a_call(draft, assessment, no_call_reason.strip())
    _freeze_screening(draft, answers, assessment, agreed, decided_origin, decision_reason.strip())
    draft.signed_at, draft.signed_by = timezone.now(), by
    draft.treatments.update(signed_at=draft.signed_at)
    draft.treatment_reviews.update(reviewed_on=draft.seen_on)
    draft.save(update_fields=["signed_at", "signed_by"])
    if no_call:
        add_addendum(visit=draft, by=by, text=no_call)
    tell_signed(draft, by)
    return draft


def _refuse_unsafe(draft: Visit, assessment: Assessment) -> None:
    if assessment.screen_missing and assessment.urgency != "emergency":
        raise ScreenIncomplete(list(assessment.screen_missing))
    if blocked := standing_blocks(draft, seen_at(draft, assessment=assessment)):
        raise TreatmentBlocked([block for one in blocked for block in one.blocks], blocked)


def _refuse_unfinished(draft: Visit) -> None:
    if draft.to_confirm or draft.treatments.filter(to_confirm=True).exists():
        raise CopiedNotConfirmed
    if draft.seen_on > today_in(draft.clinic):
        raise VisitInFuture
    if is_back_dated(draft) and not draft.back_dating_reason.strip():
        raise BackDatingReasonNeeded


def _without_a_call(draft: Visit, assessment: Assessment, reason: str) -> str:
    """Return what the record says of an emergency for which nobody has recorded a call."""
    if assessment.urgency != Urgency.EMERGENCY or draft.emergency_calls.exists():
        return ""
    if not reason:
        raise CallNotRecorded
    return gettext("Signed without a recorded telephone call: %(reason)s") % {"reason": reason}


def _freeze_screening(
    draft: Visit,
    answers: Answers,
    assessment: Assessment,
    agreed: bool,
    decided_origin: str,
    reason: str,
) -> None:
    result = assessment.as_record()
    origin = result["origin"] or ""
    Screening.objects.create(
        visit=draft,
        catalogue_version=result["catalogue_version"],
        answers=answers.as_record(),
        result=result,
        origin=origin,
        urgency=result["urgency"],
        refer=result["refer"],
        destinations=result["destinations"],
        agreed=agreed,
        decided_origin=origin if agreed else decided_origin,
        decision_reason=reason,
    )
    case = draft.case
    if case.visits.signed().filter(seen_on__gt=draft.seen_on).exists():
        return  # Written up late: what a later visit decided stands.
    case.suggested_origin = origin
    case.decided_origin = origin if agreed else decided_origin
    case.origin_reason = reason
    case.save(update_fields=["suggested_origin", "decided_origin", "origin_reason"])


@transaction.atomic
def void_visit(*, visit: Visit, by: User, reason: str) -> Visit:
    """Mark a visit as entered in error. It stays readable, with who, when and why.

    Raises ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.voided_at is None:
        locked.voided_at, locked.voided_by = timezone.now(), by
        locked.void_reason = reason.strip()
        locked.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return locked
