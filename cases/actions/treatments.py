"""Treatments of a draft visit, and the findings that forbid one."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from cases.actions.errors import ChangedMeanwhile, TreatmentBlocked
from cases.actions.visits import count_save, locked_draft
from cases.answers import answers_of
from cases.models import Treatment, Visit
from cases.screening import Assessment, assess
from cases.screening.treatments import TreatmentFinding
from cases.treatment_forms import concerns
from clinic.models import User

SHOWN = (
    "target",
    "site",
    "side",
    "goal",
    "details",
    "start_on",
    "planned_end_on",
    "review_on",
    "instructions",
    "override_reason",
)


def blocks_of(assessment: Assessment, kind: str, details: Mapping[str, Any]) -> list[TreatmentFinding]:
    """Return what forbids this treatment in the form that `details` describes."""
    return [block for block in all_blocks(assessment) if concerns(block, kind, details)]


def all_blocks(assessment: Assessment) -> list[TreatmentFinding]:
    """Return every block, of a whole treatment or of one form of it."""
    return [*assessment.blocked_treatments, *assessment.restricted_treatments]


def refuse_blocked(
    assessment: Assessment, kind: str, details: Mapping[str, Any], override_reason: str
) -> None:
    """Raise TreatmentBlocked unless the treatment is free, or its blocks may be and were overridden."""
    blocks = blocks_of(assessment, kind, details)
    final = [block for block in blocks if not block.overridable]
    if final or (blocks and not override_reason.strip()):
        raise TreatmentBlocked(final or blocks)


@transaction.atomic
def add_treatment(
    *,
    visit: Visit,
    by: User,
    kind: str,
    version: int | None = None,
    page: UUID | None = None,
    **fields: Any,
) -> Treatment:
    """Prescribe a treatment at a draft visit.

    Raises NotADraft, TreatmentBlocked, ValidationError.
    """
    draft = locked_draft(visit)
    _check_blocks(draft, kind, fields)
    treatment = Treatment(
        clinic=draft.clinic,
        case=draft.case,
        visit=draft,
        kind=kind,
        prescribed_by=by,
        pain_before=draft.pain_now,
        **fields,
    )
    treatment.full_clean()
    treatment.save()
    count_save(draft, version, page)
    return treatment


def _check_blocks(draft: Visit, kind: str, fields: Mapping[str, Any]) -> None:
    reason = fields.get("override_reason", "")
    refuse_blocked(assess(answers_of(draft)), kind, fields.get("details", {}), reason)


@transaction.atomic
def change_treatment(
    *,
    treatment: Treatment,
    by: User,
    version: int | None = None,
    page: UUID | None = None,
    opened: str | None = None,
    **fields: Any,
) -> Treatment:
    """Change a treatment while its visit is a draft.

    `opened` is the `mark_of` the treatment as its form showed it; without one nobody was shown it.
    Raises NotADraft, ChangedMeanwhile, TreatmentBlocked, ValidationError.
    """
    draft = locked_draft(treatment.visit)
    current = Treatment.objects.select_related("visit").get(pk=treatment.pk)
    differs = any(getattr(current, name) != value for name, value in fields.items())
    if differs and opened is not None and opened != mark_of(current):
        raise ChangedMeanwhile(current)
    _check_blocks(draft, treatment.kind, fields)
    for name, value in (fields | {"to_confirm": False}).items():
        setattr(treatment, name, value)
    treatment.full_clean()
    treatment.save(update_fields=[*fields, "to_confirm"])
    count_save(draft, version, page)
    return treatment


def mark_of(treatment: Treatment) -> str:
    """Return a short mark that changes when anything that the form of a treatment shows changes."""
    shown = [str(getattr(treatment, name)) for name in SHOWN]
    return hashlib.sha256("\x1f".join(shown).encode()).hexdigest()[:16]


@transaction.atomic
def remove_treatment(
    *, treatment: Treatment, by: User, version: int | None = None, page: UUID | None = None
) -> None:
    """Take a treatment out of a draft; the database's history keeps it. Raises NotADraft."""
    draft = locked_draft(treatment.visit)
    treatment.delete()
    count_save(draft, version, page)
