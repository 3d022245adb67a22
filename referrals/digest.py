"""The daily e-mail to each member of staff who has referrals in hand: counts and a link, nothing else.

No patient's name and no clinical word is in it: mail is read on telephones and over shoulders.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clinic.access import VERBS
from clinic.calendar import calendar_of
from clinic.models import Clinic, Membership, Role, User
from referrals.models import Digest
from referrals.models.referral import ReferralQuerySet
from referrals.workflow import Tile

# Before the first patient, by the clinic's own clock.
SENT_FROM_HOUR = 7
SENT_UNTIL_HOUR = 18

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """What one person is told: how many in each queue, and how many escalated ones are theirs to see."""

    tiles: list[tuple[Tile, int]]
    escalated: int = 0

    @property
    def total(self) -> int:
        """How many open referrals this person has in hand."""
        return sum(count for _tile, count in self.tiles)

    def __bool__(self) -> bool:
        return bool(self.total or self.escalated)


def send_digests(*, now: datetime) -> int:
    """Send today's e-mails of every clinic where the working day has begun. Returns how many.

    Each is claimed in the database before it leaves, so that none goes twice, whoever runs this and
    however often; one that the mail server does not take is left out until tomorrow.
    """
    return sum(_send_for(clinic, now) for clinic in Clinic.objects.order_by("pk"))


def _send_for(clinic: Clinic, now: datetime) -> int:
    here = now.astimezone(ZoneInfo(clinic.time_zone))
    if not SENT_FROM_HOUR <= here.hour < SENT_UNTIL_HOUR or not calendar_of(clinic).is_open(here.date()):
        return 0
    with timezone.override(clinic.time_zone), override(clinic.locale):
        return sum(_send_to(clinic, member, here) for member in _members(clinic))


def _members(clinic: Clinic) -> Iterable[Membership]:
    """Those who follow referrals up or hear of what waits for too long, but for those who want no e-mail."""
    roles = VERBS["referrals.track"] | VERBS["referrals.escalations"]
    members = clinic.memberships.active().filter(role__in=roles, user__daily_email=True)
    return members.select_related("user").order_by("user_id")


def _send_to(clinic: Clinic, member: Membership, here: datetime) -> int:
    user = member.user
    waiting = waiting_for(clinic, member)
    if not waiting or not user.email or not _claimed(clinic, user, here):
        return 0
    try:
        mail.send_mail(_subject(waiting, clinic), _body(waiting, clinic, user, here), None, [user.email])
    except Exception as error:
        logger.warning("A daily e-mail was not sent: %s.", type(error).__name__)
        return 0
    return 1


def waiting_for(clinic: Clinic, member: Membership) -> Waiting:
    """Return what this member has in hand, and the escalated referrals that are theirs to see."""
    own = clinic.referrals.owned_by(member.user)
    tiles = [(tile, count) for tile, count in own.counts().tiles.items() if count]
    return Waiting(tiles, escalated_for(clinic, member).count())


def escalated_for(clinic: Clinic, member: Membership) -> ReferralQuerySet:
    """Return the escalated ones that are shown to a member: a manager all, a podiatrist those they lead."""
    escalated = clinic.referrals.escalated()
    if member.role == Role.MANAGER:
        return escalated
    return escalated.filter(case__lead=member.user) if member.role == Role.PODIATRIST else escalated.none()


def _claimed(clinic: Clinic, user: User, here: datetime) -> bool:
    """Write down that today's e-mail goes to this person, unless that was done before."""
    try:
        with transaction.atomic():
            Digest.objects.create(clinic=clinic, user=user, on=here.date())
    except IntegrityError:
        return False
    return True


def _subject(waiting: Waiting, clinic: Clinic) -> str:
    if not waiting.total:
        return _("%(clinic)s: referrals overdue for too long") % {"clinic": clinic.name}
    said = ngettext(
        "%(clinic)s: %(count)d referral in your hands",
        "%(clinic)s: %(count)d referrals in your hands",
        waiting.total,
    )
    return said % {"clinic": clinic.name, "count": waiting.total}


def _body(waiting: Waiting, clinic: Clinic, user: User, here: datetime) -> str:
    lines = [
        _("Good morning, %s.") % user.name,
        "",
        _("%(day)s at %(clinic)s:") % {"day": date_format(here, "l j F Y"), "clinic": clinic.name},
        "",
        *(f"{count:>4}  {tile.label}" for tile, count in waiting.tiles),
    ]
    if waiting.escalated:
        said = ngettext(
            "%d referral has been overdue for too long.",
            "%d referrals have been overdue for too long.",
            waiting.escalated,
        )
        lines += ["", said % waiting.escalated]
    path = reverse("referrals:list_referrals")
    query = "?whose=mine" if waiting.total else "?escalated=1"
    sites = settings.CSRF_TRUSTED_ORIGINS
    where = f"{sites[0]}{path}{query}" if sites else _("Open Footnote, then Referrals.")
    return "\n".join([*lines, "", where, ""])
