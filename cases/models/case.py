"""Cases: one complaint of one patient, from the first visit to discharge."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import CaseOutcome, CaseStatus, Origin, Side
from cases.models.patient import Patient, of_current_patient
from clinic.models import Clinic
from clinic.records import Record, pair, same_clinic, tracked


class CaseQuerySet(models.QuerySet["Case"]):
    """Questions about cases."""

    def open(self) -> "CaseQuerySet":
        """Those still being treated."""
        return self.filter(status=CaseStatus.OPEN)


@tracked()
class Case(Record):
    """One complaint. Its origin is *suggested* by the screening and *decided* by a clinician."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="cases")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cases")
    complaint = models.CharField(_("complaint"), max_length=200)
    side = models.CharField(_("side"), max_length=10, choices=Side)
    onset_on = models.DateField(_("began on"), null=True, blank=True)
    mechanism = models.TextField(_("how it began"), max_length=1000, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=CaseStatus, default=CaseStatus.OPEN)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lead podiatrist"),
        on_delete=models.PROTECT,
        related_name="cases_led",
    )
    suggested_origin = models.CharField(
        _("suggested origin"), max_length=10, choices=Origin, blank=True, editable=False
    )
    decided_origin = models.CharField(_("decided origin"), max_length=10, choices=Origin, blank=True)
    origin_reason = models.TextField(_("reason for deciding otherwise"), max_length=1000, blank=True)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=CaseOutcome, blank=True)
    discharge_summary = models.TextField(_("summary at discharge"), max_length=2000, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            pair("closed_at", "closed_by", "case_closed_by_whom_and_when"),
            models.CheckConstraint(
                condition=models.Q(status=CaseStatus.OPEN, closed_at__isnull=True)
                | models.Q(status=CaseStatus.CLOSED, closed_at__isnull=False),
                name="case_closed_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=models.Q(status=CaseStatus.OPEN, outcome="")
                | models.Q(status=CaseStatus.CLOSED, outcome__in=CaseOutcome.values),
                name="case_closed_with_an_outcome",
            ),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="case_side_is_known_word"),
            models.CheckConstraint(
                condition=models.Q(decided_origin="")
                | models.Q(decided_origin=models.F("suggested_origin"))
                | ~models.Q(origin_reason=""),
                name="other_origin_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "-opened_at"], name="case_by_clinic"),
        ]
        triggers = [same_clinic("patient", "cases_patient"), of_current_patient()]

    def __str__(self) -> str:
        return self.complaint

    @property
    def is_open(self) -> bool:
        """Whether visits can still be added."""
        return self.status == CaseStatus.OPEN
