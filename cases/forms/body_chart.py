"""Reading the body chart as the visit page posts it."""

from django import forms
from django.http import QueryDict

from cases.body_chart import REGIONS
from cases.choices import Sensation

LISTED = "body_chart"


class MarkForm(forms.Form):
    """One sensation in one region, marked or not."""

    region = forms.ChoiceField(choices=[(code, code) for code in REGIONS])
    sensation = forms.ChoiceField(choices=Sensation.choices)
    on = forms.BooleanField(required=False)


def listed_marks(data: QueryDict) -> set[tuple[str, str]] | None:
    """Return the pairs of region and sensation ticked in the list, or None where it was not posted."""
    if LISTED not in data:
        return None
    pairs = (mark.partition(":") for mark in data.getlist("mark"))
    return {(region, sensation) for region, _colon, sensation in pairs}
