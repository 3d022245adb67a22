"""Treatments: rest, ice, exercise, surgery referral and others, with their own fields each."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Response, Side, TreatmentKind
from cases.models.case import Case
from cases.models.visit import Visit
from clinic.models import Clinic
from clinic.records import Record, frozen_once, same_case, same_clinic, tracked

PRESCRIPTION_MAY_CHANGE = (
    "stopped_on",
    "stop_reason",
    "response",
    "pain_after",
    "adverse_event",
    "review_on",
)


@tracked()
class Treatment(Record):
    """One treatment prescribed at one visit.

    `details` holds the fields of its kind (clinical reference, section 3), checked by that kind's
    form. Once the visit is signed the prescription is frozen; review, response and stop go on.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="treatments")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="treatments")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="treatments")
    kind = models.CharField(_("kind"), max_length=20, choices=TreatmentKind)
    target = models.CharField(_("for which problem"), max_length=160)
    site = models.CharField(_("body site"), max_length=80, blank=True)
    side = models.CharField(_("side"), max_length=10, choices=Side, blank=True)
    goal = models.CharField(_("goal"), max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)
    instructions = models.TextField(_("instructions to the patient"), max_length=2000, blank=True)
    start_on = models.DateField(_("starts on"))
    planned_end_on = models.DateField(_("planned end"), null=True, blank=True)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    override_reason = models.TextField(
        _("reason for giving it in spite of a block"), max_length=1000, blank=True
    )
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    stop_reason = models.CharField(_("reason for stopping"), max_length=200, blank=True)
    response = models.CharField(_("response"), max_length=10, choices=Response, blank=True)
    pain_before = models.PositiveSmallIntegerField(
        _("pain before, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    pain_after = models.PositiveSmallIntegerField(
        _("pain after, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    adverse_event = models.TextField(_("adverse event"), max_length=1000, blank=True)
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
                condition=models.Q(planned_end_on__isnull=True)
                | models.Q(planned_end_on__gte=models.F("start_on")),
                name="treatment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_on__isnull=True) | ~models.Q(stop_reason=""),
                name="treatment_stopped_with_a_reason",
            ),
            models.CheckConstraint(
                condition=(models.Q(pain_before__isnull=True) | models.Q(pain_before__lte=10))
                & (models.Q(pain_after__isnull=True) | models.Q(pain_after__lte=10)),
                name="treatment_pain_is_0_to_10",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True) | models.Q(to_confirm=False),
                name="treatment_signed_when_confirmed",
            ),
        ]
        triggers = [
            same_clinic("case", "cases_case"),
            same_clinic("visit", "cases_visit"),
            same_case("visit", "cases_visit"),
            frozen_once("signed_at", except_for=PRESCRIPTION_MAY_CHANGE),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.target}"
