"""Forms of replies: what came back, what it says once it was read, and why one does not belong here."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Attachment, Patient
from clinic.forms import DateField, FootnoteForm, Segmented, YesNoUnknownField
from referrals.models import FoundOrigin, Referral, Reply


def _length(field: str) -> int | None:
    length: int | None = getattr(Reply._meta.get_field(field), "max_length", None)
    return length


def _text(field: str, label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=_length(field), widget=widget, **options)


def files_for_a_reply(patient: Patient) -> QuerySet[Attachment]:
    """Return the patient's files that are no reply yet, the latest first."""
    taken = Reply.objects.filter(attachment=OuterRef("pk"), voided_at__isnull=True)
    return patient.attachments.filter(~Exists(taken), voided_at__isnull=True)


class _NamedFile(forms.ModelChoiceField):
    """A file by its title and the day on which it came."""

    def label_from_instance(self, file: Any) -> str:
        return f"{file.title}, {file.uploaded_at:%d/%m/%Y}"


class ReplyForm(FootnoteForm):
    """What came back: a file, or its text, on which day and from whom."""

    file = forms.FileField(
        label=_("The reply as a file"),
        required=False,
        allow_empty_file=True,  # the action says what is wrong with it
        max_length=None,
        help_text=_("PDF, JPEG or PNG, up to 25 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
    attachment = _NamedFile(
        label=_("Or a file that is on the record already"),
        queryset=Attachment.objects.none(),
        required=False,
        empty_label=_("None of these"),
    )
    text = _text(
        "text",
        _("Or its text"),
        rows=8,
        required=False,
        strip=False,
        help_text=_("Pasted from an e-mail or a portal, or typed. It is kept to the letter."),
    )
    received_on = DateField(label=_("Received on"), not_future=True)
    written_by = forms.CharField(label=_("From"), max_length=_length("written_by"))

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = files_for_a_reply(referral.case.patient)
        attachment: Any = self.fields["attachment"]
        attachment.queryset = files
        attachment.error_messages["invalid_choice"] = _("This file cannot be used: choose another one.")
        if not files.exists():
            del self.fields["attachment"]

    def clean(self) -> dict[str, Any]:
        """It comes in one way at least, and not as two files."""
        data = super().clean() or self.cleaned_data
        files = [data.get("file"), data.get("attachment")]
        if not any(files) and not (data.get("text") or "").strip() and not self.errors:
            self.add_error("file", _("Choose the file of the reply, or write down its text."))
        if all(files):
            self.add_error("attachment", _("Choose one file: a new one, or one that is here already."))
        return data


class ReadReplyForm(FootnoteForm):
    """What a podiatrist takes from a reply."""

    found_origin = forms.ChoiceField(
        label=_("The pain comes from"), choices=FoundOrigin, widget=forms.RadioSelect
    )
    confirmed = YesNoUnknownField(
        label=_("Was what was suspected confirmed?"), unknown=_("As the origin above says")
    )
    findings = _text("findings", _("What they found"), help_text=_("In a sentence or two."))
    advice = _text("advice", _("What they advise"), rows=2, required=False)
    treatment_given = _text("treatment_given", _("Treatment given or planned"), rows=2, required=False)
    more_expected = forms.BooleanField(
        label=_("A further reply is expected"),
        required=False,
        help_text=_("The referral then stays open and is asked after."),
    )


class VoidReplyForm(FootnoteForm):
    """Why a reply does not belong here."""

    reason = _text("void_reason", _("What is wrong?"), rows=2)
    other_patient = forms.TypedChoiceField(
        label=_("Whose is it?"),
        choices=[("", _("This patient’s")), ("yes", _("Another patient’s"))],
        coerce=lambda word: word == "yes",
        empty_value="",
        required=False,
        widget=Segmented,
        help_text=_("Another patient’s file is marked as entered in error too, and is not shown any more."),
    )


class FindReferralForm(FootnoteForm):
    """Whose reply it is."""

    q = forms.CharField(label=_("Patient"), max_length=100)
