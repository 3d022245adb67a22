"""The courses of treatment of a case from the rows of its story, read without a model for each of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from django.utils.translation import get_language

from cases.choices import Response
from cases.courses import Course, courses_of
from cases.models import Treatment
from cases.story_rows import StoryRow
from cases.templatetags.courses import named


class _Reviews(list["Answered"]):
    """The reviews of one prescription, as `courses_of` asks a treatment for them."""

    def all(self) -> "_Reviews":
        return self


@dataclass(slots=True, eq=False)
class Answered:
    """What came of a treatment, asked on one day."""

    visit_id: str
    reviewed_on: date
    reviewed_at: datetime
    response: str
    pain_after: int | None
    adverse_event: str


@dataclass(slots=True, eq=False)
class Prescription:
    """A signed treatment with what a course is made of. A case may have hundreds."""

    pk: str
    visit_id: str
    start_on: date
    created_at: datetime
    kind: str
    target: str
    region: str
    site: str
    side: str
    details: Mapping[str, Any]
    planned_end_on: date | None
    review_on: date | None
    stopped_on: date | None
    stop_reason: str
    reviews: _Reviews = field(default_factory=_Reviews)


def courses_told(rows: Iterable[StoryRow]) -> list[Course]:
    """Return the courses of a case from what its story holds. No query."""
    found: dict[str, Prescription] = {}
    reviews = []
    for row in rows:
        if row.what == "treatment":
            found[row.said["id"]] = _prescription(row)
        elif row.what == "review":
            reviews.append(row)
    for row in reviews:
        if one := found.get(row.said["treatment"]):
            one.reviews.append(_answered(row))
    # They say of themselves all that a course asks of a treatment.
    return courses_of(cast(Iterable[Treatment], found.values()))


def _prescription(row: StoryRow) -> Prescription:
    said = row.said
    return Prescription(
        pk=said["id"],
        visit_id=row.visit,
        start_on=row.on,
        created_at=row.at,
        kind=said["kind"],
        target=said["target"],
        region=said["region"],
        site=said["site"],
        side=said["side"],
        details=said["details"],
        planned_end_on=_day(said["planned_end_on"]),
        review_on=_day(said["review_on"]),
        stopped_on=_day(said["stopped_on"]),
        stop_reason=said["stop_reason"],
    )


def _answered(row: StoryRow) -> Answered:
    said = row.said
    return Answered(row.visit, row.on, row.at, said["response"], said["pain_after"], said["adverse_event"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def name_of(kind: str, target: str, details: Mapping[str, Any]) -> str:
    """Return what a treatment is; where that is no more than its kind, for which problem."""
    name = named(kind, details)
    return name if details and ":" in name else f"{name} ({target})"


def response_words(response: str) -> str:
    """Return a response in words."""
    return _response(response, get_language())


@lru_cache(maxsize=16)
def _response(response: str, language: str | None) -> str:
    return str(Response(response).label)


@dataclass(frozen=True)
class Running:
    """A course that goes on, as the page of its case lists it."""

    treatment: str
    name: str
    target: str
    start_on: date
    response: str
    due_on: date | None


def running_in(courses: Iterable[Course], today: date) -> list[Running]:
    """Return the courses that the patient is to follow today."""
    return [_running(course) for course in courses if course.is_running(today)]


def _running(course: Course) -> Running:
    newest, last = course.newest, course.last_review
    return Running(
        treatment=str(newest.pk),
        name=named(newest.kind, newest.details),
        target=newest.target,
        start_on=course.start_on,
        response=response_words(last.response) if last else "",
        due_on=course.due_on,
    )
