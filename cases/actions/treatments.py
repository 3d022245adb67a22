"""Treatments of a draft visit, and the findings that forbid one."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from cases.actions.errors import ChangedMeanwhile, TreatmentBlocked
from cases.actions.visits import count_save, locked_draft
from cases.models import BlockOverride, Treatment, Visit
from cases.treating import Caution, Planned
from cases.treatment_checks import planned, seen_at
from clinic.marks import mark
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
# What the blocks depend on, beside the findings.
CHECKED = ("details", "region", "side", "start_on", "review_on")


def refuse_blocked(blocks: Sequence[Caution], overridden: Collection[str]) -> None:
    """Raise TreatmentBlocked unless each block may be and was overridden.

    `overridden` are the ids of the checks that have an override.
    """
    standing = [one for one in blocks if not one.overridable or one.id not in overridden]
    final = [one for one in standing if not one.overridable]
    if standing:
        raise TreatmentBlocked(final or standing)


@transaction.atomic
def add_treatment(
    *,
    visit: Visit,
    by: User,
    kind: str,
    version: int | None = None,
    page: UUID | None = None,
    override_reason: str = "",
    covers: Collection[str] | None = None,
    **fields: Any,
) -> Treatment:
    """Prescribe a treatment at a draft visit.

    `override_reason` is why the clinician goes on in spite of the blocks that may be overridden, and
    `covers` the checks that were shown when it was typed (None: nobody was shown any, a command's
    reason covers all). Each block is kept with it.
    Raises NotADraft, TreatmentBlocked, ValidationError.
    """
    draft = locked_draft(visit)
    blocks = _allowed(draft, planned(kind, fields), override_reason, covers)
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
    _override(treatment, blocks, override_reason.strip(), by)
    count_save(draft, version, page)
    return treatment


def _allowed(draft: Visit, plan: Planned, reason: str, covers: Collection[str] | None) -> list[Caution]:
    """Return the blocks that `reason` overrides. Raises TreatmentBlocked."""
    blocks = seen_at(draft).blocks(plan)
    covered = {one.id for one in blocks} if covers is None else set(covers)
    refuse_blocked(blocks, covered if reason.strip() else ())
    return blocks


def _override(treatment: Treatment, blocks: Sequence[Caution], reason: str, by: User) -> None:
    """Keep one override a block, as the block stands now; those of blocks that are gone go with them."""
    standing = {one.id: one for one in blocks}
    for kept in treatment.overrides.all():
        if kept.check_id in standing and kept.reason == reason:
            del standing[kept.check_id]
        else:
            kept.delete()
    for check_id, block in standing.items():
        override = BlockOverride(
            treatment=treatment,
            check_id=check_id,
            catalogue_version=block.version,
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
    covers: Collection[str] | None = None,
    **fields: Any,
) -> Treatment:
    """Change a treatment while its visit is a draft; `override_reason` and `covers` as when it is added.

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
    after = {name: getattr(current, name) for name in CHECKED} | fields
    blocks = _allowed(draft, planned(treatment.kind, after), override_reason, covers)
    for name, value in (fields | {"to_confirm": False}).items():
        setattr(treatment, name, value)
    treatment.full_clean()
    treatment.save(update_fields=[*fields, "to_confirm"])
    _override(treatment, blocks, override_reason.strip(), by)
    count_save(draft, version, page)
    return treatment


def reason_of(treatment: Treatment) -> str:
    """Return why its blocks were overridden, empty where none was."""
    return next((one.reason for one in treatment.overrides.all()), "")


def mark_of(treatment: Treatment) -> str:
    """Return a short mark that changes when anything that the form of a treatment shows changes."""
    shown = [getattr(treatment, name) for name in SHOWN]
    shown.append("" if treatment._state.adding else reason_of(treatment))
    return mark(shown)


@transaction.atomic
def remove_treatment(
    *, treatment: Treatment, by: User, version: int | None = None, page: UUID | None = None
) -> None:
    """Take a treatment out of a draft; the database's history keeps it. Raises NotADraft."""
    draft = locked_draft(treatment.visit)
    treatment.delete()
    count_save(draft, version, page)
