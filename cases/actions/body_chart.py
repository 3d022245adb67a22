"""Marks on the body chart of a draft."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.visits import count_save, locked_draft
from cases.body_chart import REGIONS
from cases.choices import Sensation
from cases.models import BodyMark, Visit
from clinic.models import User


@transaction.atomic
def mark_region(
    *,
    visit: Visit,
    by: User,
    region: str,
    sensation: str,
    on: bool,
    version: int | None = None,
    page: UUID | None = None,
) -> Visit:
    """Mark one sensation in one region of a draft's body chart, or take the mark away.

    What is so already is left as it is. Returns the visit with its version. Raises NotADraft,
    ValidationError.
    """
    draft = locked_draft(visit)
    marks = draft.body_marks.filter(region=region, sensation=sensation)
    if marks.exists() == on:
        _checked(draft, region, sensation)
        return draft
    if on:
        _checked(draft, region, sensation).save()
    else:
        marks.delete()
    count_save(draft, version, page)
    return draft


@transaction.atomic
def mark_regions(*, visit: Visit, by: User, marks: Collection[tuple[str, str]]) -> Visit:
    """Make the marks of a draft's body chart exactly these pairs of region and sensation.

    Raises NotADraft, ValidationError.
    """
    draft = locked_draft(visit)
    wanted = set(marks)
    there = set(draft.body_marks.values_list("region", "sensation"))
    for region, sensation in sorted(wanted - there):
        _checked(draft, region, sensation).save()
    for region, sensation in there - wanted:
        draft.body_marks.filter(region=region, sensation=sensation).delete()
    if wanted != there:
        count_save(draft, None, None)
    return draft


def _checked(draft: Visit, region: str, sensation: str) -> BodyMark:
    """A mark that the chart can show. Raises ValidationError."""
    if region not in REGIONS:
        raise ValidationError(_("The body chart has no such region."))
    if sensation not in Sensation.values:
        raise ValidationError(_("The body chart has no such sensation."))
    return BodyMark(visit=draft, region=region, sensation=sensation)
