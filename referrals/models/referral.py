"""Referrals: to whom, why, how soon, and who owns the next step."""

from typing import Any, NamedTuple

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from cases.models import Case, Treatment, Visit
from clinic.models import Clinic, User
from clinic.records import Record, pair, same_case, same_clinic, tracked
from referrals.models.people import who
from referrals.models.specialist import Destination, Specialist
from referrals.workflow import OPEN_STATES, STEPS, TILE_OF_STATE, State, Tile, WhatNext, sql_rows, tile_of


class RequestType(models.TextChoices):
    """What a specialist is asked for (clinical reference, section 4, part 5)."""

    ASSESSMENT = "assessment", _("Assessment")
    TREATMENT = "treatment", _("Treatment")
    INVESTIGATION = "investigation", _("Investigation")
    ADVICE = "advice", _("Advice")
    TRANSFER = "transfer", _("Transfer of care")


class Telling(models.TextChoices):
    """How a patient was told."""

    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("By telephone")
    LETTER = "letter", _("By letter")
    EMAIL = "email", _("By e-mail")
    TEXT = "text", _("By text message")


class Counts(NamedTuple):
    """How many open referrals wait in each queue, and how many of them were escalated."""

    tiles: dict[Tile, int]
    escalated: int


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
        here = models.Q(state__in=[state for state, its_tile in TILE_OF_STATE.items() if its_tile == tile])
        if tile == Tile.TO_WRITE:
            here &= ~models.Q(state=State.DRAFT, ready_to_sign=True)
        if tile == Tile.TO_SIGN:
            here = models.Q(state=State.DRAFT, ready_to_sign=True)
        return self.filter(here, next_action_on__gte=timezone.localdate())

    def counts(self, *, escalated_only: bool = False) -> "Counts":
        """Return how many open ones there are, how many escalated, and how many in each queue. One query.

        With `escalated_only` the queues count the escalated ones.
        """
        late = models.Count("pk", filter=models.Q(next_action_on__lt=timezone.localdate()))
        rows = self.open().order_by().annotate(up=models.Q(escalated_at__isnull=False))
        groups: Any = rows.values_list("state", "ready_to_sign", "up")
        tiles, escalated = dict.fromkeys(Tile, 0), 0
        for state, ready, up, count, overdue in groups.annotate(all=models.Count("pk"), late=late):
            escalated += count if up else 0
            if up or not escalated_only:
                tiles[Tile.OVERDUE] += overdue
                tiles[tile_of(state, ready_to_sign=ready)] += count - overdue
        return Counts(tiles, escalated)

    def escalated(self) -> "ReferralQuerySet":
        """Open ones that waited so long that the lead podiatrist and the manager were told."""
        return self.open().filter(escalated_at__isnull=False)

    def most_pressing_first(self) -> "ReferralQuerySet":
        """Emergencies before all others, then by the date of the next action."""
        now = models.When(urgency__in=[Urgency.EMERGENCY, Urgency.WITHIN_1_WORKING_DAY], then=0)
        rank = models.Case(now, default=1, output_field=models.SmallIntegerField())
        return self.order_by(rank, "next_action_on", "id")

    def owned_by(self, user: User) -> "ReferralQuerySet":
        """Those in this user's hands."""
        return self.filter(owner=user)


@tracked()
class Referral(Record):
    """One request to one specialist. While it is open somebody owns it and knows what is next."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="referrals")
    specialist = models.ForeignKey(
        Specialist,
        verbose_name=_("specialist"),
        on_delete=models.PROTECT,
        related_name="referrals",
        null=True,
        blank=True,
    )
    treatment = models.OneToOneField(
        Treatment, on_delete=models.PROTECT, related_name="referral", null=True, blank=True, editable=False
    )
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="followed_by", null=True, blank=True, editable=False
    )
    destination = models.CharField(_("kind of service"), max_length=40, choices=Destination)
    request_type = models.CharField(
        _("asked for"), max_length=16, choices=RequestType, default=RequestType.ASSESSMENT
    )
    criteria_met = models.TextField(_("which of their criteria are met"), max_length=500, blank=True)
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
    escalated_at = models.DateTimeField(null=True, blank=True, editable=False)
    ready_to_sign = models.BooleanField(default=False, editable=False)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = who()
    appointment_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    appointment_place = models.CharField(_("where"), max_length=200, blank=True)
    what_next = models.CharField(_("what is next"), max_length=20, choices=WhatNext, blank=True)
    patient_told_on = models.DateField(_("patient told on"), null=True, blank=True)
    patient_told_how = models.CharField(_("told"), max_length=12, choices=Telling, blank=True)
    patient_told_by = who()
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = who(null=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_by = who()
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_by = who()
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = who()
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
            pair("approved_at", "approved_by", "referral_approved_by_whom_and_when"),
            pair("patient_told_on", "patient_told_by", "referral_patient_told_by_whom_and_when"),
            models.CheckConstraint(
                condition=models.Q(patient_told_on__isnull=True) | ~models.Q(patient_told_how=""),
                name="referral_patient_told_how",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.DECLINED) | models.Q(what_next__in=WhatNext.values),
                name="referral_declined_with_what_is_next",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.CLOSED, State.CANCELLED])
                | models.Q(ended_at__isnull=False),
                name="referral_ended_by_somebody",
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
            # With what says whether a referral answers a suspicion: see referrals.models.undecided.
            models.Index(fields=["case", "-created_at"], include=["visit", "state"], name="referral_of_case"),
            models.Index(fields=["clinic", "-created_at", "-id"], name="referral_by_day"),
        ]
        triggers = [
            same_clinic("case", "cases_case"),
            same_clinic("visit", "cases_visit"),
            same_case("visit", "cases_visit"),
            same_clinic("specialist", "referrals_specialist"),
            same_clinic("follows", "referrals_referral"),
            same_case("follows", "referrals_referral"),
            same_case("treatment", "cases_treatment"),
            pgtrigger.Trigger(
                name="referral_steps",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
                func=f"""
                    IF (OLD.state, NEW.state) IN ({sql_rows(STEPS[1:])}) OR EXISTS (
                        SELECT 1 FROM (
                            SELECT s.number, s.to_state FROM referrals_step s
                            WHERE s.referral_id = OLD.id AND s.undone_at IS NULL
                            ORDER BY s.number DESC LIMIT 1
                        ) standing JOIN referrals_step undone
                            ON undone.referral_id = OLD.id AND undone.undone_at IS NOT NULL
                            AND undone.number > standing.number
                            AND undone.from_state = NEW.state AND undone.to_state = OLD.state
                        WHERE standing.to_state = NEW.state
                    ) THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'a referral does not go from % to %', OLD.state, NEW.state
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_steps';
                """,  # noqa: S608
            ),
            pgtrigger.Trigger(
                name="referral_is_where_its_steps_led",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                timing=pgtrigger.Deferred,
                func="""
                    IF (SELECT r.state FROM referrals_referral r WHERE r.id = NEW.id) IS DISTINCT FROM (
                        SELECT s.to_state FROM referrals_step s
                        WHERE s.referral_id = NEW.id AND s.undone_at IS NULL
                        ORDER BY s.number DESC LIMIT 1
                    ) THEN
                        RAISE EXCEPTION 'no step tells how this referral came to be %', NEW.state
                            USING ERRCODE = 'check_violation',
                                  CONSTRAINT = 'referral_is_where_its_steps_led';
                    END IF;
                    RETURN NULL;
                """,
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
    def tile(self) -> Tile | None:
        """The queue of the worklist that this one is in; None once it has ended."""
        if not self.is_open:
            return None
        return Tile.OVERDUE if self.is_overdue else tile_of(self.state, ready_to_sign=self.ready_to_sign)

    @property
    def is_overdue(self) -> bool:
        """Whether the next action was due before today in the clinic's time zone."""
        return self.is_open and self.next_action_on is not None and self.next_action_on < timezone.localdate()
