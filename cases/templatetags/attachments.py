"""The panel of attached files, for the pages of a patient and of a case."""

from typing import Any

from django import template

from cases.attachments.listing import attachments_of
from cases.models import Attachment, Case, Patient

register = template.Library()


@register.inclusion_tag("cases/attachments/_list.html", takes_context=True)
def attachments(context: template.Context, patient: Patient, case: Case | None = None) -> dict[str, Any]:
    """Show the files of a patient, or of one of their cases, and the way to attach more."""
    return {
        "files": attachments_of(patient, case),
        "patient": patient,
        "case": case,
        "can": context["can"],
    }


@register.filter
def day_shown(attachment: Attachment) -> Any:
    """Return the day a file was taken or written, or else the moment it was attached."""
    return attachment.taken_on or attachment.uploaded_at
