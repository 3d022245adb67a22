"""What is overdue and at risk today, what was escalated, and how many referrals were open in which state."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.reports import (
    Bars,
    Cell,
    Columns,
    Count,
    Figure,
    Listed,
    Measure,
    Page,
    Part,
    PersonPart,
    Population,
    Report,
    Scope,
    Section,
    Series,
    Table,
    fetch,
    register,
)
from clinic.reports.period import Period
from clinic.reports.report import Row
from clinic.reports.words import month_in_words, written
from referrals.reports import passages
from referrals.reports.passages import REFERRAL, TO_BE_SEEN_BY, WHOSE
from referrals.workflow import OPEN_STATES, TILE_OF_STATE, State, Tile

AT_RISK_DAYS = 7
_OPEN = "f.ended_on IS NULL"
_LATE = "(%(today)s::date - r.next_action_on)"
NOW = Population(
    source=f"""{passages.SOURCE} JOIN referrals_referral r ON r.id = f.referral_id
    LEFT JOIN clinic_user o ON o.id = r.owner_id""",
    columns=[
        *WHOSE,
        Listed(gettext_lazy("In the hands of"), "o.name"),
        Listed(gettext_lazy("Next action due"), "r.next_action_on"),
        TO_BE_SEEN_BY,
        Listed(gettext_lazy("Appointment"), "CASE WHEN f.state = 'booked' THEN r.appointment_at END"),
        Listed(gettext_lazy("Escalated"), "r.escalated_at"),
        REFERRAL,
    ],
    patient="f.patient_id",
    order="r.next_action_on, f.referral_id",
)
THEN = Population(
    source=passages.SOURCE,
    columns=[
        *WHOSE[:-1],
        Listed(gettext_lazy("State then"), "f.states[width_bucket(%(last)s::date, f.days)]", passages.STATES),
        Listed(gettext_lazy("Begun on"), "f.drafted_on"),
        Listed(gettext_lazy("Ended on"), "f.ended_on"),
        REFERRAL,
    ],
    patient="f.patient_id",
    order="f.suspected_on, f.referral_id",
)
ESCALATIONS = Population(
    source=passages.SOURCE,
    columns=[*WHOSE, Listed(gettext_lazy("First escalated on"), "f.escalated_on"), REFERRAL],
    patient="f.patient_id",
    order="f.escalated_on DESC, f.referral_id",
    day="f.escalated_on",
)

# Neither seen nor answered: the day by which the specialist should see the patient still counts.
_AWAITED = f"{_OPEN} AND f.seen_on IS NULL AND f.replied_on IS NULL"
_BOOKED_ON = "(CASE WHEN f.state = 'booked' THEN (r.appointment_at AT TIME ZONE %(zone)s)::date END)"
OPEN = Count(
    "open",
    gettext_lazy("Open"),
    gettext_lazy("Referrals that are neither closed nor cancelled today, drafts included."),
    NOW,
    _OPEN,
)
OVERDUE = Count(
    "overdue",
    gettext_lazy("Overdue"),
    gettext_lazy("Open referrals whose next action was due before today, by the clinic’s calendar."),
    NOW,
    f"{_OPEN} AND r.next_action_on < %(today)s",
)
DUE = Count(
    "due",
    gettext_lazy("Due today"),
    gettext_lazy("Open referrals whose next action is due today."),
    NOW,
    f"{_OPEN} AND r.next_action_on = %(today)s",
)
PAST = Count(
    "past",
    gettext_lazy("Day missed"),
    gettext_lazy(
        "Open referrals, neither seen by the specialist nor answered, whose day by which the patient should"
        " be seen is past. Their next action may be due or not: they may be overdue as well."
    ),
    NOW,
    f"{_AWAITED} AND f.target_on < %(today)s",
)
AT_RISK = Count(
    "at-risk",
    gettext_lazy("At risk"),
    gettext_lazy(
        "Open referrals, neither seen nor answered, whose day by which the patient should be seen is today or"
        " to come, and which will miss it as things stand: the appointment is after that day, or there is"
        " none and the day is within the next 7 days. They may be overdue as well."
    ),
    NOW,
    f"""{_AWAITED} AND f.target_on >= %(today)s AND ({_BOOKED_ON} > f.target_on
        OR {_BOOKED_ON} IS NULL AND f.target_on <= %(today)s::date + {AT_RISK_DAYS})""",
)
ESCALATED = Count(
    "escalated",
    gettext_lazy("Escalated"),
    gettext_lazy(
        "Open referrals that waited so long that the lead podiatrist and the manager were told, and that"
        " took no step since."
    ),
    NOW,
    f"{_OPEN} AND r.escalated_at IS NOT NULL",
)
EVER_ESCALATED = Count(
    "first-escalated",
    gettext_lazy("First escalated"),
    gettext_lazy(
        "Referrals, ended or not, by the day on which they were escalated for the first time. One that was"
        " escalated again later counts once."
    ),
    ESCALATIONS,
)
OPEN_THEN = Count(
    "open-then",
    gettext_lazy("Open at the end of a day"),
    gettext_lazy(
        "Referrals that were begun on or before the day and were neither closed nor cancelled by its end, in"
        " the state of their last step until then, by the day on which the step happened. Steps that were"
        " undone do not count. Filters take podiatrist, site and urgency as they are now."
    ),
    THEN,
    "f.drafted_on <= %(last)s AND (f.ended_on IS NULL OR f.ended_on > %(last)s)",
)
STANDING = (OPEN, OVERDUE, DUE, PAST, AT_RISK, ESCALATED)
COUNTS = (*STANDING, EVER_ESCALATED, OPEN_THEN)

_QUEUES = {state: Tile(tile) for state, tile in TILE_OF_STATE.items()}
_QUEUE = f"""CASE WHEN f.state = '{State.DRAFT!s}' AND r.ready_to_sign THEN '{Tile.TO_SIGN!s}' {
    " ".join(f"WHEN f.state = '{state!s}' THEN '{tile!s}'" for state, tile in _QUEUES.items())
} END"""
EDGES = (3, 7, 14, 28)
AGES = passages.names_of_bands(EDGES, first=1)
_AGE = passages.bands(EDGES, _LATE, first=1)
# What `grouping` says of each set: a bit is set for what is not grouped by.
BY_OWNER, BY_PODIATRIST, BY_URGENCY, BY_QUEUE, TOGETHER = 0b0111, 0b1011, 0b1101, 0b1110, 0b1111
MOST_DAYS = 13


@register
class Today(Report):
    """What is late or will be, in whose hands, and whether it is getting better."""

    slug = "overdue-today"
    place = 2
    title = gettext_lazy("Overdue and at risk today")
    question = gettext_lazy("What is overdue or about to be, in whose hands, and is it getting better?")

    def counts(self) -> Sequence[Count]:
        return COUNTS

    def parts(self) -> Mapping[str, Part]:
        return {
            "owner": PersonPart("r.owner_id::text", rows=[NOW]),
            "podiatrist": PersonPart("f.podiatrist_id::text"),
            "urgency": Part("f.urgency", passages.urgency_in_words),
            "queue": Part(_QUEUE, _queue_in_words, [NOW]),
            "late": Part(_AGE, passages.band_in_words, [NOW]),
            "then": Part("f.states[width_bucket(%(last)s::date, f.days)]", passages.state_in_words),
            "month": Part("to_char(f.escalated_on, 'YYYY-MM')", month_in_words),
        }

    def page(self, scope: Scope) -> Page:
        rows = _standing(scope)
        points = days_of(scope.period)
        over_time = _over_time(scope, points)
        by = {level: [row for row in rows if row["level"] == level] for level in range(TOGETHER)}
        (now,) = [row for row in rows if row["level"] == TOGETHER]
        return Page(
            headline=_headline(now),
            figures=[Figure(one.label, now[one.key], shown=one.shown()) for one in STANDING],
            sections=[
                _lateness(now),
                _split(_("In whose hands"), _("In the hands of"), "owner", by[BY_OWNER], now),
                _split(_("By podiatrist"), _("Podiatrist"), "podiatrist", by[BY_PODIATRIST], now),
                _split(_("By urgency"), _("Urgency"), "urgency", by[BY_URGENCY], now),
                _split(_("By queue"), _("Queue"), "queue", by[BY_QUEUE], now),
                _states(over_time, points),
                _escalations(over_time),
            ],
            measures=[*(one.measure for one in COUNTS), *_measures()],
            is_empty=not (now["open"] or over_time),
        )


def days_of(period: Period) -> list[date]:
    """Return the days at whose end the open referrals are counted, the last day of the period among them.

    The ends of the months of the period; of one of two months or less, a day of every week. No more than
    the last 13.
    """
    found = [period.last]
    while len(found) < MOST_DAYS:
        day = found[-1]
        before = day - timedelta(days=7) if period.days <= 62 else day.replace(day=1) - timedelta(days=1)
        if before < period.first:
            break
        found.append(before)
    return found[::-1]


def _standing(scope: Scope) -> list[Row]:
    """Return the counts of today by owner, podiatrist, urgency and queue, and together. One query."""
    late = ", ".join(
        f"""count(*) FILTER (WHERE {OVERDUE.condition} AND {_AGE} = '{age}') AS "late {age}" """
        for age in AGES
    )
    return fetch(
        f"""
        SELECT g.*, COALESCE(o.name, u.name) AS name FROM (
            SELECT grouping(r.owner_id, f.podiatrist_id, f.urgency, {_QUEUE}) AS level,
                r.owner_id::text AS owner, f.podiatrist_id::text AS podiatrist, f.urgency, {_QUEUE} AS queue,
                {", ".join(one.sql for one in STANDING)}, {late}
            FROM referrals_passage f JOIN referrals_referral r ON r.id = f.referral_id
            WHERE {NOW.where(scope)} AND {_OPEN}
            GROUP BY GROUPING SETS ((), (r.owner_id), (f.podiatrist_id), (f.urgency), ({_QUEUE}))
        ) g
        LEFT JOIN clinic_user o ON o.id = g.owner::uuid
        LEFT JOIN clinic_user u ON u.id = g.podiatrist::uuid
        ORDER BY g.level, g.overdue DESC, g.open DESC, name, owner, podiatrist, urgency, queue
        """,  # noqa: S608 - of ours
        scope,
    )


def _over_time(scope: Scope, points: Sequence[date]) -> list[Row]:
    """Return how many were open in each state at the end of each day, and escalated in each month."""
    return fetch(
        f"""
        SELECT 'open' AS kind, d.day::text AS at, f.states[width_bucket(d.day, f.days)] AS state,
            count(*) AS referrals
        FROM referrals_passage f JOIN unnest(%(points)s::date[]) AS d (day)
            ON f.drafted_on <= d.day AND (f.ended_on IS NULL OR f.ended_on > d.day)
        WHERE {THEN.where(scope)} AND (f.ended_on IS NULL OR f.ended_on > %(from)s)
        GROUP BY 2, 3
        UNION ALL
        SELECT 'escalated', to_char(f.escalated_on, 'YYYY-MM'), '', count(*)
        FROM referrals_passage f WHERE {ESCALATIONS.where(scope)} GROUP BY 2
        ORDER BY 1, 2, 3
        """,  # noqa: S608 - of ours
        scope,
        points=list(points),
        **{"from": points[0]},
    )


def _headline(now: Row) -> str:
    if not now["open"]:
        return _("No referral is open today.")
    first = ngettext(
        "Overdue: %(overdue)s of %(open)s open referral",
        "Overdue: %(overdue)s of %(open)s open referrals",
        now["open"],
    ) % {"overdue": written(now["overdue"]), "open": written(now["open"])}
    long = sum(now[f"late {age}"] for age in AGES[3:])
    if long:
        first += _(", %(long)s of them for more than two weeks") % {"long": written(long)}
    rest = _(
        "At risk of missing the day by which the patient should be seen: %(risk)s. Day missed: %(past)s."
        " Escalated: %(escalated)s."
    ) % {name: written(now[key]) for name, key in (("risk", "at-risk"), ("past", "past"), ("escalated",) * 2)}
    return f"{first}. {rest}"


def _lateness(now: Row) -> Section:
    numbers = [now[f"late {age}"] for age in AGES]
    labels = [passages.band_in_words(age) for age in AGES]
    table = Table(
        [_("Overdue since"), _("Referrals")],
        [
            [label, Cell(number, shown=OVERDUE.shown(part="late", of=age))]
            for label, number, age in zip(labels, numbers, AGES, strict=True)
        ],
        [_("Together"), Cell(sum(numbers), shown=OVERDUE.shown())],
    )
    chart = Bars(_("For how long they have been overdue"), labels, [Series(_("Overdue"), numbers, "urgent")])
    return Section(
        _("For how long they have been overdue"),
        says=_("Days of the calendar since the day on which the next action was due."),
        chart=chart,
        table=table,
        empty=_("Nothing is overdue."),
    )


def _split(title: str, head: str, part: str, rows: Sequence[Row], now: Row) -> Section:
    """The counts of today for each owner, podiatrist, urgency or queue."""

    def line(head: str, row: Row, **narrow: str) -> list[Cell | str]:
        return [head, *(Cell(row[one.key], shown=one.shown(**narrow)) for one in STANDING)]

    lines = [line(_named(part, row), row, part=part, of=row[part]) for row in rows]
    heads = [head, *(one.label for one in STANDING)]
    return Section(
        title,
        table=Table(heads, lines, line(_("Together"), now) if lines else None),
        empty=_("No referral is open today."),
    )


def _named(part: str, row: Row) -> str:
    if part in ("owner", "podiatrist"):
        return str(row["name"])
    return passages.urgency_in_words(row[part]) if part == "urgency" else _queue_in_words(row[part])


def _states(rows: Sequence[Row], points: Sequence[date]) -> Section:
    numbers = {(row["at"], row["state"]): row["referrals"] for row in rows if row["kind"] == "open"}
    states = [state for state in State.values if state in OPEN_STATES]
    found = [state for state in states if any((f"{day}", state) in numbers for day in points)]
    chart = Columns(
        _("Open referrals at the end of the day"),
        [written(day) for day in points],
        [
            Series(passages.state_in_words(state), [numbers.get((f"{day}", state), 0) for day in points])
            for state in found
        ],
    )

    def line(day: date) -> list[Cell | str]:
        narrow = {"first": f"{day}", "last": f"{day}"}
        counts = [numbers.get((f"{day}", state), 0) for state in found]
        return [
            written(day),
            *(
                Cell(count, shown=OPEN_THEN.shown(**narrow, part="then", of=state))
                for state, count in zip(found, counts, strict=True)
            ),
            Cell(sum(counts), shown=OPEN_THEN.shown(**narrow)),
        ]

    heads = [_("End of"), *map(passages.state_in_words, found), _("Together")]
    return Section(
        _("Open referrals over time"),
        says=_("How many were open in each state at the end of each of these days of the period."),
        chart=chart,
        table=Table(heads, [line(day) for day in points] if found else []),
        empty=_("No referral was open on these days."),
    )


def _escalations(rows: Sequence[Row]) -> Section:
    months = [row for row in rows if row["kind"] == "escalated"]
    numbers = [row["referrals"] for row in months]
    table = Table(
        [_("Month"), EVER_ESCALATED.label],
        [
            [
                month_in_words(row["at"]),
                Cell(row["referrals"], shown=EVER_ESCALATED.shown(part="month", of=row["at"])),
            ]
            for row in months
        ],
        [_("Together"), Cell(sum(numbers), shown=EVER_ESCALATED.shown())] if months else None,
    )
    chart = Columns(
        _("Referrals escalated for the first time"),
        [month_in_words(row["at"]) for row in months],
        [Series(str(EVER_ESCALATED.label), numbers, "urgent")],
    )
    return Section(
        _("Escalations over time"), chart=chart, table=table, empty=_("Nothing was escalated in the period.")
    )


def _queue_in_words(code: str) -> str:
    """Return the words for a queue; an address may hold anything."""
    return str(dict(Tile.choices).get(code, ""))


def _measures() -> list[Measure]:
    return [
        Measure(
            _("By queue"),
            _(
                "What an open referral waits for by its state, whether or not it is overdue; on the worklist"
                " the overdue ones have a queue of their own."
            ),
        ),
        Measure(
            _("Period"),
            _(
                "Only what is shown over time goes by the period. All else is as it stands today: a change of"
                " the period changes nothing there. At most 13 days are shown, the last of the period."
            ),
        ),
    ]
