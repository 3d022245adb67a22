"""Whether the daily e-mail comes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import FootnoteForm


class DailyEmailForm(FootnoteForm):
    """One tick: to get the daily e-mail at `email`, one's own address."""

    wanted = forms.BooleanField(label=_("Send me the daily e-mail"), required=False)

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].help_text = _("It goes to %s.") % email
