"""How long it takes from a suspicion to an answer that somebody has read, and where referrals wait.

Of referrals, by the day of the visit at which the cause was suspected; each day of theirs is kept in
`referrals.models.passage`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.reports import (
    Bars,
    Cell,
    Count,
    Figure,
    Measure,
    Page,
    Part,
    Population,
    Report,
    Scope,
    Section,
    Series,
    Table,
    Unit,
    fetch,
    register,
)
from clinic.reports.content import Text
from clinic.reports.numbers import percent, share
from clinic.reports.report import Row
from clinic.reports.words import person_in_words, written
from referrals.reports import passages
from referrals.reports.passages import REFERRAL, TO_BE_SEEN_BY, WHOSE, days, tenths
from referrals.workflow import OPEN_STATES, State

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

_KEPT = f"f.ended_state <> '{State.CANCELLED!s}'"
# A reply that came when the referral had ended already is no step: it counts when it was read.
_REPLIED = "COALESCE(f.replied_on, f.read_on)"
_MET = f"COALESCE(f.seen_on, {_REPLIED})"
_DUE = f"{_KEPT} AND f.target_on IS NOT NULL AND ({_MET} IS NOT NULL OR f.target_on < %(today)s)"

ALL = Count(
    "referrals",
    gettext_lazy("Referrals"),
    gettext_lazy(
        "Referrals whose visit, at which the cause was suspected, was in the period. Drafts are counted,"
        " cancelled referrals are not. A visit with two referrals counts twice."
    ),
    REFERRALS,
    _KEPT,
)


class Stage(NamedTuple):
    """A place on the way to an answer: what it is, and the day on which a referral came there."""

    rows: Count
    day: str


def _stage(key: str, day: str, label: Text, definition: Text) -> Stage:
    return Stage(Count(key, label, definition, REFERRALS, f"{_KEPT} AND {day} IS NOT NULL"), day)


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
    f"NOT ({_KEPT}) AND f.sent_on IS NULL",
)
STOPPED = Count(
    "cancelled-after",
    gettext_lazy("Cancelled after it was sent"),
    gettext_lazy("Referrals, suspected in the period, that were cancelled when their letter had left."),
    REFERRALS,
    f"NOT ({_KEPT}) AND f.sent_on IS NOT NULL",
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
_AGE = passages.bands(EDGES, "(%(today)s::date - f.days[cardinality(f.days)])")
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
# What `grouping` says of each set: a bit is set for what is not grouped by.
BY_URGENCY, BY_DESTINATION, BY_PODIATRIST, TOGETHER = 0b011, 0b101, 0b110, 0b111


@register
class Turnaround(Report):
    """From a suspicion to an answer that somebody has read: how many, how soon, how many in time."""

    slug = "referral-turnaround"
    place = 1
    title = gettext_lazy("Referral turnaround")
    question = gettext_lazy("How long from a suspicion to an answer that somebody has read?")

    def counts(self) -> Sequence[Count]:
        return COUNTS

    def parts(self) -> Mapping[str, Part]:
        return {
            "urgency": Part("f.urgency", passages.urgency_in_words),
            "destination": Part("f.destination", passages.destination_in_words),
            "podiatrist": Part("f.podiatrist_id::text", person_in_words),
            "state": Part("f.state", passages.state_in_words),
            "age": Part(_AGE, passages.band_in_words),
            "waits": Part(f"f.state || ' ' || {_AGE}", _waits_in_words),
        }

    def page(self, scope: Scope) -> Page:
        rows = _counted(scope)
        waiting = _waiting(scope)
        by = {
            level: [row for row in rows if row["level"] == level]
            for level in (BY_URGENCY, BY_DESTINATION, BY_PODIATRIST)
        }
        (all_of_it,) = [row for row in rows if row["level"] == TOGETHER]
        return Page(
            headline=_headline(all_of_it),
            figures=_figures(all_of_it),
            sections=[
                _way(all_of_it),
                _funnel(all_of_it),
                _ageing(waiting),
                _split(_("By urgency"), "urgency", by[BY_URGENCY], all_of_it),
                _split(_("By kind of service"), "destination", by[BY_DESTINATION], all_of_it),
                _split(_("By podiatrist"), "podiatrist", by[BY_PODIATRIST], all_of_it),
            ],
            measures=[*(one.measure for one in COUNTS), *_measures()],
            is_empty=not (
                all_of_it["referrals"] or all_of_it[DROPPED.key] or all_of_it[STOPPED.key] or waiting
            ),
        )


def _counted(scope: Scope) -> list[Row]:
    """Return the counts and days of each urgency, service and podiatrist, and of all together."""
    lengths = ", ".join(
        f"""percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {stage.day} - f.suspected_on)
            FILTER (WHERE {_KEPT}) AS {stage.rows.key}_days"""
        for stage in STAGES
    )
    return fetch(
        f"""
        SELECT g.*, u.name FROM (
            SELECT grouping(f.urgency, f.destination, f.podiatrist_id) AS level,
                f.urgency, f.destination, f.podiatrist_id::text AS podiatrist,
                {", ".join(one.sql for one in COUNTS if one.population is REFERRALS)}, {lengths}
            FROM referrals_passage f WHERE {REFERRALS.where(scope)}
            GROUP BY GROUPING SETS ((), (f.urgency), (f.destination), (f.podiatrist_id))
        ) g LEFT JOIN clinic_user u ON u.id = g.podiatrist::uuid
        ORDER BY g.level, g.referrals DESC, u.name, g.podiatrist, g.destination, g.urgency
        """,  # noqa: S608 - of ours
        scope,
    )


def _waiting(scope: Scope) -> list[Row]:
    """Return how many open referrals there are in each state, for how long they have been."""
    return fetch(
        f"""
        SELECT f.state, {_AGE} AS age, count(*) AS waiting FROM referrals_passage f
        WHERE {NOW.where(scope)} AND {WAITING.condition} GROUP BY 1, 2
        """,  # noqa: S608 - of ours
        scope,
    )


def _headline(row: Row) -> str:
    if not row["referrals"]:
        return _("No referral was begun for a suspicion of this period.")
    median = _median(row, "seen")
    first = _("Of the patients suspected in this period none was seen by a specialist yet.")
    if median is not None:
        first = _(
            "Half of the patients suspected in this period whom a specialist has seen were seen within"
            " %(days)s."
        ) % {"days": written(median, Unit.DAYS)}
    if not row["sent"]:
        return f"{first} {_('No letter was sent yet.')}"
    second = ngettext(
        "Of %(sent)s letter sent, %(share)s has an answer that somebody has read.",
        "Of %(sent)s letters sent, %(share)s have an answer that somebody has read.",
        row["sent"],
    ) % {"sent": written(row["sent"]), "share": written(share(row[LOOP.key], row["sent"]), Unit.PERCENT)}
    return f"{first} {second}"


def _median(row: Row, key: str) -> float | None:
    found = row[f"{key}_days"]
    return found[0] if found else None


def _ninety(row: Row, key: str) -> float | None:
    found = row[f"{key}_days"]
    return found[1] if found else None


def _figures(row: Row) -> list[Figure]:
    sent, past, due = row["sent"], row[LATE_ENOUGH.key], row[DUE.key]
    return [
        Figure(ALL.label, row["referrals"], shown=ALL.shown()),
        Figure(
            _("Median to being seen"),
            tenths(_median(row, "seen")),
            Unit.DAYS,
            of=row["seen"],
            shown=SEEN.rows.shown(),
        ),
        Figure(IN_TIME.label, share(row[IN_TIME.key], due), Unit.PERCENT, of=due, shown=IN_TIME.shown()),
        Figure(LOOP.label, share(row[LOOP.key], sent), Unit.PERCENT, of=sent, shown=LOOP.shown()),
        Figure(
            CLOSED_IN_THEM.label,
            share(row[CLOSED_IN_THEM.key], past),
            Unit.PERCENT,
            of=past,
            shown=CLOSED_IN_THEM.shown(),
        ),
        Figure(DROPPED.label, row[DROPPED.key], shown=DROPPED.shown()),
        Figure(STOPPED.label, row[STOPPED.key], shown=STOPPED.shown()),
    ]


def _way(row: Row) -> Section:
    """How many came to each stage, and within how many days of the suspicion."""
    medians = [tenths(_median(row, stage.rows.key)) for stage in STAGES]
    nineties = [tenths(_ninety(row, stage.rows.key)) for stage in STAGES]
    chart = Bars(
        _("Days from the suspicion"),
        [str(stage.rows.label) for stage in STAGES],
        [
            Series(_("Half of them within"), medians, "accent"),
            Series(
                _("Nine of ten within, days more"),
                [
                    None if half is None or most is None else tenths(most - half)
                    for half, most in zip(medians, nineties, strict=True)
                ],
                "quiet",
            ),
        ],
        Unit.DAYS,
    )
    table = Table(
        [_("Stage"), _("Came there"), _("Share"), _("Half within"), _("Nine of ten within")],
        [
            [
                str(stage.rows.label),
                Cell(row[stage.rows.key], shown=stage.rows.shown()),
                percent(row[stage.rows.key], row["referrals"]),
                Cell(half, Unit.DAYS),
                Cell(most, Unit.DAYS),
            ]
            for stage, half, most in zip(STAGES, medians, nineties, strict=True)
        ],
    )
    return Section(
        _("From the suspicion to the answer"),
        says=_("Days of the calendar from the visit, of those that came so far."),
        chart=chart,
        table=table,
    )


def _funnel(row: Row) -> Section:
    numbers = [row[one.key] for one in FUNNEL]
    labels = [_("Suspected"), *(str(one.label) for one in FUNNEL[1:])]
    table = Table(
        [_("So far or further"), _("How many"), _("Share")],
        [
            [label, Cell(number, shown=one.shown()), percent(number, row["referrals"])]
            for label, number, one in zip(labels, numbers, FUNNEL, strict=True)
        ],
    )
    return Section(
        _("How far they came"),
        chart=Bars(_("How far they came"), labels, [Series(_("Referrals"), numbers, "accent")]),
        table=table,
    )


def _ageing(rows: Sequence[Row]) -> Section:
    """Open referrals by their state and by how long they have been in it."""
    numbers = {(row["state"], row["age"]): row["waiting"] for row in rows}
    states = [state for state in State.values if state in OPEN_STATES]
    found = [state for state in states if any((state, age) in numbers for age in AGES)]
    most = max(numbers.values(), default=0)

    def line(state: str) -> list[Cell | str]:
        cells = [
            Cell(
                number := numbers.get((state, age), 0),
                shown=WAITING.shown(part="waits", of=f"{state} {age}"),
                shade=passages.shaded(number, most),
            )
            for age in AGES
        ]
        total = sum(numbers.get((state, age), 0) for age in AGES)
        return [
            passages.state_in_words(state),
            *cells,
            Cell(total, shown=WAITING.shown(part="state", of=state)),
        ]

    sums = [sum(numbers.get((state, age), 0) for state in found) for age in AGES]
    total: list[Cell | str] = [
        _("Together"),
        *(
            Cell(count, shown=WAITING.shown(part="age", of=age))
            for count, age in zip(sums, AGES, strict=True)
        ),
        Cell(sum(sums), shown=WAITING.shown()),
    ]
    heads = [_("Waiting now"), *map(passages.band_in_words, AGES), _("Together")]
    return Section(
        _("Where referrals wait today"),
        says=_("All open referrals, by their state and the days since their last step."),
        table=Table(heads, [line(state) for state in found], total if found else None),
        empty=_("No referral is open."),
    )


def _split(title: str, part: str, rows: Sequence[Row], together: Row) -> Section:
    """The same for each urgency, service or podiatrist, and for all of them."""

    def line(head: str, row: Row, **narrow: str) -> list[Cell | str]:
        return [
            head,
            *(
                Cell(row[one.key], shown=one.shown(**narrow))
                for one in (ALL, SENT.rows, SEEN.rows, READ.rows)
            ),
            *(days(_median(row, key)) for key in ("signed", "sent", "acknowledged", "seen")),
            days(_ninety(row, "seen")),
            days(_median(row, "replied")),
            days(_median(row, "read")),
            percent(row[IN_TIME.key], row[DUE.key]),
            percent(row[LOOP.key], row["sent"]),
        ]

    heads = [
        title, _("Referrals"), _("Sent"), _("Seen"), _("Read"), _("Days to signed"), _("To sent"),
        _("To word"), _("To seen"), _("9 of 10 seen"), _("To reply"), _("To read"),
        _("Seen in time"), _("Loops closed"),
    ]  # fmt: skip
    lines = [
        line(_named(part, row), row, part=part, of=row[part])
        for row in rows
        if any(row[one.key] for one in (ALL, SENT.rows, SEEN.rows, READ.rows))
    ]
    return Section(
        title,
        says=_(
            "Median days from the suspicion: to the signature, to the letter’s leaving, to the word that they"
            " have it, to being seen (and within how many nine of ten were), to the reply and to its reading."
        ),
        table=Table(heads, lines, line(_("Together"), together) if lines else None),
        empty=_("No referral was begun for a suspicion of this period."),
    )


def _named(part: str, row: Row) -> str:
    if part == "podiatrist":
        return str(row["name"])
    in_words = passages.urgency_in_words if part == "urgency" else passages.destination_in_words
    return in_words(row[part])


def _waits_in_words(code: str) -> str:
    state, _space, age = code.partition(" ")
    return f"{passages.state_in_words(state)}, {passages.band_in_words(age)}"


def _measures() -> list[Measure]:
    return [
        Measure(
            _("Median to being seen"),
            _(
                "Half of the patients whom the specialist has seen were seen within so many days of the visit"
                " at which the cause was suspected. Those who still wait are not in it."
            ),
        ),
        Measure(
            _("Half within, nine of ten within"),
            _(
                "The median and the 90th percentile of the days from the suspicion, of those that came to the"
                " stage; between two referrals the value is interpolated."
            ),
        ),
    ]
