"""Forms of the visit page: its notes and its signature."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import Origin
from cases.models import Visit
from clinic.forms import DateField, FootnoteForm, FootnoteModelForm


class NotesForm(FootnoteModelForm):
    """The written parts of a visit."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"form": "visit-form"}), min_value=1)
    seen_on = DateField(label=_("Date of visit"), not_future=True, earliest=date(1950, 1, 1))

    class Meta:
        model = Visit
        fields = ["kind", "seen_on", "pain_now", "history", "examination", "assessment", "plan"]
        widgets = {
            "pain_now": forms.NumberInput(attrs={"min": 0, "max": 10, "inputmode": "numeric"}),
            "history": forms.Textarea(attrs={"rows": 4}),
            "examination": forms.Textarea(attrs={"rows": 4}),
            "assessment": forms.Textarea(attrs={"rows": 3}),
            "plan": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "pain_now": _("0 is no pain, 10 the worst there could be."),
            "history": _("In the patient's own words where you can."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        for field in self.fields.values():
            field.widget.attrs["form"] = "visit-form"

    def clean_seen_on(self) -> Any:
        """A visit is never before the patient was born."""
        seen_on = self.cleaned_data["seen_on"]
        born = self.instance.case.patient.birth_date
        if born and seen_on < born:
            raise forms.ValidationError(_("The date of the visit is before the patient was born."))
        return seen_on


class SignForm(FootnoteForm):
    """The clinician's decision on the suggestion, and the signature."""

    AGREE, OTHER = "agree", "other"
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    decision = forms.ChoiceField(
        label=_("Do you agree with the suggested origin?"),
        choices=[(AGREE, _("Yes, I agree")), (OTHER, _("No, I decide otherwise"))],
        widget=forms.RadioSelect,
        initial=AGREE,
    )
    decided_origin = forms.ChoiceField(
        label=_("Origin as you decide it"), choices=[("", "—"), *Origin.choices], required=False
    )
    decision_reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you decide otherwise. It is kept beside the suggestion."),
    )

    def clean(self) -> dict[str, Any]:
        """Deciding otherwise needs an origin and a reason."""
        data = super().clean() or self.cleaned_data
        if data.get("decision") == self.OTHER:
            if not data.get("decided_origin"):
                self.add_error("decided_origin", _("Choose the origin as you decide it."))
            if not data.get("decision_reason", "").strip():
                self.add_error("decision_reason", _("Give the reason for deciding otherwise."))
        return data


class VoidForm(FootnoteForm):
    """The reason for marking a visit as entered in error."""

    reason = forms.CharField(label=_("Why is this visit an error?"), max_length=500)
