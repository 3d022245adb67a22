"""What the podiatrist adds to the record to make a letter of it."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from clinic.forms import FootnoteForm, FootnoteModelForm, YesNoUnknownField
from clinic.models import Clinic
from referrals.forms.specialists import objection_sentences, specialist_choices
from referrals.models import Referral, RequestType, Specialist
from referrals.ranking import Need

TOO_SLOW = _("The screening says emergency: phone first, and keep the referral an emergency.")


class ReferralForm(FootnoteModelForm):
    """What the podiatrist adds to the record to make a letter of it."""

    consent_given = YesNoUnknownField(label=_("Patient agrees to the referral"), unknown=_("Not asked"))
    safety_net_given = YesNoUnknownField(
        label=_("Safety-net advice given"),
        unknown=_("Not yet"),
        help_text=_("What to do if bladder, bowel, saddle or leg symptoms appear."),
    )

    class Meta:
        model = Referral
        fields = [
            "destination",
            "specialist",
            "request_type",
            "criteria_met",
            "urgency",
            "reason_for_urgency",
            "question",
            "patient_wishes",
            "told_patient",
            "consent_given",
            "safety_net_given",
            "interim_plan",
            "phoned_at",
            "phoned_to",
            "phone_advice",
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in (
                "criteria_met",
                "reason_for_urgency",
                "question",
                "patient_wishes",
                "told_patient",
                "interim_plan",
                "phone_advice",
            )
        } | {"phoned_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}
        help_texts = {
            "question": _("One sentence that the specialist can answer."),
            "specialist": _("Somebody missing? Add them under Specialists."),
            "reason_for_urgency": _("Needed when it is urgent or sooner."),
        }

    def __init__(
        self,
        *args: Any,
        clinic: Clinic,
        is_emergency: bool = False,
        need: Need | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose_among(clinic, need)
        self.fields["request_type"].required = not self.is_bound or "request_type" in self.data
        self.fields["consent_given"].needed_to_sign = True  # type: ignore[attr-defined]
        urgency = self.fields["urgency"]
        urgency.choices = [c for c in Urgency.choices if c[0] != Urgency.NONE]  # type: ignore[attr-defined]
        if is_emergency:
            urgency.choices = [(Urgency.EMERGENCY.value, Urgency.EMERGENCY.label)]  # type: ignore[attr-defined]
            urgency.error_messages["invalid_choice"] = TOO_SLOW

    def _choose_among(self, clinic: Clinic, need: Need | None) -> None:
        """Offer the directory, those that fit the case first."""
        self._need = need
        field: Any = self.fields["specialist"]
        field.queryset = clinic.specialists.current()
        field.choices = [("", _("Not chosen yet")), *specialist_choices(field.queryset, need)]

    @property
    def objections(self) -> list[str]:
        """What the directory says against the chosen specialist for this case, in words; no hindrance."""
        chosen = self.chosen
        if chosen is None or self._need is None:
            return []
        wanted, urgency = (str(self[name].value() or "") for name in ("destination", "urgency"))
        need = replace(self._need, destinations=(wanted,) if wanted else (), urgency=urgency)
        return objection_sentences(chosen, need)

    @property
    def chosen(self) -> Specialist | None:
        """The specialist as the form stands, sent or filled in."""
        value = self["specialist"].value()
        if isinstance(value, Specialist) or not value:
            return value or None
        try:
            return self.fields["specialist"].clean(value)
        except forms.ValidationError:
            return None

    def clean_request_type(self) -> str:
        """What is asked for; where nobody says, an assessment."""
        return self.cleaned_data["request_type"] or RequestType.ASSESSMENT

    def clean_phoned_at(self) -> Any:
        """A call is made before it is written down."""
        phoned_at = self.cleaned_data["phoned_at"]
        if phoned_at and phoned_at > timezone.now():
            raise forms.ValidationError(_("The call cannot be in the future."))
        if phoned_at and phoned_at.year < 2000:
            raise forms.ValidationError(_("Enter a date after 2000."))
        return phoned_at

    def clean(self) -> dict[str, Any]:
        """Urgency has its reason, and the person spoken to a time."""
        data = super().clean() or self.cleaned_data
        pressing = {Urgency.EMERGENCY, Urgency.WITHIN_1_WORKING_DAY, Urgency.URGENT}
        if data.get("urgency") in pressing and not data.get("reason_for_urgency", "").strip():
            self.add_error("reason_for_urgency", _("Say why it is this urgent."))
        return data

    def _post_clean(self) -> None:
        """Leave the instance alone: the action sets and checks it."""


class VersionForm(FootnoteForm):
    """The version that the person has read."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)


class NotReferringForm(FootnoteForm):
    """Why a suspicion leads to no referral."""

    reason = forms.CharField(
        label=_("Why are you not referring?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class CancelForm(FootnoteForm):
    """Why a referral is no longer wanted."""

    reason = forms.CharField(label=_("Why is it no longer wanted?"), max_length=500)
