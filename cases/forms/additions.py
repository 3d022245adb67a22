"""What is added to a visit beside its note: an emergency call, an addendum."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import EmergencyCall, Visit
from clinic.forms import FootnoteForm

MINUTE = "%Y-%m-%dT%H:%M"


class PastMomentField(forms.DateTimeField):
    """A moment that has been, typed by the clinic's own clock.

    In the hour that the clock goes through twice it is the later time, unless that is still to come.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE)
    default_error_messages = {
        "invalid": _("Enter a date and a time, for example 2026-03-27 14:05."),
        "future": _("The call cannot be in the future."),
    }

    def to_python(self, value: Any) -> datetime | None:
        try:
            moment = super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            moment = _of_doubled_hour(str(value))
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if moment and moment > timezone.now():
            raise ValidationError(self.error_messages["future"], code="future")
        return moment


def _of_doubled_hour(value: str) -> datetime:
    """Return the later of the two moments that a clock shows alike, or the earlier if that is to come."""
    local = datetime.fromisoformat(value.strip()).replace(tzinfo=timezone.get_current_timezone())
    moments = [local.replace(fold=fold) for fold in (1, 0)]
    if all(_exists(moment) for moment in moments):
        been = next((moment for moment in moments if moment <= timezone.now()), moments[0])
        return been.astimezone(UTC)
    raise ValidationError(_("The clock was put forward over this time. Enter another."), code="no_such_time")


def _exists(moment: datetime) -> bool:
    there_and_back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)


class EmergencyCallForm(FootnoteForm):
    """When somebody was phoned about an emergency, who it was, and what they said."""

    phoned_at = PastMomentField(label=_("Phoned at"))
    phoned_to = forms.CharField(
        label=_("Spoken to, name and service"),
        max_length=EmergencyCall._meta.get_field("phoned_to").max_length,
    )
    advice = forms.CharField(
        label=_("What they said"),
        max_length=EmergencyCall._meta.get_field("advice").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "call_%s")
        kwargs.setdefault("initial", {"phoned_at": timezone.now()})
        super().__init__(*args, **kwargs)
        self.visit = visit

    def clean_phoned_at(self) -> datetime:
        """Nobody phones about a visit days before it."""
        phoned_at: datetime = self.cleaned_data["phoned_at"]
        if timezone.localdate(phoned_at) < self.visit.seen_on - timedelta(days=1):
            raise ValidationError(_("This is before the visit."))
        return phoned_at


class AddendumForm(FootnoteForm):
    """A text that is added to a signed visit."""

    text = forms.CharField(
        label=_("Addendum"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "A correction, or something learnt later. It is dated, signed with your name, and stays."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "addendum_%s")
        super().__init__(*args, **kwargs)
