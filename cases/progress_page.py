"""What the progress page shows of a case: charts on one time axis, and the same in tables."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import courses
from cases.models import Case, Treatment
from cases.outcome_drawing import chart_of, letter, treatments_of
from cases.outcome_record import rows_of
from cases.outcome_tables import Table, tables_of
from cases.outcome_words import group_words, in_short, size_of, story, title_of
from cases.outcomes import Course, Measure, Series, load_measures, series_of, triage_group
from clinic.calendar import today_in
from clinic.templatetags.footnote import day

PAIN: dict[str, Any] = {
    "worst": gettext_lazy("Worst"),
    "average": gettext_lazy("Average"),
    "now": gettext_lazy("Now"),
}


@dataclass(frozen=True)
class Chart:
    """One chart with its heading, and what its drawing cannot say: which letter is what."""

    title: str
    range: str
    drawing: SafeString
    says: str
    letters: Sequence[tuple[str, str]] = ()
    note: str = ""


@dataclass(frozen=True)
class Given:
    """A course of treatment in a row of the table."""

    name: str
    start_on: date
    end_on: date | None
    is_stopped: bool


@dataclass(frozen=True)
class ProgressPage:
    """The page. `pain` are the choices of what pain is drawn: code, words, whether it is the one."""

    pain: Sequence[tuple[str, str, bool]]
    charts: Sequence[Chart]
    treatments: Chart | None
    given: Sequence[Given]
    tables: Sequence[Table]
    measures: Sequence[tuple[Measure, Sequence[tuple[str, str]]]]


def progress_page(case: Case, pain: str = "") -> ProgressPage:
    """Return the page of a case with the pain that was chosen, or that scored most often. Three queries."""
    rows = rows_of(case.pk)
    series = series_of(rows)
    given = _given(case)
    if not series:
        return ProgressPage((), (), None, given, (), ())
    chosen = pain if pain in PAIN else _most_scored(series)
    axis_days = _axis(case, series, given)
    visits = {row.visit: row.on for row in rows}
    groups = _groups(series)
    charts = [_chart(drawn, axis_days, visits.values(), given, groups) for drawn in _drawn(series, chosen)]
    return ProgressPage(
        pain=_choices(series, chosen),
        charts=charts,
        treatments=_treatments(given, axis_days),
        given=given,
        tables=tables_of(series, visits, groups),
        measures=_measures(series),
    )


def _most_scored(series: Iterable[Series]) -> str:
    """Of worst, average and now the one with most scores; of as many the first."""
    count = dict.fromkeys(PAIN, 0)
    for one in series:
        if one.scale.measure == "nrs":
            count[one.scale.code.partition("_")[2]] += len(one.points)
    return max(count, key=lambda code: count[code])


def _choices(series: Iterable[Series], chosen: str) -> list[tuple[str, str, bool]]:
    scored = {one.scale.code.partition("_")[2] for one in series if one.scale.measure == "nrs"}
    return [(code, str(words), code == chosen) for code, words in PAIN.items() if code in scored]


def _drawn(series: Iterable[Series], pain: str) -> list[list[Series]]:
    """What stands in one chart: the activities of the PSFS with their mean, everything else alone."""
    drawn: list[list[Series]] = []
    activities: list[Series] = []
    for one in series:
        if one.scale.measure == "nrs" and not one.scale.code.endswith(f"_{pain}"):
            continue
        if one.activity:
            activities.append(one)
            continue
        drawn.append([one])
        if one.scale.measure == "psfs":
            activities = drawn[-1]
    return drawn


def _axis(case: Case, series: Iterable[Series], given: Iterable[Given]) -> tuple[date, date]:
    """From the first score or treatment to today; of a closed case to the last that happened."""
    days = [point.on for one in series for point in (one.first, one.latest)]
    days += [one.start_on for one in given]
    ends = [one.end_on for one in given if one.end_on]
    today = today_in(case.clinic)
    if case.is_open or case.closed_at is None:
        return min(days), max(today, *days)
    return min(days), max(*days, *(end for end in ends if end <= today), case.closed_at.date())


def _chart(
    drawn: Sequence[Series],
    axis_days: tuple[date, date],
    visits: Iterable[date],
    given: Iterable[Given],
    groups: Mapping[Hashable, str],
) -> Chart:
    main, activities = drawn[0], drawn[1:]
    scale = main.scale
    direction = _("lower is better") if scale.better == "lower" else _("higher is better")
    bounds = {"lowest": scale.lowest, "highest": scale.highest, "direction": direction}
    title, says = title_of(main), story(main)
    group = groups.get(main.latest.visit, "") if scale.measure == "start_back" else ""
    note = _("Latest group: %(group)s.") % {"group": group_words(group)} if group else ""
    read_out = " ".join(filter(None, (says, note, _meanwhile(main, given))))
    return Chart(
        title=title,
        range=_("%(lowest)s to %(highest)s, %(direction)s") % bounds,
        drawing=chart_of(drawn, axis_days, visits, title, read_out),
        says=says,
        letters=[(letter(place), in_short(one)) for place, one in enumerate(activities)],
        note=note,
    )


def _meanwhile(series: Series, given: Iterable[Given]) -> str:
    """The treatments that ran between the first and the latest score."""
    names = [
        one.name
        for one in given
        if one.start_on <= series.latest.on and (one.end_on is None or one.end_on >= series.first.on)
    ]
    return _("Treatment in that time: %(names)s.") % {"names": "; ".join(names)} if names else ""


def _given(case: Case) -> list[Given]:
    treatments = courses.prescribed(case.treatments.all()).prefetch_related(None)
    found = courses.courses_of(treatments)
    return [Given(_name(one.newest), one.start_on, _end(one), one.is_stopped) for one in found]


def _end(course: courses.Course) -> date | None:
    if courses.is_done_once(course.newest):
        return course.start_on
    return course.newest.stopped_on or course.newest.planned_end_on


def _name(treatment: Treatment) -> str:
    what = treatment.details.get("name") or treatment.target
    return f"{treatment.get_kind_display()}: {what}"


def _treatments(given: Sequence[Given], axis_days: tuple[date, date]) -> Chart | None:
    if not given:
        return None
    drawn = [Course(label=one.name, start=one.start_on, end=one.end_on) for one in given]
    title, says = _("Treatments"), " ".join(map(_given_words, given))
    return Chart(title, "", treatments_of(drawn, axis_days, title, says), says)


def _given_words(one: Given) -> str:
    words = {"name": one.name, "start": day(one.start_on), "end": day(one.end_on) if one.end_on else ""}
    if one.end_on is None:
        return _("%(name)s, from %(start)s, running.") % words
    return _("%(name)s, from %(start)s to %(end)s.") % words


def _groups(series: Iterable[Series]) -> dict[Hashable, str]:
    """The STarT Back group of each visit that was scored."""
    by_scale = {
        one.scale.code: {point.visit: point.value for point in one.points}
        for one in series
        if one.scale.measure == "start_back"
    }
    total, sub = by_scale.get("total", {}), by_scale.get("sub", {})
    return {visit: triage_group(total.get(visit), sub.get(visit)) for visit in {**total, **sub}}


def _measures(series: Iterable[Series]) -> list[tuple[Measure, list[tuple[str, str]]]]:
    """Each measure that was scored, with the changes that matter by scale."""
    measures = load_measures()
    codes = dict.fromkeys(one.scale.measure for one in series)
    return [(measures[code], _changes(measures[code])) for code in codes]


def _changes(measure: Measure) -> list[tuple[str, str]]:
    sizes = {scale.name: size_of(scale.change) for scale in measure.scales.values() if scale.change}
    if len(set(sizes.values())) == 1:
        return [("", next(iter(sizes.values())))]
    return list(sizes.items())
