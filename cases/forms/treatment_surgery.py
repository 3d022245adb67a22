"""The form of a referral for a surgical opinion. The letter itself is written from the signed visit."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.choices import TreatmentKind, Urgency
from cases.forms.treatment_base import TreatmentForm, choice, columns, lines, number, past_day, text
from cases.models import Patient
from clinic.forms import YesNoUnknownField
from clinic.templatetags.footnote import day

# What is asked only where the patient's record does not say it.
ASKED_UNLESS_KNOWN = {
    "comorbidity": lambda patient: bool(patient.medical_history.strip()),
    "anticoagulant": lambda patient: patient.on_anticoagulant is not None,
    "implants": lambda patient: patient.has_implant is not None,
    "allergies": lambda patient: patient.no_known_allergies or bool(patient.allergies.strip()),
    "hba1c": lambda patient: patient.has_diabetes is False,
}


class SurgeryReferralForm(TreatmentForm):
    """A surgical opinion: why, what was tried, the nerves with dates, the imaging, the patient's wish."""

    kind = TreatmentKind.SURGERY_REFERRAL
    review_after_days = 42
    specialty = choice(
        _("Specialty"),
        [
            ("spinal_service", _("Spinal or neurosurgery")),
            ("orthopaedics_hip", _("Orthopaedics, hip")),
            ("orthopaedics_foot_ankle", _("Orthopaedics, foot and ankle")),
            ("vascular", _("Vascular surgery")),
        ],
    )
    procedure = choice(
        _("Opinion sought"),
        [
            ("assessment", _("Assessment, open question")),
            ("decompression", _("Discectomy or decompression")),
            ("fusion", _("Spinal fusion")),
            ("disc_replacement", _("Disc replacement")),
            ("spinal_injection", _("Spinal injection")),
            ("hip_replacement", _("Hip replacement")),
            ("foot_surgery", _("Foot or ankle surgery")),
            ("vascular", _("Vascular procedure")),
        ],
    )
    urgency = choice(_("Urgency"), [c for c in Urgency.choices if c[0] not in ("none", "emergency")])
    indication = text(_("Indication"), required=True, length=500)
    conservative_care = lines(
        _("Care so far"),
        required=True,
        help_text=_("One a line: what, how much, how many weeks, what it did."),
    )
    neuro_status = lines(
        _("Nerves: power (MRC), reflexes, sensation, with dates"),
        help_text=_("Filled in from this visit's grades; add what is missing."),
    )
    function = text(_("Function score or limits"))
    walking_distance_metres = number(_("Walking distance, metres"), 0, 20_000)
    imaging_type = choice(
        _("Imaging so far"),
        [
            ("none", _("None")),
            ("x_ray", _("X-ray")),
            ("mri", _("MRI")),
            ("ct", _("CT")),
            ("ultrasound", _("Ultrasound")),
            ("other", _("Another")),
        ],
        required=False,
        help_text=_("Do not hold the referral for an MRI."),
    )
    imaging_on = past_day(_("Imaging done on"))
    imaging = text(_("Result of the imaging"))
    comorbidity = text(_("Other illnesses"), length=500)
    hba1c = number(_("HbA1c, mmol/mol"), 15, 200)
    anticoagulant = YesNoUnknownField(label=_("Takes an anticoagulant"))
    implants = YesNoUnknownField(label=_("Implant or pacemaker (matters for an MRI)"))
    allergies = text(_("Allergies and reactions"))
    patient_wish = lines(_("What the patient wants after talking it over"), length=500)

    dose = (
        columns("specialty", "procedure", "urgency"),
        "indication",
        "conservative_care",
        "neuro_status",
        columns("imaging_type", "imaging_on"),
        "imaging",
        "patient_wish",
    )

    def __init__(
        self, *args: Any, patient: Patient | None = None, neuro_status: str = "", **kwargs: Any
    ) -> None:
        self.patient = patient
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["neuro_status"] = neuro_status

    def _fill_in(self) -> None:
        for name, is_known in ASKED_UNLESS_KNOWN.items():
            if self.patient and is_known(self.patient):
                del self.fields[name]
                self.detail_names.remove(name)
        super()._fill_in()

    @property
    def rare(self) -> list[Any]:  # type: ignore[override]
        """What the patient's record lacks, beside the measures of function."""
        asked = [name for name in ("hba1c", "anticoagulant", "implants") if name in self.fields]
        written = [name for name in ("comorbidity", "allergies") if name in self.fields]
        return [columns("function", "walking_distance_metres"), *written, columns(*asked)]

    def clean(self) -> dict[str, Any]:
        """Imaging has a kind where it has a date or a result, and a result where it was done."""
        data = super().clean()
        kind, on, result = (data.get(name) for name in ("imaging_type", "imaging_on", "imaging"))
        if (on or result) and kind in ("", "none", None):
            self.add_error("imaging_type", _("Which imaging was it?"))
        return data


def imaging_words(details: dict[str, Any]) -> str:
    """Return the imaging of a referral, such as "MRI, 3 Nov 2026: disc bulge at L5", or nothing."""
    kinds = dict(SurgeryReferralForm.base_fields["imaging_type"].choices)  # type: ignore[attr-defined]
    kind, on, result = (details.get(name, "") for name in ("imaging_type", "imaging_on", "imaging"))
    if kind == "none" or not (kind or result):
        return ""
    when = day(date.fromisoformat(on)) if on else ""
    done = ", ".join(filter(None, (str(kinds[kind]) if kind in kinds and kind else "", when)))
    return ": ".join(filter(None, (done, result)))
