"""How a letter leaves the clinic."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clinic.forms import DateField, FootnoteForm
from referrals.copies import Copy
from referrals.models import Audience, Channel, Referral

NOT_BY_POST = _("An emergency is phoned first and does not go by post.")


class _WithCopies(FootnoteForm):
    """A form that offers the copies of a letter, those of the clinic ticked."""

    copies = forms.MultipleChoiceField(
        label=_("Copies"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, copies: Sequence[Copy] = (), **kwargs: Any) -> None:
        ticked = [copy.audience for copy in copies if copy.by_default]
        kwargs["initial"] = {"copies": ticked} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if copies:
            field = self.fields["copies"]
            field.choices = [(copy.audience, _in_words(copy)) for copy in copies]  # type: ignore[attr-defined]
        else:
            del self.fields["copies"]


def _in_words(copy: Copy) -> str:
    name = _now("GP") if copy.audience == Audience.GP else _now("Patient, in plain words")
    how = _now("by e-mail to %s") % copy.email if copy.channel == Channel.EMAIL else _now("by post")
    who, comma, address = copy.recipient.partition(", ")
    # Kept apart, so that a name from right to left does not turn the address round.
    return f"{name}: \u2068{who}\u2069{comma}{address}, {how}. {copy.why_not}".strip()


class SendForm(_WithCopies):
    """What was sent by other means than e-mail, to whom, and when."""

    channel = forms.ChoiceField(label=_("Sent by"), choices=Channel.choices, widget=forms.HiddenInput)
    recipient = forms.CharField(label=_("To"), max_length=300)
    sent_on = DateField(label=_("On"), not_future=True)
    reason = forms.CharField(
        label=_("Why is it entered late?"),
        help_text=_("Only for an earlier day."),
        max_length=500,
        required=False,
    )
    field_order = ("channel", "recipient", "copies", "sent_on", "reason")

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        # The page has one of these for each way, and no two fields of it have one id.
        given = str((kwargs.get("initial") or (args[0] if args else None) or {}).get("channel", ""))
        kwargs.setdefault("auto_id", f"id_{given if given in Channel.values else Channel.POST}_%s")
        super().__init__(*args, **kwargs)
        self.referral = referral

    def clean_channel(self) -> str:
        """An e-mail is sent from here, not written down."""
        channel = self.cleaned_data["channel"]
        if channel == Channel.EMAIL:
            raise forms.ValidationError(_("Choose how the letter left: e-mails are sent from this page."))
        return str(channel)

    def clean_sent_on(self) -> Any:
        """A letter is sent on or after the day it was signed."""
        sent_on = self.cleaned_data["sent_on"]
        signed_at = self.referral.signed_at
        if signed_at and sent_on < timezone.localdate(signed_at):
            raise forms.ValidationError(_("The letter was not signed yet on that day."))
        return sent_on

    def clean(self) -> dict[str, Any]:
        """What is entered late says why."""
        data = super().clean() or self.cleaned_data
        sent_on = data.get("sent_on")
        if sent_on and sent_on < timezone.localdate() and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why it is entered late."))
        return data


class EmailForm(_WithCopies):
    """To which address a letter is e-mailed, and whether its file opens with a password."""

    email = forms.EmailField(label=_("E-mail address of the specialist"), max_length=254)
    checked = forms.BooleanField(
        label=_("I have checked this address"),
        error_messages={"required": _("Check the address: a letter to a wrong one cannot be called back.")},
    )
    protect = forms.BooleanField(
        label=_("Protect the PDF with a password that you tell by telephone"), required=False
    )
    field_order = ("email", "checked", "copies", "protect")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_email_%s", **kwargs)


class AgainForm(FootnoteForm):
    """Where a copy goes that was not accepted: to another address, or by post without one."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)


class ArrivedForm(FootnoteForm):
    """Whether a doubtful e-mail arrived."""

    arrived = forms.ChoiceField(choices=[("yes", _("It arrived")), ("no", _("It did not arrive"))])


class PrintForm(FootnoteForm):
    """Which letters are printed in one file."""

    referrals = forms.ModelMultipleChoiceField(
        label=_("Letters"),
        queryset=Referral.objects.none(),
        error_messages={"required": _("Tick the letters to print.")},
    )

    def __init__(self, *args: Any, queryset: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["referrals"].queryset = queryset  # type: ignore[attr-defined]
