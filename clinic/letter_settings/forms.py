"""Forms of what a clinic decides about its letters. They validate; actions save."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.forms import FootnoteForm, FootnoteModelForm
from clinic.letter_settings.actions import SETTINGS, coordinators_of
from clinic.letter_settings.closures import MOST_LINES, BadLine, ClosedDay, read_closures
from clinic.marks import mark
from clinic.models import Clinic, Logo

MOST_DAYS = 730


class LetterSettingsForm(FootnoteModelForm):
    """How letters and referrals are handled. `seen` is a mark of the settings as this form showed them."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    class Meta:
        model = Clinic
        fields = SETTINGS
        labels = {
            "letterhead_line": gettext_lazy("Line under the clinic’s name"),
            "urgent_days": gettext_lazy("Urgent: days until the patient should be seen"),
            "soon_days": gettext_lazy("Soon: days"),
            "routine_days": gettext_lazy("Routine: days"),
            "acknowledge_days": gettext_lazy("Days until a letter should be acknowledged"),
            "escalate_after_days": gettext_lazy("Working days overdue until it is escalated"),
            "referral_coordinator": gettext_lazy("Who follows referrals up once they are signed"),
            "cosign_letters": gettext_lazy("A second podiatrist approves each letter before it is signed"),
            "copy_to_gp": gettext_lazy("Send the GP a copy of each letter"),
            "copy_to_patient": gettext_lazy("Send the patient a copy in plain words"),
        }
        help_texts = {
            "letterhead_line": gettext_lazy("For example: Podiatry and gait clinic."),
            "referral_coordinator": gettext_lazy("Nobody chosen: whoever sends the letter."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = mark_of(self.instance)
        coordinator: Any = self.fields["referral_coordinator"]
        coordinator.queryset = coordinators_of(self.instance)
        for name in SETTINGS:
            field: Any = self.fields[name]
            if isinstance(field, forms.IntegerField):
                field.min_value, field.max_value = 1, MOST_DAYS
                field.validators += [_between_one_and_most]
                field.widget.attrs |= {"min": 1, "max": MOST_DAYS, "inputmode": "numeric"}

    def _post_clean(self) -> None:
        """Leave the instance alone: the action sets and checks it."""

    def clean(self) -> dict[str, Any]:
        """What is more urgent is due no later."""
        said = super().clean() or self.cleaned_data
        pairs = (("urgent_days", "soon_days"), ("soon_days", "routine_days"))
        for sooner, later in pairs:
            if said.get(sooner) and said.get(later) and said[sooner] > said[later]:
                self.add_error(later, _("Less urgent referrals cannot be due before more urgent ones."))
        return said

    @property
    def details(self) -> dict[str, Any]:
        """The cleaned settings, ready for the action."""
        return {name: self.cleaned_data[name] for name in SETTINGS}

    def changed_meanwhile(self, current: Clinic) -> list[tuple[str, Any]]:
        """Return (label, value now) of settings that differ, if somebody saved since this was shown."""
        if self.cleaned_data["seen"] == mark_of(current):
            return []
        return [
            (str(self.fields[name].label), _in_words(getattr(current, name)))
            for name in SETTINGS
            if getattr(current, name) != self.cleaned_data[name]
        ]


def _between_one_and_most(value: int) -> None:
    if not 1 <= value <= MOST_DAYS:
        raise ValidationError(_("Enter a number of days from 1 to %(most)d.") % {"most": MOST_DAYS})


def _in_words(value: Any) -> Any:
    return {True: _("Yes"), False: _("No")}.get(value, value) if isinstance(value, bool) else value


def mark_of(clinic: Clinic) -> str:
    """Return a short mark that changes when any of these settings does."""
    return mark(getattr(clinic, name) for name in SETTINGS)


class _PictureForm(FootnoteForm):
    """A picture in a file. Whether it is one, the action finds out from its content."""

    file = forms.Field(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=gettext_lazy("PNG or JPEG, up to 5 MB and 4 million points."),
        error_messages={"required": gettext_lazy("Choose a picture.")},
    )


class SignatureForm(_PictureForm):
    """A photograph or scan of somebody's signature."""


class LogoForm(_PictureForm):
    """The logo, and in words what it shows: letters are read aloud too."""

    alt = forms.CharField(
        label=gettext_lazy("What it shows"),
        max_length=Logo._meta.get_field("alt").max_length,
        help_text=gettext_lazy("Read aloud to people who cannot see it. For example: North Foot Clinic."),
    )

    def __init__(self, *args: Any, logo: Logo | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if logo is not None:
            self.fields["file"].required = False
            self.fields["file"].help_text = _("Left empty, the present picture stays. PNG or JPEG.")
            self.fields["alt"].initial = logo.alt


class WorkingDaysForm(FootnoteForm):
    """The days of an ordinary week on which the clinic works."""

    working_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Open on"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one day: a deadline has to fall somewhere.")},
    )


class ClosuresForm(FootnoteForm):
    """Days on which the clinic is closed, several at once."""

    days = forms.CharField(
        label=gettext_lazy("Closed on"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One day on each line, then why. For example: 25/12/2026 Christmas Day"),
        error_messages={"required": gettext_lazy("Enter at least one day.")},
    )
    read: list[ClosedDay]

    def clean_days(self) -> str:
        text = str(self.cleaned_data["days"])
        if len(text.splitlines()) > MOST_LINES:
            raise ValidationError(_("Enter at most %(most)d lines at once.") % {"most": MOST_LINES})
        self.read, bad = read_closures(text)
        if bad:
            raise ValidationError([_sentence(line) for line in bad[:10]])
        return text


def _sentence(line: BadLine) -> str:
    sentences = {
        "no_date": _("Line %(number)d, “%(text)s”: begin it with a date such as 25/12/2026."),
        "out_of_reach": _("Line %(number)d, “%(text)s”: the year is not of this century."),
        "long_name": _("Line %(number)d, “%(text)s”: say why in at most 80 characters."),
    }
    return sentences[line.code] % {"number": line.number, "text": line.text}
