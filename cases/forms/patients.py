"""Forms of a patient's details."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from cases.duplicates import TOLD_APART_BY, Likely, find_duplicates
from cases.models import Patient
from clinic.forms import BirthDateField, DateField, FootnoteModelForm, Segmented, YesNoUnknownField
from clinic.marks import mark
from clinic.models import Clinic

WHO = ("title", "given_name", "family_name", "preferred_name", "birth_date", "sex")
NUMBERS = ("record_number", "national_id")
CONTACT = ("phone", "email", "address", "postcode", "emergency_contact", "occupation")
ALERTS = (
    "allergies",
    "no_known_allergies",
    "on_anticoagulant",
    "has_diabetes",
    "has_implant",
    "medication",
    "medical_history",
)
DOCTOR = ("gp_name", "gp_practice", "gp_address")
NEEDS = ("interpreter_language", "needs", "consent_to_share", "consent_on", "notes", "deceased_on")

DETAILS = [*WHO, *NUMBERS, *CONTACT, *ALERTS, *DOCTOR, *NEEDS]


class PatientForm(FootnoteModelForm):
    """A patient's details, for registering and for changing.

    `seen` is a mark of the details as this form showed them, so that a change made by somebody
    else in between is noticed.
    """

    mark = "required"
    birth_date = BirthDateField(label=_("Date of birth"), required=False)
    on_anticoagulant = YesNoUnknownField(label=_("Takes an anticoagulant"))
    has_diabetes = YesNoUnknownField(label=_("Has diabetes"))
    has_implant = YesNoUnknownField(label=_("Has an implant or pacemaker"))
    consent_to_share = YesNoUnknownField(
        label=_("Agrees to sharing with others who treat them"), unknown=_("Not asked")
    )
    consent_on = DateField(label=_("Agreed on"), required=False, not_future=True)
    deceased_on = DateField(label=_("Died on"), required=False, not_future=True)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    class Meta:
        model = Patient
        fields = DETAILS
        widgets = {
            "sex": Segmented,
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "address": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "sex": _("As registered with the health service."),
            "family_name": _("As on their health record; alone if they use one name only."),
            "record_number": _("Leave it empty for the next free number."),
            "allergies": _("What they react to, and how."),
            "emergency_contact": _("Name, relation and telephone."),
        }

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clinic = clinic
        self.is_new = self.instance._state.adding
        self.fields["record_number"].required = False
        self.fields["seen"].initial = "" if self.is_new else mark_of(self.instance)
        self.before = None if self.is_new else {name: getattr(self.instance, name) for name in DETAILS}

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            Fieldset(
                _("Who"),
                Div("given_name", "family_name", css_class="form-columns"),
                Div("birth_date", "sex", css_class="form-columns"),
                Div("title", "preferred_name", css_class="form-columns"),
                Div("record_number", "national_id", css_class="form-columns"),
                css_class="form-part",
            ),
            Fieldset(
                _("Contact"),
                Div("phone", "email", css_class="form-columns"),
                "address",
                Div("postcode", "occupation", css_class="form-columns"),
                "emergency_contact",
                css_class="form-part",
            ),
            Fieldset(
                _("To know before treating"),
                "allergies",
                "no_known_allergies",
                Div("on_anticoagulant", "has_diabetes", css_class="form-columns"),
                "has_implant",
                "medication",
                "medical_history",
                css_class="form-part",
            ),
            Fieldset(
                _("General practitioner"),
                Div("gp_name", "gp_practice", css_class="form-columns"),
                "gp_address",
                css_class="form-part",
            ),
            Fieldset(
                _("Needs and consent"),
                Div("interpreter_language", "needs", css_class="form-columns"),
                Div("consent_to_share", "consent_on", css_class="form-columns"),
                "notes",
                *([] if self.is_new else ["deceased_on"]),
                css_class="form-part",
            ),
            "seen",
        )
        return helper

    def clean_record_number(self) -> str:
        """The number is the clinic's own and unique there; an existing patient keeps one."""
        number = self.cleaned_data["record_number"]
        if not number:
            return "" if self.is_new else self.before["record_number"]  # type: ignore[index]
        holder = self.clinic.patients.filter(record_number=number).exclude(pk=self.instance.pk).first()
        if holder:
            raise forms.ValidationError(
                _("Record number %(number)s belongs to %(patient)s."),
                params={"number": number, "patient": holder},
            )
        return number

    def clean(self) -> dict[str, Any]:
        """Hold together what depends on each other: allergies, consent, birth and death."""
        data = super().clean() or self.cleaned_data
        if data.get("allergies") and data.get("no_known_allergies"):
            self.add_error("no_known_allergies", _("Untick this, or empty the allergies above."))
        if data.get("consent_on") and data.get("consent_to_share") is None:
            self.add_error("consent_to_share", _("Say whether they agreed on that day."))
        born, died = data.get("birth_date"), data.get("deceased_on")
        if born and died and died < born:
            self.add_error("deceased_on", _("The date of death is before the date of birth."))
        return data

    @property
    def details(self) -> dict[str, Any]:
        """The cleaned details, ready for the action."""
        return {name: self.cleaned_data[name] for name in DETAILS}

    @property
    def typed(self) -> Patient:
        """A patient that nobody has saved, with what was typed and is valid."""
        return Patient(**{name: value for name, value in self.cleaned_data.items() if name in DETAILS})

    def duplicates(self) -> list[Likely]:
        """Return patients of the clinic who may be this same person."""
        return find_duplicates(self.clinic, **{name: self.cleaned_data[name] for name in TOLD_APART_BY})

    def changed_meanwhile(self, current: Patient) -> list[tuple[str, Any]]:
        """Return (label, value now) of details that differ, if somebody saved since this was shown."""
        if self.cleaned_data["seen"] == mark_of(current):
            return []
        return [
            (str(self.fields[name].label), getattr(current, name))
            for name in DETAILS
            if getattr(current, name) != self.cleaned_data[name]
        ]


def mark_of(patient: Model) -> str:
    """Return a short mark that changes when any of the patient's details changes."""
    return mark(getattr(patient, name) for name in DETAILS)
