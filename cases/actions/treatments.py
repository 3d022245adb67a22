"""Treatments of a draft visit, and the findings that forbid one."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from cases.actions.errors import ChangedMeanwhile, TreatmentBlocked
from cases.actions.visits import count_save, locked_draft
from cases.answers import answers_of
from cases.models import BlockOverride, Treatment, Visit
from cases.screening import Assessment, assess
from cases.screening.treatments import TreatmentFinding
from cases.treatment_forms import concerns
from clinic.models import User

SHOWN = (
    "target",
    "region",
    "site",
    "side",
    "goal",
    "details",
    "start_on",
    "planned_end_on",
    "review_on",
    "instructions",
    "consent_discussed",
    "leaflet_given",
)


def blocks_of(assessment: Assessment, kind: str, details: Mapping[str, Any]) -> list[TreatmentFinding]:
    """Return what forbids this treatment in the form that `details` describes."""
    return [block for block in all_blocks(assessment) if concerns(block, kind, details)]


def all_blocks(assessment: Assessment) -> list[TreatmentFinding]:
    """Return every block, of a whole treatment or of one form of it."""
    return [*assessment.blocked_treatments, *assessment.restricted_treatments]


def refuse_blocked(
    assessment: Assessment, kind: str, details: Mapping[str, Any], overridden: Collection[str]
) -> None:
    """Raise TreatmentBlocked unless the treatment is free, or each of its blocks may be and was overridden.

    `overridden` are the ids of the checks that have an override.
    """
    blocks = blocks_of(assessment, kind, details)
    standing = [one for one in blocks if not one.overridable or one.check.id not in overridden]
    final = [one for one in standing if not one.overridable]
    if standing:
        raise TreatmentBlocked(final or standing)


def overridden_checks(treatment: Treatment) -> set[str]:
    """Return the ids of the checks that a clinician went on in spite of."""
    return {one.check_id for one in treatment.overrides.all()}


@transaction.atomic
def add_treatment(
    *,
    visit: Visit,
    by: User,
    kind: str,
    version: int | None = None,
    page: UUID | None = None,
    override_reason: str = "",
    **fields: Any,
) -> Treatment:
    """Prescribe a treatment at a draft visit.

    `override_reason` is why the clinician goes on in spite of the blocks that may be overridden; each
    of them is kept with it.
    Raises NotADraft, TreatmentBlocked, ValidationError.
    """
    draft = locked_draft(visit)
    assessment = assess(answers_of(draft))
    blocks = _allowed(assessment, kind, fields, override_reason)
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
    _override(treatment, blocks, assessment, override_reason.strip(), by)
    count_save(draft, version, page)
    return treatment


def _allowed(
    assessment: Assessment, kind: str, fields: Mapping[str, Any], reason: str
) -> list[TreatmentFinding]:
    """Return the blocks that `reason` overrides. Raises TreatmentBlocked."""
    details = fields.get("details", {})
    blocks = blocks_of(assessment, kind, details)
    refuse_blocked(assessment, kind, details, {one.check.id for one in blocks} if reason.strip() else ())
    return blocks


def _override(
    treatment: Treatment, blocks: list[TreatmentFinding], assessment: Assessment, reason: str, by: User
) -> None:
    """Keep one override a block, as the block stands now; those of blocks that are gone go with them."""
    standing = {one.check.id: one for one in blocks}
    for kept in treatment.overrides.all():
        if kept.check_id in standing and kept.reason == reason:
            del standing[kept.check_id]
        else:
            kept.delete()
    for check_id, block in standing.items():
        override = BlockOverride(
            treatment=treatment,
            check_id=check_id,
            catalogue_version=assessment.catalogue_version,
            block=block.reason,
            source=block.source,
            because_of=list(block.signs),
            reason=reason,
            given_by=by,
        )
        override.full_clean(exclude=["treatment", "given_by"])
        override.save()


@transaction.atomic
def change_treatment(
    *,
    treatment: Treatment,
    by: User,
    version: int | None = None,
    page: UUID | None = None,
    opened: str | None = None,
    override_reason: str = "",
    **fields: Any,
) -> Treatment:
    """Change a treatment while its visit is a draft.

    `opened` is the `mark_of` the treatment as its form showed it; without one nobody was shown it.
    Raises NotADraft, ChangedMeanwhile, TreatmentBlocked, ValidationError.
    """
    draft = locked_draft(treatment.visit)
    current = Treatment.objects.select_related("visit").get(pk=treatment.pk)
    differs = override_reason.strip() not in ("", reason_of(current)) or any(
        getattr(current, name) != value for name, value in fields.items()
    )
    if differs and opened is not None and opened != mark_of(current):
        raise ChangedMeanwhile(current)
    assessment = assess(answers_of(draft))
    blocks = _allowed(assessment, treatment.kind, fields, override_reason)
    for name, value in (fields | {"to_confirm": False}).items():
        setattr(treatment, name, value)
    treatment.full_clean()
    treatment.save(update_fields=[*fields, "to_confirm"])
    _override(treatment, blocks, assessment, override_reason.strip(), by)
    count_save(draft, version, page)
    return treatment


def reason_of(treatment: Treatment) -> str:
    """Return why its blocks were overridden, empty where none was."""
    return next((one.reason for one in treatment.overrides.all()), "")


def mark_of(treatment: Treatment) -> str:
    """Return a short mark that changes when anything that the form of a treatment shows changes."""
    shown = [str(getattr(treatment, name)) for name in SHOWN]
    shown.append("" if treatment._state.adding else reason_of(treatment))
    return hashlib.sha256("\x1f".join(shown).encode()).hexdigest()[:16]


@transaction.atomic
def remove_treatment(
    *, treatment: Treatment, by: User, version: int | None = None, page: UUID | None = None
) -> None:
    """Take a treatment out of a draft; the database's history keeps it. Raises NotADraft."""
    draft = locked_draft(treatment.visit)
    treatment.delete()
    count_save(draft, version, page)
