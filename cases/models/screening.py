"""Screenings: what the rules said when a visit was signed, kept as it was."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Origin, Urgency
from cases.models.visit import Visit
from clinic.records import Record, append_only, tracked


@tracked()
class Screening(Record):
    """The frozen output of the rules at signing, and the clinician's decision beside it.

    `answers` is the engine's input and `result` its output, both with the catalogue version, so
    that the suggestion can be explained years later.
    """

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="screening")
    catalogue_version = models.CharField(max_length=20)
    answers = models.JSONField()
    result = models.JSONField()
    origin = models.CharField(_("suggested origin"), max_length=10, choices=Origin, blank=True)
    urgency = models.CharField(_("urgency"), max_length=24, choices=Urgency)
    refer = models.BooleanField(_("referral suggested"))
    destinations = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    agreed = models.BooleanField(_("clinician agrees"), default=True)
    decided_origin = models.CharField(_("decided origin"), max_length=10, choices=Origin, blank=True)
    decision_reason = models.TextField(_("reason"), max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(urgency__in=Urgency.values), name="screening_urgency_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(agreed=True) | ~models.Q(decision_reason=""),
                name="disagreement_has_a_reason",
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.origin or 'insufficient data'} ({self.urgency})"
