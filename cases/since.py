"""What others did to a draft since an open page was last told of it, and who did it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cases.models import Visit
from cases.screening import load_catalogue
from clinic.models import User

WRITTEN = (
    "kind",
    "seen_on",
    "site",
    "back_dating_reason",
    "pain_now",
    "history",
    "examination",
    "assessment",
    "plan",
)


@dataclass(frozen=True)
class Saved:
    """Who saved the notes of a draft last, and when; nobody's name where it was a command."""

    by: str
    at: datetime


def last_saved(visit: Visit) -> Saved | None:
    """Return who changed the notes last, as the database's own history has it. Two queries."""
    event = visit.events.select_related("pgh_context").order_by("-pgh_id").first()  # type: ignore[attr-defined]
    if event is None:
        return None
    about = event.pgh_context.metadata if event.pgh_context else {}
    user = User.objects.filter(pk=about["user"]).first() if about.get("user") else None
    return Saved(by=str(user or ""), at=event.pgh_created_at)


def changed_since(visit: Visit, version: int | None) -> list[str]:
    """Return in words what differs from what a page at `version` was told: notes first, then answers."""
    known = version or 0
    before = visit.events.filter(version__lte=known).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    names = [name for name in WRITTEN if before and getattr(before, name) != getattr(visit, name)]
    notes = [str(Visit._meta.get_field(name).verbose_name).capitalize() for name in names]  # type: ignore[union-attr]
    signs = load_catalogue().signs
    answered = set(visit.findings.filter(version__gt=known).values_list("sign", flat=True))
    answers = [signs[code].label for code in sorted(answered) if code in signs]
    return notes + answers or [_("Treatments, the body chart, or an answer taken back")]
