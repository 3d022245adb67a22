"""Forms of a case: opening, changing, closing it, and opening it again."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.choices import CaseOutcome, Side
from cases.models import Case, Patient
from clinic.forms import DateField, FootnoteForm, FootnoteModelForm, Segmented
from clinic.marks import mark
from clinic.models import User


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


DETAILS = ["complaint", "side", "onset_on", "mechanism", "lead"]


class EditCaseForm(CaseForm):
    """What a case is about and who leads it.

    `seen` is a mark of the case as this form showed it, so that a change made by somebody else in
    between is noticed.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    class Meta(CaseForm.Meta):
        fields = DETAILS
        help_texts = CaseForm.Meta.help_texts | {
            "lead": _("Who answers for the case. The podiatrists of the clinic can be chosen.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.instance
        self.fields["seen"].initial = mark_of(case)
        # A lead who has left stays until somebody is chosen.
        able = case.clinic.podiatrists().values("pk")
        lead: Any = self.fields["lead"]
        lead.queryset = User.objects.filter(Q(pk__in=able) | Q(pk=case.lead_id))
        lead.empty_label = None

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(*DETAILS, "seen")
        return helper

    @property
    def details(self) -> dict[str, Any]:
        """The cleaned details, ready for the action."""
        return {name: self.cleaned_data[name] for name in DETAILS}

    def changed_meanwhile(self, current: Case) -> list[tuple[str, Any]]:
        """Return (label, value now) of details that differ, if somebody saved since this was shown."""
        if self.cleaned_data["seen"] == mark_of(current):
            return []
        return [
            (str(self.fields[name].label), _in_words(current, name))
            for name in DETAILS
            if getattr(current, name) != self.cleaned_data[name]
        ]


def mark_of(case: Case) -> str:
    """Return a short mark that changes when any of the case's details changes."""
    return mark(getattr(case, name) for name in DETAILS)


def _in_words(case: Case, name: str) -> Any:
    return case.get_side_display() if name == "side" else getattr(case, name)


class DischargeForm(FootnoteForm):
    """How a case ended, and what becomes of the treatments that still run."""

    outcome = forms.ChoiceField(label=_("How it ended"), choices=CaseOutcome, widget=forms.RadioSelect)
    discharge_summary = forms.CharField(
        label=_("Summary at discharge"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What helped, what is left, and when to come back."),
    )
    stop_treatments = forms.BooleanField(
        label=_("Stop the running treatments today"), required=False, initial=True
    )

    def __init__(self, *args: Any, is_treated: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].error_messages["required"] = _("Choose how it ended.")
        if not is_treated:
            del self.fields["stop_treatments"]


class ReopenForm(FootnoteForm):
    """Why a closed case goes on."""

    reason = forms.CharField(
        label=_("Reason for opening it again"),
        max_length=500,
        help_text=_("For example: the same pain came back after three weeks."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = _("Say why the case is opened again.")
