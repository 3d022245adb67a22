"""Reads the library and refuses one that is not whole."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .library import REGIONS, TYPES, Dose, Exercise, Library, Source, Warning
from .pictures import read_picture

FOLDER = Path(__file__).parent
LONGEST_STEP = 20  # words
# The parts of the body that a treatment's form knows.
PLACES = frozenset(
    {"toes", "midfoot", "heel", "ankle", "lower_leg", "knee", "thigh", "hip", "back", "whole_body"}
)
# What the form of an exercise takes.
LIMITS = {
    "times_a_week": (1, 28),
    "effort": (0, 10),
    "pain_ceiling": (0, 5),
    "sets": (1, 10),
    "repetitions": (1, 100),
    "hold_seconds": (1, 300),
    "minutes": (1, 120),
}
TEXTS = {"name": 120, "purpose": 200, "easier": 300, "progression": 300, "stop": 300}


class InvalidLibrary(ValueError):
    """The library breaks its own rules; the message lists how."""


@cache
def load_library() -> Library:
    """Return the library that comes with the site, read once a process. Raises InvalidLibrary."""
    texts = ((FOLDER / name).read_text(encoding="utf-8") for name in ("library.toml", "pictures.toml"))
    return read_library(*(tomllib.loads(text) for text in texts))


def read_library(data: Mapping[str, Any], pictures: Mapping[str, Any]) -> Library:
    """Return the library that the data describe. Raises InvalidLibrary."""
    codes = [one.get("code", "") for one in data["exercise"]]
    problems = [f"{code} is there twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
    problems += [f"{code} has no exercise" for code in sorted(pictures.keys() - set(codes))]
    sources = {one["key"]: Source(**one) for one in data["source"]}
    warnings = {
        one["code"]: Warning(one["code"], one["words"], frozenset(one["checks"])) for one in data["warning"]
    }
    problems += [f"source {one.key}: the mark is V or K" for one in sources.values() if one.mark not in "VK"]
    exercises = {}
    for one in data["exercise"]:
        try:
            exercise = _exercise(one, pictures[one["code"]])
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"{one.get('code')}: {error!r}")
            continue
        exercises[exercise.code] = exercise
        found = (*_problems(exercise), *_unknown(exercise, sources, warnings))
        problems += [f"{exercise.code}: {problem}" for problem in found]
    if problems:
        raise InvalidLibrary("; ".join(problems))
    return Library(data["version"], exercises, warnings, sources)


def _exercise(data: Mapping[str, Any], picture: Mapping[str, Any]) -> Exercise:
    return Exercise(
        **{
            "equipment": "",
            "one_sided": False,
            **data,
            "steps": tuple(data["steps"]),
            "dose": Dose(**data["dose"]),
            "warnings": tuple(data.get("warnings", ())),
            "sources": tuple(data["sources"]),
            "picture": read_picture(picture),
        }
    )


def _problems(one: Exercise) -> Iterator[str]:
    if one.region not in REGIONS:
        yield f"no region {one.region}"
    if one.type not in TYPES:
        yield f"no type {one.type}"
    if one.where not in PLACES:
        yield f"no part of the body {one.where}"
    if not 2 <= len(one.steps) <= 5:
        yield "has 2 to 5 steps"
    for step in one.steps:
        if len(step.split()) > LONGEST_STEP:
            yield f"a step is longer than {LONGEST_STEP} words: {step}"
    for name, most in TEXTS.items():
        if not 0 < len(getattr(one, name)) <= most:
            yield f"{name} has 1 to {most} characters"
    yield from _dose_problems(one.dose)


def _dose_problems(dose: Dose) -> Iterator[str]:
    for name, (low, high) in LIMITS.items():
        value = getattr(dose, name)
        if value is not None and not low <= value <= high:
            yield f"{name} is {low} to {high}"
    if not (dose.minutes or dose.repetitions or dose.hold_seconds):
        yield "a dose is repetitions, a hold or minutes"
    if dose.sets and not (dose.repetitions or dose.hold_seconds or dose.minutes):
        yield "sets of what"


def _unknown(one: Exercise, sources: Mapping[str, Source], warnings: Mapping[str, Warning]) -> Iterator[str]:
    if not one.sources:
        yield "has no source"
    yield from (f"no source {key}" for key in one.sources if key not in sources)
    yield from (f"no warning {code}" for code in one.warnings if code not in warnings)
