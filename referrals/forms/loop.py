"""What is written down about a referral on its way: its steps, chases, and the word to the patient."""

import datetime
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.forms import DateField, FootnoteForm
from referrals import mail
from referrals.models import ChaseChannel, ChaseOutcome, Referral, Specialist, Telling
from referrals.wording.chasing import chase_wording
from referrals.workflow import State, WhatNext
from referrals.worklist.choices import Choices

LONGEST_WORDING = 4000

# Nobody is booked further ahead than this; a year typed wrong is caught.
LATEST_APPOINTMENT = datetime.timedelta(days=3 * 366)


class SeenVersionForm(FootnoteForm):
    """A form about a referral, with the version of it that the person has seen."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": referral.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.referral = referral
        # A browser that fills a form in again must not bring back the version of the page before.
        self.fields["version"].widget.attrs["autocomplete"] = "off"
        self.fields["version"].error_messages = dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Reload the page and try again.")
        )


class StepForm(SeenVersionForm):
    """A step: a note if there is one, the day if it was not today, and then why it is entered late."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    happened_on = DateField(label=_("It happened on"), not_future=True, required=False)
    reason = forms.CharField(label=_("Why it is entered late"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].help_text = _("Leave it empty for today.")

    def clean(self) -> dict[str, Any]:
        """A day before today says why, and none is before the step before it."""
        data = super().clean() or self.cleaned_data
        happened_on = data.get("happened_on")
        if happened_on:
            last = self.referral.steps.standing().last()
            if last and happened_on < last.happened_on:
                self.add_error("happened_on", too_early(last.happened_on))
            elif happened_on < timezone.localdate() and not data.get("reason", "").strip():
                self.add_error("reason", _("Say why it is entered late."))
        return data

    @property
    def earlier(self) -> bool:
        """Whether the day was touched, so that its fields are unfolded."""
        return bool(self.is_bound and (self["happened_on"].value() or self["reason"].value()))


def too_early(earliest: datetime.date | None) -> Any:
    """Return why a day is refused."""
    if earliest is None:
        return _("This day is in the future.")
    shown = f"{earliest.day} {earliest:%b %Y}"
    return _("The step before it was on %(day)s; this one cannot be earlier.") % {"day": shown}


class AcknowledgeForm(StepForm):
    """The service has the letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("Who said so, and their reference number")


class BookForm(StepForm):
    """The patient's appointment, or another one."""

    appointment_at = forms.DateTimeField(
        label=_("Appointment"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Enter the date and the time, for example 27/3/2026 14:30.")},
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"],
    )
    appointment_place = forms.CharField(label=_("Where"), max_length=200, required=False)
    field_order = ["version", "appointment_at", "appointment_place", "note", "happened_on", "reason"]

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        known: dict[str, Any] = {"appointment_place": _usual_place(referral)}
        if referral.state == State.BOOKED:
            known |= {
                "appointment_at": referral.appointment_at,
                "appointment_place": referral.appointment_place,
            }
        kwargs["initial"] = known | (kwargs.get("initial") or {})
        super().__init__(*args, referral=referral, **kwargs)
        if referral.state == State.BOOKED:
            del self.fields["happened_on"], self.fields["reason"]
            self.fields["note"].label = _("Why it changed")

    def clean_appointment_at(self) -> Any:
        """It is after the letter was signed, and not further ahead than anybody books."""
        at = self.cleaned_data["appointment_at"]
        if self.referral.signed_at and at < self.referral.signed_at:
            raise forms.ValidationError(_("The letter was not signed yet on that day."))
        if at > timezone.now() + LATEST_APPOINTMENT:
            raise forms.ValidationError(_("This is more than three years ahead. Check the year."))
        return at

    def clean(self) -> dict[str, Any]:
        """A changed appointment has no day of its own: it is changed now."""
        if "happened_on" in self.fields:
            return super().clean()
        return self.cleaned_data

    @property
    def earlier(self) -> bool:
        """Whether the day was touched, so that its fields are unfolded."""
        return "happened_on" in self.fields and super().earlier


def _usual_place(referral: Referral) -> str:
    """The site of the specialist, or the organisation."""
    specialist = referral.specialist
    return (specialist.site or specialist.organisation)[:200] if specialist else ""


class DeclineForm(StepForm):
    """The service will not see the patient: why, and what becomes of the patient."""

    reason = forms.CharField(label=_("Why they declined"), max_length=500)
    what_next = forms.ChoiceField(label=_("What is next for the patient"), choices=WhatNext.choices)
    field_order = ["version", "reason", "what_next", "note", "happened_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Say why they declined.")


class EndForm(SeenVersionForm):
    """Why it ends."""

    reason = forms.CharField(label=_("Why is it no longer wanted?"), max_length=500)


class CloseForm(EndForm):
    """What was agreed after a service declined."""

    reason = forms.CharField(label=_("What was agreed for the patient"), max_length=500)


class ElsewhereForm(SeenVersionForm):
    """To whom the patient is referred instead."""

    destination = forms.ChoiceField(label=_("Kind of service"))
    specialist = forms.ModelChoiceField(
        label=_("Specialist or service"), queryset=Specialist.objects.none(), required=False
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        kwargs["initial"] = {"destination": referral.destination} | (kwargs.get("initial") or {})
        super().__init__(*args, referral=referral, **kwargs)
        destination: Any = self.fields["destination"]
        specialist: Any = self.fields["specialist"]
        destination.choices = Referral._meta.get_field("destination").choices
        specialist.queryset = referral.clinic.specialists.current()
        specialist.empty_label = _("Not chosen yet")


class ReassignForm(SeenVersionForm):
    """Who has it next, what they are to do, and by when."""

    owner = forms.ChoiceField(label=_("In whose hands"))
    next_action = forms.CharField(label=_("What is next"), max_length=120)
    next_action_on = DateField(label=_("By"))
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        now = {
            "owner": referral.owner_id,
            "next_action": referral.next_action,
            "next_action_on": referral.next_action_on,
        }
        super().__init__(*args, referral=referral, initial=now, **kwargs)
        choices = list(Choices.of(referral.clinic).owners.items())
        known = {pk for pk, _name in choices}
        if referral.owner and str(referral.owner_id) not in known:
            choices.append((str(referral.owner_id), referral.owner.name))
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]
        self.fields["reason"].help_text = _("Needed when the date changes.")

    def clean(self) -> dict[str, Any]:
        """Another date is not in the past and says why."""
        data = super().clean() or self.cleaned_data
        due = data.get("next_action_on")
        if due and due != self.referral.next_action_on:
            if due < timezone.localdate():
                self.add_error("next_action_on", _("This day is past."))
            elif not data.get("reason", "").strip():
                self.add_error("reason", _("Say why the date changes."))
        return data


class TellForm(SeenVersionForm):
    """That the patient was told, when and how."""

    told_on = DateField(label=_("Told on"), not_future=True)
    how = forms.ChoiceField(label=_("How"), choices=Telling.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"told_on": timezone.localdate(), "how": Telling.PHONE}
        super().__init__(*args, **kwargs)


class ChaseForm(SeenVersionForm):
    """How somebody asks after a referral, and what came of it.

    A letter or an e-mail begins with the clinic's words: what stands there when it is saved is what is
    printed or sent. Its outcome is that it was sent.
    """

    channel = forms.ChoiceField(label=_("Asked by"), choices=ChaseChannel.choices)
    outcome = forms.ChoiceField(label=_("What came of it"), choices=ChaseOutcome.choices)
    spoke_to = forms.CharField(label=_("Spoke to"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail to"), required=False)
    email_text = forms.CharField(
        label=_("Text of the e-mail or message"),
        max_length=LONGEST_WORDING,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    letter_text = forms.CharField(
        label=_("Text of the letter"),
        max_length=LONGEST_WORDING,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    chased_on = DateField(label=_("On"), not_future=True)
    next_on = DateField(label=_("Ask again on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"chased_on": timezone.localdate(), "channel": ChaseChannel.PHONE} | (
            kwargs.get("initial") or {}
        )
        super().__init__(*args, **kwargs)
        self.fields["next_on"].help_text = _("Leave it empty, and the urgency says when.")
        self._offer_words()
        if self.is_bound:
            self._leave_out_other_ways()

    def _offer_words(self) -> None:
        """The clinic's words and the directory's address, read when the form is drawn."""
        to = self.referral.specialist
        self.fields["email_text"].initial = partial(chase_wording, self.referral, ChaseChannel.EMAIL)
        self.fields["letter_text"].initial = partial(chase_wording, self.referral, ChaseChannel.LETTER)
        self.fields["email_text"].help_text = _("Others can read an e-mail: leave the patient’s name out.")
        self.fields["letter_text"].help_text = _(
            "Saved, it is a PDF with your letterhead, to print and post."
        )
        if mail.is_offered():
            self.fields["email"].initial = to.email if to else ""
            self.fields["email"].help_text = _(
                "It leaves when you save. Empty it if you have written from your own mail program."
            )
        else:
            del self.fields["email"]

    def _leave_out_other_ways(self) -> None:
        """Ask for nothing that belongs to another way of asking than the chosen one."""
        channel = self["channel"].value()
        by_letter, by_email = channel == ChaseChannel.LETTER, channel == ChaseChannel.EMAIL
        self.fields["outcome"].required = not (by_letter or by_email)
        self.fields["letter_text"].required = by_letter
        self.fields["email_text"].required = by_email

    def clean(self) -> dict[str, Any]:
        """Nobody asks before the letter was sent, or again in the past."""
        data = super().clean() or self.cleaned_data
        self._clean_words(data)
        sent_at, chased_on, next_on = (
            self.referral.sent_at,
            data.get("chased_on"),
            data.get("next_on"),
        )
        if sent_at and chased_on and chased_on < timezone.localdate(sent_at):
            self.add_error("chased_on", _("The letter was not sent yet on that day."))
        if next_on and next_on < timezone.localdate():
            self.add_error("next_on", _("This day is past."))
        return data

    def _clean_words(self, data: dict[str, Any]) -> None:
        """Leave of the texts and the address what belongs to the channel, as the action takes it."""
        channel = data.get("channel")
        letter, message = data.pop("letter_text", ""), data.pop("email_text", "")
        to = data.pop("email", "")
        by_email = channel == ChaseChannel.EMAIL
        words: dict[str, str] = {
            ChaseChannel.LETTER: letter,
            ChaseChannel.EMAIL: message,
            ChaseChannel.PORTAL: message,
        }
        data["wording"] = words.get(str(channel), "")
        data["email"] = to if by_email else ""
        if by_email or channel == ChaseChannel.LETTER:
            data["outcome"] = ChaseOutcome.SENT
