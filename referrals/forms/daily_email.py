"""Whether the daily e-mail comes, and to a manager the monthly one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import FootnoteForm


class DailyEmailForm(FootnoteForm):
    """A tick for each e-mail that comes to `email`, one's own address: the monthly one to managers only."""

    wanted = forms.BooleanField(label=_("Send me the daily e-mail"), required=False)
    monthly = forms.BooleanField(
        label=_("Send me the reports of each month"),
        required=False,
        help_text=_("They come as a PDF on the first of the next month. No patient is named in it."),
    )

    def __init__(self, *args: Any, email: str, is_manager: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wanted"].help_text = _("It goes to %s.") % email
        if not is_manager:
            del self.fields["monthly"]
