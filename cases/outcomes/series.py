"""From plain rows of scores to series: first, latest, change, and whether the change matters."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .measures import Scale, load_measures, scale_of
from .verdicts import improvement, line_at, verdict, verdicts

PSFS, ACTIVITY, MEAN = "psfs", "activity", "mean"
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One score as the record has it. `visit` tells two visits of one day apart."""

    visit: Hashable
    on: date
    measure: str
    scale: str
    value: Decimal
    activity: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One score of a series. `change` is from the first score, None where there is nothing to compare.

    `verdict` is BETTER or WORSE where that change matters. `of` counts the activities of a mean.
    """

    visit: Hashable
    on: date
    value: Decimal
    change: Decimal | None = None
    verdict: str = ""
    of: int = 1


@dataclass(frozen=True, slots=True)
class Series:
    """The scores of one scale in the order of time, never empty. `words` are an activity's own."""

    scale: Scale
    points: Sequence[Point]
    activity: str = ""
    words: str = ""

    @property
    def first(self) -> Point:
        """The baseline."""
        return self.points[0]

    @property
    def latest(self) -> Point:
        """The last score."""
        return self.points[-1]

    @property
    def change(self) -> Decimal | None:
        """How far the latest score is from the first, None with one score only."""
        return self.latest.change if len(self.points) > 1 else None

    @property
    def verdict(self) -> str:
        """BETTER or WORSE where the change from first to latest matters."""
        return self.latest.verdict

    @property
    def matters_at(self) -> Decimal | None:
        """The score at which the change that matters is reached."""
        return line_at(self.scale, self.first.value)

    @property
    def key(self) -> tuple[str, str]:
        """Measure and scale."""
        return self.scale.measure, self.scale.code


def series_of(rows: Iterable[Row]) -> list[Series]:
    """Return a series for each scale that was scored, in the order of the measures.

    `rows` come in the order of time. Each activity of the PSFS has a series, after that of their mean.
    A row whose measure or scale is no longer known is left out.
    """
    known = [row for row in rows if _is_known(row)]
    by_scale: dict[tuple[str, str, str], list[Row]] = {}
    for row in known:
        by_scale.setdefault((row.measure, row.scale, row.activity), []).append(row)
    made = {key: _series(rows) for key, rows in by_scale.items()}
    ordered: list[Series] = []
    for measure in load_measures().values():
        if measure.code == PSFS:
            activities = [one for (code, _, _), one in made.items() if code == PSFS]
            ordered += (
                [_mean([row for row in known if row.measure == PSFS]), *activities] if activities else []
            )
            continue
        keys = ((measure.code, scale, "") for scale in measure.scales)
        ordered += [made[key] for key in keys if key in made]
    return ordered


def _is_known(row: Row) -> bool:
    measure = load_measures().get(row.measure)
    return measure is not None and row.scale in measure.scales


def _series(rows: Sequence[Row]) -> Series:
    scale, first = scale_of(rows[0].measure, rows[0].scale), rows[0].value
    found = verdicts(scale, first, [row.value for row in rows])
    points = [
        Point(row.visit, row.on, row.value, row.value - first, matters)
        for row, matters in zip(rows, found, strict=True)
    ]
    return Series(scale, points, rows[0].activity, rows[0].words)


def _mean(rows: Sequence[Row]) -> Series:
    """The mean at each visit of the activities scored then.

    It is compared with the first visit on the activities scored at both: taking a hard activity out
    makes nobody better. One activity alone needs the change of a single item.
    """
    visits: dict[Hashable, list[Row]] = {}
    for row in rows:
        visits.setdefault(row.visit, []).append(row)
    first = {row.activity: row.value for row in next(iter(visits.values()))}
    points = [_mean_point(visit, scored, first) for visit, scored in visits.items()]
    return Series(scale_of(PSFS, MEAN), points)


def _mean_point(visit: Hashable, scored: Sequence[Row], first: dict[str, Decimal]) -> Point:
    value = _average([row.value for row in scored])
    both = [row for row in scored if row.activity in first]
    if not both:
        return Point(visit, scored[0].on, _tenths(value), of=len(scored))
    before = _average([first[row.activity] for row in both])
    now = _average([row.value for row in both])
    scale = scale_of(PSFS, MEAN if len(both) > 1 else ACTIVITY)
    found = verdict(scale, before, now)
    return Point(visit, scored[0].on, _tenths(value), _tenths(now - before), found, len(scored))


def _average(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)


def got_better(series: Series) -> bool | None:
    """Return whether the latest score is better than the first, None where it is the same or alone."""
    if not series.change:
        return None
    return improvement(series.scale, Decimal(0), series.change) > 0
