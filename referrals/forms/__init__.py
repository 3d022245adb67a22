"""Forms of referrals and the directory. They validate; actions save."""

from referrals.forms.letters import AdditionsForm, CorrectionForm
from referrals.forms.referrals import TOO_SLOW, CancelForm, NotReferringForm, ReferralForm, VersionForm
from referrals.forms.sending import SendForm
from referrals.forms.specialists import SpecialistForm

__all__ = [
    "TOO_SLOW",
    "AdditionsForm",
    "CancelForm",
    "CorrectionForm",
    "NotReferringForm",
    "ReferralForm",
    "SendForm",
    "SpecialistForm",
    "VersionForm",
]
