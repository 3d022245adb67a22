"""Whose referrals are whose, and what a person keeps of the worklist."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic, User
from referrals.actions.errors import CannotOwn, NothingToUndo
from referrals.models import Referral, SavedView
from referrals.workflow import UNDO_WITHIN
from referrals.worklist.choices import may_own

MOST_VIEWS = 30


@dataclass(frozen=True)
class Assignment:
    """How many referrals are in somebody's hands now, and in whose those were that moved."""

    count: int
    before: dict[UUID, User | None]


@transaction.atomic
def assign_referrals(*, clinic: Clinic, referrals: Iterable[UUID], owner: User, by: User) -> Assignment:
    """Put these open referrals of the clinic in the hands of `owner`.

    Returns how many are there now, and who had each that moved. Those that ended meanwhile, and other
    clinics', stay as they are and are not counted. Raises CannotOwn when the owner is no active member who
    may follow referrals up.
    """
    membership = clinic.memberships.select_related("user").filter(user=owner).first()
    if membership is None or not may_own(membership):
        raise CannotOwn
    rows = Referral.objects.filter(clinic=clinic, pk__in=list(referrals)).open()
    locked = list(rows.select_for_update().order_by("pk").values_list("pk", "owner_id"))
    moved = {pk: before for pk, before in locked if before != owner.pk}
    _give(moved, owner.pk)
    people = User.objects.in_bulk({before for before in moved.values() if before})
    return Assignment(len(locked), {pk: people.get(before) for pk, before in moved.items()})


@transaction.atomic
def undo_assignment(
    *, clinic: Clinic, before: Mapping[UUID, str | None], owner: UUID, assigned_at: datetime, by: User
) -> int:
    """Put referrals that went to `owner` back in the hands they were in. Returns how many went back.

    Those that ended or went on to somebody else since stay as they are. Raises NothingToUndo later than
    ten minutes after.
    """
    if timezone.now() - assigned_at >= UNDO_WITHIN:
        raise NothingToUndo
    rows = Referral.objects.filter(clinic=clinic, pk__in=list(before), owner_id=owner).open()
    still = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    back: dict[str, list[UUID]] = {}
    for pk in still:
        if earlier := before[pk]:
            back.setdefault(earlier, []).append(pk)
    for earlier, referrals in back.items():
        _give(referrals, earlier)
    return sum(map(len, back.values()))


def _give(referrals: Iterable[UUID], owner: UUID | str) -> None:
    rows = Referral.objects.filter(pk__in=list(referrals))
    rows.update(owner=owner, version=models.F("version") + 1)


@transaction.atomic
def choose_daily_email(*, user: User, by: User, wanted: bool, monthly: bool | None = None) -> None:
    """Say whether the daily e-mail of what somebody has in hand comes to them, in all their clinics.

    `monthly` says the same of the monthly e-mail with a clinic's reports; None leaves that as it is.
    """
    chosen = {"daily_email": wanted, "monthly_email": user.monthly_email if monthly is None else monthly}
    changed = [name for name, value in chosen.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, chosen[name])
    if changed:
        user.save(update_fields=changed)


@transaction.atomic
def save_view(*, clinic: Clinic, by: User, name: str, query: str) -> SavedView:
    """Keep a choice of filters under a name of one's own. Raises ValidationError."""
    if SavedView.objects.filter(clinic=clinic, user=by).count() >= MOST_VIEWS:
        raise ValidationError(_("You keep as many views as there is room for. Remove one first."))
    view = SavedView(clinic=clinic, user=by, name=name, query=query)
    _refuse_second(view)
    view.full_clean()
    view.save()
    return view


@transaction.atomic
def rename_view(*, view: SavedView, by: User, name: str) -> SavedView:
    """Give a view of one's own another name. Raises ValidationError."""
    view.name = name
    _refuse_second(view)
    view.full_clean()
    view.save()
    return view


@transaction.atomic
def remove_view(*, view: SavedView, by: User) -> None:
    """Remove a view of one's own; the referrals stay as they are."""
    view.delete()


def _refuse_second(view: SavedView) -> None:
    others = SavedView.objects.filter(clinic=view.clinic, user=view.user, name=view.name)
    if others.exclude(pk=view.pk).exists():
        raise ValidationError(_("You have a view of that name already."))
