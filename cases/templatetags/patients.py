"""How pages write a patient."""

from functools import lru_cache
from unicodedata import bidirectional

from django import template
from django.utils.translation import get_language, pgettext

from cases.choices import Sex
from cases.models import Patient

register = template.Library()

# What `person` reads of a patient, for a list that needs no more (see clinic.planned.Parts).
PERSON = "id family_name given_name birth_date sex deceased_on"


@register.filter
def person(patient: Patient) -> str:
    """Return "NOVAK, Anna (F, 61)"; what is not known is left out."""
    age = patient.age
    parts = [_sex_letter(patient.sex, get_language()), "" if age is None else str(age)]
    known = ", ".join(part for part in parts if part)
    name = _isolated(str(patient))
    return f"{name} ({known})" if known else name


@lru_cache(maxsize=64)
def _sex_letter(sex: str, language: str | None) -> str:
    return {Sex.FEMALE.value: pgettext("sex", "F"), Sex.MALE.value: pgettext("sex", "M")}.get(sex, "")


def _isolated(name: str) -> str:
    """Keep a name written from right to left from pulling what follows it to the wrong side."""
    if any(bidirectional(character) in {"R", "AL"} for character in name):
        return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
    return name
