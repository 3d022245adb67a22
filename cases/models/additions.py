"""What is added to a visit beside its note: addenda after signing, and emergency telephone calls."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.visit import Visit
from clinic.records import Record, append_only, tracked


def to_a_signed_visit() -> pgtrigger.Trigger:
    """Return a trigger that refuses an addendum to a draft, which can still be changed itself."""
    return pgtrigger.Trigger(
        name="to_a_signed_visit",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            IF NOT EXISTS (
                SELECT 1 FROM cases_visit WHERE id = NEW.visit_id AND signed_at IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'only a signed visit takes an addendum'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'to_a_signed_visit';
            END IF;
            RETURN NEW;
        """,
    )


@tracked()
class Addendum(Record):
    """A dated addition to a signed visit: a correction or something learnt later. Never changed."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField(_("addendum"), max_length=5000)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["written_at"]
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="addendum_says_something"),
        ]
        triggers = [append_only(), to_a_signed_visit()]

    def __str__(self) -> str:
        return f"{self.written_at:%d %b %Y %H:%M}"


@tracked()
class EmergencyCall(Record):
    """A telephone call made because a visit's screening said emergency. Never changed."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="emergency_calls")
    phoned_at = models.DateTimeField(_("phoned at"))
    phoned_to = models.CharField(_("spoken to"), max_length=160)
    advice = models.TextField(_("what they said"), max_length=1000, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ["phoned_at"]
        verbose_name = _("emergency call")
        verbose_name_plural = _("emergency calls")
        constraints = [
            models.CheckConstraint(condition=~models.Q(phoned_to=""), name="emergency_call_was_to_somebody"),
            models.CheckConstraint(
                condition=models.Q(phoned_at__lte=models.F("recorded_at")),
                name="emergency_call_was_made_before_it_was_recorded",
            ),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.phoned_to}, {self.phoned_at:%d %b %Y %H:%M}"
