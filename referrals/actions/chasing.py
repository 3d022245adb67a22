"""Asking after a referral, and telling those above of one that waits for too long."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import Urgency
from clinic.calendar import Calendar, calendar_of, day_in, today_in
from clinic.models import Clinic, User
from referrals import mail
from referrals.actions.asking import mail_chase, print_chase, set_aside_refused
from referrals.actions.errors import NothingWritten, NotYet, WrongStep
from referrals.actions.steps import locked_referral, referral_at, save_changes
from referrals.models import Chase, ChaseChannel, ChaseOutcome, Referral
from referrals.wording.chasing import chase_wording
from referrals.workflow import CHASED, chase_again_on

# What is sent in writing, and therefore in the clinic's words.
WRITTEN = (ChaseChannel.LETTER, ChaseChannel.EMAIL, ChaseChannel.PORTAL)


@transaction.atomic
def chase_referral(
    *,
    referral: Referral,
    by: User,
    version: int,
    channel: str,
    outcome: str,
    chased_on: date | None = None,
    next_on: date | None = None,
    spoke_to: str = "",
    note: str = "",
    wording: str = "",
    email: str = "",
) -> Chase:
    """Write down that somebody asked after a referral, and move its date to when to ask again.

    Without `next_on` the urgency and the clinic's calendar say when. What is sent in writing is kept, in
    the clinic's own wording unless `wording` is given: a letter as the PDF to print, an e-mail to `email`
    in the queue of e-mails, which never sends it twice. A service that cannot find the letter gets it
    again. Raises ChangedMeanwhile, WrongStep when there is nobody to ask, NotYet for a day in the future
    or before the letter was sent, EmailNotOffered, NothingWritten, ValidationError.
    """
    locked = referral_at(referral, version)
    if locked.state not in CHASED:
        raise WrongStep(locked.state)
    today = today_in(locked.clinic)
    chased_on = chased_on or today
    sent_on = day_in(locked.clinic, locked.sent_at) if locked.sent_at else None
    if chased_on > today or (sent_on and chased_on < sent_on):
        raise NotYet(sent_on)
    if next_on is not None and next_on < today:
        raise NotYet(today)
    if channel in WRITTEN and not wording.strip():
        wording = chase_wording(locked, channel)
    if email and not wording:
        raise NothingWritten
    chase = Chase(
        clinic_id=locked.clinic_id,
        referral=locked,
        channel=channel,
        outcome=outcome,
        spoke_to=spoke_to,
        note=note,
        wording=wording,
        chased_on=chased_on,
        next_on=next_on or next_chase_on(locked, outcome, calendar_of(locked.clinic)),
        recorded_by=by,
    )
    chase.full_clean()
    chase.save()
    set_aside_refused(locked, by)
    if channel == ChaseChannel.LETTER and wording:
        print_chase(locked, chase)
    elif email:
        mail_chase(locked, chase, email)
    _move_on(locked, chase)
    return chase


def next_chase_on(referral: Referral, outcome: str, calendar: Calendar) -> date:
    """Return the working day on which to ask again after this outcome."""
    today = today_in(referral.clinic)
    if outcome == ChaseOutcome.NOT_FOUND:
        return today if referral.urgency == Urgency.EMERGENCY else calendar.on_or_after(today)
    return chase_again_on(referral.urgency, today=today, calendar=calendar, target_on=referral.target_on)


def _move_on(locked: Referral, chase: Chase) -> None:
    new: dict[str, Any] = {"next_action_on": chase.next_on}
    if chase.outcome == ChaseOutcome.NOT_FOUND:
        new["next_action"] = _("Send the letter again")
    save_changes(locked, new)


@transaction.atomic
def chase_referrals(
    *, referrals: Iterable[Referral], by: User, channel: str, outcome: str, **fields: Any
) -> list[Chase]:
    """Write down the same chase for several referrals, as they are now, each in the clinic's own words.

    E-mails leave by the queue, letters are there to print. Those that nobody can be asked about any more, or
    not by this way, are left out: the result says which were done.
    """
    done = []
    for referral in sorted(referrals, key=lambda row: row.pk):
        current = locked_referral(referral)
        if current.state not in CHASED:
            continue
        asked = {"channel": channel, "outcome": outcome} | fields
        if channel in (ChaseChannel.LETTER, ChaseChannel.EMAIL):
            if not chase_wording(current, channel):
                continue
            asked["outcome"] = ChaseOutcome.SENT
        if channel == ChaseChannel.EMAIL and mail.is_offered():
            asked["email"] = current.specialist.email if current.specialist else ""
            if not asked["email"]:
                continue
        done.append(chase_referral(referral=current, by=by, version=current.version, **asked))
    return done


def escalate_overdue(*, clinic: Clinic) -> int:
    """Tell the lead podiatrist and the manager of what is overdue for too long. Returns how many.

    Safe to run twice: what is escalated already keeps its time. The next step takes it back. The
    version stays, because nobody's form is out of date by it.
    """
    latest = _last_due_day(calendar_of(clinic), today_in(clinic), clinic.escalate_after_days)
    waiting = clinic.referrals.open().filter(escalated_at__isnull=True, next_action_on__lte=latest)
    return waiting.update(escalated_at=timezone.now())


def _last_due_day(calendar: Calendar, today: date, working_days: int) -> date:
    """Return the latest day such that what was due then is late by this many working days today."""
    day = today - timedelta(days=1)
    while calendar.after(day, working_days) > today:
        day -= timedelta(days=1)
    return day
