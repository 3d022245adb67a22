"""Entries of the directory."""

from django import forms

from clinic.forms import FootnoteModelForm
from referrals.models import Specialist


class SpecialistForm(FootnoteModelForm):
    """One entry of the directory."""

    class Meta:
        model = Specialist
        fields = ["name", "role", "organisation", "destination", "address", "email", "phone", "notes"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3}), "notes": forms.Textarea(attrs={"rows": 2})}

    def _post_clean(self) -> None:
        """Leave the instance alone: the action sets and checks it."""
