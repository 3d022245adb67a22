"""The parts of the report on treatments: charts with their tables, each number with the rows behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cases.reports.treatment_counts import (
    ADVERSE,
    BETTER,
    FUNCTION,
    FUNCTION_BETTER,
    FUNCTION_WORSE,
    KINDS,
    MISSED,
    OVERRIDDEN,
    PAIN,
    PAIN_BETTER,
    PAIN_WORSE,
    PRESCRIBED,
    REVIEWED,
    SAME,
    STOP_REASONS,
    STOPPED,
    WORSE,
)
from clinic.reports import (
    Bars,
    Cell,
    Columns,
    Count,
    Intervals,
    Section,
    Series,
    Table,
    Unit,
)
from clinic.reports.content import Value
from clinic.reports.numbers import FEW, Mean, mean, percent
from clinic.reports.report import Row
from clinic.reports.steps import Step
from clinic.reports.words import written

Kinds = Sequence[Row]
Line = list[Cell | Value]


def _line(head: Value, *cells: Cell | Value) -> Line:
    return [head, *cells]


def caution(of: int) -> str:
    """Return a warning beside a share or a mean of few."""
    return _("Of few: read with caution.") if 0 < of < FEW else ""


def interval(found: Mean) -> str:
    """Return the 95 % interval in words."""
    if found.low is None:
        return caution(found.count)
    said = _("95 %% interval %(low)s to %(high)s") % {"low": written(found.low), "high": written(found.high)}
    return " ".join(filter(None, [f"{said}.", caution(found.count)]))


def _kind(row: Row) -> str:
    return str(KINDS.get(row["kind"], row["kind"]))


def _cell(row: Row, count: Count, **narrow: str) -> Cell:
    """Return a count of a row by kind, or of all of them, with the rows behind it."""
    of_kind = {"part": "kind", "of": row["kind"]} if row["kind"] else {}
    return Cell(row[count.key], shown=count.shown(**of_kind, **narrow))


def mix(kinds: Kinds, everything: Row) -> Section:
    """How many of each kind."""
    rows = [_line(_kind(row), *_mixed(row, everything)) for row in kinds]
    heads = [_("Treatment"), _("Treatments"), _("Share"), _("Prescriptions")]
    return Section(
        _("What was prescribed"),
        _("A treatment that goes on from visit to visit is one, however often it was prescribed."),
        Bars(_("Treatments by kind"), [_kind(row) for row in kinds], [_series(PRESCRIBED, kinds, "accent")]),
        Table(heads, rows, _line(_("All"), *_mixed(everything, everything))),
        empty=_("No visit of this period that was signed has a treatment."),
    )


def _mixed(row: Row, everything: Row) -> list[Cell]:
    part = percent(row["prescribed"], everything["prescribed"])
    return [_cell(row, PRESCRIBED), part, Cell(row["prescriptions"])]


def _series(count: Count, kinds: Kinds, tone: str = "") -> Series:
    return Series(str(count.label), [int(row[count.key]) for row in kinds], tone)


def over_time(
    kinds: Kinds, cells: Mapping[tuple[str | None, date], Row], along: Sequence[Step], everything: Row
) -> Section:
    """How many of each kind in each week, month or year."""
    labels = [step.label for step in along]
    series = [
        Series(_kind(row), [_number(cells, row["kind"], step, PRESCRIBED) for step in along]) for row in kinds
    ]
    rows = []
    for step in along:
        of_step = [
            Cell(
                _number(cells, row["kind"], step, PRESCRIBED),
                shown=PRESCRIBED.shown(part="kind", of=row["kind"], **step.narrow),
            )
            for row in kinds
        ]
        whole = Cell(_number(cells, None, step, PRESCRIBED), shown=PRESCRIBED.shown(**step.narrow))
        rows.append(_line(step.label, *of_step, whole))
    total = _line(_("All"), *(_cell(row, PRESCRIBED) for row in [*kinds, everything]))
    return Section(
        _("Over time"),
        chart=Columns(_("Treatments by the day they were first prescribed"), labels, series),
        table=Table([_("When"), *map(_kind, kinds), _("All")], rows, total),
        empty=_("Nothing was prescribed in this period."),
    )


def _number(cells: Mapping[tuple[str | None, date], Row], kind: str | None, step: Step, count: Count) -> int:
    row = cells.get((kind, step.start))
    return int(row[count.key]) if row else 0


def responses(kinds: Kinds, everything: Row) -> Section:
    """What patients say at the newest review."""
    heads = [
        _("Treatment"), str(REVIEWED.label), str(BETTER.label), str(SAME.label), str(WORSE.label),
        _("Better, of those reviewed"),
    ]  # fmt: skip
    rows = [_line(_kind(row), *_answers(row)) for row in kinds]
    tones = ((BETTER, "accent"), (SAME, "quiet"), (WORSE, "urgent"))
    return Section(
        _("What patients say"),
        _("At the newest review of each treatment."),
        Bars(
            _("Better, the same or worse, by kind"),
            [_kind(row) for row in kinds],
            [_series(count, kinds, tone) for count, tone in tones],
        ),
        Table(heads, rows, _line(_("All"), *_answers(everything))),
        empty=_("No treatment of this period has been reviewed."),
    )


def _answers(row: Row) -> list[Cell]:
    counted = [_cell(row, count) for count in (REVIEWED, BETTER, SAME, WORSE)]
    return [*counted, percent(row["better"], row["reviewed"])]


@dataclass(frozen=True)
class Changing:
    """A score of which the change is shown."""

    known: Count
    better: Count
    worse: Count
    says: str

    def mean(self, row: Row) -> Mean:
        """Return its mean change."""
        key = self.known.key
        return mean(row[key], row[f"{key}_change"], row[f"{key}_squares"])


PAIN_CHANGE = Changing(PAIN, PAIN_BETTER, PAIN_WORSE, "pain")
FUNCTION_CHANGE = Changing(FUNCTION, FUNCTION_BETTER, FUNCTION_WORSE, "function")


def changes(kinds: Kinds, everything: Row, of: Changing) -> Section:
    """The mean change of a score by kind, with its interval and how many changed by what matters."""
    says = {
        "pain": _("Points from 0 to 10; below 0 is less pain. The line is the 95 % interval of the mean."),
        "function": _("Points of PSFS; above 0 is better. The line is the 95 % interval of the mean."),
    }[of.says]
    known = [row for row in kinds if row[of.known.key]]
    means = [of.mean(row) for row in known]
    ends = (
        Series(_("Mean"), [one.value for one in means], "accent"),
        Series(_("Low end"), [one.low for one in means]),
        Series(_("High end"), [one.high for one in means]),
    )
    heads = [
        _("Treatment"), _("With both numbers"), _("Mean change"), _("Low end"), _("High end"),
        _("Better by what matters"), _("Share"), _("Worse by what matters"),
    ]  # fmt: skip
    rows = [_line(_kind(row), *_changed(row, of)) for row in known]
    return Section(
        str(of.known.label),
        says,
        Intervals(str(of.known.label), [_kind(row) for row in known], ends, Unit.POINTS),
        Table(heads, rows, _line(_("All"), *_changed(everything, of)) if rows else None),
        empty=_("No treatment of this period has the number both before and after."),
    )


def _changed(row: Row, of: Changing) -> list[Cell]:
    found = of.mean(row)
    return [
        _cell(row, of.known),
        *(Cell(value, Unit.POINTS) for value in (found.value, found.low, found.high)),
        _cell(row, of.better),
        percent(row[of.better.key], row[of.known.key]),
        _cell(row, of.worse),
    ]


def adverse(kinds: Kinds, everything: Row) -> Section:
    """Treatments with an adverse event, by kind."""
    heads = [_("Treatment"), str(ADVERSE.label), _("Share of those reviewed")]

    def counted(row: Row) -> list[Cell]:
        return [_cell(row, ADVERSE), percent(row["adverse"], row["reviewed"])]

    rows = [_line(_kind(row), *counted(row)) for row in kinds if row["adverse"]]
    return Section(
        _("Adverse events"),
        _("What happened is in the review of the treatment, in the patient’s record."),
        table=Table(heads, rows, _line(_("All"), *counted(everything)) if rows else None),
        empty=_("No review tells an adverse event."),
    )


def stops(rows: Iterable[Row], everything: Row) -> Section:
    """Why treatments were stopped."""
    found = [
        _line(
            str(STOP_REASONS.get(row["code"], row["code"])),
            Cell(row["total"], shown=STOPPED.shown(part="stopped", of=row["code"])),
            percent(row["total"], everything["stopped"]),
        )
        for row in rows
    ]
    every = everything["stopped"]
    total = _line(_("All"), Cell(every, shown=STOPPED.shown()), percent(every, every))
    return Section(
        _("Why treatments were stopped"),
        table=Table([_("Reason"), str(STOPPED.label), _("Share")], found, total if found else None),
        empty=_("No treatment of this period was stopped."),
    )


def overrides(rows: Sequence[Row]) -> Section:
    """Which checks were overridden, and how often."""
    found = [
        _line(
            row["words"], Cell(row["total"], shown=OVERRIDDEN.shown(part="check", of=row["code"])), row["day"]
        )
        for row in rows
    ]
    total = _line(_("All"), Cell(sum(row["total"] for row in rows), shown=OVERRIDDEN.shown()), None)
    return Section(
        str(OVERRIDDEN.label),
        _("Each is a warning that a clinician went on in spite of, with a reason."),
        table=Table([_("Block"), _("Overridden"), _("Last time")], found, total if found else None),
        empty=_("No block was overridden in this period."),
    )


def reasons(rows: Iterable[Row], most: int) -> Section:
    """The newest reasons for going on in spite of a block, as they were written."""
    found = [_line(row["day"], row["name"], row["words"], row["reason"]) for row in rows]
    return Section(
        _("Reasons for overriding, as written"),
        _("The newest %(most)s. The number of overrides above leads to all of them.") % {"most": most},
        table=Table([_("Visit"), _("By"), _("Block"), _("Reason")], found),
        empty=_("No block was overridden in this period."),
    )


def missed(rows: Sequence[Row]) -> Section:
    """Reviews that nobody made, by who prescribed the treatment."""
    found = [
        _line(row["name"], Cell(row["total"], shown=MISSED.shown(podiatrist=row["code"])), row["day"])
        for row in rows
    ]
    total = _line(_("All"), Cell(sum(row["total"] for row in rows), shown=MISSED.shown()), None)
    return Section(
        str(MISSED.label),
        _("By who prescribed the treatment first. The lead podiatrist finds them on the first page."),
        table=Table([_("Podiatrist"), _("Missed"), _("Due longest since")], found, total if found else None),
        empty=_("Every review that was due has been made."),
    )
