"""Referrals, letters, what was sent and what was answered in the admin: states, dates and people.

Left out everywhere: the question and the reasons, what the patient was told and wants, what was said on the
telephone; what a letter, a chase or a reply says; addresses to which something went.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.record_admin.filters import by_choice, by_person, by_state
from clinic.record_admin.pages import Part, RecordAdmin
from referrals.models import Dispatch, Letter, Referral, Reply
from referrals.workflow import OPEN_STATES


@admin.register(Referral)
class ReferralAdmin(RecordAdmin):
    """Where a referral is, how urgent, in whose hands and until when. Not a word of what it asks."""

    patients = ("case__patient",)
    columns = (
        "state",
        "urgency",
        "destination",
        "request_type",
        "specialist__name",
        "owner__name",
        "next_action_on",
        "target_on",
        "created_at",
        "created_by__name",
        "approved_at",
        "approved_by__name",
        "signed_at",
        "signed_by__name",
        "sent_at",
        "sent_by__name",
        "appointment_at",
        "escalated_at",
        "patient_told_on",
        "patient_told_by__name",
        "ended_at",
        "ended_by__name",
    )
    in_list = ("state", "urgency", "destination", "owner__name", "next_action_on", "created_at", "ended_at")
    filters = (
        by_choice(Referral, "state"),
        by_choice(Referral, "urgency"),
        by_person(Referral, "owner"),
        by_state(
            _("Still open"),
            open=(_("Open"), Q(state__in=OPEN_STATES)),
            escalated=(_("Open and escalated"), Q(state__in=OPEN_STATES, escalated_at__isnull=False)),
            ended=(_("Closed or cancelled"), ~Q(state__in=OPEN_STATES)),
        ),
    )
    parts = (
        Part(
            "steps",
            (
                "number",
                "from_state",
                "to_state",
                "happened_on",
                "is_backdated",
                "recorded_at",
                "recorded_by__name",
                "undone_at",
                "undone_by__name",
            ),
            "number",
        ),
        Part(
            "chases",
            ("chased_on", "channel", "outcome", "next_on", "recorded_at", "recorded_by__name"),
            "recorded_at",
        ),
    )


@admin.register(Letter)
class LetterAdmin(RecordAdmin):
    """Who signed which version of a letter when. Not the letter, nor what was corrected."""

    patients = ("referral__case__patient",)
    moment = "signed_at"
    columns = (
        "referral__destination",
        "number",
        "signed_at",
        "signed_by__name",
        "cosigned_by__name",
        "file__sha256",
    )
    in_list = ("referral__destination", "number", "signed_at", "signed_by__name", "cosigned_by__name")
    labels: ClassVar[dict[str, Any]] = {"file__sha256": _("checksum of the PDF (SHA-256)")}
    filters = (by_person(Letter, "signed_by"),)


@admin.register(Dispatch)
class DispatchAdmin(RecordAdmin):
    """Which way a letter went to whom of the four, and whether it arrived. Not the address."""

    patients = ("letter__referral__case__patient",)
    moment = "recorded_at"
    columns = (
        "audience",
        "channel",
        "status",
        "letter__number",
        "sent_on",
        "is_protected",
        "attempts",
        "try_again_at",
        "finished_at",
        "confirmed_at",
        "confirmed_by__name",
        "recorded_at",
        "recorded_by__name",
        "sha256",
    )
    in_list = ("audience", "channel", "status", "sent_on", "recorded_at", "recorded_by__name")
    labels: ClassVar[dict[str, Any]] = {"sha256": _("checksum of what was sent (SHA-256)")}
    filters = (
        by_choice(Dispatch, "status"),
        by_choice(Dispatch, "channel"),
        by_choice(Dispatch, "audience"),
    )


@admin.register(Reply)
class ReplyAdmin(RecordAdmin):
    """When a reply came, and who recorded, read and voided it. Not what it says, nor what was found."""

    patients = ("referral__case__patient",)
    moment = "recorded_at"
    columns = (
        "referral__destination",
        "received_on",
        "more_expected",
        "recorded_at",
        "recorded_by__name",
        "read_at",
        "read_by__name",
        "voided_at",
        "voided_by__name",
    )
    in_list = ("referral__destination", "received_on", "recorded_by__name", "read_at", "read_by__name")
    filters = (
        by_state(
            _("State"),
            unread=(_("Not read yet"), Q(read_at__isnull=True, voided_at__isnull=True)),
            read=(_("Read"), Q(read_at__isnull=False, voided_at__isnull=True)),
            voided=(_("Voided"), Q(voided_at__isnull=False)),
        ),
        by_person(Reply, "recorded_by"),
    )
