"""What is asked of whoever works the list: to whom, and under which name."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.forms import FootnoteForm
from referrals.models import ChaseChannel, ChaseOutcome
from referrals.worklist.choices import Choices

MOST_AT_ONCE = 200


class ChosenField(forms.Field):
    """The ids of the rows that were ticked, in the order of the list."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        try:
            return list(dict.fromkeys(UUID(str(text)) for text in value or []))
        except ValueError:
            raise ValidationError(_("Reload the page and choose again."), code="invalid") from None


class ChosenForm(FootnoteForm):
    """Some rows of the list, or all that it holds (`everything`)."""

    referral = ChosenField(required=False)
    everything = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["everything"] and not cleaned["referral"]:
            raise ValidationError(_("Choose at least one referral: tick the box before its patient."))
        if len(cleaned.get("referral", [])) > MOST_AT_ONCE:
            raise ValidationError(_("Choose no more than %d referrals at once.") % MOST_AT_ONCE)
        return cleaned


class AssignForm(ChosenForm):
    """The rows, and in whose hands they go."""

    owner = forms.ChoiceField(label=_("Assign to"))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "—"), *choices.owners.items()]  # type: ignore[attr-defined]


class ChaseManyForm(ChosenForm):
    """The rows, how somebody asked after all of them, and what came of it."""

    channel = forms.ChoiceField(label=_("Asked by"), choices=ChaseChannel.choices)
    outcome = forms.ChoiceField(label=_("What came of it"), choices=ChaseOutcome.choices)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class ViewNameForm(FootnoteForm):
    """The name of a saved view."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=60,
        help_text=_("For example “Urgent, not acknowledged”. Leave patients’ names out of it."),
    )
