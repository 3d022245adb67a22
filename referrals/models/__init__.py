"""Referrals, their letters, and what became of them."""

from referrals.models.audited import AuditedLetter
from referrals.models.dispatch import (
    DISPATCH_STEPS,
    Audience,
    Channel,
    Dispatch,
    DispatchStatus,
    PrintRun,
    PrintStatus,
    ProtectedFile,
)
from referrals.models.judged import JudgedVisit
from referrals.models.letter import Letter, LetterDraft, LetterFile, PatientCopy
from referrals.models.loop import (
    Chase,
    ChaseChannel,
    ChaseLetter,
    ChaseOutcome,
    Digest,
    FoundOrigin,
    NotReferring,
    Reply,
)
from referrals.models.passage import Passage
from referrals.models.referral import Referral, RequestType, Telling
from referrals.models.specialist import Destination, Specialist
from referrals.models.step import Step
from referrals.models.undecided import Undecided
from referrals.models.view import SavedView
from referrals.models.wording import LetterTemplate, LetterTemplateVersion, WordingKind

__all__ = [
    "DISPATCH_STEPS",
    "Audience",
    "AuditedLetter",
    "Channel",
    "Chase",
    "ChaseChannel",
    "ChaseLetter",
    "ChaseOutcome",
    "Destination",
    "Digest",
    "Dispatch",
    "DispatchStatus",
    "FoundOrigin",
    "JudgedVisit",
    "Letter",
    "LetterDraft",
    "LetterFile",
    "LetterTemplate",
    "LetterTemplateVersion",
    "NotReferring",
    "Passage",
    "PatientCopy",
    "PrintRun",
    "PrintStatus",
    "ProtectedFile",
    "Referral",
    "Reply",
    "RequestType",
    "SavedView",
    "Specialist",
    "Step",
    "Telling",
    "Undecided",
    "WordingKind",
]
