"""What somebody did to many rows of the worklist a moment ago, kept in their session: to undo or to print."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import User
from referrals.workflow import UNDO_WITHIN

_KEY, _LETTERS = "assigned", "chase_letters"


@dataclass(frozen=True)
class Assigned:
    """Which referrals went to `owner`, in whose hands each was before, and that in words."""

    at: datetime
    owner: UUID
    name: str
    before: Mapping[UUID, str | None]
    words: str


def remember(request: HttpRequest, owner: User, before: Mapping[UUID, User | None]) -> None:
    """Keep what was just done; nothing is kept where nobody's hands changed."""
    request.session.pop(_KEY, None)
    if before:
        counts = Counter(str(one or _("Nobody")) for one in before.values())
        request.session[_KEY] = {
            "clinic": str(request.clinic.pk),  # type: ignore[attr-defined]
            "at": timezone.now().isoformat(),
            "owner": str(owner.pk),
            "name": owner.name,
            "before": {str(pk): str(one.pk) if one else None for pk, one in before.items()},
            "words": ", ".join(f"{name} ({count})" for name, count in counts.most_common()),
        }


def remembered(request: HttpRequest) -> Assigned | None:
    """Return what can still be put back in this clinic, if anything."""
    kept = request.session.get(_KEY)
    if not kept or kept["clinic"] != str(request.clinic.pk):  # type: ignore[attr-defined]
        return None
    at = datetime.fromisoformat(kept["at"])
    if timezone.now() - at >= UNDO_WITHIN:
        return None
    before = {UUID(pk): owner for pk, owner in kept["before"].items()}
    return Assigned(at, UUID(kept["owner"]), kept["name"], before, kept["words"])


def forget(request: HttpRequest) -> None:
    """There is nothing to put back any more."""
    request.session.pop(_KEY, None)


def remember_letters(request: HttpRequest, day: date) -> None:
    """Keep that this person wrote letters that ask, to be printed together on that day."""
    request.session[_LETTERS] = [str(request.clinic.pk), day.isoformat()]  # type: ignore[attr-defined]


def has_letters(request: HttpRequest, day: date) -> bool:
    """Return whether this person wrote letters that ask to many services on that day in this clinic."""
    return request.session.get(_LETTERS) == [str(request.clinic.pk), day.isoformat()]  # type: ignore[attr-defined]
