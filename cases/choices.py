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


class StopReason(models.TextChoices):
    """Why a treatment was stopped."""

    GOAL_REACHED = "goal_reached", _("No longer needed")
    NO_HELP = "no_help", _("Did not help")
    WORSE = "worse", _("Made it worse")
    ADVERSE_EVENT = "adverse_event", _("Adverse event")
    NOT_DONE = "not_done", _("The patient could not do it or did not want to")
    REPLACED = "replaced", _("Replaced by something else")
    OTHER = "other", _("Another reason")


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


class BodyRegion(models.TextChoices):
    """Where on the body a treatment is given. The side is kept apart from it."""

    TOES = "toes", _("Toes and forefoot")
    MIDFOOT = "midfoot", _("Midfoot and arch")
    HEEL = "heel", _("Heel")
    ANKLE = "ankle", _("Ankle")
    LOWER_LEG = "lower_leg", _("Calf and shin")
    KNEE = "knee", _("Knee")
    THIGH = "thigh", _("Thigh")
    HIP = "hip", _("Hip and buttock")
    BACK = "back", _("Lower back")
    WHOLE_BODY = "whole_body", _("Whole body")


class CaseOutcome(models.TextChoices):
    """How a case ended."""

    RECOVERED = "recovered", _("Recovered")
    IMPROVED = "improved", _("Better, goals reached")
    UNCHANGED = "unchanged", _("No better")
    WORSE = "worse", _("Worse")
    TAKEN_OVER = "taken_over", _("Care taken over by somebody else")
    DID_NOT_RETURN = "did_not_return", _("Did not come back")
    DIED = "died", _("Died")
    IN_ERROR = "in_error", _("Opened in error")


class AttachmentKind(models.TextChoices):
    """What an attached file is."""

    PHOTO = "photo", _("Photograph")
    IMAGING = "imaging", _("X-ray or scan")
    LETTER = "letter", _("Letter or report")
    CONSENT = "consent", _("Consent form")
    OTHER = "other", _("Something else")
