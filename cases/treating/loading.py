"""Reads checks.toml once and refuses what does not fit together."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cases.screening import Catalogue, load_catalogue
from cases.screening.catalogue import TREATMENTS, Source

SIDE_RULES = ("other", "tested", "never")
REGIONS = frozenset(
    ("toes", "midfoot", "heel", "ankle", "lower_leg", "knee", "thigh", "hip", "back", "whole_body")
)
Raw = Mapping[str, Any]


class FormCheckError(ValueError):
    """The data does not hold together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCheck:
    """One row: a question, a condition on the fields, or both, and what follows from it."""

    id: str
    treatment: str
    effect: str
    reason: str
    source: tuple[str, ...]
    question: str = ""
    because: str = ""
    when: Mapping[str, Any]
    signs: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    overridable: bool = False

    @property
    def key(self) -> str:
        """The name under which the answer to its question is kept."""
        return self.id.partition("_asks_")[2] or self.id


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cause can be, and whether one side clears the other (see checks.toml)."""

    cause: str
    regions: frozenset[str]
    side: str
    reason: str


@dataclass(frozen=True, slots=True)
class FormChecks:
    """Everything the forms ask, at one version."""

    version: str
    checks: tuple[FormCheck, ...]
    places: Mapping[str, Place]
    narrow: Mapping[str, frozenset[str]]
    sources: Mapping[str, Source]

    def questions(self, treatment: str) -> tuple[FormCheck, ...]:
        """The checks of one kind of treatment that ask something, in the order of the file."""
        return tuple(one for one in self.checks if one.treatment == treatment and one.question)

    def cited(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The titles of sources, those still to be re-read marked so."""
        known = self.sources
        return tuple(
            known[key].title + ("" if known[key].read == "V" else " (to be re-read)")
            for key in keys
            if key in known
        )


@cache
def load_form_checks() -> FormChecks:
    """The checks of the forms, the same object each time. Raises FormCheckError."""
    text = (files(__package__) / "checks.toml").read_text("utf-8")
    return build(tomllib.loads(text), load_catalogue())


def build(raw: Raw, catalogue: Catalogue) -> FormChecks:
    """Return the checks of parsed TOML, their names proved against the catalogue. Raises FormCheckError."""
    sources = dict(catalogue.sources) | {row["key"]: Source(**row) for row in raw["source"]}
    checks = tuple(_check(row, catalogue, sources) for row in raw["check"])
    catalogued = {check.id for check in catalogue.treatment_checks}
    ids = [check.id for check in checks]
    if len(set(ids)) != len(ids) or catalogued & set(ids):
        raise FormCheckError("an id appears twice, here or in the catalogue")
    narrow = {row["check"]: _regions(row) for row in raw["narrow"]}
    if unknown := sorted((narrow.keys() | {n for c in checks for n in c.unless}) - catalogued):
        raise FormCheckError(f"not checks of the catalogue: {unknown}")
    places = {row["cause"]: _place(row, catalogue) for row in raw["place"]}
    return FormChecks(raw["version"], checks, places, narrow, sources)


def _check(row: Raw, catalogue: Catalogue, sources: Mapping[str, Source]) -> FormCheck:
    values = {
        **row,
        "source": tuple(row["source"]),
        "when": row.get("when", {}),
        "signs": frozenset(row.get("signs", ())),
        "unless": frozenset(row.get("unless", ())),
        "overridable": row.get("overridable", False),
    }
    check = FormCheck(**values)
    if check.treatment not in TREATMENTS or check.effect not in ("block", "warn"):
        raise FormCheckError(f"{check.id}: unknown treatment or effect")
    if not (check.question or check.when or check.signs):
        raise FormCheckError(f"{check.id}: neither a question nor a condition")
    if not (check.question or check.because or check.signs):
        raise FormCheckError(f"{check.id}: does not name what causes it")
    if not check.source or set(check.source) - sources.keys() or check.signs - catalogue.signs.keys():
        raise FormCheckError(f"{check.id}: an unknown source or sign")
    return check


def _place(row: Raw, catalogue: Catalogue) -> Place:
    cause = row["cause"]
    prefix, _, name = cause.rpartition(":")
    known = catalogue.conditions if prefix == "condition" else catalogue.signs
    if name not in known or row["side"] not in SIDE_RULES:
        raise FormCheckError(f"place of {cause}: unknown cause or side")
    return Place(cause, _regions(row), row["side"], row["reason"])


def _regions(row: Raw) -> frozenset[str]:
    regions = frozenset(row["regions"])
    if regions - REGIONS:
        raise FormCheckError(f"unknown regions: {sorted(regions - REGIONS)}")
    return regions
