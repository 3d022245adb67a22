"""Files beside the record: attaching them, saying what they are, marking one as entered in error."""

from datetime import date

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from cases.actions.errors import AttachmentIsVoided, ChangedMeanwhile, IsMerged, ReasonNeeded
from cases.attachments import checking, names, storage
from cases.models import Attachment, Case, Patient
from clinic.models import User


def attach_file(
    *,
    patient: Patient,
    by: User,
    file: File,
    title: str = "",
    kind: str = "",
    taken_on: date | None = None,
    case: Case | None = None,
) -> Attachment:
    """Keep a file of a patient, and of one of their cases where it is about that.

    An empty title is made of the file's name, an empty kind and date of what the file itself says. The
    file is in its place before its row is, and goes again if the row is refused. The looking into it
    takes seconds at times, so the transaction is only around the row. Raises checking.FileRefused,
    storage.CannotStore, IsMerged when the record was merged into another meanwhile, and ValidationError
    when a field refuses its value.
    """
    with storage.received(file) as incoming:
        checked = storage.examined(incoming)
        with storage.stored(incoming, checked) as stored:
            kind = kind or names.kind_guessed(checked.kind)
            attachment = Attachment(
                clinic=patient.clinic,
                patient=patient,
                case=case,
                title=title or names.title_of(file.name or "", kind),
                kind=kind,
                taken_on=taken_on or checked.taken_on,
                original_name=names.shown_name(file.name or ""),
                stored_name=stored.name,
                content_type=stored.content_type,
                size=stored.size,
                sha256=stored.sha256,
                has_preview=stored.has_preview,
                uploaded_by=by,
            )
            _add_row(attachment)
    return attachment


@transaction.atomic
def _add_row(attachment: Attachment) -> None:
    # One sending of a file at a time: a second one finds the first one's row.
    patient = Patient.objects.select_for_update(no_key=True).get(pk=attachment.patient_id)
    if patient.merged_into_id:
        raise IsMerged(patient)
    same = Attachment.objects.filter(patient=attachment.patient_id, sha256=attachment.sha256)
    if same.filter(voided_at__isnull=True).exists():
        raise checking.FileRefused("already_there")
    attachment.full_clean()
    attachment.save(force_insert=True)


@transaction.atomic
def describe_attachment(
    *, attachment: Attachment, by: User, title: str, kind: str, taken_on: date | None, case: Case | None
) -> Attachment:
    """Change what a file is called, what it is, of which day and which case; the history keeps the old.

    `attachment` is the row as the caller read it. Raises AttachmentIsVoided, ChangedMeanwhile when
    somebody has changed one of these since, ValidationError when a field refuses its value.
    """
    current = Attachment.objects.select_for_update(no_key=True).get(pk=attachment.pk)
    if current.voided_at:
        raise AttachmentIsVoided
    fields = {"title": title, "kind": kind, "taken_on": taken_on, "case": case}
    if any(getattr(current, name) not in (getattr(attachment, name), new) for name, new in fields.items()):
        raise ChangedMeanwhile(current)
    for name, new in fields.items():
        setattr(current, name, new)
    current.full_clean()
    current.save(update_fields=list(fields))
    return current


@transaction.atomic
def void_attachment(*, attachment: Attachment, by: User, reason: str) -> Attachment:
    """Mark a file as entered in error. It stays listed, with who, when and why, and is not shown again.

    Raises ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    locked = Attachment.objects.select_for_update(no_key=True).get(pk=attachment.pk)
    if locked.voided_at is None:
        locked.voided_at, locked.voided_by = timezone.now(), by
        locked.void_reason = reason.strip()
        locked.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return locked
