"""The forms of the page on which a letter is written, beside the referral's own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import FootnoteForm
from referrals.letters.titles import TAKES_ADDITIONS, TITLES

PREFIX = "add_"
MOST_ADDED = 2000


class AdditionsForm(FootnoteForm):
    """The writer's own words, a text for each section that takes any."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in TAKES_ADDITIONS:
            field = forms.CharField(
                label=_("Add to “%(section)s”") % {"section": TITLES[key]},
                required=False,
                max_length=MOST_ADDED,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            self.fields[PREFIX + key] = field

    @property
    def posted(self) -> dict[str, str]:
        """Return the texts of those sections that were sent, by section."""
        return {
            name.removeprefix(PREFIX): text
            for name, text in self.cleaned_data.items()
            if self.add_prefix(name) in self.data
        }

    def of(self, key: str) -> forms.BoundField | None:
        """Return the field of a section, None for one that takes no additions."""
        return self[PREFIX + key] if key in TAKES_ADDITIONS else None


class CorrectionForm(FootnoteForm):
    """What is wrong in a letter that was signed."""

    correction = forms.CharField(
        label=_("What is corrected?"),
        max_length=500,
        help_text=_("One sentence; the new letter says it at its head."),
    )
