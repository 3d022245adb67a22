"""The clinic's words for asking after one referral."""

from django.utils import timezone

from referrals.models import Referral, WordingKind

from .record import worded
from .rendering import Missing


def chase_wording(referral: Referral, channel: str) -> str:
    """Return the words for asking by this channel; none if a value that they need is missing. One query."""
    try:
        return worded(referral, WordingKind.CHASE, at=timezone.now(), channel=channel)
    except Missing:
        return ""
