"""Forms of the visit page: its notes and its signature."""

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.choices import Origin
from cases.models import Visit
from clinic.forms import DateField, FootnoteForm, FootnoteModelForm, Segmented
from clinic.models import Site

PAIN = [*((str(score), str(score)) for score in range(11)), ("", _("Not asked"))]


class _OfVisit(forms.BoundField):
    """A field of the visit whose name a treatment's form on the same page has too."""

    @property
    def auto_id(self) -> str:
        return f"id_visit_{self.html_name}"


class SiteField(forms.ChoiceField):
    """One of the clinic's sites, or none said. `of_visit` gives it those it offers; cleans to a Site."""

    default_error_messages = {
        "invalid_choice": _("Choose one of the clinic's sites. This one is not, or is no longer used."),
    }

    def __init__(self, **kwargs: Any) -> None:
        self.sites: dict[str, Site] = {}
        super().__init__(required=False, **kwargs)

    def of_visit(self, visit: Visit) -> None:
        """Offer the sites in use, and where the visit is said to have been. One query."""
        usable = Q(retired_at=None) | Q(pk=visit.site_id)
        sites = Site.objects.filter(usable, clinic=visit.clinic_id)
        self.sites = {str(site.pk): site for site in sites}
        self.choices = [("", _("Not said")), *self.sites.items()]

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        return _OfVisit(form, self, field_name)

    def clean(self, value: Any) -> Any:
        return self.sites.get(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return str(value.pk) if isinstance(value, Site) else value


class NotesForm(FootnoteModelForm):
    """The written parts of a visit. Where it was is asked in a clinic that has several sites."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"form": "visit-form"}), min_value=1)
    seen_on = DateField(label=_("Date of visit"), not_future=True, earliest=date(1950, 1, 1))
    site = SiteField(label=_("Where"))
    pain_now = forms.TypedChoiceField(
        label=_("Pain now"),
        choices=PAIN,
        coerce=int,
        empty_value=None,
        required=False,
        widget=Segmented,
        help_text=_("0 is no pain, 10 the worst there could be."),
    )

    class Meta:
        model = Visit
        fields = [
            "kind",
            "seen_on",
            "back_dating_reason",
            "pain_now",
            "history",
            "examination",
            "assessment",
            "plan",
        ]
        widgets = {
            "history": forms.Textarea(attrs={"rows": 4}),
            "examination": forms.Textarea(attrs={"rows": 4}),
            "assessment": forms.Textarea(attrs={"rows": 3}),
            "plan": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "back_dating_reason": _("Needed to sign a visit that was on an earlier day. The note shows it."),
            "history": _("In the patient's own words where you can."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self._ask_where()
        for field in self.fields.values():
            field.widget.attrs["form"] = "visit-form"

    def _ask_where(self) -> None:
        """A page that has not asked is not asked again: nothing is read for the saves of its texts."""
        field = cast("SiteField", self.fields["site"])
        is_posted = self.is_bound and "site" in self.data
        if is_posted or not self.is_bound:
            field.of_visit(self.instance)
        if not is_posted and len(field.sites) < 2:
            del self.fields["site"]
        self.initial["site"] = self.instance.site_id

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
    no_call_reason = forms.CharField(
        label=_("No call is recorded because"),
        max_length=300,
        required=False,
        help_text=_("Only for an emergency without a recorded call. It stands under the signed note."),
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
