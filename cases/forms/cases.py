"""Form of a case."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import Side
from cases.models import Case, Patient
from clinic.forms import DateField, FootnoteModelForm, Segmented


class CaseForm(FootnoteModelForm):
    """One complaint: what it is, on which side, since when, and how it began."""

    side = forms.ChoiceField(label=_("Side"), choices=Side, widget=Segmented)
    onset_on = DateField(
        label=_("Began on"),
        required=False,
        not_future=True,
        help_text=_("Roughly is good enough: the first day of the month they name."),
    )

    class Meta:
        model = Case
        fields = ["complaint", "side", "onset_on", "mechanism"]
        help_texts = {
            "complaint": _("In a few words, for example: pain under the left heel."),
            "mechanism": _("An injury, new shoes, more walking, or out of nowhere."),
        }
        error_messages = {"complaint": {"required": _("Say what the patient complains of.")}}

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.fields["side"].error_messages["required"] = _("Choose the side.")

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout("complaint", "side", "onset_on", "mechanism")
        return helper

    def clean_onset_on(self) -> Any:
        """A complaint began after the patient was born."""
        onset = self.cleaned_data["onset_on"]
        if onset and self.patient.birth_date and onset < self.patient.birth_date:
            raise forms.ValidationError(_("This is before the patient was born."))
        return onset
