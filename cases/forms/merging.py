"""The form of a merge: what to keep where two records differ, why they are one, and a look at doubts."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from cases.merging import Row, State, doubts
from cases.models import Patient, PatientMerge
from clinic.forms import FootnoteForm


class MergeForm(FootnoteForm):
    """Chosen details, the reason, and the mark of the preview that one agrees to."""

    reason = forms.CharField(
        label=_("How you know that they are one person"),
        help_text=_("For example: told at the desk, same NHS number, same photograph."),
        max_length=PatientMerge._meta.get_field("reason").max_length,
    )
    checked = forms.BooleanField(
        label=_("I have checked what speaks against it"),
        error_messages={"required": _("Look at what speaks against it, then tick that you have checked it.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, kept: Patient, merged: Patient, rows: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in self.to_choose:
            self.fields[f"choose_{row.detail.key}"] = forms.ChoiceField(
                choices=[("kept", _("this")), ("merged", _("the other"))], initial="kept", required=False
            )
        if not doubts(kept, merged):
            del self.fields["checked"]

    @property
    def to_choose(self) -> list[Row]:
        """The details of which somebody has to say which holds."""
        return [row for row in self.rows if row.state == State.CHOOSE]

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout("reason", *(["checked"] if "checked" in self.fields else []), "seen")
        return helper

    @property
    def choices(self) -> dict[str, str]:
        """What was chosen, by detail."""
        return {
            row.detail.key: self.cleaned_data.get(f"choose_{row.detail.key}") or "kept"
            for row in self.to_choose
        }

    def chosen(self, key: str) -> str:
        """Return "kept" or "merged" as the page shows it for a detail, also when it comes back."""
        return self[f"choose_{key}"].value() or "kept"
