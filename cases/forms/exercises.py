"""Picking exercises of the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.exercises import load_library
from clinic.forms import FootnoteForm


class PickForm(FootnoteForm):
    """The exercises that were ticked, by their codes."""

    codes = forms.MultipleChoiceField(
        label=_("Exercises"),
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(one.code, one.name) for one in load_library().exercises.values()],
        error_messages={
            "required": _("Tick the exercises to add."),
            "invalid_choice": _("The library has no such exercise. Tick from the list."),
        },
    )

    @property
    def ticked(self) -> list[Any]:
        """What was ticked, also when the form was refused."""
        return self.data.getlist("codes") if hasattr(self.data, "getlist") else []
