"""The form of a phrase."""

from typing import Any

from django import forms

from cases.models import Phrase
from clinic.forms import FootnoteModelForm


class PhraseForm(FootnoteModelForm):
    """A short word and what it inserts. Typed with its slash or in capitals it is taken all the same."""

    class Meta:
        model = Phrase
        fields = ["shortcut", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["shortcut"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["shortcut"].to_python = _as_shortcut  # type: ignore[method-assign]

    def _post_clean(self) -> None:
        """Leave the instance alone: the action sets and checks it."""


def _as_shortcut(value: Any) -> str:
    return str(value or "").strip().removeprefix("/").lower()
