"""How letters left the clinic, one row for each recipient."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic
from clinic.records import Record, append_only, pair, same_clinic, tracked
from referrals.models.emergency import never_by_post, never_printed_to_post
from referrals.models.letter import Letter, hash_is_of
from referrals.models.loop import Chase
from referrals.models.people import who


class Channel(models.TextChoices):
    """How a letter left the clinic."""

    POST = "post", _("Post")
    EMAIL = "email", _("E-mail")
    PORTAL = "portal", _("Referral portal")
    BY_HAND = "by_hand", _("By hand, with the patient")


class Audience(models.TextChoices):
    """Who gets what. The patient gets the copy in plain words, the others the letter.

    CHASE is the specialist again: asked in writing what became of the letter.
    """

    SPECIALIST = "specialist", _("Specialist")
    GP = "gp", _("GP")
    PATIENT = "patient", _("Patient")
    CHASE = "chase", _("Asking after it")


class DispatchStatus(models.TextChoices):
    """Where one sending is. After a crash between sending and recording, a person is asked."""

    QUEUED = "queued", _("Waiting to go")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    UNSURE = "unsure", _("May have been sent")
    WITHDRAWN = "withdrawn", _("Withdrawn")


DISPATCH_STEPS: tuple[tuple[str, str], ...] = (
    ("queued", "sending"),
    ("queued", "failed"),
    ("queued", "withdrawn"),
    ("sending", "sent"),
    ("sending", "queued"),  # refused for now, and to be tried again
    ("sending", "failed"),
    ("sending", "unsure"),
    ("unsure", "sent"),
    ("unsure", "failed"),
    ("sent", "withdrawn"),  # the step "sent" was undone: it never left
)
# What may still change once a dispatch is written: how far it came, never what, to whom or by whom.
_PROGRESS = [
    *("status", "sent_on", "attempts", "try_again_at", "last_error", "sending_since", "finished_at"),
    *("confirmed_at", "confirmed_by"),
]


@tracked()
class Dispatch(Record):
    """One sending of one letter: to whom, how, when, by whom, and which bytes.

    `sha256` is that of the bytes that leave: the signed PDF, the patient's copy, the file with a password
    that was made of one of them, or what asks after the letter: a PDF, or the text of an e-mail in UTF-8.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="dispatches", db_index=False)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="dispatches")
    chase = models.OneToOneField(
        Chase, on_delete=models.PROTECT, related_name="dispatch", null=True, blank=True
    )
    audience = models.CharField(_("for"), max_length=10, choices=Audience, default=Audience.SPECIALIST)
    channel = models.CharField(_("sent by"), max_length=10, choices=Channel)
    recipient = models.CharField(_("recipient"), max_length=300)
    email = models.EmailField(_("e-mail"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=DispatchStatus, default=DispatchStatus.SENT)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    is_protected = models.BooleanField(_("with a password"), default=False)
    message_id = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_again_at = models.DateTimeField(null=True, blank=True)
    sending_since = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = who()
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
            models.CheckConstraint(
                condition=models.Q(audience__in=Audience.values), name="dispatch_audience_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=DispatchStatus.values), name="dispatch_status_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=DispatchStatus.SENT) | models.Q(sent_on__isnull=False),
                name="dispatch_sent_on_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(channel=Channel.EMAIL, status=DispatchStatus.QUEUED)
                | ~models.Q(email=""),
                name="dispatch_by_email_has_an_address",
            ),
            models.CheckConstraint(
                condition=models.Q(audience=Audience.CHASE, chase__isnull=False)
                | ~models.Q(audience=Audience.CHASE) & models.Q(chase__isnull=True),
                name="dispatch_asks_what_a_chase_says",
            ),
            pair("confirmed_at", "confirmed_by", "dispatch_confirmed_by_whom_and_when"),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "status"],
                condition=models.Q(status__in=["queued", "sending", "failed", "unsure"]),
                name="dispatch_unfinished",
            ),
            models.Index(fields=["clinic", "-recorded_at", "-id"], name="dispatch_by_day"),
        ]
        triggers = [
            same_clinic("letter", "referrals_letter"),
            never_by_post(),
            pgtrigger.ReadOnly(name="dispatch_kept_as_recorded", exclude=_PROGRESS),
            pgtrigger.FSM(name="dispatch_steps", field="status", transitions=list(DISPATCH_STEPS)),
            pgtrigger.Protect(name="dispatch_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}, {self.get_status_display()}"


@tracked(exclude=["pdf"])
class ProtectedFile(Record):
    """The file with a password that one e-mail carries. The password itself is kept nowhere."""

    dispatch = models.OneToOneField(Dispatch, on_delete=models.PROTECT, related_name="protected_file")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("file with a password")
        verbose_name_plural = _("files with a password")
        triggers = [append_only(), hash_is_of("pdf")]

    def __str__(self) -> str:
        return self.sha256[:12]


class PrintStatus(models.TextChoices):
    """How far a print run is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    READY = "ready", _("Ready to print")
    FAILED = "failed", _("Failed")


@tracked(exclude=["pdf"], uncounted=["done"])
class PrintRun(Record):
    """Many letters in one PDF with a cover list, made in the background.

    `letters` are ids in the order of printing; `done` of `total` are in the file already. The file is
    dropped some days after it was made: the letters themselves are kept.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="print_runs")
    letters = ArrayField(models.UUIDField())
    status = models.CharField(_("status"), max_length=10, choices=PrintStatus, default=PrintStatus.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    pdf = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = who(null=False)
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_by = who()

    class Meta:
        ordering = ["-requested_at"]
        verbose_name = _("print run")
        verbose_name_plural = _("print runs")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=PrintStatus.values), name="print_run_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(total__gte=1) & models.Q(done__lte=models.F("total")),
                name="print_run_done_of_total",
            ),
            pair("posted_at", "posted_by", "print_run_posted_by_whom_and_when"),
        ]
        triggers = [
            never_printed_to_post(),
            pgtrigger.Protect(name="print_run_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"
