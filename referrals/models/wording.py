"""The clinic's own wording of letters, chases and e-mails, in versions."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic
from clinic.records import Record, append_only, same_clinic, tracked
from referrals.models.people import who
from referrals.models.specialist import Destination


class WordingKind(models.TextChoices):
    """What a wording is for."""

    OPENING = "opening", _("Opening of a letter")
    CLOSING = "closing", _("End of a letter")
    PATIENT_COPY = "patient_copy", _("Opening of the patient's copy")
    EMAIL = "email", _("E-mail that carries a letter")
    CHASE = "chase", _("Chase letter or e-mail")


@tracked()
class LetterTemplate(Record):
    """One wording of one clinic, for every kind of service or for one. Its text is in its versions."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="letter_templates")
    kind = models.CharField(_("for"), max_length=14, choices=WordingKind)
    destination = models.CharField(_("kind of service"), max_length=40, choices=Destination, blank=True)
    is_used = models.BooleanField(_("used"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = who(null=False)

    class Meta:
        ordering = ["kind", "destination"]
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "kind", "destination"], name="wording_once_a_service"),
            models.CheckConstraint(
                condition=models.Q(kind__in=WordingKind.values), name="wording_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(destination__in=["", *Destination.values]),
                name="wording_destination_is_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


@tracked()
class LetterTemplateVersion(Record):
    """One version of a wording. The latest is the one in use; restoring an old one adds it again."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(LetterTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(_("wording"), max_length=4000)
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = who(null=False)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version of a wording")
        verbose_name_plural = _("versions of wordings")
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="wording_version_once"),
        ]
        triggers = [same_clinic("template", "referrals_lettertemplate"), append_only()]

    def __str__(self) -> str:
        return str(self.number)
