"""Letters as they were signed, and their bytes."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic
from clinic.records import Record, append_only, same_clinic, tracked
from referrals.models.emergency import signed_after_the_call
from referrals.models.people import who
from referrals.models.referral import Referral


def hash_is_of(column: str) -> pgtrigger.Trigger:
    """Return a trigger that refuses a row whose `sha256` is not that of the bytes in `column`."""
    return pgtrigger.Trigger(
        name="hash_is_of_these_bytes",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            IF NEW.sha256 <> encode(sha256(NEW.{column}), 'hex') THEN
                RAISE EXCEPTION 'the hash is not that of the bytes'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'hash_is_of_these_bytes';
            END IF;
            RETURN NEW;
        """,
    )


@tracked()
class Letter(Record):
    """One signed version of a referral's letter. A correction is a new version, never a change.

    `content` is the composed letter as data (sections in order), with the catalogue version.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="letters", db_index=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="letters")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    content = models.JSONField()
    signed_at = models.DateTimeField(default=timezone.now)
    signed_by = who(null=False)
    cosigned_by = who()
    correction = models.CharField(_("what was corrected"), max_length=500, blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="letter_version_once"),
            models.CheckConstraint(
                condition=models.Q(number=1, replaces__isnull=True)
                | models.Q(number__gt=1, replaces__isnull=False) & ~models.Q(correction=""),
                name="letter_correction_names_the_one_before",
            ),
            models.CheckConstraint(
                condition=models.Q(cosigned_by__isnull=True) | ~models.Q(cosigned_by=models.F("signed_by")),
                name="letter_signed_by_two_people",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "-signed_at", "-id"], name="letter_by_day")]
        triggers = [same_clinic("referral", "referrals_referral"), append_only(), signed_after_the_call()]

    def __str__(self) -> str:
        return f"Letter {self.number}"


@tracked(exclude=["pdf"])
class LetterFile(Record):
    """The bytes of a signed letter: what is printed, sent and downloaded, always these bytes."""

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="file")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    substituted = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text=_("Characters that no font of ours can show."),
    )

    class Meta:
        verbose_name = _("letter file")
        verbose_name_plural = _("letter files")
        triggers = [
            append_only(),
            hash_is_of("pdf"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


@tracked(exclude=["pdf"])
class PatientCopy(Record):
    """The patient's copy of a signed letter, in plain words: the bytes that they are sent."""

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="patient_copy")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("patient copy")
        verbose_name_plural = _("patient copies")
        triggers = [append_only(), hash_is_of("pdf")]

    def __str__(self) -> str:
        return self.sha256[:12]


@tracked()
class LetterDraft(Record):
    """What a podiatrist adds to the sections of a letter, apart from what the record supplies.

    `additions` are texts by section key; `supplied` are the lines that the record supplied to each
    section when the writer last looked, so that a change of the record can be shown beside them.

    While a signed letter is being corrected, `corrects` names it, `correction` says what was wrong, and
    `held` keeps what is written (the referral's `fields` and the `additions`) and how the referral stood
    `before`: the referral itself changes with the signature only.
    """

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="letter_draft")
    additions = models.JSONField(default=dict, blank=True)
    supplied = models.JSONField(default=dict, blank=True)
    corrects = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    correction = models.CharField(_("what was corrected"), max_length=500, blank=True)
    held = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = who(null=False)

    class Meta:
        verbose_name = _("letter draft")
        verbose_name_plural = _("letter drafts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=False) | models.Q(correction="", held={}),
                name="letter_draft_holds_a_correction_of_something",
            ),
        ]

    def __str__(self) -> str:
        return str(self.referral_id)
