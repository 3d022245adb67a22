"""Changes of what a clinic decides about its letters, and of its calendar."""

from collections.abc import Iterable
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.letter_settings.closures import ClosedDay
from clinic.letter_settings.pictures import as_png
from clinic.models import Clinic, Closure, Logo, SignatureImage, User

SETTINGS = (
    "letterhead_line",
    "urgent_days",
    "soon_days",
    "routine_days",
    "acknowledge_days",
    "escalate_after_days",
    "referral_coordinator",
    "cosign_letters",
    "copy_to_gp",
    "copy_to_patient",
)


class SettingsChanged(Exception):
    """Somebody else saved the settings meanwhile; `current` is the clinic as it is now."""

    def __init__(self, current: Clinic) -> None:
        super().__init__("the settings have changed")
        self.current = current


@transaction.atomic
def update_letter_settings(*, clinic: Clinic, by: User, **fields: Any) -> Clinic:
    """Change how the clinic's letters and referrals are handled; dates already set stay.

    `clinic` is the row as the caller read it. Raises SettingsChanged when somebody else changed one of
    these settings since, ValidationError when one refuses its value.
    """
    current = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    if any(getattr(current, name) not in (getattr(clinic, name), value) for name, value in fields.items()):
        raise SettingsChanged(current)
    coordinator = fields.get("referral_coordinator")
    if coordinator and not coordinators_of(current).filter(pk=coordinator.pk).exists():
        raise ValidationError({"referral_coordinator": _("Choose an active member of the clinic.")})
    for name, value in fields.items():
        setattr(current, name, value)
    current.full_clean()
    current.save(update_fields=list(fields))
    return current


def coordinators_of(clinic: Clinic) -> Any:
    """Return those who may own a referral once it is signed: active podiatrists and admin staff."""
    active = clinic.memberships.active().filter(role__in=["podiatrist", "admin_staff"])
    return User.objects.filter(pk__in=active.values("user"))


@transaction.atomic
def change_logo(*, clinic: Clinic, by: User, file: IO[bytes] | None, alt: str) -> Logo:
    """Set the logo of the clinic's letters; without a file the present one gets another description.

    Letters already signed keep theirs. Raises PictureRefused, and ValidationError without any picture.
    """
    logo = Logo.objects.select_for_update().filter(clinic=clinic).first() or Logo(clinic=clinic)
    if file is not None:
        logo.png = as_png(file)
    if not logo.png:
        raise ValidationError({"file": _("Choose a picture.")})
    logo.alt = alt
    logo.full_clean()
    logo.save()
    return logo


@transaction.atomic
def remove_logo(*, clinic: Clinic, by: User) -> None:
    """Take the logo off letters to come. Letters already signed keep theirs; there may be none."""
    Logo.objects.filter(clinic=clinic).delete()


@transaction.atomic
def change_signature(*, user: User, by: User, file: IO[bytes]) -> SignatureImage:
    """Set the picture of somebody's signature for letters to come. Raises PictureRefused."""
    found = SignatureImage.objects.select_for_update().filter(user=user).first()
    signature = found or SignatureImage(user=user)
    signature.png = as_png(file)
    signature.full_clean()
    signature.save()
    return signature


@transaction.atomic
def remove_signature(*, user: User, by: User) -> None:
    """Take the picture off letters to come. Letters already signed keep it; there may be none."""
    SignatureImage.objects.filter(user=user).delete()


@transaction.atomic
def set_working_days(*, clinic: Clinic, by: User, working_days: Iterable[int]) -> Clinic:
    """Set the days of the week on which the clinic works, 0 for Monday. Raises ValidationError."""
    current = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    current.working_days = sorted(set(working_days))
    current.full_clean()
    current.save(update_fields=["working_days"])
    return current


@transaction.atomic
def add_closures(*, clinic: Clinic, by: User, days: Iterable[ClosedDay]) -> tuple[int, int]:
    """Close the clinic on these days; return how many were new, and how many got another reason."""
    known = {row.on: row for row in clinic.closures.select_for_update()}
    added = renamed = 0
    for day in days:
        row = known.get(day.on)
        if row is None:
            row = Closure(clinic=clinic, on=day.on, name=day.name)
            row.full_clean()
            row.save()
            added += 1
        elif day.name and row.name != day.name:
            row.name = day.name
            row.full_clean()
            row.save(update_fields=["name"])
            renamed += 1
    return added, renamed


@transaction.atomic
def remove_closure(*, closure: Closure, by: User) -> None:
    """Open the clinic on this day after all; the database's history keeps that it was closed."""
    closure.delete()
