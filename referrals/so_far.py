"""What happened to a referral so far, newest first: steps, chases, and what was changed without a step."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import User
from referrals.actions.loop import why_key
from referrals.models import Channel, Chase, ChaseOutcome, Referral
from referrals.workflow import State


@dataclass(frozen=True)
class Happened:
    """One thing that happened: in words, on which day, written down when and by whom."""

    words: str
    on: date
    at: datetime
    by: str
    note: str = ""
    reason: str = ""
    undone: str = ""
    wording: str = ""
    letter: UUID | None = None

    @property
    def written_on(self) -> date:
        """The day on which it was written down."""
        return timezone.localdate(self.at)


def so_far(referral: Referral) -> list[Happened]:
    """Return it all, what was written down last first. Four queries."""
    everything = [*_steps(referral), *_chases(referral), *_changes(referral)]
    return sorted(everything, key=lambda row: row.at, reverse=True)


def _steps(referral: Referral) -> list[Happened]:
    rows = referral.steps.select_related("recorded_by", "undone_by")
    return [
        Happened(
            words=_("Begun")
            if not row.from_state
            else str(_STEP_WORDS.get(row.to_state, row.get_to_state_display())),
            on=row.happened_on,
            at=row.recorded_at,
            by=str(row.recorded_by),
            note=row.note,
            reason=row.reason,
            undone=str(row.undone_by) if row.undone_at else "",
        )
        for row in rows
    ]


_STEP_WORDS: dict[str, Any] = {
    State.DRAFT: gettext_lazy("Begun"),
    State.SIGNED: gettext_lazy("Signed"),
    State.REPLIED: gettext_lazy("Reply came"),
}


def _chases(referral: Referral) -> list[Happened]:
    return [
        Happened(
            words=_asked(row),
            on=row.chased_on,
            at=row.recorded_at,
            by=str(row.recorded_by),
            note=", ".join(filter(None, [row.spoke_to, row.note])),
            wording=row.wording,
            letter=_printed(row),
        )
        for row in referral.chases.select_related("recorded_by", "dispatch")
    ]


def _asked(chase: Chase) -> str:
    """How somebody asked, and what came of it; in writing, nothing has come of it yet."""
    words = {"channel": chase.get_channel_display().lower(), "outcome": chase.get_outcome_display().lower()}
    if chase.outcome == ChaseOutcome.SENT:
        return _("Asked after it by %(channel)s") % words
    return _("Asked after it by %(channel)s: %(outcome)s") % words


def _printed(chase: Chase) -> UUID | None:
    """The dispatch whose file is the letter that asked, if there is one."""
    dispatch = getattr(chase, "dispatch", None)
    return dispatch.pk if dispatch and dispatch.channel == Channel.POST else None


def _changes(referral: Referral) -> list[Happened]:
    """What was changed with a reason and without a step, read from the database's own history."""
    events = list(referral.events.select_related("pgh_context").order_by("pgh_id"))  # type: ignore[attr-defined]
    found = [(before, after, why) for before, after in pairwise(events) if (why := _why(after))]
    people = {str(after.owner_id) for _before, after, _why in found} | {why["by"] for *_both, why in found}
    known = User.objects.filter(pk__in=people - {"None"}) if found else ()
    names = {str(user.pk): str(user) for user in known}
    return [
        Happened(
            words=_change(before, after, names),
            on=timezone.localdate(after.pgh_created_at),
            at=after.pgh_created_at,
            by=names.get(why["by"], ""),
            reason=why["why"],
        )
        for before, after, why in found
    ]


def _why(event: Any) -> dict[str, str] | None:
    """Who brought the referral to this version without a step, and why."""
    about = event.pgh_context.metadata if event.pgh_context else {}
    return about.get(why_key(event.pgh_obj_id, event.version))


def _change(before: Any, after: Any, names: dict[str, str]) -> str:
    words = []
    if before.owner_id != after.owner_id:
        words.append(_("In the hands of %s") % names.get(str(after.owner_id), ""))
    if before.appointment_at != after.appointment_at and after.appointment_at:
        moment = date_format(timezone.localtime(after.appointment_at), "j M Y H:i")
        words.append(_("Appointment changed to %s") % moment)
    elif before.next_action_on != after.next_action_on and after.next_action_on:
        words.append(_("Due on %s") % date_format(after.next_action_on, "j M Y"))
    if before.next_action != after.next_action:
        words.append(_("Next: %s") % after.next_action)
    if after.patient_told_on and before.patient_told_on != after.patient_told_on:
        words.append(_("Patient told"))
    return ", ".join(words) or _("Changed")
