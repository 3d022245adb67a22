"""Every change of state of referrals, letters and the directory."""

from referrals.actions.errors import (
    ChangedMeanwhile,
    EmergencyIsPhoned,
    LetterIncomplete,
    NotADraft,
    NotSigned,
    NotYet,
    ReasonNeeded,
    WrongStep,
)
from referrals.actions.letters import (
    sign_letter,
)
from referrals.actions.referrals import (
    cancel_referral,
    start_referral,
    update_referral,
)
from referrals.actions.sending import (
    mark_sent,
)
from referrals.actions.specialists import (
    add_specialist,
    retire_specialist,
    update_specialist,
)

__all__ = [
    "ChangedMeanwhile",
    "EmergencyIsPhoned",
    "LetterIncomplete",
    "NotADraft",
    "NotSigned",
    "NotYet",
    "ReasonNeeded",
    "WrongStep",
    "add_specialist",
    "cancel_referral",
    "mark_sent",
    "retire_specialist",
    "sign_letter",
    "start_referral",
    "update_referral",
    "update_specialist",
]
