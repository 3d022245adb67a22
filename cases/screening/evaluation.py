"""How well the screening does on labelled cases: a report of counts, tables and misses. Pure.

A label that a case does not carry is not counted, so every figure says of how many cases it is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import AnswersError
from .assess import assess
from .cases_json import CasesError, LabelledCase, quoted, read_rows
from .catalogue import ORIGINS, RANK, URGENCIES, Catalogue

LABELS = ("origin", "urgency", "refer", "condition", "conditions", "flags")
FLAGS = ("insufficient_data", "conflicting_data", "screen_incomplete")
EXPECTED_ORIGINS = (*ORIGINS, "none")
UNKNOWN = "not known"
TOP = 3


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case should come out as; None is not labelled.

    Any one of `conditions` will do; all of `flags` must be raised. The origin "not known" is
    labelled with null: too little was answered.
    """

    origin: str | None = None
    urgency: str | None = None
    refer: bool | None = None
    conditions: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled case and what the screening makes of it."""

    id: str
    expected: Expected
    origin: str
    urgency: str
    refer: bool
    conditions: tuple[str, ...]
    flags: frozenset[str]
    reasons: tuple[str, ...]

    @property
    def under_triaged(self) -> bool:
        wanted = self.expected.urgency
        return wanted is not None and RANK[self.urgency] < RANK[wanted]

    @property
    def misses(self) -> tuple[str, ...]:
        """What is not as labelled, each in words."""
        wanted = self.expected
        missed = []
        if wanted.urgency not in (None, self.urgency):
            under = "UNDER-TRIAGED, " if self.under_triaged else ""
            missed.append(f"{under}urgency {self.urgency}, expected {wanted.urgency}")
        if wanted.origin not in (None, self.origin):
            missed.append(f"origin {self.origin}, expected {wanted.origin}")
        if wanted.refer not in (None, self.refer):
            missed.append(f"refer {_yes_no(self.refer)}, expected {_yes_no(bool(wanted.refer))}")
        if wanted.conditions and not self.condition_in_top:
            top = ", ".join(self.conditions[:TOP]) or "none"
            missed.append(f"first {TOP} conditions {top}; expected {' or '.join(wanted.conditions)}")
        if unraised := sorted(wanted.flags - self.flags):
            missed.append(f"not flagged: {', '.join(unraised)}")
        return tuple(missed)

    @property
    def condition_in_top(self) -> bool:
        return not set(self.expected.conditions).isdisjoint(self.conditions[:TOP])


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of` cases that carry the label."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1, or None when no case carries the label."""
        return round(self.hits / self.of, 4) if self.of else None

    def as_dict(self) -> dict[str, Any]:
        return {"value": self.value, "hits": self.hits, "n": self.of}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one run. Tables map expected to suggested to the number of cases."""

    catalogue_version: str
    cases: int
    emergency_sensitivity: Share
    under_triage: Share
    over_triage: Share
    origin_accuracy: Share
    condition_accuracy: Share
    no_referral_specificity: Share
    flagged: Share
    origins: Mapping[str, Mapping[str, int]]
    urgencies: Mapping[str, Mapping[str, int]]
    missed: tuple[Judged, ...]
    not_evaluated: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "catalogue_version": self.catalogue_version,
            "cases": self.cases,
            "emergency_sensitivity": self.emergency_sensitivity.as_dict(),
            "under_triage": self.under_triage.as_dict(),
            "over_triage": self.over_triage.as_dict(),
            "origin_accuracy": self.origin_accuracy.as_dict(),
            "top_3_condition_accuracy": self.condition_accuracy.as_dict(),
            "no_referral_specificity": self.no_referral_specificity.as_dict(),
            "flags_raised": self.flagged.as_dict(),
            "confusion": {"origin": self.origins, "urgency": self.urgencies},
            "misses": [
                {"id": one.id, "misses": list(one.misses), "reasons": list(one.reasons)}
                for one in self.missed
            ],
            "not_evaluated": dict(self.not_evaluated),
        }


def read_labelled(
    data: bytes, catalogue: Catalogue
) -> tuple[list[tuple[LabelledCase, Expected]], dict[str, int]]:
    """Cases with their labels, and how often each label that is not evaluated was given.

    Raises CasesError at the first case that is wrong.
    """
    labelled = []
    ignored: Counter[str] = Counter()
    for case, row, where in read_rows(data, catalogue):
        labels = row.get("expected")
        if labels is None:
            labels = {}
        try:
            labelled.append((case, _expected(labels, catalogue)))
        except AnswersError as error:
            raise CasesError(f"{where}: {error}") from None
        ignored.update(str(key)[:60] for key in labels if key not in LABELS)
    return labelled, dict(sorted(ignored.items()))


def evaluate(
    labelled: Iterable[tuple[LabelledCase, Expected]],
    catalogue: Catalogue,
    not_evaluated: Mapping[str, int] | None = None,
) -> Evaluation:
    """Assess each case and compare."""
    judged = [_judged(case, expected, catalogue) for case, expected in labelled]
    urgent = [one for one in judged if one.expected.urgency is not None]
    emergencies = [one for one in urgent if one.expected.urgency == "emergency"]
    placed = [one for one in judged if one.expected.origin is not None]
    named = [one for one in judged if one.expected.conditions]
    benign = [one for one in judged if one.expected.refer is False]
    return Evaluation(
        catalogue_version=catalogue.version,
        cases=len(judged),
        emergency_sensitivity=_share(one.urgency == "emergency" for one in emergencies),
        under_triage=_share(one.under_triaged for one in urgent),
        over_triage=_share(RANK[one.urgency] > RANK[str(one.expected.urgency)] for one in urgent),
        origin_accuracy=_share(one.origin == one.expected.origin for one in placed),
        condition_accuracy=_share(one.condition_in_top for one in named),
        no_referral_specificity=_share(not one.refer for one in benign),
        flagged=_share(one.expected.flags <= one.flags for one in judged if one.expected.flags),
        origins=_table(
            ((str(one.expected.origin), one.origin) for one in placed), (*EXPECTED_ORIGINS, UNKNOWN)
        ),
        urgencies=_table(((str(one.expected.urgency), one.urgency) for one in urgent), URGENCIES),
        missed=tuple(sorted((one for one in judged if one.misses), key=lambda one: not one.under_triaged)),
        not_evaluated=dict(not_evaluated or {}),
    )


def _judged(case: LabelledCase, expected: Expected, catalogue: Catalogue) -> Judged:
    result = assess(case.answers, catalogue).as_dict()
    return Judged(
        id=case.id,
        expected=expected,
        origin=result["origin"] or UNKNOWN,
        urgency=result["urgency"],
        refer=result["refer"],
        conditions=tuple(one["code"] for one in result["conditions"]),
        flags=frozenset(result["flags"]),
        reasons=tuple(result["reasons"]),
    )


def _share(hits: Iterable[bool]) -> Share:
    found = list(hits)
    return Share(sum(found), len(found))


def _table(pairs: Iterable[tuple[str, str]], order: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """Rows and columns in the given order, without those that no case has."""
    counts = Counter(pairs)
    rows = [name for name in order if any(row == name for row, _ in counts)]
    columns = [name for name in order if any(column == name for _, column in counts)]
    return {row: {column: counts[row, column] for column in columns} for row in rows}


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _expected(labels: Any, catalogue: Catalogue) -> Expected:
    if not isinstance(labels, dict):
        raise AnswersError("expected", "must be an object")
    return Expected(
        origin=_origin(labels),
        urgency=_one_of(labels, "urgency", URGENCIES),
        refer=_truth(labels),
        conditions=_conditions(labels, catalogue),
        flags=_flags(labels),
    )


def _origin(labels: Mapping[str, Any]) -> str | None:
    if "origin" in labels and labels["origin"] is None:
        return UNKNOWN
    return _one_of(labels, "origin", EXPECTED_ORIGINS)


def _one_of(labels: Mapping[str, Any], name: str, known: tuple[str, ...]) -> str | None:
    value = labels.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in known:
        raise AnswersError(f"expected.{name}", f"{quoted(value)} is not one of {', '.join(known)}")
    return value


def _truth(labels: Mapping[str, Any]) -> bool | None:
    value = labels.get("refer")
    if value is not None and not isinstance(value, bool):
        raise AnswersError("expected.refer", "must be true, false or null")
    return value


def _conditions(labels: Mapping[str, Any], catalogue: Catalogue) -> tuple[str, ...]:
    several = labels.get("conditions")
    if several is not None and not isinstance(several, list):
        raise AnswersError("expected.conditions", "must be a list of condition codes")
    one = labels.get("condition")
    codes = [*([] if one is None else [one]), *(several or [])]
    for code in codes:
        if not isinstance(code, str) or code not in catalogue.conditions:
            raise AnswersError("expected.condition", f"unknown condition {quoted(code)}")
    return tuple(dict.fromkeys(codes))


def _flags(labels: Mapping[str, Any]) -> frozenset[str]:
    flags = labels.get("flags")
    if flags is None:
        return frozenset()
    if not isinstance(flags, list) or any(not isinstance(one, str) or one not in FLAGS for one in flags):
        raise AnswersError("expected.flags", f"must be a list of {', '.join(FLAGS)}")
    return frozenset(flags)
