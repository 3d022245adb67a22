"""How letters left the clinic."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic
from clinic.records import Record, append_only, same_clinic, tracked
from referrals.models.letter import Letter
from referrals.models.people import who


class Channel(models.TextChoices):
    """How a letter left the clinic."""

    POST = "post", _("Post")
    EMAIL = "email", _("E-mail")
    PORTAL = "portal", _("Referral portal")
    BY_HAND = "by_hand", _("By hand, with the patient")


@tracked()
class Dispatch(Record):
    """One sending of one letter: to whom, how, when, by whom, and which bytes."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="dispatches")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="dispatches")
    channel = models.CharField(_("sent by"), max_length=10, choices=Channel)
    recipient = models.CharField(_("recipient"), max_length=300)
    sent_on = models.DateField(_("sent on"))
    sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = who(null=False)

    class Meta:
        ordering = ["-recorded_at"]
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="dispatch_channel_is_known"
            ),
        ]
        triggers = [same_clinic("letter", "referrals_letter"), append_only()]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}, {self.sent_on}"
