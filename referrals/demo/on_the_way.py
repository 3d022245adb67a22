"""Referrals at each place of their way: chased, booked, missed, declined, answered, read, and ended.

Each is led there by the same actions as the pages use; between them days pass.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pgtrigger
from django.db.models import F
from django.utils import timezone

from cases.models import Case, Screening, Visit
from clinic.models import Clinic, User
from referrals import actions
from referrals.models import Chase, Dispatch, Letter, Referral, Reply, Step

from .stories import Story
from .telling import tell

# What nobody can change once it is written, and what days that pass in the demo move back all the same.
_KEPT = (
    "cases.Visit:frozen_once_signed_at",
    "cases.Screening:append_only",
    "referrals.Step:step_kept_as_recorded",
    "referrals.Chase:append_only",
    "referrals.Letter:append_only",
    "referrals.Reply:frozen_once_read_at",
)


@dataclass(frozen=True)
class Way:
    """Whose referral it is, and what became of it: names of the steps below with what they take."""

    story: Story
    steps: tuple[tuple[str, Any], ...]


_PATTERN = Story(
    family="",
    given="",
    born=date(1960, 1, 1),
    sex="female",
    complaint="",
    side="left",
    present=["foot_pain", "low_back_pain", "slump_positive", "leg_pain_worse_than_back", "dermatomal_pain"],
    absent=["pain_reproduced_at_foot"],
    fields={"no_known_allergies": True, "on_anticoagulant": False, "medication": "None"},
    days_ago=2,
    referral="sent",
)


def _who(family: str, given: str, born: date, sex: str, complaint: str, **more: Any) -> Story:
    return replace(_PATTERN, family=family, given=given, born=born, sex=sex, complaint=complaint, **more)


WAYS = (
    Way(
        _who("Finch", "Harold", date(1957, 4, 2), "male", "Left shin burns at night"),
        (("days", 9), ("chase", "message_left"), ("days", 3), ("acknowledge", "Ms Poole, reference 4711")),
    ),
    Way(
        _who("Marković", "Ivana", date(1981, 10, 19), "female", "Tingling on top of the left foot"),
        (("days", 12), ("acknowledge", "By e-mail"), ("days", 6), ("book", 9), ("tell", "phone")),
    ),
    Way(
        _who("Adeyemi", "Tunde", date(1949, 6, 30), "male", "Left foot numb after gardening"),
        (("days", 20), ("acknowledge", ""), ("book", 4), ("tell", "letter"), ("days", 6)),
    ),
    Way(
        _who("Whitaker", "Joan", date(1938, 12, 5), "female", "Left calf and sole ache when standing"),
        (("days", 16), ("book", 3), ("days", 4), ("miss", "Was unwell")),
    ),
    Way(
        _who("Rossi", "Chiara", date(1990, 8, 8), "female", "Left foot tingles when sitting"),
        (("days", 40), ("see", ""), ("days", 12), ("chase", "in_hand"), ("days", 9), ("chase", "no_answer")),
    ),
    Way(
        _who("Campbell", "Ewan", date(1972, 2, 14), "male", "Sharp pain down to the left big toe"),
        (("days", 35), ("see", ""), ("days", 8), ("reply", "Left L5 root compression at L4/5 confirmed.")),
    ),
    Way(
        _who("Lindqvist", "Astrid", date(1966, 3, 27), "female", "Left heel and back hurt together"),
        (
            ("days", 50),
            ("see", ""),
            ("days", 10),
            ("reply", "Disc bulge L4/5 touching the left L5 root. Physiotherapy arranged, no surgery."),
            ("read", "back"),
        ),
    ),
    Way(
        _who("Hussain", "Zara", date(1985, 5, 23), "female", "Left foot goes to sleep when driving"),
        (("days", 11), ("decline", "Outside the area that we serve.")),
    ),
    Way(
        _who("Byrne", "Declan", date(1977, 9, 9), "male", "Left leg pain, better since the holiday"),
        (("days", 5), ("cancel", "The pain has gone, and the patient no longer wants to be seen.")),
    ),
    Way(
        _who("Tanaka", "Kenji", date(1969, 11, 11), "male", "Numb left little toe"),
        (("days", 10), ("chase", "not_found")),
    ),
)


def tell_ways(clinic: Clinic, podiatrist: User, coordinator: User) -> None:
    """Make the patients, and lead the referral of each to where it is."""
    for way in WAYS:
        tell(clinic, podiatrist, way.story)
        referral = clinic.referrals.latest("created_at")
        for name, value in way.steps:
            current = Referral.objects.get(pk=referral.pk)
            _DOES[name](current, podiatrist if name == "read" else coordinator, value)
    actions.escalate_overdue(clinic=clinic)


def _days(referral: Referral, by: User, days: int) -> None:
    """Let days pass: all that happened so far is that much longer ago."""
    ago = timedelta(days=days)
    with pgtrigger.ignore(*_KEPT):
        Visit.objects.filter(pk=referral.visit_id).update(
            seen_on=F("seen_on") - ago, created_at=F("created_at") - ago, signed_at=F("signed_at") - ago
        )
        Screening.objects.filter(visit=referral.visit_id).update(created_at=F("created_at") - ago)
        Step.objects.filter(referral=referral).update(
            happened_on=F("happened_on") - ago, recorded_at=F("recorded_at") - ago
        )
        Chase.objects.filter(referral=referral).update(
            chased_on=F("chased_on") - ago, next_on=F("next_on") - ago, recorded_at=F("recorded_at") - ago
        )
        Letter.objects.filter(referral=referral).update(signed_at=F("signed_at") - ago)
        Reply.objects.filter(referral=referral).update(
            received_on=F("received_on") - ago, recorded_at=F("recorded_at") - ago, read_at=F("read_at") - ago
        )
    Case.objects.filter(pk=referral.case_id).update(opened_at=F("opened_at") - ago)
    Dispatch.objects.filter(letter__referral=referral).update(sent_on=F("sent_on") - ago)
    columns = ("created_at", "signed_at", "sent_at", "next_action_on", "target_on", "appointment_at")
    earlier = {name: F(name) - ago for name in (*columns, "patient_told_on")}
    Referral.objects.filter(pk=referral.pk).update(**earlier)


def _acknowledge(referral: Referral, by: User, note: str) -> None:
    actions.acknowledge_referral(referral=referral, by=by, version=referral.version, note=note)


def _book(referral: Referral, by: User, days: int) -> None:
    clinic = referral.clinic
    day = timezone.localdate() + timedelta(days=days)
    at = datetime.combine(day, time(10, 20), ZoneInfo(clinic.time_zone))
    place = "Outpatients, level 2"
    actions.book_appointment(
        referral=referral, by=by, version=referral.version, appointment_at=at, appointment_place=place
    )


def _tell(referral: Referral, by: User, how: str) -> None:
    today = timezone.localdate()
    actions.tell_patient(referral=referral, by=by, version=referral.version, told_on=today, how=how)


def _chase(referral: Referral, by: User, outcome: str) -> None:
    actions.chase_referral(
        referral=referral,
        by=by,
        version=referral.version,
        channel="phone",
        outcome=outcome,
        spoke_to="Ms Poole" if outcome in ("in_hand", "not_found") else "",
    )


def _see(referral: Referral, by: User, note: str) -> None:
    actions.mark_seen(referral=referral, by=by, version=referral.version, note=note)


def _miss(referral: Referral, by: User, note: str) -> None:
    actions.mark_not_attended(referral=referral, by=by, version=referral.version, note=note)


def _decline(referral: Referral, by: User, reason: str) -> None:
    actions.decline_referral(
        referral=referral, by=by, version=referral.version, what_next="refer_elsewhere", reason=reason
    )


def _cancel(referral: Referral, by: User, reason: str) -> None:
    actions.cancel_referral(referral=referral, by=by, version=referral.version, reason=reason)


def _reply(referral: Referral, by: User, text: str) -> None:
    actions.record_reply(
        referral=referral, by=by, received_on=timezone.localdate(), written_by="Dr Priya Shah", text=text
    )


def _read(referral: Referral, by: User, origin: str) -> None:
    for reply in referral.replies.filter(read_at__isnull=True):
        actions.read_reply(
            reply=reply,
            by=by,
            findings=reply.text,
            found_origin=origin,
            advice="Stay active; come back if the weakness grows.",
        )


_DOES: dict[str, Callable[[Referral, User, Any], None]] = {
    "days": _days,
    "acknowledge": _acknowledge,
    "book": _book,
    "tell": _tell,
    "chase": _chase,
    "see": _see,
    "miss": _miss,
    "decline": _decline,
    "cancel": _cancel,
    "reply": _reply,
    "read": _read,
}
