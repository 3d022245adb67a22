"""What the report on turnaround counts: how far referrals came, on which day, and which of them wait."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy

from clinic.reports import Count, Population
from clinic.reports.content import Text
from referrals.reports import passages
from referrals.reports.passages import REFERRAL, TO_BE_SEEN_BY, WHOSE
from referrals.workflow import State

REFERRALS = Population(
    source=passages.SOURCE,
    columns=[
        *WHOSE,
        *(
            passages.Listed(head, f"f.{name}_on")
            for head, name in (
                (gettext_lazy("Signed"), "signed"),
                (gettext_lazy("Sent"), "sent"),
                (gettext_lazy("Acknowledged"), "acknowledged"),
                (gettext_lazy("Seen"), "seen"),
                (gettext_lazy("Reply"), "replied"),
                (gettext_lazy("Read"), "read"),
            )
        ),
        TO_BE_SEEN_BY,
        REFERRAL,
    ],
    patient="f.patient_id",
    order="f.suspected_on DESC, f.referral_id",
    day="f.suspected_on",
)
NOW = Population(
    source=passages.SOURCE,
    columns=[*WHOSE, passages.Listed(gettext_lazy("Last step on"), "f.days[cardinality(f.days)]"), REFERRAL],
    patient="f.patient_id",
    order="f.days[cardinality(f.days)], f.referral_id",
)

KEPT = f"f.ended_state <> '{State.CANCELLED!s}'"
# A reply that came when the referral had ended already is no step: it counts when it was read.
_REPLIED = "COALESCE(f.replied_on, f.read_on)"
_MET = f"COALESCE(f.seen_on, {_REPLIED})"
_DUE = f"{KEPT} AND f.target_on IS NOT NULL AND ({_MET} IS NOT NULL OR f.target_on < %(today)s)"

ALL = Count(
    "referrals",
    gettext_lazy("Referrals"),
    gettext_lazy(
        "Referrals whose visit, at which the cause was suspected, was in the period. Drafts are counted,"
        " cancelled referrals are not. A visit with two referrals counts twice."
    ),
    REFERRALS,
    KEPT,
)


class Stage(NamedTuple):
    """A place on the way to an answer: what it is, and the day on which a referral came there."""

    rows: Count
    day: str


def _stage(key: str, day: str, label: Text, definition: Text) -> Stage:
    return Stage(Count(key, label, definition, REFERRALS, f"{KEPT} AND {day} IS NOT NULL"), day)


STAGES = [
    _stage(
        "signed",
        "f.signed_on",
        gettext_lazy("Letter signed"),
        gettext_lazy("Referrals whose letter was signed, by the day of the first signature."),
    ),
    _stage(
        "sent",
        "f.sent_on",
        gettext_lazy("Letter sent"),
        gettext_lazy("Referrals whose letter was sent, by the day on which it first left."),
    ),
    _stage(
        "acknowledged",
        "f.acknowledged_on",
        gettext_lazy("Acknowledged"),
        gettext_lazy(
            "Referrals of which the service said that it has the letter. One that went on to an appointment"
            " without such a word is not counted."
        ),
    ),
    _stage(
        "seen",
        "f.seen_on",
        gettext_lazy("Seen by the specialist"),
        gettext_lazy("Referrals with a day on which the specialist saw the patient, the first of them."),
    ),
    _stage(
        "replied",
        _REPLIED,
        gettext_lazy("Reply received"),
        gettext_lazy(
            "Referrals to which a reply came, by the day of the first. One that came after the referral had"
            " ended counts from the day on which it was read."
        ),
    ),
    _stage(
        "read",
        "f.read_on",
        gettext_lazy("Reply read"),
        gettext_lazy(
            "Closed referrals with a reply that somebody has read, that was not voided, and after which no"
            " further one was expected, by the first day of reading one."
        ),
    ),
]
SIGNED, SENT, ACKNOWLEDGED, SEEN, REPLIED, READ = STAGES
DUE = Count(
    "due",
    gettext_lazy("With a day that counts"),
    gettext_lazy(
        "Referrals with a day by which the patient should be seen, which is past, or which the specialist"
        " has met: seen the patient, or answered without that being recorded. Declined ones are counted."
    ),
    REFERRALS,
    _DUE,
)
IN_TIME = Count(
    "in-time",
    gettext_lazy("Seen in time"),
    gettext_lazy(
        "Of these, the share whose patient was seen, or else answered about, on or before that day. For an"
        " emergency it is the day on which the referral was begun; for the others the clinic settles it by"
        " urgency."
    ),
    REFERRALS,
    f"{_DUE} AND {_MET} <= f.target_on",
)
LATE_ENOUGH = Count(
    "sent-and-past",
    gettext_lazy("Sent, and their day is past"),
    gettext_lazy("Sent referrals whose day by which the patient should be seen is past."),
    REFERRALS,
    f"{SENT.rows.condition} AND f.target_on < %(today)s",
)
CLOSED_IN_THEM = Count(
    "closed-and-past",
    gettext_lazy("Loops closed of those whose day is past"),
    gettext_lazy("Of these, the share with a reply that somebody has read."),
    REFERRALS,
    f"{LATE_ENOUGH.condition} AND f.read_on IS NOT NULL",
)
LOOP = Count(
    "closed",
    gettext_lazy("Loops closed"),
    gettext_lazy(
        "Of the referrals sent and not cancelled, the share with a reply that somebody has read."
        " One that was declined and has no reply that was read is not closed."
    ),
    REFERRALS,
    f"{SENT.rows.condition} AND f.read_on IS NOT NULL",
)
DROPPED = Count(
    "cancelled-before",
    gettext_lazy("Cancelled before it was sent"),
    gettext_lazy("Referrals, suspected in the period, that were cancelled and never sent."),
    REFERRALS,
    f"NOT ({KEPT}) AND f.sent_on IS NULL",
)
STOPPED = Count(
    "cancelled-after",
    gettext_lazy("Cancelled after it was sent"),
    gettext_lazy("Referrals, suspected in the period, that were cancelled when their letter had left."),
    REFERRALS,
    f"NOT ({KEPT}) AND f.sent_on IS NOT NULL",
)

# How far they came: whoever came farther came here too, whether or not it was written down.
_FURTHER = f"COALESCE(f.seen_on, {_REPLIED})"
RECEIVED = Count(
    "received",
    gettext_lazy("Acknowledged, or further"),
    gettext_lazy("Sent referrals that were acknowledged, booked, seen or answered."),
    REFERRALS,
    f"{SENT.rows.condition} AND COALESCE(f.acknowledged_on, f.booked_on, {_FURTHER}) IS NOT NULL",
)
BOOKED = Count(
    "booked",
    gettext_lazy("Appointment, or further"),
    gettext_lazy("Sent referrals with an appointment, or whose patient was seen, or that were answered."),
    REFERRALS,
    f"{SENT.rows.condition} AND COALESCE(f.booked_on, {_FURTHER}) IS NOT NULL",
)
MET = Count(
    "met",
    gettext_lazy("Seen, or answered"),
    gettext_lazy("Sent referrals whose patient was seen by the specialist, or that were answered."),
    REFERRALS,
    f"{SENT.rows.condition} AND {_FURTHER} IS NOT NULL",
)
FUNNEL = [ALL, SIGNED.rows, SENT.rows, RECEIVED, BOOKED, MET, REPLIED.rows, READ.rows]

EDGES = (7, 14, 28, 56)
AGES = passages.names_of_bands(EDGES)
AGE = passages.bands(EDGES, "(%(today)s::date - f.days[cardinality(f.days)])")
WAITING = Count(
    "waiting",
    gettext_lazy("Waiting now"),
    gettext_lazy(
        "All open referrals of today, whenever they were begun: neither closed nor cancelled. The days are"
        " counted from the day of the last step; a chase or an appointment that was moved is no step."
    ),
    NOW,
    "f.ended_on IS NULL",
)

COUNTS = (
    *(ALL, *(stage.rows for stage in STAGES), DUE, IN_TIME, LOOP, LATE_ENOUGH, CLOSED_IN_THEM),
    *(RECEIVED, BOOKED, MET, DROPPED, STOPPED, WAITING),
)
