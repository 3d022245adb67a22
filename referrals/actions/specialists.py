"""Changes of the directory."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic.models import Clinic, User
from referrals.actions.errors import SpecialistChanged
from referrals.directory.incoming import plan_import
from referrals.models import Specialist


@transaction.atomic
def add_specialist(*, clinic: Clinic, by: User, **fields: Any) -> Specialist:
    """Add a person or service to the clinic's directory. Raises ValidationError."""
    specialist = Specialist(clinic=clinic, **fields)
    specialist.full_clean()
    specialist.save()
    return specialist


@transaction.atomic
def update_specialist(*, specialist: Specialist, by: User, seen: int, **fields: Any) -> Specialist:
    """Change an entry; letters already signed keep what they said.

    `seen` is the version that the person had before them. Raises SpecialistChanged when somebody else
    has saved since, ValidationError.
    """
    current = Specialist.objects.select_for_update().get(pk=specialist.pk)
    if current.version != seen:
        raise SpecialistChanged(current)
    for name, value in fields.items():
        setattr(current, name, value)
    current.version += 1
    current.full_clean()
    current.save(update_fields=[*fields, "version"])
    return current


@transaction.atomic
def retire_specialist(*, specialist: Specialist, by: User, retired: bool = True) -> Specialist:
    """Take an entry out of the choice for new referrals, or put it back. Letters to it stay."""
    current = Specialist.objects.select_for_update().get(pk=specialist.pk)
    if retired == (current.retired_at is not None):
        return current
    current.retired_at = timezone.now() if retired else None
    current.version += 1
    current.save(update_fields=["retired_at", "version"])
    return current


@transaction.atomic
def import_specialists(*, clinic: Clinic, by: User, text: str, update_known: bool) -> tuple[int, int]:
    """Add the entries of a CSV to the directory; return how many are new, and how many were updated.

    A row with a mistake is left out. An entry with the same name and organisation is left as it is, or with
    `update_known` takes over what the file says of it; an empty cell takes nothing away. One that is retired
    stays so. Raises Unreadable.
    """
    # Two imports at once would both find an entry new.
    Clinic.objects.select_for_update().get(pk=clinic.pk)
    plan = plan_import(clinic, text)
    Specialist.objects.bulk_create(
        [Specialist(clinic=clinic, **row.values) for row in plan.new], batch_size=500
    )
    if not update_known:
        return len(plan.new), 0
    changed = []
    for row, specialist in plan.known:
        if any(getattr(specialist, name) != value for name, value in row.values.items()):
            for name, value in row.values.items():
                setattr(specialist, name, value)
            specialist.version += 1
            changed.append(specialist)
    if changed:
        Specialist.objects.bulk_update(changed, [*plan.table.columns, "version"], batch_size=500)
    return len(plan.new), len(changed)
