"""Outcomes: scores of pain and function, and the activities that a patient measures them by."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.visit import Visit, part_of_draft
from clinic.records import Record, tracked


@tracked()
class Activity(Record):
    """Something that the patient finds hard because of the complaint, in their own words (PSFS)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="activities")
    text = models.CharField(_("activity"), max_length=120)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    dropped_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["added_at"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="activity_says_something"),
            models.UniqueConstraint(
                fields=["case", "text"],
                condition=models.Q(dropped_at__isnull=True),
                name="activity_once_a_case",
            ),
        ]

    def __str__(self) -> str:
        return self.text


@tracked()
class OutcomeScore(Record):
    """One number of one measure at one visit. No row means not asked, which is never 0.

    `measure` and `scale` are codes of `cases/outcomes/measures.toml`, which says what range they have
    and which way is better. A score of the PSFS is of one activity. The pain now of the complaint
    itself is the visit's `pain_now`, not a row here.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="scores")
    measure = models.CharField(_("measure"), max_length=20)
    scale = models.CharField(_("scale"), max_length=20)
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="scores", null=True, blank=True
    )
    value = models.DecimalField(_("score"), max_digits=5, decimal_places=1)

    class Meta:
        ordering = ["measure", "scale"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "measure", "scale", "activity"],
                nulls_distinct=False,
                name="score_once_a_visit",
            ),
            models.CheckConstraint(
                condition=models.Q(value__gte=0, value__lte=100), name="score_is_0_to_100"
            ),
            models.CheckConstraint(
                condition=models.Q(measure="psfs", activity__isnull=False)
                | (~models.Q(measure="psfs") & models.Q(activity__isnull=True)),
                name="score_of_an_activity_is_psfs",
            ),
        ]
        triggers = [part_of_draft()]

    def __str__(self) -> str:
        return f"{self.measure} {self.scale}: {self.value}"
