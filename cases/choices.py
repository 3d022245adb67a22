"""The words of the record that have a fixed list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    """As registered with the health service; it is not asked for gender."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class Side(models.TextChoices):
    """Laterality, from the patient's own point of view."""

    LEFT = "left", _("Left")
    RIGHT = "right", _("Right")
    BILATERAL = "bilateral", _("Both sides")


class CaseStatus(models.TextChoices):
    """Whether the complaint is still being treated here."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class VisitKind(models.TextChoices):
    """How the patient was seen."""

    INITIAL = "initial", _("Initial visit")
    FOLLOW_UP = "follow_up", _("Follow-up")
    TELEPHONE = "telephone", _("Telephone")
    HOME = "home", _("Home visit")


class TreatmentKind(models.TextChoices):
    """The five kinds of treatment of the clinical reference, section 3."""

    REST = "rest", _("Rest")
    ICE = "ice", _("Ice")
    EXERCISE = "exercise", _("Exercise")
    SURGERY_REFERRAL = "surgery_referral", _("Surgery referral")
    OTHER = "other", _("Other treatment")


class Response(models.TextChoices):
    """What the patient says of a treatment at review."""

    BETTER = "better", _("Better")
    SAME = "same", _("The same")
    WORSE = "worse", _("Worse")


class Sensation(models.TextChoices):
    """What a patient feels in a region of the body chart."""

    PAIN = "pain", _("Pain")
    NUMBNESS = "numbness", _("Numbness")
    TINGLING = "tingling", _("Tingling")


class Origin(models.TextChoices):
    """Where the foot pain is suspected to come from."""

    FOOT = "foot", _("Foot")
    BACK = "back", _("Back")
    HIP = "hip", _("Hip")
    MIXED = "mixed", _("More than one origin")
    SYSTEMIC = "systemic", _("General illness or nerves elsewhere")
    NONE = "none", _("No origin suspected")


class Urgency(models.TextChoices):
    """How soon somebody else has to see the patient (clinical reference, urgency scale)."""

    EMERGENCY = "emergency", _("Emergency, same day")
    WITHIN_1_WORKING_DAY = "within_1_working_day", _("Within 1 working day")
    URGENT = "urgent", _("Urgent, within 2 weeks")
    SOON = "soon", _("Soon, about 6 weeks")
    ROUTINE = "routine", _("Routine")
    NONE = "none", _("No referral suggested")
