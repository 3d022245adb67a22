"""How long it takes from a suspicion to an answer that somebody has read, and where referrals wait.

Of referrals, by the day of the visit at which the cause was suspected; each day of theirs is kept in
`referrals.models.passage`.
"""

from collections.abc import Mapping, Sequence

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
    PersonPart,
    Report,
    Scope,
    Section,
    Series,
    Table,
    Unit,
    fetch,
    register,
)
from clinic.reports.numbers import percent, share
from clinic.reports.report import Row
from clinic.reports.words import written
from referrals.reports import passages
from referrals.reports.passages import days, tenths
from referrals.reports.turnaround_counts import (
    AGE,
    AGES,
    ALL,
    CLOSED_IN_THEM,
    COUNTS,
    DROPPED,
    DUE,
    FUNNEL,
    IN_TIME,
    KEPT,
    LATE_ENOUGH,
    LOOP,
    NOW,
    READ,
    REFERRALS,
    SEEN,
    SENT,
    STAGES,
    STOPPED,
    WAITING,
)
from referrals.workflow import OPEN_STATES, State

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
            "podiatrist": PersonPart("f.podiatrist_id::text"),
            "state": Part("f.state", passages.state_in_words),
            "age": Part(AGE, passages.band_in_words),
            "waits": Part(f"f.state || ' ' || {AGE}", _waits_in_words),
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
                _split(_("By urgency"), _("Urgency"), "urgency", by[BY_URGENCY], all_of_it),
                _split(
                    _("By kind of service"),
                    _("Kind of service"),
                    "destination",
                    by[BY_DESTINATION],
                    all_of_it,
                ),
                _split(_("By podiatrist"), _("Podiatrist"), "podiatrist", by[BY_PODIATRIST], all_of_it),
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
            FILTER (WHERE {KEPT}) AS {stage.rows.key}_days"""
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
        SELECT f.state, {AGE} AS age, count(*) AS waiting FROM referrals_passage f
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


def _split(title: str, head: str, part: str, rows: Sequence[Row], together: Row) -> Section:
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
        head, _("Referrals"), _("Sent"), _("Seen"), _("Read"), _("Days to signed"), _("To sent"),
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
