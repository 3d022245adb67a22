"""Referrals: to whom, why, how soon, who owns the next step, and the letters that went out."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from cases.models import Case, Visit
from clinic.models import Clinic, User
from clinic.records import Record, append_only, pair, same_case, same_clinic, tracked
from referrals.workflow import OPEN_STATES, TILE_OF_STATE, TRANSITIONS, State, Tile


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
    destination = models.CharField(_("kind of service"), max_length=40, choices=Destination)
    address = models.TextField(_("address"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    notes = models.TextField(_("notes"), max_length=1000, blank=True)
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
        ]
        indexes = [models.Index(fields=["clinic", "name"], name="specialist_by_name")]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}" if self.organisation else self.name


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Questions about referrals."""

    def open(self) -> "ReferralQuerySet":
        """Those not closed or cancelled: each has an owner and a next action with a date."""
        return self.filter(state__in=OPEN_STATES)

    def overdue(self) -> "ReferralQuerySet":
        """Open ones whose next action was due before today in the clinic's time zone."""
        return self.open().filter(next_action_on__lt=timezone.localdate())

    def in_tile(self, tile: Tile) -> "ReferralQuerySet":
        """Open ones in one queue of the worklist; overdue goes before all others."""
        if tile == Tile.OVERDUE:
            return self.overdue()
        states = [state for state, its_tile in TILE_OF_STATE.items() if its_tile == tile]
        return self.filter(state__in=states, next_action_on__gte=timezone.localdate())

    def tile_counts(self) -> list[tuple[Tile, int]]:
        """Return how many open ones each queue holds, in the order of the queues. One query."""
        late = models.Count("pk", filter=models.Q(next_action_on__lt=timezone.localdate()))
        by_state = self.open().order_by().values_list("state").annotate(all=models.Count("pk"), late=late)
        counts = dict.fromkeys(Tile, 0)
        for state, count, overdue in by_state:
            counts[Tile.OVERDUE] += overdue
            counts[TILE_OF_STATE[state]] += count - overdue
        return list(counts.items())

    def most_pressing_first(self) -> "ReferralQuerySet":
        """Emergencies before all others, then by the date of the next action."""
        now = models.When(urgency__in=[Urgency.EMERGENCY, Urgency.WITHIN_1_WORKING_DAY], then=0)
        rank = models.Case(now, default=1, output_field=models.SmallIntegerField())
        return self.order_by(rank, "next_action_on", "id")

    def owned_by(self, user: User) -> "ReferralQuerySet":
        """Those in this user's hands."""
        return self.filter(owner=user)


def _who(related_name: str = "+", *, null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name=related_name,
        null=null,
        blank=null,
        editable=False,
    )


@tracked()
class Referral(Record):
    """One request to one specialist. While it is open somebody owns it and knows what is next."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="referrals")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="referrals")
    specialist = models.ForeignKey(
        Specialist,
        verbose_name=_("specialist"),
        on_delete=models.PROTECT,
        related_name="referrals",
        null=True,
        blank=True,
    )
    destination = models.CharField(_("kind of service"), max_length=40, choices=Destination)
    urgency = models.CharField(_("urgency"), max_length=24, choices=Urgency)
    reason_for_urgency = models.TextField(_("reason for the urgency"), max_length=500, blank=True)
    question = models.TextField(_("question to the specialist"), max_length=1000)
    patient_wishes = models.TextField(
        _("what the patient is worried about and wants"), max_length=1000, blank=True
    )
    told_patient = models.TextField(_("what the patient was told"), max_length=1000, blank=True)
    consent_given = models.BooleanField(_("patient agrees to the referral"), null=True, blank=True)
    safety_net_given = models.BooleanField(
        _("safety-net advice given"),
        null=True,
        blank=True,
        help_text=_("What to do if bladder, bowel, saddle or leg symptoms appear."),
    )
    interim_plan = models.TextField(_("plan until then"), max_length=1000, blank=True)
    phoned_at = models.DateTimeField(_("phoned at"), null=True, blank=True)
    phoned_to = models.CharField(_("spoke to"), max_length=120, blank=True)
    phone_advice = models.TextField(_("their advice"), max_length=1000, blank=True)

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="referrals_owned",
        null=True,
        blank=True,
    )
    next_action = models.CharField(_("next action"), max_length=120, blank=True)
    next_action_on = models.DateField(_("due on"), null=True, blank=True)
    target_on = models.DateField(_("specialist should see the patient by"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = _who(null=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_by = _who()
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_by = _who()
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = _who()
    end_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["next_action_on", "created_at"]
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=sorted(OPEN_STATES))
                | models.Q(owner__isnull=False, next_action_on__isnull=False) & ~models.Q(next_action=""),
                name="open_referral_is_in_somebodys_hands",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="referral_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(urgency__in=Urgency.values), name="referral_urgency_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(destination__in=Destination.values),
                name="referral_destination_is_known",
            ),
            pair("signed_at", "signed_by", "referral_signed_by_whom_and_when"),
            pair("sent_at", "sent_by", "referral_sent_by_whom_and_when"),
            pair("ended_at", "ended_by", "referral_ended_by_whom_and_when"),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.DRAFT, State.CANCELLED])
                | models.Q(signed_at__isnull=False, specialist__isnull=False),
                name="referral_signed_before_it_goes_on",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.DRAFT, State.SIGNED, State.CANCELLED])
                | models.Q(sent_at__isnull=False),
                name="referral_sent_before_it_goes_on",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(sent_at__gte=models.F("signed_at")),
                name="referral_signed_before_sent",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.CANCELLED) | ~models.Q(end_reason=""),
                name="referral_cancelled_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["visit", "destination"],
                condition=models.Q(state=State.DRAFT),
                name="one_referral_draft_a_destination",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "next_action_on", "id"],
                condition=models.Q(state__in=sorted(OPEN_STATES)),
                name="referral_worklist",
            ),
            models.Index(fields=["case", "-created_at"], name="referral_by_case"),
        ]
        triggers = [
            same_clinic("case", "cases_case"),
            same_clinic("visit", "cases_visit"),
            same_case("visit", "cases_visit"),
            same_clinic("specialist", "referrals_specialist"),
            pgtrigger.FSM(
                name="referral_steps",
                field="state",
                transitions=[
                    (str(old), str(new)) for old, after in TRANSITIONS.items() for new in sorted(after)
                ],
            ),
            pgtrigger.Protect(name="referral_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_destination_display()} ({self.get_state_display()})"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return self.state in OPEN_STATES

    @property
    def is_overdue(self) -> bool:
        """Whether the next action was due before today in the clinic's time zone."""
        return self.is_open and self.next_action_on is not None and self.next_action_on < timezone.localdate()


@tracked()
class Letter(Record):
    """One signed version of a referral's letter. A correction is a new version, never a change.

    `content` is the composed letter as data (sections in order), with the catalogue version.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="letters")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="letters")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    content = models.JSONField()
    signed_at = models.DateTimeField(default=timezone.now)
    signed_by = _who(null=False)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="letter_version_once"),
        ]
        triggers = [same_clinic("referral", "referrals_referral"), append_only()]

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
            pgtrigger.Trigger(
                name="hash_is_of_these_bytes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.sha256 <> encode(sha256(NEW.pdf), 'hex') THEN
                        RAISE EXCEPTION 'the hash is not that of the bytes'
                            USING ERRCODE = 'check_violation',
                                  CONSTRAINT = 'hash_is_of_these_bytes';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


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
    recorded_by = _who(null=False)

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
