"""Whether a letter lacks nothing, kept on its referral so that the worklist need not compose letters."""

from django.utils import timezone

from referrals.letters.compose import compose, gaps
from referrals.letters.record import record_of
from referrals.models import Referral


def is_ready(referral: Referral) -> bool:
    """Return whether the letter could be signed, from the referral as it is in memory."""
    return not gaps(compose(record_of(referral, at=timezone.now())))
