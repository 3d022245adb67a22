"""Body marks: where on the body chart the patient feels what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.choices import Sensation
from cases.models.visit import Visit, part_of_draft
from clinic.records import Record, tracked


@tracked()
class BodyMark(Record):
    """One region of the body chart with one sensation in it. No mark means not marked, never "none"."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="body_marks")
    region = models.CharField(_("region"), max_length=40)
    sensation = models.CharField(_("sensation"), max_length=10, choices=Sensation)

    class Meta:
        ordering = ["region", "sensation"]
        verbose_name = _("mark on the body chart")
        verbose_name_plural = _("marks on the body chart")
        constraints = [
            models.UniqueConstraint(fields=["visit", "region", "sensation"], name="body_mark_once_a_region"),
            models.CheckConstraint(
                condition=models.Q(sensation__in=Sensation.values), name="body_mark_sensation_is_known"
            ),
        ]
        triggers = [part_of_draft()]

    def __str__(self) -> str:
        return f"{self.region}: {self.sensation}"
