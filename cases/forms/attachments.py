"""Forms of attached files: sending them, saying what they are, and why one was entered in error."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.attachments.names import too_long
from cases.choices import AttachmentKind
from cases.models import Attachment, Case, Patient
from clinic.forms import DateField, FootnoteForm
from clinic.marks import mark


class FileInput(forms.FileInput):
    """A control for several files. On a tablet it offers the camera too."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """One file or several, of whatever content: the action looks into each."""

    widget = FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png", "multiple": True})

    def validate(self, value: list[Any]) -> None:
        super().validate(value)
        if len(value) > settings.ATTACHMENTS_AT_ONCE:
            raise ValidationError(too_long(len(value), settings.ATTACHMENTS_AT_ONCE))


class _AboutFile(FootnoteForm):
    """What is said of a file."""

    title = forms.CharField(
        label=_("What it shows"), max_length=Attachment._meta.get_field("title").max_length
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=AttachmentKind)
    taken_on = DateField(label=_("Taken or written on"), required=False, not_future=True)
    case = forms.ModelChoiceField(
        label=_("Case"), queryset=Case.objects.none(), required=False, empty_label=_("No case in particular")
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cases: QuerySet[Case] = patient.cases.order_by("-opened_at")
        self.fields["case"].queryset = cases  # type: ignore[attr-defined]
        self.fields["case"].error_messages["invalid_choice"] = _("This case is not one of this patient.")


class AttachForm(_AboutFile):
    """Files to attach. What is left empty is made of each file's name and content."""

    chosen = FilesField(
        label=_("Files"),
        help_text=_("PDF, JPEG or PNG, up to 25 MB each."),
        error_messages={"required": _("Choose at least one file, or take a photograph.")},
    )
    field_order = ("chosen", "title", "kind", "taken_on", "case")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Left empty, it is made of the file’s name.")
        kind = self.fields["kind"]
        kind.required = False
        kind.choices = [  # type: ignore[attr-defined]
            ("", _("A picture is a photograph, a PDF a letter")),
            *AttachmentKind.choices,
        ]
        self.fields["taken_on"].help_text = _("Left empty, it is what the camera says, if it says a day.")

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said of all files of this sending, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "chosen"}


class DescribeForm(_AboutFile):
    """What is said of one attached file, and how it was when the form was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, attachment: Attachment, **kwargs: Any) -> None:
        self.attachment = attachment
        said = {name: getattr(attachment, name) for name in ("title", "kind", "taken_on", "case")}
        kwargs["initial"] = said | {"seen": mark_of(attachment)}
        super().__init__(*args, patient=attachment.patient, **kwargs)

    @property
    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def is_of_now(self) -> bool:
        """Return whether nobody has changed the row since this form was opened."""
        return bool(self.cleaned_data["seen"] == mark_of(self.attachment))


def mark_of(attachment: Attachment) -> str:
    """Return a short text that differs when what is said of the file does."""
    return mark((attachment.title, attachment.kind, attachment.taken_on, attachment.case_id))


class VoidAttachmentForm(FootnoteForm):
    """Why a file does not belong here."""

    reason = forms.CharField(
        label=_("Why was it entered in error?"),
        max_length=Attachment._meta.get_field("void_reason").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "For example: it is another patient’s. The file stays listed with this reason, and is not shown."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "void_%s")
        super().__init__(*args, **kwargs)
