"""How pages write a patient."""

from django import template
from django.utils.translation import gettext, pgettext

from cases.choices import Sex
from cases.models import Patient

register = template.Library()


@register.filter
def person(patient: Patient) -> str:
    """Return "NOVAK, Anna (F, 61)"; what is not known is left out."""
    letters = {Sex.FEMALE: pgettext("sex", "F"), Sex.MALE: pgettext("sex", "M")}
    age = patient.age
    parts = [letters.get(Sex(patient.sex), ""), "" if age is None else str(age)]
    known = ", ".join(part for part in parts if part)
    return f"{patient} ({known})" if known else str(patient)


@register.filter
def age_words(patient: Patient) -> str:
    """Return "61 years"."""
    age = patient.age
    if age is None:
        return gettext("age not known")
    return gettext("%(age)d years") % {"age": age}
