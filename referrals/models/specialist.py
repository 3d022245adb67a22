"""The directory: to whom a clinic refers."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from clinic.models import Clinic
from clinic.records import Record, tracked


class Destination(models.TextChoices):
    """The kinds of service a patient is referred to (clinical reference, section 2)."""

    EMERGENCY_DEPARTMENT = "emergency_department", _("Emergency department")
    SPINAL_ON_CALL = "spinal_on_call", _("Spinal on-call team")
    SPINAL_SERVICE = "spinal_service", _("Spinal or neurosurgery service")
    MSCC_COORDINATOR = "mscc_coordinator", _("MSCC coordinator")
    MSK_TRIAGE = "msk_triage", _("Musculoskeletal triage")
    MSK_PHYSIOTHERAPY = "msk_physiotherapy", _("Musculoskeletal physiotherapy")
    GP = "gp", _("GP")
    ORTHOPAEDICS_HIP = "orthopaedics_hip", _("Orthopaedics, hip")
    ORTHOPAEDICS_FOOT_ANKLE = "orthopaedics_foot_ankle", _("Orthopaedics, foot and ankle")
    NEUROLOGY = "neurology", _("Neurology")
    RHEUMATOLOGY = "rheumatology", _("Rheumatology")
    VASCULAR = "vascular", _("Vascular service")
    DIABETIC_FOOT_MDT = "diabetic_foot_mdt", _("Diabetic foot team")
    FOOT_PROTECTION_SERVICE = "foot_protection_service", _("Foot protection service")
    SAME_DAY_DVT_CLINIC = "same_day_dvt_clinic", _("Same-day DVT clinic")
    PAEDIATRICS_SAME_DAY = "paediatrics_same_day", _("Paediatrics, same day")
    PAIN_SERVICE = "pain_service", _("Pain service")
    ORTHOTICS = "orthotics", _("Orthotics")
    PODIATRY = "podiatry", _("Podiatry")


class SpecialistQuerySet(models.QuerySet["Specialist"]):
    """Questions about the directory."""

    def current(self) -> "SpecialistQuerySet":
        """Those that can be chosen for a new referral."""
        return self.filter(retired_at__isnull=True)


@tracked()
class Specialist(Record):
    """A person or service in a clinic's directory. Retired, never deleted."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="specialists")
    name = models.CharField(_("name of the person or service"), max_length=120)
    role = models.CharField(_("role"), max_length=120, blank=True)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    site = models.CharField(_("site"), max_length=120, blank=True)
    destination = models.CharField(_("kind of service"), max_length=40, choices=Destination)
    address = models.TextField(_("address"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    portal_url = models.URLField(_("referral portal"), max_length=300, blank=True)
    urgencies = ArrayField(
        models.CharField(max_length=24, choices=Urgency),
        verbose_name=_("urgencies accepted"),
        default=list,
        blank=True,
        help_text=_("None ticked: all of them."),
    )
    conditions = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("conditions accepted"),
        default=list,
        blank=True,
        help_text=_("None ticked: all that this kind of service sees."),
    )
    criteria = models.TextField(_("what they ask for"), max_length=1000, blank=True)
    typical_wait_weeks = models.PositiveSmallIntegerField(
        _("typical wait, weeks"), null=True, blank=True, validators=[MaxValueValidator(260)]
    )
    notes = models.TextField(_("notes"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SpecialistQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("specialist")
        verbose_name_plural = _("specialists")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destination__in=Destination.values),
                name="specialist_destination_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(urgencies__contained_by=Urgency.values),
                name="specialist_urgencies_are_known",
            ),
        ]
        indexes = [models.Index(fields=["clinic", "name"], name="specialist_by_name")]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}" if self.organisation else self.name
