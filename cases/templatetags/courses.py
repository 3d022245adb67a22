"""How pages name a course of treatment and say what came of it."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from cases.courses import Course
from cases.forms.treatments import FORMS
from cases.models import Treatment, TreatmentReview
from clinic.templatetags.footnote import choice_in_words, day, display

register = template.Library()

# What a treatment is, in the order in which one would say it.
NAMED_BY = ("name", "rest_kind", "method", "procedure", "other_kind")


@register.filter
def course_name(course: Course) -> str:
    """Return "Exercise: Calf stretch", for Heel pain, left."""
    return treatment_name(course.newest)


@register.filter
def treatment_name(treatment: Treatment) -> str:
    """Return the kind of a treatment, and what it is: Exercise: Calf stretch."""
    return named(treatment.kind, treatment.details)


def named(kind: str, details: Mapping[str, Any]) -> str:
    """Return what a treatment of this kind with these details is called."""
    label = choice_in_words(Treatment, "kind", kind)
    fields = FORMS[kind].base_fields
    said = next((name for name in NAMED_BY if details.get(name)), "")
    if not said or said not in fields:
        return label
    what = dict(getattr(fields[said], "choices", [])).get(details[said], details[said])
    return f"{label}: {what}"


@register.filter
def course_about(course: Course) -> str:
    """Return for which problem, where, since when and at which pain it began."""
    one = course.newest
    parts = [
        one.target,
        one.site,
        display(one, "side") if one.side else "",
        _("since %s") % day(course.start_on),
        _("pain was %s of 10") % course.pain_before if course.pain_before is not None else "",
    ]
    return " · ".join(part for part in parts if part)


@register.filter
def review_said(review: TreatmentReview) -> str:
    """Return what was measured with a review: pain 4 of 10 · done 10 of 14 times a week."""
    parts = []
    if review.pain_after is not None:
        parts.append(_("pain %s of 10") % review.pain_after)
    if review.done is not None and review.prescribed:
        parts.append(
            _("done %(done)s of %(prescribed)s times a week")
            % {"done": review.done, "prescribed": review.prescribed}
        )
    elif review.done is not None:
        parts.append(_("done %s times a week") % review.done)
    return " · ".join(parts)
