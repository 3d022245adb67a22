"""Whose referrals are whose, and what a person keeps of the worklist."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic, User
from referrals.actions.errors import CannotOwn
from referrals.models import Referral, SavedView
from referrals.worklist.choices import may_own

MOST_VIEWS = 30


@transaction.atomic
def assign_referrals(*, clinic: Clinic, referrals: Iterable[UUID], owner: User, by: User) -> int:
    """Put these open referrals of the clinic in the hands of `owner`. Returns how many are there now.

    Those that ended meanwhile, and other clinics', stay as they are and are not counted.
    Raises CannotOwn when the owner is no active member who may follow referrals up.
    """
    membership = clinic.memberships.select_related("user").filter(user=owner).first()
    if membership is None or not may_own(membership):
        raise CannotOwn
    rows = Referral.objects.filter(clinic=clinic, pk__in=list(referrals)).open()
    locked = list(rows.select_for_update().order_by("pk").values_list("pk", "owner_id"))
    moved = [pk for pk, before in locked if before != owner.pk]
    Referral.objects.filter(pk__in=moved).update(owner=owner, version=models.F("version") + 1)
    return len(locked)


@transaction.atomic
def choose_daily_email(*, user: User, by: User, wanted: bool) -> None:
    """Say whether the daily e-mail of what somebody has in hand comes to them, in all their clinics."""
    if user.daily_email != wanted:
        user.daily_email = wanted
        user.save(update_fields=["daily_email"])


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
