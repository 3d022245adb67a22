"""Filters that put the record's codes into words."""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.choices import Origin, TreatmentKind, Urgency
from cases.forms.treatments import FORMS
from cases.models import Treatment

register = template.Library()


@register.filter
def origin_label(code: str | None) -> str:
    """Return the origin in words; an unknown origin is not yet known."""
    return str(Origin(code).label) if code else _("Not known yet")


@register.filter
def urgency_label(code: str) -> str:
    """Return the urgency in words."""
    return str(Urgency(code).label)


@register.filter
def treatment_label(code: str) -> str:
    """Return the kind of treatment in words."""
    return str(TreatmentKind(code).label)


DESTINATIONS = {
    "emergency_department": gettext_lazy("emergency department"),
    "gp": gettext_lazy("GP"),
    "mscc_coordinator": gettext_lazy("MSCC coordinator"),
    "msk_triage": gettext_lazy("musculoskeletal triage"),
    "msk_physiotherapy": gettext_lazy("musculoskeletal physiotherapy"),
    "same_day_dvt_clinic": gettext_lazy("same-day DVT clinic"),
    "diabetic_foot_mdt": gettext_lazy("diabetic foot team"),
    "paediatrics_same_day": gettext_lazy("paediatrics, same day"),
    "orthopaedics_hip": gettext_lazy("orthopaedics (hip)"),
    "orthopaedics_foot_ankle": gettext_lazy("orthopaedics (foot and ankle)"),
}


@register.filter
def destination_label(code: str) -> str:
    """Return the service in words."""
    return str(DESTINATIONS.get(code) or code.replace("_", " "))


@register.filter
def signed(points: float) -> str:
    """Return points with their sign: +4, −3."""
    return f"+{points:g}" if points >= 0 else f"−{-points:g}"


@register.filter
def treatment_details(treatment: Treatment) -> str:
    """Return the structured fields of a treatment on one line, as its form names them."""
    fields = FORMS[treatment.kind].base_fields
    shown: list[str] = []
    for name, value in treatment.details.items():
        if name in fields:
            shown.append(f"{fields[name].label}: {_in_words(fields[name], value)}")
    return " · ".join(shown)


def _in_words(field: Any, value: Any) -> str:
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    return str(dict(getattr(field, "choices", [])).get(value, value))
