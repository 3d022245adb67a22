"""Changes of the directory."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic.models import Clinic, User
from referrals.models import Specialist


@transaction.atomic
def add_specialist(*, clinic: Clinic, by: User, **fields: Any) -> Specialist:
    """Add a person or service to the clinic's directory. Raises ValidationError."""
    specialist = Specialist(clinic=clinic, **fields)
    specialist.full_clean()
    specialist.save()
    return specialist


@transaction.atomic
def update_specialist(*, specialist: Specialist, by: User, **fields: Any) -> Specialist:
    """Change an entry; letters already signed keep what they said. Raises ValidationError."""
    for name, value in fields.items():
        setattr(specialist, name, value)
    specialist.full_clean()
    specialist.save(update_fields=list(fields))
    return specialist


@transaction.atomic
def retire_specialist(*, specialist: Specialist, by: User, retired: bool = True) -> Specialist:
    """Take an entry out of the choice for new referrals, or put it back."""
    specialist.retired_at = timezone.now() if retired else None
    specialist.save(update_fields=["retired_at"])
    return specialist
