"""How a letter left the clinic."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.forms import DateField, FootnoteForm
from referrals.models import Channel, Referral


class SendForm(FootnoteForm):
    """How a letter left the clinic, and to whom."""

    channel = forms.ChoiceField(label=_("Sent by"), choices=Channel.choices)
    recipient = forms.CharField(label=_("To"), max_length=300)
    sent_on = DateField(label=_("On"), not_future=True)

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral = referral

    def clean_sent_on(self) -> Any:
        """A letter is sent on or after the day it was signed."""
        sent_on = self.cleaned_data["sent_on"]
        signed_at = self.referral.signed_at
        if signed_at and sent_on < timezone.localdate(signed_at):
            raise forms.ValidationError(_("The letter was not signed yet on that day."))
        return sent_on
