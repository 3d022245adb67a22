"""What brings a referral home: chasing it, the reply, and the word to the patient."""

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Attachment, Visit
from clinic.models import Clinic, User
from clinic.records import Record, append_only, frozen_once, pair, same_clinic, tracked
from referrals.models.letter import hash_is_of
from referrals.models.people import who
from referrals.models.referral import Referral


class ChaseChannel(models.TextChoices):
    """How somebody asked after a referral."""

    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    PORTAL = "portal", _("Referral portal")


class ChaseOutcome(models.TextChoices):
    """What came of asking."""

    NO_ANSWER = "no_answer", _("No answer")
    MESSAGE_LEFT = "message_left", _("Message left")
    IN_HAND = "in_hand", _("They have it in hand")
    NOT_FOUND = "not_found", _("They cannot find it")
    SENT = "sent", _("Chase letter or e-mail sent")


@tracked()
class Chase(Record):
    """One time that somebody asked after a referral, and when to ask again."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="chases")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="chases")
    channel = models.CharField(_("by"), max_length=10, choices=ChaseChannel)
    outcome = models.CharField(_("what came of it"), max_length=14, choices=ChaseOutcome)
    spoke_to = models.CharField(_("spoke to"), max_length=120, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    wording = models.TextField(_("what was written"), max_length=4000, blank=True)
    chased_on = models.DateField(_("on"))
    next_on = models.DateField(_("ask again on"))
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = who(null=False)

    class Meta:
        ordering = ["-recorded_at"]
        verbose_name = _("chase")
        verbose_name_plural = _("chases")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=ChaseChannel.values), name="chase_channel_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=ChaseOutcome.values), name="chase_outcome_is_known"
            ),
        ]
        triggers = [same_clinic("referral", "referrals_referral"), append_only()]

    def __str__(self) -> str:
        return f"{self.chased_on}: {self.get_outcome_display()}"


@tracked(exclude=["pdf"])
class ChaseLetter(Record):
    """The bytes of a letter that asks after a referral, as it was printed."""

    chase = models.OneToOneField(Chase, on_delete=models.PROTECT, related_name="letter_file")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("letter that asks")
        verbose_name_plural = _("letters that ask")
        triggers = [append_only(), hash_is_of("pdf")]

    def __str__(self) -> str:
        return self.sha256[:12]


class FoundOrigin(models.TextChoices):
    """Where the specialist found the pain to come from."""

    BACK = "back", _("The back")
    HIP = "hip", _("The hip")
    FOOT = "foot", _("The foot or ankle")
    OTHER = "other", _("Something else")
    NOT_FOUND = "not_found", _("They could not say")


@tracked()
class Reply(Record):
    """What a specialist answered. Coded by whoever reads it; voided if it belongs elsewhere."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="replies", db_index=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="replies")
    received_on = models.DateField(_("received on"))
    written_by = models.CharField(_("from"), max_length=160, blank=True)
    text = models.TextField(_("what it says"), max_length=20_000, blank=True)
    attachment = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, related_name="replies", null=True, blank=True
    )
    findings = models.TextField(_("findings"), max_length=4000, blank=True)
    advice = models.TextField(_("advice"), max_length=4000, blank=True)
    found_origin = models.CharField(_("the pain comes from"), max_length=10, choices=FoundOrigin, blank=True)
    confirmed = models.BooleanField(_("what was suspected was confirmed"), null=True, blank=True)
    treatment_given = models.TextField(_("treatment given or planned"), max_length=1000, blank=True)
    more_expected = models.BooleanField(_("a further reply is expected"), default=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = who(null=False)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = who()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = who()
    void_reason = models.CharField(_("why it was voided"), max_length=500, blank=True)

    class Meta:
        ordering = ["-recorded_at"]
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(attachment__isnull=False) | ~models.Q(text=""),
                name="reply_says_something",
            ),
            models.CheckConstraint(
                condition=models.Q(found_origin__in=["", *FoundOrigin.values]),
                name="reply_origin_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(read_at__isnull=True) | ~models.Q(found_origin=""),
                name="reply_read_and_coded",
            ),
            pair("read_at", "read_by", "reply_read_by_whom_and_when"),
            pair("voided_at", "voided_by", "reply_voided_by_whom_and_when"),
            models.CheckConstraint(
                condition=models.Q(voided_at__isnull=True) | ~models.Q(void_reason=""),
                name="reply_voided_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "read_at"],
                condition=models.Q(read_at__isnull=False, voided_at__isnull=True),
                name="reply_track_record",
            ),
            models.Index(fields=["clinic", "-recorded_at", "-id"], name="reply_by_day"),
        ]
        triggers = [
            same_clinic("referral", "referrals_referral"),
            same_clinic("attachment", "cases_attachment"),
            frozen_once("read_at", except_for=("voided_at", "voided_by_id", "void_reason")),
            frozen_once("voided_at"),
            pgtrigger.Protect(name="reply_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.received_on}"


@tracked()
class NotReferring(Record):
    """The decision not to refer although the screening suggested it, and why.

    Withdrawn, never deleted, when somebody refers after all.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="not_referrings")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="not_referrings")
    reason = models.TextField(_("why not"), max_length=1000)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = who(null=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = who()

    class Meta:
        ordering = ["-recorded_at"]
        verbose_name = _("decision not to refer")
        verbose_name_plural = _("decisions not to refer")
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="not_referring_has_a_reason"),
            pair("withdrawn_at", "withdrawn_by", "not_referring_withdrawn_by_whom_and_when"),
            models.UniqueConstraint(
                fields=["visit"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_decision_not_to_refer",
            ),
        ]
        triggers = [
            same_clinic("visit", "cases_visit"),
            pgtrigger.ReadOnly(name="not_referring_kept", exclude=["withdrawn_at", "withdrawn_by"]),
            frozen_once("withdrawn_at"),
            pgtrigger.Protect(name="not_referring_not_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reason[:40]


@tracked()
class Digest(Record):
    """One daily e-mail to one member of staff, so that none goes twice."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="digests")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="digests")
    on = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("daily e-mail")
        verbose_name_plural = _("daily e-mails")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "user", "on"], name="one_digest_a_day"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return str(self.on)
