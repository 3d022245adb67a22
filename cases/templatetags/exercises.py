"""Pictures of exercises and their doses, for pages."""

from dataclasses import asdict

from django import template
from django.utils.safestring import SafeString, mark_safe

from cases.doses import dose_words
from cases.exercises import Dose, Exercise, picture_svg

register = template.Library()


@register.simple_tag
def exercise_picture(exercise: Exercise) -> SafeString:
    """Return the picture as SVG, with its words as the text alternative."""
    # Drawn by ourselves from our own data; the words are escaped there.
    return mark_safe(picture_svg(exercise.picture))  # noqa: S308


@register.filter
def usual_dose(dose: Dose) -> str:
    """Return a dose of the library in words."""
    return dose_words(asdict(dose))
