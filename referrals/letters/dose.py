"""How much of a treatment was prescribed, as briefly as another clinician wants to read it."""

from cases.choices import TreatmentKind
from cases.doses import dose_words
from cases.models import Treatment
from cases.templatetags.cases import treatment_details

from .wording import joined

# For the patient or for the safety of the treatment itself, and of no use to who takes over.
NOT_TOLD = frozenset(
    {"barrier", "hours_between", "skin_check", "sensation", "sensation_tested_on", "circulation"}
    | {"circulation_tested_on", "compression", "return_steps", "steps_a_day", "safety_card"}
    | {"safety_given_on", "safety_language", "safety_given_by", "with_exercise"}
)


def dose_of(treatment: Treatment) -> str:
    """Return "Sole stretch: 3 times a day, 10 times, hold each for 10 seconds", or a form's fields."""
    details = treatment.details
    if treatment.kind == TreatmentKind.EXERCISE:
        said = joined(", ", (dose_words(details), str(details.get("volume") or "")))
        return joined(": ", (str(details.get("name") or ""), said[:1].lower() + said[1:]))
    kept = {name: value for name, value in details.items() if name not in NOT_TOLD}
    return treatment_details(Treatment(kind=treatment.kind, details=kept))
