"""The form of every other treatment: orthoses, footwear, hands-on care, education, the safety net."""

from typing import Any

from crispy_forms.layout import Div
from django.utils.translation import gettext_lazy as _

from cases.choices import TreatmentKind
from cases.forms.treatment_base import TreatmentForm, asking, choice, columns, number, past_day, text, tick

SAFETY_NET = ("safety_card", "safety_given_on", "safety_language", "safety_given_by")


@asking
class OtherForm(TreatmentForm):
    """Orthosis, footwear, manual therapy, education, safety-net advice."""

    kind = TreatmentKind.OTHER
    review_after_days = 42
    other_kind = choice(
        _("What"),
        [
            ("orthosis", _("Orthosis, insole or raise")),
            ("afo", _("Ankle-foot orthosis")),
            ("footwear", _("Footwear")),
            ("rocker_sole", _("Rocker sole")),
            ("padding", _("Padding")),
            ("manual_therapy", _("Manual therapy, with exercise")),
            ("education", _("Education")),
            ("gp_analgesia", _("Advice to ask the GP about pain relief")),
            ("safety_net", _("Safety-net advice given")),
            ("belt", _("Belt or corset")),
            ("traction", _("Traction")),
            ("tens", _("TENS")),
            ("pens", _("PENS")),
            ("ultrasound", _("Ultrasound")),
            ("interferential", _("Interferential therapy")),
            ("acupuncture", _("Acupuncture")),
        ],
    )
    purpose = choice(
        _("Purpose"),
        [
            ("foot", _("A foot or ankle problem")),
            ("leg_length", _("Leg-length difference")),
            ("hip", _("A hip problem")),
            ("back", _("Low back pain")),
            ("sciatica", _("Sciatica, or root pain from the back")),
        ],
    )
    description = text(_("What exactly"), length=500)
    raise_mm = number(_("Raise, mm"), 1, 80)
    with_exercise = tick(_("Given together with exercise"))
    medicine = choice(
        _("Which kind of medicine"),
        [
            ("open", _("Left to the GP")),
            ("nsaid", _("Anti-inflammatory (NSAID)")),
            ("paracetamol", _("Paracetamol alone")),
            ("topical", _("Gel or patch")),
            ("opioid", _("Opioid")),
            ("antidepressant", _("Antidepressant")),
            ("gabapentinoid", _("Gabapentin or pregabalin")),
            ("antiepileptic", _("Another antiepileptic")),
            ("corticosteroid", _("Corticosteroid by mouth")),
            ("benzodiazepine", _("Benzodiazepine")),
        ],
        required=False,
    )
    safety_card = choice(
        _("Which card"),
        [
            ("cauda_equina", _("Cauda equina: bladder, bowel, saddle, legs")),
            ("foot", _("Foot: infection, colour, wound")),
            ("clot", _("Clot: swollen calf, breathlessness")),
            ("words", _("In words only")),
        ],
        required=False,
    )
    safety_given_on = past_day(_("Given on"))
    safety_language = text(_("In which language"), length=60, initial=_("English"))
    safety_given_by = text(_("Given by"), length=120)

    dose = (
        columns("other_kind", "purpose"),
        "description",
        Div("raise_mm", css_class="only-orthosis short"),
        Div("with_exercise", css_class="only-manual"),
        Div("medicine", css_class="only-medicine"),
        Div(
            columns("safety_card", "safety_given_on"),
            columns("safety_language", "safety_given_by"),
            css_class="only-safety-net",
        ),
    )

    def __init__(self, *args: Any, given_by: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial.update(safety_given_by=given_by, safety_given_on=self.instance.visit.seen_on)

    def clean(self) -> dict[str, Any]:
        """The safety net says which card, when, in which language and by whom; nothing else has it."""
        data = super().clean()
        if data.get("other_kind") == "safety_net":
            for name in SAFETY_NET:
                if not data.get(name) and name not in self.errors:
                    label = self.fields[name].label
                    self.add_error(name, _("%(label)s is missing.") % {"label": label})
        return data

    def _details(self, data: dict[str, Any]) -> dict[str, Any]:
        """Leave out what belongs to another kind than the one chosen."""
        kind = data.get("other_kind")
        for names, owner in (
            (("raise_mm",), "orthosis"),
            (("with_exercise",), "manual_therapy"),
            (("medicine",), "gp_analgesia"),
            (SAFETY_NET, "safety_net"),
        ):
            if kind != owner:
                data.update(dict.fromkeys(names))
        return super()._details(data)
