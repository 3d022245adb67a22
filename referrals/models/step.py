"""The steps of referrals: each with who took it, when it happened and why."""

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic
from clinic.records import Record, pair, same_clinic, tracked
from referrals.models.people import who
from referrals.models.referral import Referral
from referrals.workflow import CLERICAL, STEPS, UNDO_WITHIN, State, sql_rows


class StepQuerySet(models.QuerySet["Step"]):
    """Questions about steps."""

    def standing(self) -> "StepQuerySet":
        """Those that were not undone."""
        return self.filter(undone_at__isnull=True)


@tracked()
class Step(Record):
    """One step of one referral, the first of which makes it a draft. Undone perhaps, never changed.

    `before` holds the columns of the referral that the step changed, as they were: what undoing it
    puts back. `happened_on` is a date of the clinic; one before the day of recording says why.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="referral_steps")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    from_state = models.CharField(max_length=20, choices=State, blank=True)
    to_state = models.CharField(max_length=20, choices=State)
    happened_on = models.DateField(_("happened on"))
    is_backdated = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    before = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = who(null=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = who()

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="step_number_once"),
            pair("undone_at", "undone_by", "step_undone_by_whom_and_when"),
            models.CheckConstraint(
                condition=models.Q(is_backdated=False) | ~models.Q(reason=""),
                name="step_backdated_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True)
                | models.Q(to_state__in=sorted(CLERICAL))
                & models.Q(undone_at__lte=models.F("recorded_at") + UNDO_WITHIN),
                name="step_undone_soon_and_only_if_clerical",
            ),
        ]
        indexes = [
            # How long a referral of the worklist has been in its state.
            models.Index(
                fields=["clinic", "happened_on"],
                condition=models.Q(undone_at__isnull=True),
                include=["referral"],
                name="step_by_day",
            ),
            # The few that a report counts among all.
            models.Index(
                fields=["clinic", "happened_on"],
                condition=models.Q(undone_at__isnull=True, to_state=State.DID_NOT_ATTEND),
                name="step_did_not_attend",
            ),
        ]
        triggers = [
            same_clinic("referral", "referrals_referral"),
            pgtrigger.ReadOnly(name="step_kept_as_recorded", exclude=["undone_at", "undone_by"]),
            pgtrigger.Protect(
                name="step_undone_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__undone_at__isnull=False),
            ),
            pgtrigger.Protect(name="step_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="step_follows_the_one_before",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NEW.from_state IS DISTINCT FROM COALESCE((
                        SELECT s.to_state FROM referrals_step s
                        WHERE s.referral_id = NEW.referral_id AND s.undone_at IS NULL
                        ORDER BY s.number DESC LIMIT 1), '')
                    OR NEW.number <> 1 + (
                        SELECT COUNT(*) FROM referrals_step s WHERE s.referral_id = NEW.referral_id)
                    OR (NEW.from_state, NEW.to_state) NOT IN ({sql_rows(STEPS)}) THEN
                        RAISE EXCEPTION 'a step from % to % does not follow', NEW.from_state, NEW.to_state
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'step_follows_the_one_before';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608
            ),
            pgtrigger.Trigger(
                name="step_undone_if_it_is_the_last",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("undone_at"),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM referrals_step s
                        WHERE s.referral_id = NEW.referral_id AND s.number > NEW.number
                            AND s.undone_at IS NULL
                    ) THEN
                        RAISE EXCEPTION 'only the last step can be undone'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'step_undone_if_it_is_the_last';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.to_state}"
