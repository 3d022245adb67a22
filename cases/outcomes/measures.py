"""The outcome measures: what a score may be, which way is better, what change matters.

The data is `measures.toml`, from the clinical reference, section 5.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

LOWER, HIGHER = "lower", "higher"
MARKS = ("V", "K")
_NUMBER = re.compile(r"[+-]?\d{1,6}(?:[.,]\d{1,6})?", re.ASCII)


class MeasuresError(Exception):
    """The data of the measures does not fit together."""


class NotAScore(Exception):
    """What was typed is no score of this scale; `problem` is "number", "range" or "step"."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Change:
    """How large a change matters: so many points, or that share of the first score if it is less."""

    points: Decimal
    share: Decimal | None
    mark: str


@dataclass(frozen=True, slots=True)
class Scale:
    """One number of a measure. A derived one is worked out and never entered."""

    measure: str
    code: str
    name: str
    lowest: Decimal
    highest: Decimal
    step: Decimal
    better: str
    change: Change | None = None
    is_derived: bool = False

    @property
    def decimals(self) -> int:
        """How many decimals a score of it may have."""
        return 0 if self.step == self.step.to_integral_value() else 1


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure with its scales, in the order in which they are shown."""

    code: str
    name: str
    full_name: str
    use: str
    how: str
    licence: str
    source: str
    source_mark: str
    scales: Mapping[str, Scale]


@cache
def load_measures() -> Mapping[str, Measure]:
    """Return every measure by its code. Raises MeasuresError."""
    text = (files(__package__) / "measures.toml").read_text("utf-8")
    return build(tomllib.loads(text, parse_float=Decimal).get("measure", ()))


def scale_of(measure: str, scale: str) -> Scale:
    """Return the scale. Raises KeyError when there is none."""
    return load_measures()[measure].scales[scale]


def build(raw: Iterable[Mapping[str, Any]]) -> dict[str, Measure]:
    """Return the measures of the data, checked. Raises MeasuresError."""
    measures: dict[str, Measure] = {}
    for one in raw:
        measure = _measure(one)
        if measure.code in measures:
            raise MeasuresError(f"{measure.code} is there twice")
        measures[measure.code] = measure
    if not measures:
        raise MeasuresError("there are no measures")
    return measures


def _measure(raw: Mapping[str, Any]) -> Measure:
    code = str(raw.get("code"))
    scales: dict[str, Scale] = {}
    for one in raw.get("scale", ()):
        scale = _scale(code, one)
        if scale.code in scales:
            raise MeasuresError(f"{code} has {scale.code} twice")
        scales[scale.code] = scale
    texts = {key: value for key, value in raw.items() if key != "scale"}
    if not scales or not all(texts.values()) or raw.get("source_mark") not in MARKS:
        raise MeasuresError(f"{code} lacks a scale, a text or the mark of its source")
    try:
        return Measure(**texts, scales=scales)
    except TypeError as error:
        raise MeasuresError(f"{code}: {error}") from error


def _scale(measure: str, raw: Mapping[str, Any]) -> Scale:
    numbers = {key: Decimal(raw[key]) for key in ("lowest", "highest", "step") if key in raw}
    try:
        scale = Scale(**{**raw, **numbers, "measure": measure, "change": _change(raw.get("change"))})
    except (TypeError, ArithmeticError) as error:
        raise MeasuresError(f"{measure}: {error}") from error
    # The database keeps 0 to 100 with one decimal.
    fits = 0 <= scale.lowest < scale.highest <= 100 and scale.step in (Decimal(1), Decimal("0.1"))
    change = scale.change
    sensible = change is None or (0 < change.points <= scale.highest - scale.lowest and change.mark in MARKS)
    share = change.share if change else None
    if not fits or scale.better not in (LOWER, HIGHER) or not sensible or (share and not 0 < share < 1):
        raise MeasuresError(f"{measure} {scale.code}: the numbers do not fit together")
    return scale


def _change(raw: Mapping[str, Any] | None) -> Change | None:
    if raw is None:
        return None
    share = Decimal(raw["share"]) if "share" in raw else None
    return Change(Decimal(raw["points"]), share, str(raw.get("mark")))


def read_score(scale: Scale, text: str) -> Decimal | None:
    """Return the score that was typed, None for nothing. A comma is a decimal point. Raises NotAScore."""
    typed = text.strip()
    if not typed:
        return None
    if not _NUMBER.fullmatch(typed):
        raise NotAScore("number")
    value = Decimal(typed.replace(",", "."))
    if not scale.lowest <= value <= scale.highest:
        raise NotAScore("range")
    if value % scale.step:
        raise NotAScore("step")
    return value.normalize() + 0


def triage_group(total: Decimal | None, sub: Decimal | None) -> str:
    """Return the STarT Back group, "low", "medium" or "high"; "" where the scores do not say it.

    Total 0 to 3 low; 4 and more with a sub-score of up to 3 medium; a sub-score of 4 and more high
    (NG59 1.1.2, Keele University).
    """
    if sub is not None and sub >= 4:
        return "high"
    if total is None:
        return ""
    if total <= 3:
        return "low"
    return "medium" if sub is not None else ""
