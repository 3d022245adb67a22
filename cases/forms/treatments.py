"""Forms of the five kinds of treatment (clinical reference, section 3).

Common fields are columns; the fields of one kind are kept together in `Treatment.details`.
"""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.choices import TreatmentKind, Urgency
from cases.models import Treatment
from clinic.forms import DateField, FootnoteModelForm


def _text(label: Any, *, required: bool = False, length: int = 300, **extra: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=length, **extra)


def _number(label: Any, low: int, high: int, *, required: bool = False, **extra: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=low, max_value=high, required=required, **extra)


def _choice(
    label: Any, choices: list[tuple[str, Any]], *, required: bool = True, **extra: Any
) -> forms.ChoiceField:
    blank = [("", "—")] if required else [("", _("Not decided"))]
    return forms.ChoiceField(label=label, choices=blank + choices, required=required, **extra)


def _day(label: Any, **extra: Any) -> DateField:
    return DateField(label=label, required=False, **extra)


class TreatmentForm(FootnoteModelForm):
    """What every treatment has. Subclasses add the fields of their kind."""

    kind: ClassVar[TreatmentKind]

    class Meta:
        model = Treatment
        fields = [
            "target",
            "region",
            "site",
            "side",
            "goal",
            "start_on",
            "planned_end_on",
            "review_on",
            "instructions",
            "consent_discussed",
            "leaflet_given",
        ]
        field_classes = dict.fromkeys(("start_on", "planned_end_on", "review_on"), DateField)
        widgets = {
            "instructions": forms.Textarea(attrs={"rows": 2}),
        }

    override_reason = forms.CharField(
        label=_("Reason for giving it in spite of a block"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, may_override: bool = False, override_reason: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["override_reason"] = override_reason
        common = {*TreatmentForm.Meta.fields, "override_reason"}
        self.detail_names = [name for name in self.fields if name not in common]
        for name in self.detail_names:
            if name in self.instance.details:
                self.initial[name] = self.instance.details[name]
        if not may_override:
            del self.fields["override_reason"]
        order = ["target", "region", "site", "side", *self.detail_names]
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        """Dates follow each other."""
        data = super().clean() or self.cleaned_data
        start, end, review = (data.get(name) for name in ("start_on", "planned_end_on", "review_on"))
        if start and end and end < start:
            self.add_error("planned_end_on", _("The planned end is before the start."))
        if start and review and review < start:
            self.add_error("review_on", _("The review is before the start."))
        return data

    def values(self) -> dict[str, Any]:
        """Return the cleaned fields as the action takes them, dates in details as text."""
        data = dict(self.cleaned_data)
        details = {name: data.pop(name) for name in self.detail_names}
        details = {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in details.items()
            if value not in (None, "", [])
        }
        return data | {"details": details}

    def _post_clean(self) -> None:
        """Leave the instance alone: the action sets and checks it."""


class RestForm(TreatmentForm):
    """Relative rest: what to stop, what to keep doing, and the way back."""

    kind = TreatmentKind.REST
    rest_kind = _choice(
        _("Kind of rest"),
        [
            ("activity", _("Change of activity")),
            ("offload_pad", _("Off-loading pad or felt")),
            ("boot", _("Boot")),
            ("cast", _("Cast")),
            ("sick_note", _("Sick note")),
            ("bed", _("Bed rest")),
        ],
    )
    activities_stopped = _text(_("Stop"), help_text=_("For example running, ladders."))
    activities_kept = _text(_("Keep doing"), help_text=_("For example walking, cycling."))
    load_percent = _number(_("Load, % of usual"), 0, 100)
    weight_bearing = _choice(
        _("Weight-bearing"),
        [("full", _("Full")), ("partial", _("Partial")), ("none", _("None"))],
        required=False,
    )
    days = _number(_("For how many days"), 1, 180, required=True)
    return_steps = _text(_("Steps back to full activity"), length=500)


class IceForm(TreatmentForm):
    """Ice: never on skin that cannot feel it, never longer than 20 minutes."""

    kind = TreatmentKind.ICE
    method = _choice(
        _("Method"),
        [
            ("wrapped_pack", _("Wrapped pack")),
            ("ice_massage", _("Ice massage")),
            ("immersion", _("Immersion")),
        ],
    )
    barrier = _text(_("Between ice and skin"), initial=_("Damp cloth"), required=True)
    minutes = _number(_("Minutes each time"), 5, 20, required=True, help_text=_("10 to 20; massage 5 to 10."))
    hours_between = _number(_("Hours between"), 2, 24, required=True, initial=2)
    times_a_day = _number(_("Times a day"), 1, 8, required=True)
    days = _number(_("For how many days"), 1, 14, required=True, initial=3)
    sensation_tested_on = _day(_("Sensation at the site tested on"))
    circulation_tested_on = _day(_("Pulses or ABPI tested on"))
    skin_check = forms.BooleanField(
        label=_("Skin checked before and after, and the patient knows how"), required=True
    )

    def clean(self) -> dict[str, Any]:
        """Ice massage is 5 to 10 minutes."""
        data = super().clean()
        if data.get("method") == "ice_massage" and (data.get("minutes") or 0) > 10:
            self.add_error("minutes", _("Ice massage is 5 to 10 minutes."))
        return data


class ExerciseForm(TreatmentForm):
    """An exercise by FITT-VP: frequency, intensity, time, type, volume, progression."""

    kind = TreatmentKind.EXERCISE
    name = _text(_("Exercise"), required=True, length=120)
    exercise_type = _choice(
        _("Type"),
        [
            ("mobility", _("Mobility")),
            ("stretch", _("Stretch")),
            ("strength", _("Strength")),
            ("nerve_glide", _("Nerve glide")),
            ("aerobic", _("Aerobic")),
            ("balance", _("Balance")),
            ("flexion_bias", _("Flexion bias")),
            ("extension_bias", _("Extension bias")),
        ],
    )
    times_a_week = _number(_("Times a week"), 1, 28, required=True)
    effort = _number(_("Effort, 0 to 10"), 0, 10)
    pain_ceiling = _number(
        _("Stop at pain above"), 0, 5, initial=5, help_text=_("At most 5 of 10, gone within 24 hours.")
    )
    minutes = _number(_("Minutes"), 1, 120)
    sets = _number(_("Sets"), 1, 10)
    repetitions = _number(_("Repetitions"), 1, 100)
    hold_seconds = _number(_("Hold, seconds"), 1, 300)
    equipment = _text(_("Equipment"), length=120)
    progression = _text(_("When to make it harder"))
    stop_rules = _text(
        _("When to stop"),
        initial=_("New numbness or weakness, or pain that spreads further down the leg."),
    )
    supervised = forms.BooleanField(label=_("Supervised"), required=False)

    def clean(self) -> dict[str, Any]:
        """A dose is minutes, or repetitions."""
        data = super().clean()
        if not (data.get("minutes") or data.get("repetitions") or data.get("hold_seconds")):
            self.add_error("repetitions", _("Give repetitions, a hold or minutes."))
        return data


class SurgeryReferralForm(TreatmentForm):
    """A surgical opinion. The letter itself is written from the signed visit."""

    kind = TreatmentKind.SURGERY_REFERRAL
    specialty = _choice(
        _("Specialty"),
        [
            ("spinal_service", _("Spinal or neurosurgery")),
            ("orthopaedics_hip", _("Orthopaedics, hip")),
            ("orthopaedics_foot_ankle", _("Orthopaedics, foot and ankle")),
            ("vascular", _("Vascular surgery")),
        ],
    )
    procedure = _choice(
        _("Opinion sought"),
        [
            ("assessment", _("Assessment, open question")),
            ("decompression", _("Discectomy or decompression")),
            ("fusion", _("Spinal fusion or disc replacement")),
            ("hip_replacement", _("Hip replacement")),
            ("foot_surgery", _("Foot or ankle surgery")),
            ("vascular", _("Vascular procedure")),
        ],
    )
    indication = _text(_("Indication"), required=True, length=500)
    urgency = _choice(_("Urgency"), [c for c in Urgency.choices if c[0] not in ("none", "emergency")])
    conservative_care = _text(
        _("Care so far"),
        required=True,
        length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What, how much, for how many weeks, and what it did."),
    )
    function = _text(_("Function score or limits"))
    walking_distance_metres = _number(_("Walking distance, metres"), 0, 20_000)
    imaging = _text(
        _("Imaging so far"), help_text=_("Type, date, result. Do not hold the referral for an MRI.")
    )
    patient_wish = _text(_("What the patient wants after talking it over"), length=500)


class OtherForm(TreatmentForm):
    """Orthosis, footwear, manual therapy, education, safety-net advice."""

    kind = TreatmentKind.OTHER
    other_kind = _choice(
        _("What"),
        [
            ("orthosis", _("Orthosis, insole or raise")),
            ("afo", _("Ankle-foot orthosis")),
            ("footwear", _("Footwear")),
            ("padding", _("Padding")),
            ("manual_therapy", _("Manual therapy, with exercise")),
            ("education", _("Education")),
            ("gp_analgesia", _("Advice to ask the GP about pain relief")),
            ("passive", _("Belt, traction, TENS, ultrasound or similar")),
            ("safety_net", _("Safety-net advice given")),
        ],
    )
    purpose = _choice(
        _("Purpose"),
        [
            ("foot", _("A foot or ankle problem")),
            ("leg_length", _("Leg-length difference")),
            ("hip", _("A hip problem")),
            ("back", _("Low back pain or sciatica")),
        ],
    )
    description = _text(_("Description"), length=500)
    safety_net = _text(
        _("Safety-net card: language, and given by whom"),
        help_text=_("What to do if bladder, bowel, saddle or leg symptoms appear."),
    )


FORMS: dict[str, type[TreatmentForm]] = {
    form.kind: form for form in (RestForm, IceForm, ExerciseForm, SurgeryReferralForm, OtherForm)
}
