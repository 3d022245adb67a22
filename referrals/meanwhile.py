"""What others did with a referral since somebody opened it, in words."""

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import User
from referrals.models import Referral
from referrals.workflow import State


def done_meanwhile(referral: Referral, seen_version: int) -> str:
    """Return who changed the referral last, when, and where it is now, as its own history has it."""
    changes = referral.events.filter(version__gt=seen_version)  # type: ignore[attr-defined]
    last = changes.select_related("pgh_context").order_by("-pgh_id").first()
    about = last.pgh_context.metadata if last and last.pgh_context else {}
    who = User.objects.filter(pk=about["user"]).first() if about.get("user") else None
    before = referral.events.filter(version__lte=seen_version).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    moved = before is not None and before.state != referral.state
    words = {
        "who": who or _("Somebody else"),
        "at": f"{timezone.localtime(last.pgh_created_at):%H:%M}" if last else "",
        "state": State(referral.state).label,
        "next": referral.next_action,
    }
    if moved:
        return _("%(who)s was quicker, at %(at)s: the referral is now “%(state)s”.") % words
    return _("%(who)s changed this referral at %(at)s. It is still “%(state)s”; next: %(next)s.") % words
