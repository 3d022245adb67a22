"""Reading scores and activities as the visit page posts them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases.actions.outcomes import IN_THE_VISIT, ScoreKey
from cases.models import Activity
from cases.outcome_words import number
from cases.outcomes import NotAScore, Scale, load_measures, read_score
from clinic.forms import FootnoteModelForm

SCORE, KNOWN = "score-", "known-"


class NoSuchScore(Exception):
    """What was posted names no score that is entered here."""


@dataclass
class PostedScores:
    """The scores posted: those that can be saved, what is wrong with the others, and all as typed.

    `problems` and `typed` go by the field's name without its prefix (see `field_of`).
    """

    scores: dict[ScoreKey, Decimal | None] = field(default_factory=dict)
    known: dict[ScoreKey, Decimal | None] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def touched(self) -> dict[ScoreKey, Decimal | None]:
        """Return those that are not what the page was shown with."""
        return {
            key: value
            for key, value in self.scores.items()
            if key not in self.known or self.known[key] != value
        }


def field_of(key: ScoreKey) -> str:
    """Return the name of a score's field: `nrs-foot_worst`, `psfs-<id of the activity>`."""
    measure, scale, activity = key
    return f"{measure}-{activity or scale}"


def read_scores(data: QueryDict) -> PostedScores:
    """Return the scores posted, with a message for each that cannot be one. Raises NoSuchScore."""
    posted = PostedScores()
    for name in data:
        if not name.startswith(SCORE):
            continue
        key, scale = _key_of(name.removeprefix(SCORE))
        place, text = field_of(key), str(data[name])
        posted.typed[place] = text[:20]
        try:
            posted.scores[key] = read_score(scale, text)
        except NotAScore as error:
            posted.problems[place] = problem_words(error.problem, scale)
        if KNOWN + place in data:
            posted.known[key] = _known(scale, str(data[KNOWN + place]))
    return posted


def _key_of(place: str) -> tuple[ScoreKey, Scale]:
    measure, _dash, rest = place.partition("-")
    scales: Mapping[str, Scale] = load_measures()[measure].scales if measure in load_measures() else {}
    if measure == "psfs":
        return (measure, "activity", _uuid(rest)), scales["activity"]
    scale = scales.get(rest)
    if scale is None or scale.is_derived or (measure, rest) == IN_THE_VISIT:
        raise NoSuchScore
    return (measure, rest, ""), scale


def _uuid(text: str) -> str:
    try:
        return str(forms.UUIDField().clean(text))
    except forms.ValidationError as error:
        raise NoSuchScore from error


def _known(scale: Scale, text: str) -> Decimal | None:
    try:
        return read_score(scale, text)
    except NotAScore:
        return None


def problem_words(problem: str, scale: Scale) -> str:
    """Return what to type instead, in a sentence."""
    bounds = {"lowest": number(scale.lowest), "highest": number(scale.highest)}
    if scale.decimals and problem == "step":
        return _now("At most one decimal: %(lowest)s to %(highest)s.") % bounds
    if scale.decimals:
        return _now("A number from %(lowest)s to %(highest)s.") % bounds
    return _now("A whole number from %(lowest)s to %(highest)s.") % bounds


class ActivityForm(FootnoteModelForm):
    """An activity in the patient's own words."""

    class Meta:
        model = Activity
        fields = ["text"]
        labels = {"text": _("Something that is hard because of the complaint")}
