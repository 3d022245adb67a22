"""Report: who saw how many patients, what is not signed, who is new, and what was written."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.reports import (
    Bars,
    Cell,
    Columns,
    Count,
    Figure,
    Measure,
    Page,
    Part,
    Report,
    Scope,
    Section,
    Series,
    Table,
    Unit,
    fetch,
    register,
)
from clinic.reports.content import Value
from clinic.reports.numbers import share, tenths
from clinic.reports.report import Row
from clinic.reports.steps import Step, step_of, steps
from referrals.reports.activity_counts import (
    ALL,
    COUNTED_IN,
    DRAFTS,
    IN_A_DAY,
    KINDS,
    NEW,
    OF_DRAFTS,
    OF_VISITS,
    OTHERS,
    PARTS,
    SIGNED,
    UNSIGNED,
    VISITS,
)

Line = list[Cell | Value]
# Of whom, in which step, of which kind: what a row of the first query is about, None for all.
Key = tuple[str | None, date | None, str | None]
_TABLE = "cases_countedvisit f"


def _visits(scope: Scope) -> str:
    """Return SQL of visits: of all, by podiatrist, by step in time, by both, and by kind.

    By day first: the step is worked out for each day, not for each visit.
    """
    counts = ", ".join(count.sql for count in (*OF_VISITS, NEW))
    added = ", ".join(count.added for count in (*OF_VISITS, NEW))
    where = VISITS.where(scope)
    return f"""
        WITH small AS (
            SELECT f.podiatrist_id AS who, f.day, f.kind, {counts}
            FROM {_TABLE} WHERE {where} GROUP BY 1, 2, 3),
        added AS (
            SELECT who, step, kind, {added}
            FROM (SELECT *, date_trunc(%(step)s, day::timestamp)::date AS step FROM small) s
            GROUP BY GROUPING SETS ((), (who), (step), (who, step), (kind))),
        signing AS (
            SELECT f.podiatrist_id AS who,
                percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY f.minutes_to_sign) AS minutes
            FROM {_TABLE} WHERE {where} AND f.minutes_to_sign IS NOT NULL
            GROUP BY GROUPING SETS ((), (f.podiatrist_id)))
        SELECT a.*, a.who::text AS who, u.name, s.minutes[1] AS median, s.minutes[2] AS p90
        FROM added a LEFT JOIN clinic_user u ON u.id = a.who
        LEFT JOIN signing s ON s.who IS NOT DISTINCT FROM a.who AND a.step IS NULL AND a.kind IS NULL
        ORDER BY a.step, u.name, u.id, a.kind"""  # noqa: S608


def _others(scope: Scope) -> str:
    """Return SQL of drafts by who began them, and of all the rest. Columns: what, who, name, 3 counts."""
    drafts = ", ".join(count.sql for count in OF_DRAFTS)
    rest = " ".join(
        f"""UNION ALL SELECT '{count.key}', NULL, '', count(*), 0, 0 FROM {source}
            WHERE {count.population.where(scope)} AND ({count.condition})"""  # noqa: S608
        for count, source in COUNTED_IN
    )
    return f"""
        SELECT 'draft' AS what, u.id::text AS who, u.name, {drafts} FROM {DRAFTS.source}
            WHERE {DRAFTS.where(scope)} AND ({UNSIGNED.condition}) GROUP BY u.id
        {rest} ORDER BY 1, 4 DESC, 3, 2"""  # noqa: S608


@register
class Activity(Report):
    """Visits by podiatrist, kind and week, drafts, time to sign, new patients, and letters."""

    slug = "activity"
    place = 6
    title = gettext_lazy("Activity")
    question = gettext_lazy("How much do we do, who is new, and what waits for a signature?")

    def counts(self) -> Sequence[Count]:
        return (*OF_VISITS, *OF_DRAFTS, *OTHERS)

    def parts(self) -> Mapping[str, Part]:
        return PARTS

    def page(self, scope: Scope) -> Page:
        """Return the page. Two queries."""
        rows = fetch(_visits(scope), scope, step=step_of(scope.period))
        found: dict[Key, Row] = {(row["who"], row["step"], row["kind"]): row for row in rows}
        whole = found[None, None, None]
        people = [row for row in rows if row["who"] and row["step"] is None]
        along = steps(scope.period, next((row["step"] for row in rows if row["step"]), None))
        others = fetch(_others(scope), scope)
        drafts = [row for row in others if row["what"] == "draft"]
        totals = {count.key: sum(row[count.key] for row in drafts) for count in OF_DRAFTS}
        totals |= {row["what"]: row[UNSIGNED.key] for row in others if row["what"] != "draft"}
        totals[NEW.key] = whole[NEW.key]
        return Page(
            headline=_headline(whole, people, totals),
            figures=_figures(whole, totals),
            sections=[
                _over_time(found, people, along, whole),
                _by_podiatrist(found, people, along, whole),
                _by_kind([row for row in rows if row["kind"]], whole),
                _signing(people, whole),
                _drafts(drafts, totals),
            ],
            measures=[*(count.measure for count in self.counts()), *_MEASURES],
            is_empty=not whole[ALL.key] and not any(totals.values()),
        )


def _headline(whole: Row, people: Sequence[Row], totals: Mapping[str, int]) -> str:
    if not whole[ALL.key] and not any(totals.values()):
        return _("Nothing was recorded in this period.")
    visits = ngettext("%(count)s visit", "%(count)s visits", whole[ALL.key])
    podiatrists = ngettext("%(count)s podiatrist", "%(count)s podiatrists", len(people))
    return _("%(visits)s by %(podiatrists)s; new patients: %(new)s; waiting to be signed: %(unsigned)s.") % {
        "visits": visits % {"count": f"{whole[ALL.key]:,}"},
        "podiatrists": podiatrists % {"count": len(people)},
        "new": f"{totals[NEW.key]:,}",
        "unsigned": f"{totals[UNSIGNED.key]:,}",
    }


def _hours(minutes: float | None) -> Decimal | None:
    return None if minutes is None else tenths(Decimal(str(minutes)) / 60)


def _figures(whole: Row, totals: Mapping[str, int]) -> list[Figure]:
    signed = whole[SIGNED.key]
    today = _("As it is today, whatever the period.")
    return [
        Figure(str(ALL.label), whole[ALL.key], shown=ALL.shown()),
        Figure(str(SIGNED.label), signed, of=whole[ALL.key], shown=SIGNED.shown()),
        Figure(
            str(IN_A_DAY.label), share(whole[IN_A_DAY.key], signed), Unit.PERCENT, of=signed,
            shown=IN_A_DAY.shown(),
        ),
        Figure(_("Median time to signing"), _hours(whole["median"]), Unit.HOURS, of=signed),
        Figure(_("9 of 10 signed within"), _hours(whole["p90"]), Unit.HOURS, of=signed),
        *(
            Figure(str(count.label), totals[count.key], shown=count.shown(), note=today)
            for count in OF_DRAFTS
        ),
        *(Figure(str(count.label), totals[count.key], shown=count.shown()) for count in OTHERS),
    ]  # fmt: skip


def _number(found: Mapping[Key, Row], who: str | None, step: Step) -> int:
    row = found.get((who, step.start, None))
    return int(row[ALL.key]) if row else 0


def _over_time(found: Mapping[Key, Row], people: Sequence[Row], along: Sequence[Step], whole: Row) -> Section:
    values = [_number(found, None, step) for step in along]
    rows: list[Line] = [
        [step.label, Cell(value, shown=ALL.shown(**step.narrow))]
        for step, value in zip(along, values, strict=True)
    ]
    labels = [step.label for step in along]
    return Section(
        _("Visits over time"),
        _("Of all podiatrists chosen. Up to 100 days by week, up to two years by month, then by year."),
        Columns(_("Visits"), labels, [Series(str(ALL.label), values, "accent")]),
        Table([_("When"), str(ALL.label)], rows, [_("All"), Cell(whole[ALL.key], shown=ALL.shown())]),
        empty=_("No visit lies in this period."),
    )


def _by_podiatrist(
    found: Mapping[Key, Row], people: Sequence[Row], along: Sequence[Step], whole: Row
) -> Section:
    rows: list[Line] = []
    for row in people:
        cells = [
            Cell(_number(found, row["who"], step), shown=ALL.shown(podiatrist=row["who"], **step.narrow))
            for step in along
        ]
        rows.append([row["name"], *cells, Cell(row[ALL.key], shown=ALL.shown(podiatrist=row["who"]))])
    every = [Cell(_number(found, None, step), shown=ALL.shown(**step.narrow)) for step in along]
    total: Line = [_("All"), *every, Cell(whole[ALL.key], shown=ALL.shown())]
    heads = [_("Podiatrist"), *(step.label for step in along), _("All")]
    return Section(
        _("Visits by podiatrist"),
        table=Table(heads, rows, total if rows else None),
        empty=_("No visit lies in this period."),
    )


def _by_kind(kinds: Sequence[Row], whole: Row) -> Section:
    rows: list[Line] = [
        [
            str(KINDS[row["kind"]]),
            Cell(row[ALL.key], shown=ALL.shown(part="kind", of=row["kind"])),
            Cell(share(row[ALL.key], whole[ALL.key]), Unit.PERCENT),
        ]
        for row in kinds
    ]
    labels = [str(KINDS[row["kind"]]) for row in kinds]
    total: Line = [_("All"), Cell(whole[ALL.key], shown=ALL.shown()), Cell(100, Unit.PERCENT)]
    return Section(
        _("Visits by kind"),
        chart=Bars(_("Visits"), labels, [Series(str(ALL.label), [row[ALL.key] for row in kinds], "accent")]),
        table=Table([_("Kind"), str(ALL.label), _("Share")], rows, total if rows else None),
        empty=_("No visit lies in this period."),
    )


def _signing(people: Sequence[Row], whole: Row) -> Section:
    def told(row: Row, **narrow: str) -> Line:
        signed = row[SIGNED.key]
        return [
            Cell(signed, shown=SIGNED.shown(**narrow)),
            Cell(_hours(row["median"]), Unit.HOURS),
            Cell(_hours(row["p90"]), Unit.HOURS),
            Cell(row[IN_A_DAY.key], shown=IN_A_DAY.shown(**narrow)),
            Cell(share(row[IN_A_DAY.key], signed), Unit.PERCENT),
        ]

    rows: list[Line] = [[row["name"], *told(row, podiatrist=row["who"])] for row in people]
    heads = [
        _("Podiatrist"), str(SIGNED.label), _("Median time to signing"), _("9 of 10 signed within"),
        str(IN_A_DAY.label), _("Share"),
    ]  # fmt: skip
    return Section(
        _("From beginning to signing"),
        _("How long a visit of the period was a draft."),
        table=Table(heads, rows, [_("All"), *told(whole)] if rows else None),
        empty=_("No visit of this period is signed."),
    )


def _drafts(drafts: Sequence[Row], totals: Mapping[str, int]) -> Section:
    rows: list[Line] = [
        [
            row["name"],
            *(Cell(row[count.key], shown=count.shown(podiatrist=row["who"])) for count in OF_DRAFTS),
        ]
        for row in drafts
    ]
    total: Line = [_("All"), *(Cell(totals[count.key], shown=count.shown()) for count in OF_DRAFTS)]
    return Section(
        _("Unsigned visits"),
        _("By who began them, as it is today. Each podiatrist finds theirs on the first page."),
        table=Table(
            [_("Podiatrist"), *(str(count.label) for count in OF_DRAFTS)], rows, total if rows else None
        ),
        empty=_("Every visit is signed."),
    )


_MEASURES = [
    Measure(
        gettext_lazy("Median time to signing"),
        gettext_lazy(
            "Half of the signed visits of the period were signed within so many hours of being begun in the"
            " record. It runs through nights and weekends. A visit written up later begins when it is"
            " written."
        ),
    ),
    Measure(
        gettext_lazy("9 of 10 signed within"),
        gettext_lazy("Of ten signed visits nine were signed within so many hours of being begun."),
    ),
    Measure(
        gettext_lazy("Podiatrist"),
        gettext_lazy(
            "Who signed the visit, or began it while it is a draft; for letters who signed the letter, for"
            " referrals who signed the visit, for addenda who wrote them."
        ),
    ),
    Measure(
        gettext_lazy("Share"),
        gettext_lazy("Whole per cent, rounded half up, of how many is said beside them."),
    ),
]
