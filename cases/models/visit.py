"""Visits and findings: what was asked, seen and thought on one day."""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Side, VisitKind
from cases.models.case import Case
from clinic.models import Clinic, Site, User
from clinic.records import Record, frozen_once, pair, same_clinic, tracked


class VisitQuerySet(models.QuerySet["Visit"]):
    """Questions about visits."""

    def drafts(self) -> "VisitQuerySet":
        """Those neither signed nor voided."""
        return self.filter(signed_at__isnull=True, voided_at__isnull=True)

    def signed(self) -> "VisitQuerySet":
        """Those signed and not voided since."""
        return self.filter(signed_at__isnull=False, voided_at__isnull=True)

    def unsigned_by(self, user: User) -> "VisitQuerySet":
        """The drafts that this user began."""
        return self.drafts().filter(created_by=user)


@tracked(uncounted=["version", "saved_from", "notes_version", "notes_saved_from"])
class Visit(Record):
    """One visit: a draft that its author edits, then a signed note that nobody can change.

    `version` counts the saves of the draft and `saved_from` names the open page that made the last
    one: together they tell whether a page is behind the record, and the pair for the notes whether it
    is behind in what is written. `to_confirm` names the notes that
    were copied from `copied_from` and not looked at since.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="visits")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(_("kind of visit"), max_length=10, choices=VisitKind)
    seen_on = models.DateField(_("date of visit"))
    site = models.ForeignKey(
        Site,
        verbose_name=_("where"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    back_dating_reason = models.CharField(_("reason for writing it up later"), max_length=200, blank=True)
    history = models.TextField(_("history"), max_length=10_000, blank=True)
    examination = models.TextField(_("examination"), max_length=10_000, blank=True)
    assessment = models.TextField(_("assessment"), max_length=10_000, blank=True)
    plan = models.TextField(_("plan"), max_length=10_000, blank=True)
    pain_now = models.PositiveSmallIntegerField(
        _("pain now, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    to_confirm = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    saved_from = models.UUIDField(null=True, blank=True, editable=False)
    notes_version = models.PositiveIntegerField(default=1, editable=False)
    notes_saved_from = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits", editable=False
    )
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    void_reason = models.CharField(max_length=500, blank=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_on", "-created_at"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            pair("signed_at", "signed_by", "visit_signed_by_whom_and_when"),
            pair("voided_at", "voided_by", "visit_voided_by_whom_and_when"),
            models.CheckConstraint(
                condition=models.Q(voided_at__isnull=True) | ~models.Q(void_reason=""),
                name="visit_voided_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(signed_at__isnull=True, voided_at__isnull=True),
                name="one_open_draft_a_case",
            ),
            models.CheckConstraint(
                condition=models.Q(pain_now__isnull=True) | models.Q(pain_now__lte=10),
                name="pain_is_0_to_10",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=VisitKind.values), name="visit_kind_is_known_word"
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True) | models.Q(to_confirm=[]),
                name="visit_signed_with_nothing_to_confirm",
            ),
            # The date is the clinic's own, whose clock may run 14 hours before UTC.
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True)
                | models.Q(seen_on__lte=models.F("signed_at") + timedelta(hours=14)),
                name="visit_is_not_in_the_future",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-seen_on"], name="visit_by_case"),
            models.Index(fields=["clinic", "-created_at"], name="visit_by_clinic"),
            models.Index(
                fields=["created_by"],
                condition=models.Q(signed_at__isnull=True, voided_at__isnull=True),
                name="visit_drafts_by_author",
            ),
        ]
        triggers = [
            same_clinic("case", "cases_case"),
            same_clinic("site", "clinic_site"),
            frozen_once("signed_at", except_for=("voided_at", "voided_by_id", "void_reason")),
            frozen_once("voided_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.seen_on:%d %b %Y}"

    @property
    def is_signed(self) -> bool:
        """Whether the note is locked."""
        return self.signed_at is not None

    @property
    def is_draft(self) -> bool:
        """Whether the note can still be edited."""
        return self.signed_at is None and self.voided_at is None


def part_of_draft(name: str = "part_of_draft") -> pgtrigger.Trigger:
    """Return a trigger that refuses every change to a row whose visit is signed or voided."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("visit", "cases_visit%ROWTYPE")],
        func="""
            FOR visit IN
                SELECT * FROM cases_visit
                WHERE id IN (
                    CASE WHEN TG_OP = 'INSERT' THEN NEW.visit_id ELSE OLD.visit_id END,
                    CASE WHEN TG_OP = 'DELETE' THEN OLD.visit_id ELSE NEW.visit_id END)
                FOR SHARE
            LOOP
                IF visit.signed_at IS NOT NULL OR visit.voided_at IS NOT NULL THEN
                    RAISE EXCEPTION 'the visit is no longer a draft, so that what belongs to it cannot change'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'part_of_draft';
                END IF;
            END LOOP;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


@tracked()
class Finding(Record):
    """One sign that was asked for: yes or no. No row means not asked, which is never no.

    `version` is that of the draft when it was recorded.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="findings")
    sign = models.CharField(_("sign"), max_length=60)
    present = models.BooleanField(_("present"))
    version = models.PositiveIntegerField(default=0, editable=False)
    side = models.CharField(_("side"), max_length=10, choices=Side, blank=True)
    mrc_grade = models.PositiveSmallIntegerField(
        _("power, MRC grade 0 to 5"), null=True, blank=True, validators=[MaxValueValidator(5)]
    )
    degrees = models.SmallIntegerField(
        _("degrees"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(180)],
    )
    millimetres = models.PositiveSmallIntegerField(
        _("millimetres"), null=True, blank=True, validators=[MaxValueValidator(200)]
    )
    level = models.CharField(_("level or site"), max_length=60, blank=True)
    onset_on = models.DateField(_("since"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["sign", "side"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.UniqueConstraint(fields=["visit", "sign", "side"], name="finding_once_a_side"),
            models.CheckConstraint(
                condition=models.Q(side__in=["", *Side.values]), name="finding_side_is_known_word"
            ),
            models.CheckConstraint(
                condition=models.Q(mrc_grade__isnull=True) | models.Q(mrc_grade__lte=5),
                name="mrc_grade_is_0_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(degrees__isnull=True) | models.Q(degrees__gte=-90, degrees__lte=180),
                name="degrees_are_an_angle",
            ),
        ]
        triggers = [part_of_draft()]

    def __str__(self) -> str:
        return f"{self.sign}: {'yes' if self.present else 'no'}"
