"""Treatments: rest, ice, exercise, surgery referral and others, with their own fields each."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import BodyRegion, Response, Side, TreatmentKind
from cases.models.case import Case
from cases.models.visit import Visit, part_of_draft
from clinic.models import Clinic
from clinic.records import Record, frozen_once, same_case, same_clinic, tracked

PRESCRIPTION_MAY_CHANGE = ("stopped_on", "stop_reason", "review_on")


@tracked()
class Treatment(Record):
    """One treatment prescribed at one visit.

    `details` holds the fields of its kind (clinical reference, section 3), checked by that kind's
    form. Once the visit is signed the prescription is frozen; the date of review and the stop go on,
    and what came of it is said by its reviews.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="treatments", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="treatments")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="treatments")
    kind = models.CharField(_("kind"), max_length=20, choices=TreatmentKind)
    target = models.CharField(_("for which problem"), max_length=160)
    region = models.CharField(_("where"), max_length=20, choices=BodyRegion, blank=True)
    site = models.CharField(_("where exactly"), max_length=80, blank=True)
    side = models.CharField(_("side"), max_length=10, choices=Side, blank=True)
    goal = models.CharField(_("goal"), max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)
    instructions = models.TextField(_("instructions to the patient"), max_length=2000, blank=True)
    start_on = models.DateField(_("starts on"))
    planned_end_on = models.DateField(_("planned end"), null=True, blank=True)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    consent_discussed = models.BooleanField(_("talked over and agreed with the patient"), default=False)
    leaflet_given = models.BooleanField(_("leaflet given"), default=False)
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    stop_reason = models.CharField(_("reason for stopping"), max_length=200, blank=True)
    pain_before = models.PositiveSmallIntegerField(
        _("pain before, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    to_confirm = models.BooleanField(_("copied and not yet confirmed"), default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    prescribed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["start_on", "created_at"]
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=TreatmentKind.values), name="treatment_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(region__in=["", *BodyRegion.values]), name="treatment_region_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(planned_end_on__isnull=True)
                | models.Q(planned_end_on__gte=models.F("start_on")),
                name="treatment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_on__isnull=True) | ~models.Q(stop_reason=""),
                name="treatment_stopped_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(pain_before__isnull=True) | models.Q(pain_before__lte=10),
                name="treatment_pain_is_0_to_10",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True) | models.Q(to_confirm=False),
                name="treatment_signed_when_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "review_on"],
                condition=models.Q(signed_at__isnull=False, stopped_on__isnull=True, review_on__isnull=False),
                name="treatment_reviews_due",
            ),
            models.Index(fields=["clinic", "-created_at", "-id"], name="treatment_by_day"),
        ]
        triggers = [
            same_clinic("case", "cases_case"),
            same_clinic("visit", "cases_visit"),
            same_case("visit", "cases_visit"),
            frozen_once("signed_at", except_for=PRESCRIPTION_MAY_CHANGE),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.target}"


def part_of_unsigned_treatment() -> pgtrigger.Trigger:
    """Return a trigger that refuses every change to a row whose treatment is signed."""
    return pgtrigger.Trigger(
        name="part_of_unsigned_treatment",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF EXISTS (
                SELECT 1 FROM cases_treatment
                WHERE signed_at IS NOT NULL AND id IN (
                    CASE WHEN TG_OP = 'INSERT' THEN NEW.treatment_id ELSE OLD.treatment_id END,
                    CASE WHEN TG_OP = 'DELETE' THEN OLD.treatment_id ELSE NEW.treatment_id END)
            ) THEN
                RAISE EXCEPTION 'the treatment is signed, so that what belongs to it cannot change'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'part_of_unsigned_treatment';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


@tracked()
class BlockOverride(Record):
    """One block that a clinician went on in spite of, with the block's own words as they were then.

    `check_id` is the check's id in the catalogue; `because_of` are the signs that caused it.
    """

    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="overrides")
    check_id = models.CharField(_("check"), max_length=60)
    catalogue_version = models.CharField(max_length=20)
    block = models.TextField(_("the block"), max_length=500)
    source = models.CharField(_("source"), max_length=200)
    because_of = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    reason = models.TextField(_("reason for going on"), max_length=1000)
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["given_at", "check_id"]
        verbose_name = _("override of a block")
        verbose_name_plural = _("overrides of blocks")
        constraints = [
            models.UniqueConstraint(fields=["treatment", "check_id"], name="block_overridden_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="block_overridden_with_a_reason"),
        ]
        triggers = [part_of_unsigned_treatment()]

    def __str__(self) -> str:
        return self.block


@tracked()
class TreatmentReview(Record):
    """What came of a treatment, as it was asked on one day: at a visit, or between visits without one.

    A review of a visit changes while the visit is a draft; one without a visit never does, and a
    later one corrects it. `done` of `prescribed` is how often the patient did it, in one week.
    """

    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="reviews")
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, related_name="treatment_reviews", null=True, blank=True
    )
    reviewed_on = models.DateField(_("asked on"))
    response = models.CharField(_("response"), max_length=10, choices=Response)
    pain_after = models.PositiveSmallIntegerField(
        _("pain now, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    done = models.PositiveSmallIntegerField(
        _("times done in the last week"), null=True, blank=True, validators=[MaxValueValidator(200)]
    )
    prescribed = models.PositiveSmallIntegerField(
        _("times prescribed a week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
    )
    adverse_event = models.TextField(_("adverse event"), max_length=1000, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    reviewed_at = models.DateTimeField(default=timezone.now, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["reviewed_on", "reviewed_at"]
        verbose_name = _("review of a treatment")
        verbose_name_plural = _("reviews of treatments")
        constraints = [
            models.UniqueConstraint(
                fields=["treatment", "visit"],
                condition=models.Q(visit__isnull=False),
                name="treatment_reviewed_once_a_visit",
            ),
            models.CheckConstraint(
                condition=models.Q(response__in=Response.values), name="review_response_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(pain_after__isnull=True) | models.Q(pain_after__lte=10),
                name="review_pain_is_0_to_10",
            ),
        ]
        triggers = [
            part_of_draft(),
            pgtrigger.Protect(
                name="append_only_between_visits",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__visit__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_response_display()}, {self.reviewed_on:%d %b %Y}"
