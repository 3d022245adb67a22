"""Attachments: files beside the record, such as a photograph, an X-ray or a letter from elsewhere."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import AttachmentKind
from cases.models.case import Case
from cases.models.patient import Patient, of_current_patient
from clinic.models import Clinic
from clinic.records import Record, frozen_once, pair, same_clinic, tracked

MAY_CHANGE = (
    "patient_id",
    "case_id",
    "title",
    "kind",
    "taken_on",
    "voided_at",
    "voided_by_id",
    "void_reason",
)


def case_of_same_patient() -> pgtrigger.Trigger:
    """Return a trigger that refuses a file whose case is another patient's."""
    return pgtrigger.Trigger(
        name="case_of_same_patient",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            IF NEW.case_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM cases_case WHERE id = NEW.case_id AND patient_id = NEW.patient_id
            ) THEN
                RAISE EXCEPTION 'the case belongs to another patient'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'case_of_same_patient';
            END IF;
            RETURN NEW;
        """,
    )


@tracked()
class Attachment(Record):
    """A file of a patient, and of one of their cases where it is about that.

    The bytes lie outside the database under `stored_name` and are never changed; `sha256` is theirs.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="attachments", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="attachments")
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="attachments", null=True, blank=True
    )
    title = models.CharField(_("what it shows"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=AttachmentKind)
    taken_on = models.DateField(_("taken or written on"), null=True, blank=True)
    original_name = models.CharField(max_length=255, blank=True, editable=False)
    stored_name = models.CharField(max_length=60, unique=True, editable=False)
    content_type = models.CharField(max_length=20, editable=False)
    size = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    has_preview = models.BooleanField(default=False, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    void_reason = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            pair("voided_at", "voided_by", "attachment_voided_by_whom_and_when"),
            models.CheckConstraint(
                condition=models.Q(voided_at__isnull=True) | ~models.Q(void_reason=""),
                name="attachment_voided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(content_type__in=["application/pdf", "image/jpeg", "image/png"]),
                name="attachment_is_pdf_jpeg_or_png",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=AttachmentKind.values), name="attachment_kind_is_known"
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="attachment_has_a_title"),
        ]
        indexes = [
            models.Index(fields=["patient", "-uploaded_at"], name="attachment_by_patient"),
            models.Index(fields=["clinic", "-uploaded_at", "-id"], name="attachment_by_day"),
        ]
        triggers = [
            same_clinic("patient", "cases_patient"),
            same_clinic("case", "cases_case"),
            case_of_same_patient(),
            of_current_patient(),
            frozen_once("uploaded_at", except_for=MAY_CHANGE),
        ]

    def __str__(self) -> str:
        return self.title
