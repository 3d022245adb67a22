"""Merges: two records of one person become one, with all that is needed to take it back."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.patient import Patient
from clinic.models import Clinic
from clinic.records import Record, frozen_once, pair, same_clinic, tracked


@tracked()
class PatientMerge(Record):
    """One record of a patient, `merged`, taken up in another, `kept`.

    `moved` names the rows that changed hands, by table; `filled` the details of the kept record that
    were taken from the other, with what they were and became. Undone, it says by whom and when.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patient_merges")
    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges_into_it")
    merged = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges_of_it")
    reason = models.CharField(_("how you know that they are one person"), max_length=500)
    moved = models.JSONField(default=dict, editable=False)
    filled = models.JSONField(default=dict, editable=False)
    merged_at = models.DateTimeField(default=timezone.now, editable=False)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        ordering = ["-merged_at"]
        verbose_name = _("merge of patients")
        verbose_name_plural = _("merges of patients")
        constraints = [
            pair("undone_at", "undone_by", "merge_undone_by_whom_and_when"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="merge_has_a_reason"),
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("merged")), name="merge_is_of_two_records"
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=models.Q(undone_at__isnull=True),
                name="patient_merged_once_at_a_time",
            ),
        ]
        triggers = [
            same_clinic("kept", "cases_patient"),
            same_clinic("merged", "cases_patient"),
            frozen_once("merged_at", except_for=("undone_at", "undone_by_id")),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
