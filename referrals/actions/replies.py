"""Replies of specialists: recorded, read and coded, or voided when they belong elsewhere.

A reply takes its referral to "reply to read" where that follows. One that comes when the referral has
ended, was declined or waits to be sent again moves nothing, and waits to be read all the same.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions import attach_file, void_attachment
from cases.choices import AttachmentKind, Origin
from cases.models import Attachment
from clinic.calendar import day_in, today_in
from clinic.models import Role, User
from referrals.actions.errors import AlreadyRead, NotSent, NotYet, ReasonNeeded, ReplyIsVoided
from referrals.actions.steps import locked_referral, take_back, take_step
from referrals.models import FoundOrigin, Referral, Reply
from referrals.workflow import UNDO_WITHIN, State, can_become

# What a specialist can say that settles a suspicion of one place.
_SETTLES = frozenset({FoundOrigin.BACK, FoundOrigin.HIP, FoundOrigin.FOOT, FoundOrigin.OTHER})
_PLACES = frozenset({Origin.BACK, Origin.HIP, Origin.FOOT})


@transaction.atomic
def record_reply(
    *,
    referral: Referral,
    by: User,
    received_on: date,
    written_by: str,
    text: str = "",
    file: File | None = None,
    attachment: Attachment | None = None,
) -> Reply:
    """Record what came back: its text to the letter, a new file of it, or one that is on the record.

    It waits for the podiatrist who signed to read it. Raises NotSent when no letter left, NotYet for a
    day in the future or before that, ValidationError when it says nothing or a field refuses its value,
    and what `attach_file` raises.
    """
    referral = Referral.objects.select_related("clinic", "case__patient").get(pk=referral.pk)
    _check_day(referral, received_on)
    if file:
        # Before the lock: looking into a file takes seconds at times.
        attachment = attach_file(
            patient=referral.case.patient,
            by=by,
            file=file,
            title=_("Reply from %(whom)s") % {"whom": written_by[:120]},
            kind=AttachmentKind.LETTER,
            case=referral.case,
        )
    locked = locked_referral(referral)
    _check_day(locked, received_on)
    reply = Reply(
        clinic=locked.clinic,
        referral=locked,
        received_on=received_on,
        written_by=written_by,
        text=text if text.strip() else "",
        attachment=_of_this_patient(attachment, locked),
        recorded_by=by,
    )
    reply.full_clean()
    reply.save(force_insert=True)
    if can_become(locked.state, State.REPLIED):
        _take_to_replied(locked, by, received_on)
    return reply


def _check_day(referral: Referral, received_on: date) -> None:
    sent_on = sent_on_of(referral)
    if sent_on is None:
        raise NotSent
    if not sent_on <= received_on <= today_in(referral.clinic):
        raise NotYet(sent_on)


def sent_on_of(referral: Referral) -> date | None:
    """Return the day on which the letter first left; None if it has not, or that was undone."""
    if referral.sent_at is None:
        return None
    first = referral.steps.standing().filter(to_state=State.SENT).first()
    return first.happened_on if first else day_in(referral.clinic, referral.sent_at)


def _of_this_patient(attachment: Attachment | None, locked: Referral) -> Attachment | None:
    if attachment is None:
        return None
    row = Attachment.objects.select_for_update(no_key=True).get(pk=attachment.pk)
    is_taken = row.replies.filter(voided_at__isnull=True).exists()
    if row.voided_at or is_taken or row.patient_id != locked.case.patient_id:
        raise ValidationError({"attachment": _("This file cannot be used: choose another one.")})
    return row


def _take_to_replied(locked: Referral, by: User, received_on: date) -> None:
    last = locked.steps.standing().last()
    happened_on = max(received_on, last.happened_on) if last else received_on
    reason = _("The day on which the reply came") if happened_on < today_in(locked.clinic) else ""
    take_step(
        referral=locked,
        by=by,
        to=State.REPLIED,
        happened_on=happened_on,
        reason=reason,
        owner=reader_of(locked),
    )


def reader_of(referral: Referral) -> User:
    """Return who is to read its replies: who signed, or the lead of the case, while they work here."""
    here = referral.clinic.memberships.active().filter(role=Role.PODIATRIST, user__is_active=True)
    people = {row.user_id: row.user for row in here.select_related("user").order_by("user__name")}
    for key in (referral.signed_by_id, referral.case.lead_id):
        if key in people:
            return people[key]
    return next(iter(people.values()), referral.signed_by or referral.case.lead)


@transaction.atomic
def read_reply(
    *,
    reply: Reply,
    by: User,
    findings: str,
    found_origin: str,
    advice: str = "",
    confirmed: bool | None = None,
    treatment_given: str = "",
    more_expected: bool = False,
) -> Reply:
    """Read a reply: code what was found. It is frozen from then on, and its referral closed.

    The referral waits on when a further reply is expected, or another one is there to be read. Without
    `confirmed` it follows from the origin. Raises AlreadyRead, ReplyIsVoided, ValidationError.
    """
    referral, locked = _locked(reply)
    if locked.voided_at:
        raise ReplyIsVoided
    if locked.read_at:
        raise AlreadyRead(locked)
    locked.findings, locked.advice = findings, advice
    locked.found_origin, locked.treatment_given = found_origin, treatment_given
    locked.more_expected = more_expected
    locked.confirmed = is_confirmed(suspected_of(referral), found_origin) if confirmed is None else confirmed
    locked.read_at, locked.read_by = timezone.now(), by
    locked.full_clean()
    locked.save()
    if referral.state == State.REPLIED and not _unread(referral):
        _finish(referral, by, more_expected=more_expected)
    return locked


def suspected_of(referral: Referral) -> str:
    """Return the origin that the screening of the referral's visit suggested; empty for none."""
    screening = getattr(referral.visit, "screening", None)
    return screening.origin if screening else ""


def is_confirmed(suspected: str, found: str) -> bool | None:
    """Return whether what was found is what was suspected; None where the origin alone does not say."""
    if suspected not in _PLACES or found not in _SETTLES:
        return None
    return suspected == found


def _locked(reply: Reply) -> tuple[Referral, Reply]:
    """Return the referral and its reply as they are now, locked, the referral first as everywhere."""
    referral = locked_referral(reply.referral)
    return referral, Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)


def _unread(referral: Referral) -> bool:
    return referral.replies.filter(read_at__isnull=True, voided_at__isnull=True).exists()


def _finish(locked: Referral, by: User, *, more_expected: bool) -> None:
    changes: dict[str, Any] = {"end_reason": _("The reply has been read.")}
    if more_expected:
        changes = {"next_action": _("Ask for the further reply")}
    take_step(referral=locked, by=by, to=State.SEEN if more_expected else State.CLOSED, **changes)


@transaction.atomic
def void_reply(*, reply: Reply, by: User, reason: str, other_patient: bool = False) -> Reply:
    """Mark a reply as one that does not belong here. It stays listed with the reason and is not shown.

    Its referral goes back to where it was within ten minutes of the reply, later to "seen"; one that was
    closed stays closed. With `other_patient` its file is marked as entered in error too. Raises
    ReasonNeeded, ReplyIsVoided.
    """
    if not reason.strip():
        raise ReasonNeeded
    referral, locked = _locked(reply)
    if locked.voided_at:
        raise ReplyIsVoided
    locked.voided_at, locked.voided_by = timezone.now(), by
    locked.void_reason = reason.strip()
    locked.full_clean()
    locked.save()
    if other_patient and locked.attachment:
        void_attachment(attachment=locked.attachment, by=by, reason=locked.void_reason)
    if referral.state == State.REPLIED and not _unread(referral):
        _leave_replied(referral, by)
    return locked


def _leave_replied(locked: Referral, by: User) -> None:
    step = locked.steps.standing().latest("number")
    read = locked.replies.filter(voided_at__isnull=True, read_at__gte=step.recorded_at)
    if last := read.order_by("read_at").last():
        _finish(locked, by, more_expected=last.more_expected)
    elif timezone.now() - step.recorded_at < UNDO_WITHIN:
        take_back(locked, step, by)
    else:
        take_step(referral=locked, by=by, to=State.SEEN)
