"""Changing what a case is about, discharging it, and opening it again."""

from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.errors import CaseIsClosed, ChangedMeanwhile, DraftIsOpen, ReasonNeeded
from cases.actions.reviews import stop_treatment
from cases.choices import CaseStatus
from cases.courses import running_courses
from cases.models import Case
from clinic.models import User

# What the history of a case says of its being opened again, beside the row as it then was.
REOPENED_BECAUSE, REOPENED_BY = "reopened_because", "reopened_by"


@transaction.atomic
def update_case(*, case: Case, by: User, **fields: Any) -> Case:
    """Change what a case is about or who leads it; the database's history keeps what it was.

    `case` is the row as the caller read it. Raises ChangedMeanwhile when somebody has changed one of
    these details since, ValidationError when a field refuses its value or the new lead is no active
    podiatrist of the clinic.
    """
    current = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if any(getattr(current, name) not in (getattr(case, name), value) for name, value in fields.items()):
        raise ChangedMeanwhile(current)
    lead = fields.get("lead", current.lead)
    if lead != current.lead and not current.clinic.podiatrists().filter(pk=lead.pk).exists():
        raise ValidationError({"lead": _("Choose an active podiatrist of the clinic.")})
    for name, value in fields.items():
        setattr(current, name, value)
    current.full_clean()
    current.save(update_fields=list(fields))
    return current


@transaction.atomic
def discharge_case(
    *, case: Case, by: User, outcome: str, discharge_summary: str = "", stop_treatments: bool = False
) -> Case:
    """Close a case with how it ended; with `stop_treatments` what is still running stops today.

    Referrals stay as they are: each keeps its owner and its next action.
    Raises CaseIsClosed, DraftIsOpen while a visit is a draft, ValidationError for an unknown outcome or a
    treatment that is to stop before it began.
    """
    # As starting a visit locks it, so that no draft begins while the case is being closed.
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if not locked.is_open:
        raise CaseIsClosed
    if locked.visits.drafts().exists():
        raise DraftIsOpen
    if stop_treatments:
        for course in running_courses(locked):
            stop_treatment(treatment=course.newest, by=by, reason=_("The case was closed."))
    locked.status, locked.closed_at, locked.closed_by = CaseStatus.CLOSED, timezone.now(), by
    locked.outcome, locked.discharge_summary = outcome, discharge_summary.strip()
    locked.full_clean()
    locked.save(update_fields=["status", "closed_at", "closed_by", "outcome", "discharge_summary"])
    return locked


@transaction.atomic
def reopen_case(*, case: Case, by: User, reason: str) -> Case:
    """Open a closed case again. How it had ended, and why it goes on, stay in its history.

    Treatments that were stopped stay stopped. A case that is open stays as it is. Raises ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.is_open:
        return locked
    locked.status, locked.closed_at, locked.closed_by = CaseStatus.OPEN, None, None
    locked.outcome = locked.discharge_summary = ""
    with pghistory.context(**{REOPENED_BECAUSE: reason.strip(), REOPENED_BY: str(by.pk)}):
        locked.save(update_fields=["status", "closed_at", "closed_by", "outcome", "discharge_summary"])
    return locked
