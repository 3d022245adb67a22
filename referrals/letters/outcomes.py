"""Reads the scores of a case as a letter tells them: few, each with its first and its latest."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cases.outcome_record import rows_of
from cases.outcome_words import group_words, matters, number, signed_number, title_of
from cases.outcomes import Series, series_of, triage_group

from .facts import OutcomeFacts

PLACES = ("foot", "leg", "back")
TIMES = ("worst", "average", "now")
START_BACK = "start_back"


def outcomes_of(case_id: UUID, *, upto: date) -> tuple[OutcomeFacts, ...]:
    """Return what a letter says of the scores of a case up to a day. Two queries.

    Of each place the pain that was scored most often, the mean of the PSFS with its activities, and
    every questionnaire. A pain now that was asked once stands in the history already.
    """
    series = series_of(rows_of(case_id, upto=upto))
    told = [*_pain(series), *(one for one in series if one.scale.measure != "nrs" and not one.activity)]
    return tuple(_outcome(one, series) for one in told)


def _pain(series: Sequence[Series]) -> list[Series]:
    by_code = {one.scale.code: one for one in series if one.scale.measure == "nrs"}
    if "foot_now" in by_code and len(by_code["foot_now"].points) == 1:
        del by_code["foot_now"]
    places = (
        [by_code[f"{place}_{time}"] for time in TIMES if f"{place}_{time}" in by_code] for place in PLACES
    )
    return [max(place, key=lambda one: len(one.points)) for place in places if place]


def _outcome(one: Series, series: Sequence[Series]) -> OutcomeFacts:
    is_repeated = len(one.points) > 1
    return OutcomeFacts(
        measure=_name(one),
        first_on=one.first.on,
        first=number(one.first.value),
        latest_on=one.latest.on if is_repeated else None,
        latest=number(one.latest.value) if is_repeated else "",
        change=signed_number(one.change),
        verdict=_group(one, series) or matters(one),
        activities=tuple(map(_activity, (part for part in series if part.activity)))
        if one.key == ("psfs", "mean")
        else (),
    )


def _name(one: Series) -> str:
    scale = one.scale
    bounds = f"{number(scale.lowest)} to {number(scale.highest)}"
    return f"{title_of(one)} ({bounds}, {scale.better} is better)"


def _activity(one: Series) -> str:
    latest = f" to {number(one.latest.value)}" if len(one.points) > 1 else ""
    return f"{one.words}: {number(one.first.value)}{latest}"


def _group(one: Series, series: Sequence[Series]) -> str:
    """The STarT Back group at the visit of the latest total."""
    if one.key != (START_BACK, "total"):
        return ""
    at = one.latest.visit
    subs = [
        point.value
        for other in series
        if other.key == (START_BACK, "sub")
        for point in other.points
        if point.visit == at
    ]
    group = triage_group(one.latest.value, subs[0] if subs else None)
    return f"Latest group: {group_words(group)}." if group else ""
