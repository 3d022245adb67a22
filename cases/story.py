"""The story of a case: a day an entry, the newest first, each with what happened and what was different."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.changes import changes_since
from cases.choices import CaseOutcome, CaseStatus
from cases.courses import Course
from cases.elsewhere import Told
from cases.measures import warns
from cases.models import Attachment, Case
from cases.outcome_words import number, title_of
from cases.outcomes import Row, Series, series_of
from cases.progress import Earlier
from cases.screening import load_catalogue
from cases.story_courses import name_of, response_words
from cases.story_rows import MOST_VISITS, StoryRow, finding_rows

THOUGHT, CHANGED, SCORE = "thought", "changed", "score"
TREATED, REFERRED, FILED, ADDED, PHONED, STATUS = "treated", "referred", "filed", "added", "phoned", "status"
# The order in which a day is told.
KINDS: dict[str, Any] = {
    STATUS: gettext_lazy("Case"),
    PHONED: gettext_lazy("Phoned"),
    THOUGHT: "",
    CHANGED: gettext_lazy("Changed"),
    SCORE: gettext_lazy("Scores"),
    TREATED: gettext_lazy("Treatment"),
    REFERRED: gettext_lazy("Referral"),
    FILED: gettext_lazy("File"),
    ADDED: gettext_lazy("Addendum"),
}
STEPS = (
    gettext_lazy("Assessment"),
    gettext_lazy("Treatment"),
    gettext_lazy("Referral"),
    gettext_lazy("Reply"),
    gettext_lazy("Closed"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing in words, with a page to read on and a mark where somebody has to look twice."""

    words: str
    url: str = ""
    is_warning: bool = False


@dataclass(slots=True)
class Day:
    """A visit with what happened on its day, or a day without one.

    `pain_before` is that of the visit before, and `is_news` says that its urgency is another.
    """

    on: date
    visit: StoryRow | None = None
    pain_before: int | None = None
    is_news: bool = True
    said: dict[str, list[Said]] = field(default_factory=dict)

    def say(self, kind: str, words: str, *, url: str = "", is_warning: bool = False) -> None:
        """Add one thing that happened."""
        self.said.setdefault(kind, []).append(Said(words, url, is_warning))


@dataclass(frozen=True)
class Step:
    """One step of a case's way; `state` is "done", "current" or "" for to come."""

    label: Any
    state: str


@dataclass(frozen=True)
class Story:
    """A case on one screen. `screened` is the last signed visit, whose suggestion stands.

    `earlier` counts the visits that are not told, because the case has more than fit.
    """

    days: Sequence[Day]
    earlier: int
    steps: Sequence[Step]
    screened: StoryRow | None
    draft: str
    has_visits: bool


def story_of(
    case: Case,
    rows: Sequence[StoryRow],
    told: Told,
    *,
    series: Sequence[Series] = (),
    courses: Sequence[Course] = (),
    files: Iterable[Attachment] = (),
    whole: bool = False,
    detailed: bool = False,
) -> Story:
    """Return the story of a case from what its record holds: its last visits, or all. No query.

    With `detailed` it tells what came back from elsewhere as well as that it came.
    """
    visits = sorted((row for row in rows if row.what == "visit"), key=lambda row: (row.on, row.at))
    days = _Days(visits if whole else visits[-MOST_VISITS:], is_cut=not whole and len(visits) > MOST_VISITS)
    _tell_visits(days, visits)
    _tell_rows(days, rows)
    _tell_scores(days, series)
    _tell_status(days, case, rows)
    for course in courses:
        _tell_course(days, course)
    for event in told.events:
        if day := days.on(event.on):
            words = f"{event.words} {event.detail}" if detailed and event.detail else event.words
            day.say(REFERRED, words, url=event.url)
    for file in files:
        if day := days.on(timezone.localdate(file.uploaded_at)):
            day.say(FILED, file.title)
    counting = [row for row in visits if row.said["signed"] and not row.said["voided"]]
    is_treated = any(row.said.get("treated") for row in counting)
    drafts = [row.visit for row in visits if not (row.said["signed"] or row.said["voided"])]
    return Story(
        days=days.newest_first(),
        earlier=len(visits) - len(days.of_visit),
        steps=_steps(case, bool(counting), bool(courses) or is_treated, told),
        screened=counting[-1] if counting else None,
        draft=drafts[0] if drafts else "",
        has_visits=bool(visits),
    )


class _Days:
    """The entries: one a visit, and one for each other day on which something happened.

    Where the story is cut, a day before the first visit that is told has no entry.
    """

    def __init__(self, visits: Sequence[StoryRow], *, is_cut: bool) -> None:
        self.of_visit: dict[Hashable, Day] = {row.visit: Day(row.on, row) for row in visits}
        self.of_day = {day.on: day for day in self.of_visit.values()}
        self.since = min(self.of_day) if is_cut else date.min

    def on(self, day: date) -> Day | None:
        """The entry of a day: its last visit's, if there was one."""
        return self.of_day.setdefault(day, Day(day)) if day >= self.since else None

    def at(self, visit: Hashable, day: date) -> Day | None:
        """The entry of a visit, or of a day for what belongs to none."""
        return self.of_visit.get(visit) or self.on(day)

    def newest_first(self) -> list[Day]:
        alone = [day for day in self.of_day.values() if day.visit is None]
        # Sorting keeps the order of two visits on one day.
        return sorted([*reversed(self.of_visit.values()), *alone], key=lambda day: day.on, reverse=True)


def _tell_visits(days: _Days, visits: Sequence[StoryRow]) -> None:
    pain = urgency = None
    for row in visits:
        said = row.said
        if said["voided"]:
            continue
        if day := days.of_visit.get(row.visit):
            if assessment := said.get("assessment"):
                day.say(THOUGHT, assessment)
            day.pain_before, day.is_news = pain, said.get("urgency") != urgency
        if said["signed"]:
            pain = pain if said.get("pain") is None else said["pain"]
            urgency = said.get("urgency")


def _tell_rows(days: _Days, rows: Sequence[StoryRow]) -> None:
    changes: dict[str, list[StoryRow]] = {}
    for row in rows:
        if row.what == "change":
            changes.setdefault(row.visit, []).append(row)
        elif row.what == "call" and (day := days.of_visit.get(row.visit)):
            words = _("%(whom)s, by %(who)s. %(advice)s")
            words %= {"whom": row.said["to"], "who": row.who, "advice": row.said["advice"]}
            day.say(PHONED, words.strip())
        elif row.what == "override" and (day := days.of_visit.get(row.visit)):
            day.say(TREATED, _override(row.said), is_warning=True)
        elif row.what == "addendum" and (day := days.on(timezone.localdate(row.at))):
            day.say(ADDED, f"{row.who}: {row.said['text']}")
    for visit, changed in changes.items():
        if day := days.of_visit.get(visit):
            for words in _changes(changed):
                day.say(CHANGED, words)


def _override(said: Mapping[str, Any]) -> str:
    name = name_of(said["kind"], said["target"], said["details"])
    words = _("%(what)s – in spite of a block. %(block)s Reason: %(reason)s")
    return words % {"what": name, "block": said["block"], "reason": said["reason"]}


def _changes(rows: Sequence[StoryRow]) -> list[str]:
    """Return what was found otherwise than the time before, red flags first."""
    catalogue = load_catalogue()
    before: list[Earlier] = []
    now: list[Earlier] = []
    for row in rows:
        sign = row.said["sign"]
        before += finding_rows(sign, row.said["was"], row.on)
        now += finding_rows(sign, row.said["now"], row.on)
    known = (catalogue.signs.get(row.said["sign"]) for row in rows)
    flags = tuple(f"{sign.label}:" for sign in known if sign and warns(sign))
    return sorted(changes_since(before, now, catalogue), key=lambda words: not words.startswith(flags))


def scores_of(rows: Iterable[StoryRow]) -> list[Series]:
    """Return the scores of signed visits as series; the pain of a visit is the foot's, now."""
    found = sorted(filter(_is_score, rows), key=lambda row: (row.on, row.at, row.said.get("added", "")))
    return series_of(map(_score, found))


def _is_score(row: StoryRow) -> bool:
    if row.what == "visit":
        return row.said["signed"] and not row.said["voided"] and row.said.get("pain") is not None
    return row.what == "score"


def _score(row: StoryRow) -> Row:
    said = row.said
    is_pain = row.what == "visit"
    return Row(
        visit=row.visit,
        on=row.on,
        measure="nrs" if is_pain else said["measure"],
        scale="foot_now" if is_pain else said["scale"],
        value=Decimal(said["pain"] if is_pain else said["value"]),
        activity=said.get("activity", ""),
        words=said.get("words", ""),
    )


def _tell_scores(days: _Days, series: Iterable[Series]) -> None:
    """Tell the scores that are not what they were the time before; pain now stands beside the visit."""
    pattern = _("%(what)s: now %(now)s, was %(was)s.")
    for one in series:
        if one.key == ("nrs", "foot_now"):
            continue
        title = title_of(one)
        for before, point in pairwise(one.points):
            if before.value != point.value and (day := days.of_visit.get(point.visit)):
                words = {"what": title, "now": number(point.value), "was": number(before.value)}
                day.say(SCORE, pattern % words)


def _tell_status(days: _Days, case: Case, rows: Sequence[StoryRow]) -> None:
    if day := days.on(timezone.localdate(case.opened_at)):
        day.say(STATUS, _("Opened."))
    for row in rows:
        if row.what == "case" and (day := days.on(timezone.localdate(row.at))):
            day.say(STATUS, _status(row))


def _status(row: StoryRow) -> str:
    said = row.said
    words = []
    if said["status"] != said["was"]:
        closed = said["status"] == CaseStatus.CLOSED
        by = _("Closed by %(who)s.") if closed else _("Opened again by %(who)s.")
        words = [by % {"who": row.who}] if row.who else [_("Closed.") if closed else _("Opened again.")]
        if closed and said.get("outcome"):
            words.append(f"{CaseOutcome(said['outcome']).label}.")
        words.append((said.get("summary") if closed else said.get("reason")) or "")
    if said["lead"]:
        words.append(_("Now led by %(who)s.") % {"who": said["lead"]})
    return " ".join(filter(None, words))


def _tell_course(days: _Days, course: Course) -> None:
    first, newest = course.first, course.newest
    began = days.at(first.visit_id, first.start_on)
    reviewed = [(day, one) for one in course.reviews if (day := days.at(one.visit_id, one.reviewed_on))]
    stopped = days.on(newest.stopped_on) if newest.stopped_on else None
    if not (began or reviewed or stopped):
        return
    name = name_of(newest.kind, newest.target, newest.details)
    if began:
        began.say(TREATED, _("%(what)s – started.") % {"what": name})
    for day, one in reviewed:
        words = _reviewed(one.response, one.pain_after, one.adverse_event)
        day.say(TREATED, f"{name} – {words}", is_warning=bool(one.adverse_event))
    if stopped:
        stopped.say(TREATED, _("%(what)s – stopped: %(why)s") % {"what": name, "why": newest.stop_reason})


def _reviewed(response: str, pain: int | None, adverse_event: str) -> str:
    said = [response_words(response).lower()]
    if pain is not None:
        said.append(_("pain %(pain)s of 10") % {"pain": pain})
    if adverse_event:
        said.append(_("adverse event: %(what)s") % {"what": adverse_event})
    return f"{', '.join(said)}."


def _steps(case: Case, is_assessed: bool, is_treated: bool, told: Told) -> list[Step]:
    """Return how far the case has come: what was done, and where it is now."""
    done = [is_assessed, is_treated, told.is_sent, told.is_answered, not case.is_open]
    if not case.is_open:
        now = 4
    elif told.is_asked:
        now = 3 if told.is_sent else 2
    else:
        now = 1 if is_assessed else 0
    states = ["current" if place == now else "done" if is_done else "" for place, is_done in enumerate(done)]
    return [Step(label, state) for label, state in zip(STEPS, states, strict=True)]
