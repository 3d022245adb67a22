"""The scores on a visit's page: a field for each, with what it was the last time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.outcomes import IN_THE_VISIT, MOST_ACTIVITIES, ScoreKey
from cases.forms.outcomes import PostedScores, field_of
from cases.models import Activity, Visit
from cases.outcome_record import before
from cases.outcome_words import PAIN, group_words, number
from cases.outcomes import Measure, Row, Scale, load_measures, scale_of, triage_group
from cases.progress import day_words

PLACES: dict[str, Any] = {
    "foot": gettext_lazy("Foot"),
    "leg": gettext_lazy("Leg"),
    "back": gettext_lazy("Back"),
}
TIMES = ("now", "average", "worst")


@dataclass(frozen=True)
class Cell:
    """One field: what is typed in it, what the record has, and what the last time was."""

    field: str
    name: str
    scale: Scale
    value: str = ""
    known: str = ""
    was: str = ""
    problem: str = ""

    @property
    def keypad(self) -> str:
        """The keypad that a tablet shows for it."""
        return "decimal" if self.scale.decimals else "numeric"

    @property
    def bounds(self) -> str:
        """The range in words."""
        return _("%(lowest)s to %(highest)s") % {
            "lowest": number(self.scale.lowest),
            "highest": number(self.scale.highest),
        }


@dataclass(frozen=True)
class PainRow:
    """The pain of one place: now, average, worst. None stands for the pain asked with the notes."""

    name: str
    cells: Sequence[Cell | None]


@dataclass(frozen=True)
class OtherMeasure:
    """A measure of which only the score is entered. `group` is what the scores say, in words."""

    measure: Measure
    cells: Sequence[Cell]
    group: str = ""

    @property
    def is_scored(self) -> bool:
        """Whether this visit has a score of it."""
        return any(cell.value for cell in self.cells)

    @property
    def was(self) -> str:
        """What one of its scores was the last time."""
        return next((cell.was for cell in reversed(self.cells) if cell.was), "")


@dataclass(frozen=True)
class VisitScores:
    """Everything of the part "Scores" of a draft."""

    pain: Sequence[PainRow]
    activities: Sequence[tuple[Activity, Cell]]
    others: Sequence[OtherMeasure]
    mean: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether no further activity is taken."""
        return len(self.activities) >= MOST_ACTIVITIES

    @property
    def other_scored(self) -> bool:
        """Whether this visit has a score of any other measure."""
        return any(one.is_scored for one in self.others)

    @property
    def other_before(self) -> str:
        """The names of the other measures that an earlier visit has a score of."""
        return ", ".join(one.measure.name for one in self.others if one.was)


def visit_scores(visit: Visit, posted: PostedScores | None = None) -> VisitScores:
    """Return the scores of a draft as its page shows them, with what was `posted` and refused.

    Two queries.
    """
    rows = before(visit)
    activities = list(Activity.objects.filter(case=visit.case_id, dropped_at__isnull=True))
    own = {_key(row): row.value for row, is_own in rows if is_own}
    earlier = {_key(row): row for row, is_own in rows if not is_own}
    page = _Page(visit, own, earlier, posted or PostedScores())
    return VisitScores(
        pain=[page.pain_row(place, str(words)) for place, words in PLACES.items()],
        activities=[(one, page.activity(one)) for one in activities],
        others=[page.other(one) for one in load_measures().values() if one.code not in ("nrs", "psfs")],
        mean=mean_words(own),
        problems=page.posted.problems,
    )


def _key(row: Row) -> ScoreKey:
    return row.measure, row.scale, row.activity


@dataclass(frozen=True)
class _Page:
    visit: Visit
    own: Mapping[ScoreKey, Decimal]
    earlier: Mapping[ScoreKey, Row]
    posted: PostedScores

    def pain_row(self, place: str, words: str) -> PainRow:
        return PainRow(words, [self._pain(f"{place}_{time}") for time in TIMES])

    def _pain(self, code: str) -> Cell | None:
        if ("nrs", code) == IN_THE_VISIT:
            return None
        return self.cell(("nrs", code, ""), str(PAIN[code]))

    def activity(self, activity: Activity) -> Cell:
        return self.cell(("psfs", "activity", str(activity.pk)), activity.text)

    def other(self, measure: Measure) -> OtherMeasure:
        cells = [self.cell((measure.code, scale.code, ""), scale.name) for scale in measure.scales.values()]
        return OtherMeasure(measure, cells, group_of(self.own) if measure.code == "start_back" else "")

    def cell(self, key: ScoreKey, name: str) -> Cell:
        place, known = field_of(key), number(self.own.get(key))
        return Cell(
            field=place,
            name=name,
            scale=scale_of(key[0], key[1]),
            value=self.posted.typed.get(place, known),
            known=known,
            was=self._was(key),
            problem=self.posted.problems.get(place, ""),
        )

    def _was(self, key: ScoreKey) -> str:
        row = self.earlier.get(key)
        if row is None:
            return ""
        words = {"score": number(row.value), "date": day_words(row.on, self.visit.seen_on)}
        return _("was %(score)s on %(date)s") % words


def mean_words(scores: Mapping[ScoreKey, Decimal]) -> str:
    """Return the mean of the activities scored, in words; "" for none."""
    scored = [value for (measure, _scale, _activity), value in scores.items() if measure == "psfs"]
    if not scored:
        return ""
    mean = (sum(scored, Decimal(0)) / len(scored)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return _("Mean %(mean)s of %(count)s scored") % {"mean": number(mean), "count": len(scored)}


def group_of(scores: Mapping[ScoreKey, Decimal]) -> str:
    """Return the STarT Back group, or what is wrong with its two scores, in words; "" for neither."""
    total, sub = (scores.get(("start_back", code, "")) for code in ("total", "sub"))
    if total is not None and sub is not None and not sub <= total <= sub + 4:
        return _("The sub-score is a part of the total: check both.")
    group = triage_group(total, sub)
    return _("Group: %(group)s") % {"group": group_words(group)} if group else ""


def scores_of_draft(visit: Visit) -> dict[ScoreKey, Decimal]:
    """Return what a draft has scored so far. One query."""
    rows = visit.scores.values_list("measure", "scale", "activity_id", "value")
    return {(measure, scale, str(activity or "")): value for measure, scale, activity, value in rows}


@dataclass(frozen=True)
class ShownScores:
    """The scores of a signed visit, measure by measure: title, names with their scores, what they say."""

    title: str
    scores: Sequence[tuple[str, str]]
    says: str = ""


def shown_scores(visit: Visit) -> list[ShownScores]:
    """Return the scores of a visit as it is read. One query."""
    by_measure: dict[str, list[Any]] = {}
    for score in visit.scores.select_related("activity").order_by("activity__added_at"):
        by_measure.setdefault(score.measure, []).append(score)
    own = {
        (one.measure, one.scale, str(one.activity_id or "")): one.value
        for scores in by_measure.values()
        for one in scores
    }
    said = {"psfs": mean_words(own), "start_back": group_of(own)}
    return [
        ShownScores(measure.full_name, _names(measure, by_measure[code]), said.get(code, ""))
        for code, measure in load_measures().items()
        if code in by_measure
    ]


def _names(measure: Measure, scores: Iterable[Any]) -> list[tuple[str, str]]:
    order = {code: place for place, code in enumerate(measure.scales)}
    known = sorted((one for one in scores if one.scale in order), key=lambda one: order[one.scale])
    return [
        (
            one.activity.text if one.activity else measure.scales[one.scale].name,
            _("%(score)s of %(highest)s")
            % {"score": number(one.value), "highest": number(measure.scales[one.scale].highest)},
        )
        for one in known
    ]
