"""What a person keeps of the worklist for next time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic, User
from clinic.records import Record, tracked


@tracked()
class SavedView(Record):
    """One person's choice of filters and order, under a name. `query` holds codes, never a patient's name."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="saved_views")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "user", "name"], name="saved_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
