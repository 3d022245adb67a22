"""Forms of the admin that overwrite nothing which somebody else has saved in the meantime."""

from typing import Any, cast

from django import forms
from django.contrib.admin.utils import display_for_field
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _

from clinic.marks import mark

SEEN = "seen"


def mark_of(row: Model) -> str:
    """Return the mark of a row with all its columns."""
    return mark(getattr(row, field.attname) for field in row._meta.concrete_fields)


class SeenForm(forms.ModelForm):
    """A form that says which state of its row it showed, and is refused once that is another one.

    What was typed stays in it, with what stands there now at each field; saved again it goes through.
    The row is read under its lock: see `ClinicModelAdmin.get_object`.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Before what was typed is put into the instance.
        self._now = {name: value for name, value in _values(self.instance).items() if name in self.fields}
        self._mark = mark_of(self.instance)
        self.initial[SEEN] = self._mark

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.instance._state.adding and data.get(SEEN) != self._mark:
            self._refuse(data)
        return data

    def _refuse(self, cleaned: dict[str, Any]) -> None:
        typed = dict(cleaned)
        words = _("Somebody else saved this while you had it open. What you typed is still here: save again"
                  " to put it in place of what stands there now.")  # fmt: skip
        self.add_error(None, ValidationError(words, code="changed"))
        for name, value in self._now.items():
            if name in typed and typed[name] != value:
                shown = display_for_field(value, self.instance._meta.get_field(name), "–")
                self.add_error(name, _("Stands there now: %(value)s") % {"value": shown})
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix(SEEN)] = self._mark
        self.data = data


def _values(row: Model) -> dict[str, Any]:
    if row._state.adding:
        return {}
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.editable}
