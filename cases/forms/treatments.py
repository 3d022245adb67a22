"""Forms of the five kinds of treatment (clinical reference, section 3).

Common fields are columns; the fields of one kind are kept together in `Treatment.details`.
"""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from cases.choices import TreatmentKind
from cases.forms.treatment_base import (
    TreatmentForm,
    asking,
    choice,
    columns,
    number,
    past_day,
    text,
    tick,
)
from cases.forms.treatment_other import OtherForm
from cases.forms.treatment_surgery import SurgeryReferralForm


@asking
class RestForm(TreatmentForm):
    """Relative rest: what to stop, what to keep doing, and the way back."""

    kind = TreatmentKind.REST
    review_after_days = 14
    rest_kind = choice(
        _("Kind of rest"),
        [
            ("activity", _("Change of activity")),
            ("offload_pad", _("Off-loading pad or felt")),
            ("boot", _("Boot")),
            ("cast", _("Cast")),
            ("sick_note", _("Sick note")),
            ("bed", _("Bed rest")),
        ],
        initial="activity",
    )
    days = number(_("For how many days"), 1, 180, required=True, initial=14)
    activities_stopped = text(_("Stop"), help_text=_("For example running, ladders."))
    activities_kept = text(_("Keep doing"), help_text=_("For example walking, cycling."))
    load_percent = number(_("Load, % of usual"), 0, 100)
    steps_a_day = number(_("Steps a day, at most"), 0, 50_000)
    weight_bearing = choice(
        _("Weight-bearing"),
        [
            ("full", _("Full")),
            ("partial", _("Partial")),
            ("touch", _("Touch only, for balance")),
            ("none", _("None")),
        ],
        required=False,
    )
    return_steps = text(
        _("Steps back to full activity"),
        length=500,
        help_text=_("For example walk 10 minutes, then 20, then jog every other day."),
    )

    dose = (
        columns("rest_kind", "days"),
        columns("activities_stopped", "activities_kept"),
    )
    rare = (columns("load_percent", "steps_a_day"), "weight_bearing", "return_steps")

    def clean(self) -> dict[str, Any]:
        """Nothing is both stopped and kept."""
        data = super().clean()
        stopped, kept = (
            data.get(name, "").strip().casefold() for name in ("activities_stopped", "activities_kept")
        )
        if stopped and stopped == kept:
            self.add_error("activities_kept", _("The same is to be stopped and kept. Change one of them."))
        return data


@asking
class IceForm(TreatmentForm):
    """Ice: never on skin that cannot feel it, never longer than 20 minutes."""

    kind = TreatmentKind.ICE
    review_after_days = 14
    method = choice(
        _("Method"),
        [
            ("wrapped_pack", _("Wrapped pack")),
            ("ice_massage", _("Ice massage")),
            ("immersion", _("Immersion")),
        ],
        initial="wrapped_pack",
    )
    barrier = text(
        _("Between ice and skin"), initial=_("Damp cloth"), help_text=_("A pack always needs one.")
    )
    minutes = number(
        _("Minutes each time"), 5, 20, required=True, initial=15, help_text=_("10 to 20; massage 5 to 10.")
    )
    hours_between = number(_("Hours between, at least"), 2, 24, required=True, initial=2)
    times_a_day = number(_("Times a day"), 1, 8, required=True, initial=3)
    days = number(
        _("For how many days"), 1, 14, required=True, initial=3, help_text=_("1 to 3 after an injury.")
    )
    sensation = choice(
        _("Sensation at that very site"),
        [("felt", _("Felt normally")), ("reduced", _("Reduced or not felt"))],
        required=False,
    )
    sensation_tested_on = past_day(_("Sensation tested on"))
    circulation = choice(
        _("Pulses of that foot"),
        [("felt", _("Felt")), ("weak", _("Weak")), ("absent", _("Not felt"))],
        required=False,
    )
    abpi = forms.FloatField(
        label=_("ABPI"),
        required=False,
        min_value=0,
        max_value=3,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )
    circulation_tested_on = past_day(_("Pulses or ABPI tested on"))
    compression = tick(_("Compression is worn over it"))
    skin_check = tick(
        _("The patient knows how to look at the skin before and after"),
        required=True,
        error_messages={
            "required": _("Show the patient how to look at the skin before and after, then tick it.")
        },
    )

    dose = (
        columns("method", "minutes", "barrier"),
        columns("hours_between", "times_a_day", "days"),
        columns("sensation", "sensation_tested_on"),
        "skin_check",
    )
    rare = (columns("circulation", "abpi", "circulation_tested_on"), "compression")

    def clean(self) -> dict[str, Any]:
        """Massage is 5 to 10 minutes, anything else 10 to 20 with a cloth between; a test has its date."""
        data = super().clean()
        minutes, method = data.get("minutes"), data.get("method")
        if method == "ice_massage" and minutes and minutes > 10:
            self.add_error("minutes", _("Ice massage is 5 to 10 minutes."))
        if method in ("wrapped_pack", "immersion") and minutes and minutes < 10:
            self.add_error("minutes", _("A pack or immersion is 10 to 20 minutes; only massage is shorter."))
        if method == "wrapped_pack" and not data.get("barrier", "").strip():
            self.add_error("barrier", _("Say what lies between the ice and the skin."))
        self._fits_in_a_day(data)
        self._dated(data)
        return data

    def _fits_in_a_day(self, data: dict[str, Any]) -> None:
        times, gap = data.get("times_a_day"), data.get("hours_between")
        if times and gap and times > 1 and (times - 1) * gap > 23:
            self.add_error("times_a_day", _("So many times do not fit into a day with that gap."))

    def _dated(self, data: dict[str, Any]) -> None:
        tested = {
            "sensation_tested_on": ("sensation",),
            "circulation_tested_on": ("circulation", "abpi"),
        }
        for date_name, names in tested.items():
            has_result = any(data.get(name) not in (None, "") for name in names)
            if data.get(date_name) and not has_result and date_name not in self.errors:
                self.add_error(names[0], _("Say what the test found, or take its date out."))
            elif has_result and not data.get(date_name) and date_name not in self.errors:
                data[date_name] = self.instance.visit.seen_on


@asking
class ExerciseForm(TreatmentForm):
    """An exercise by FITT-VP: frequency, intensity, time, type, volume, progression."""

    kind = TreatmentKind.EXERCISE
    name = text(_("Exercise"), required=True, length=120)
    exercise_type = choice(
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
    times_a_week = number(_("Times a week"), 1, 42, required=True, initial=7)
    sets = number(_("Sets"), 1, 10)
    repetitions = number(_("Repetitions"), 1, 100)
    hold_seconds = number(_("Hold, seconds"), 1, 300)
    minutes = number(_("Minutes"), 1, 120)
    effort = number(_("Effort, 0 to 10"), 0, 10)
    percent_of_most = number(_("Load, % of the most they can lift once"), 1, 100)
    pain_ceiling = number(
        _("Stop at pain above"), 0, 5, initial=5, help_text=_("At most 5 of 10, gone within 24 hours.")
    )
    volume = text(_("Total each week, where it differs from the above"), length=120)
    equipment = text(_("Equipment"), length=120)
    progression = text(_("When to make it harder"))
    stop_rules = text(
        _("When to stop"),
        initial=_("New numbness or weakness, or pain that spreads further down the leg."),
    )
    supervised = tick(_("Supervised"))
    exercise_code = text(
        _("Exercise of the library"),
        length=60,
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"^[a-z0-9_-]+$", _("This is not an exercise of the library."))],
    )

    dose = (
        "exercise_code",
        columns("name", "exercise_type", "times_a_week"),
        columns("sets", "repetitions", "hold_seconds", "minutes"),
        columns("effort", "pain_ceiling"),
        "progression",
        "stop_rules",
    )
    rare = (columns("percent_of_most", "volume", "equipment"), "supervised")

    def clean(self) -> dict[str, Any]:
        """A dose is minutes, a hold or repetitions."""
        data = super().clean()
        doses = ("minutes", "repetitions", "hold_seconds")
        if not any(data.get(name) for name in doses) and not set(doses) & self.errors.keys():
            self.add_error("repetitions", _("Give repetitions, a hold or minutes."))
        return data


FORMS: dict[str, type[TreatmentForm]] = {
    form.kind: form for form in (RestForm, IceForm, ExerciseForm, SurgeryReferralForm, OtherForm)
}
