"""Referrals, their letters, and what became of them."""

from referrals.models.dispatch import Channel, Dispatch
from referrals.models.letter import Letter, LetterFile
from referrals.models.referral import Referral
from referrals.models.specialist import Destination, Specialist

__all__ = ["Channel", "Destination", "Dispatch", "Letter", "LetterFile", "Referral", "Specialist"]
