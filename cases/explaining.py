"""A screening's record, live or frozen, as what a page says about it.

Everything comes from `Assessment.as_record()`, so that the panel of a draft and the page of a visit
signed years ago read alike. Records kept by older software lack some parts; those stay empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.screening import Catalogue, UnknownVersion, load_catalogue

MOST_REASONS = 3
MOST_CONDITIONS = 3
MOST_QUESTIONS = 5
MOST_CHANGES = 4
FAVOUR_IN_SHORT = 3

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Cited:
    """A source as the page lists it; `reread` is whether it still has to be read again."""

    key: str
    title: str
    reread: bool


@dataclass(frozen=True)
class Evidence:
    """One answer's share in a condition's points, with where its weight comes from."""

    label: str
    points: str
    sources: SafeString


@dataclass(frozen=True)
class Reason:
    """Why the verdict is what it is: a sentence, what was found, and the sources."""

    text: str
    found: str
    sources: SafeString


@dataclass(frozen=True)
class Question:
    """Something not asked yet, and in words what the answer could do."""

    sign: str
    label: str
    effect: str


@dataclass(frozen=True)
class ConditionWhy:
    """A condition with the signs for it, against it, and what was not asked."""

    name: str
    standing: str
    by_rule: bool
    favour: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Alternative:
    """A condition that does not lead, in one line: what speaks for it and against it."""

    name: str
    standing: str
    favour: str
    against: str


class Explanation:
    """What a page says about one record of the screening. Parts are worked out when they are read."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.version: str = record["catalogue_version"]
        self.catalogue = _catalogue(self.version)

    @cached_property
    def reasons(self) -> list[Reason]:
        """Fired rules, the most urgent first, then the leading condition in one line."""
        said = self.record.get("red_flag_reasons", {})
        rules = [*self.record.get("red_flags", ()), *self.record.get("referral_rules", ())]
        reasons = [
            Reason(said.get(rule["rule"], ""), self._labels(rule["signs"]), self._cite(rule["source"]))
            for rule in rules
        ]
        leading = [one for one in self.leading if not one.by_rule and one.favour][:1]
        return [*reasons, *map(_in_short, leading)]

    @property
    def top_reasons(self) -> list[Reason]:
        """The few that somebody in a hurry reads; in an emergency only those that make it one."""
        return self.reasons[: self._top]

    @property
    def further_reasons(self) -> list[Reason]:
        """The rest."""
        return self.reasons[self._top :]

    @property
    def _top(self) -> int:
        flags = self.record.get("red_flags", ())
        emergencies = sum(1 for flag in flags if flag["urgency"] == "emergency")
        return min(emergencies or MOST_REASONS, MOST_REASONS)

    @cached_property
    def leading(self) -> list[ConditionWhy]:
        """The best of the suspected conditions."""
        return [self._condition(one) for one in self.record.get("suspected", ())[:MOST_CONDITIONS]]

    @cached_property
    def others(self) -> tuple[Alternative, ...]:
        """The suspected conditions that do not lead, and the alternatives considered."""
        further = self.record.get("suspected", ())[MOST_CONDITIONS:]
        return tuple(_alternative(one) for one in (*further, *self.record.get("alternatives", ())))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What would help most next, ordered by its expected change in points."""
        asked = self.record.get("questions", ())[:MOST_QUESTIONS]
        return tuple(_question(one, named=True) for one in asked)

    @property
    def conflicts(self) -> list[str]:
        """The contradictions, as sentences."""
        return list(self.record.get("conflicts", ()))

    @property
    def measured(self) -> list[str]:
        """What was computed from grades and dates, where nobody contradicts it."""
        computed = self.record.get("computed", ())
        return [one["reason"] for one in computed if one["answered"] in ("", one["answer"])]

    @cached_property
    def since(self) -> date | None:
        """The date of the visit that this one is compared with."""
        return date.fromisoformat(self.record["since"]) if self.record.get("since") else None

    @property
    def changes(self) -> list[str]:
        return list(self.record.get("changes", ()))

    @property
    def first_changes(self) -> list[str]:
        return self.changes[:MOST_CHANGES]

    @property
    def further_changes(self) -> list[str]:
        return self.changes[MOST_CHANGES:]

    @cached_property
    def sources(self) -> tuple[Cited, ...]:
        """Every source cited on the page, in alphabetical order."""
        rules = [*self.record.get("red_flags", ()), *self.record.get("referral_rules", ())]
        scored = [*self.record.get("suspected", ()), *self.record.get("alternatives", ())]
        texts = [rule["source"] for rule in rules]
        texts += [part["source"] for one in scored for part in one["contributions"]]
        texts += [block["source"] for block in self.record.get("blocked_treatments", ())]
        keys = {key for text in texts for key in _keys(text)}
        return tuple(_cited(key, self.catalogue) for key in sorted(keys, key=str.lower))

    def _condition(self, one: Record) -> ConditionWhy:
        parts = [
            (part["points"], Evidence(_answered(part), _signed(part["points"]), self._cite(part["source"])))
            for part in one["contributions"]
        ]
        return ConditionWhy(
            name=one["name"],
            standing=_standing(one),
            by_rule=one["by_rule"],
            favour=tuple(evidence for points, evidence in parts if points > 0),
            against=tuple(evidence for points, evidence in parts if points < 0),
            questions=tuple(_question(question) for question in one.get("questions", ())),
        )

    def _labels(self, codes: Iterable[str]) -> str:
        """What was found; for something measured the measurement itself."""
        signs = self.catalogue.signs if self.catalogue else {}
        measured = {one["sign"]: one["reason"].rstrip(".") for one in self.record.get("computed", ())}
        known = measured | {
            code: signs[code].label for code in codes if code in signs and code not in measured
        }
        return "; ".join(known.get(code, code) for code in codes)

    def _cite(self, text: str) -> SafeString:
        return cite(text, self.version)


def _catalogue(version: str) -> Catalogue | None:
    try:
        return load_catalogue(version)
    except UnknownVersion:
        return None  # the keys alone are shown


def _keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(",") if key.strip()]


def _cited(key: str, catalogue: Catalogue | None) -> Cited:
    source = catalogue.sources.get(key) if catalogue else None
    return Cited(key, source.title if source else "", bool(source and source.read == "K"))


@lru_cache(maxsize=2_000)
def cite(text: str, version: str) -> SafeString:
    """Return source keys such as "Suri10, Cook11" with their titles; a star means still to be re-read."""
    catalogue = _catalogue(version)
    found = [_cited(key, catalogue) for key in _keys(text)]
    return format_html_join(", ", "{}", ((_abbreviated(one),) for one in found))


def _abbreviated(one: Cited) -> SafeString:
    star = "*" if one.reread else ""
    if not one.title:
        return format_html("{}", one.key)
    return format_html('<abbr title="{}">{}{}</abbr>', one.title, one.key, star)


def _answered(part: Record) -> str:
    return f"{part['label']}: {_('no')}" if part["answer"] == "no" else part["label"]


def _alternative(one: Record) -> Alternative:
    favour = [_answered(part) for part in one["contributions"] if part["points"] > 0]
    against = [_answered(part) for part in one["contributions"] if part["points"] < 0]
    return Alternative(one["name"], _standing(one), "; ".join(favour), "; ".join(against))


def _in_short(one: ConditionWhy) -> Reason:
    best = "; ".join(evidence.label for evidence in one.favour[:FAVOUR_IN_SHORT])
    sources = format_html_join(", ", "{}", ((evidence.sources,) for evidence in one.favour[:1]))
    return Reason(one.name, best, sources)


def _signed(points: int) -> str:
    return f"+{points}" if points >= 0 else f"−{-points}"


def _standing(one: Record) -> str:
    """How it stands: such as "likely · 5 points"."""
    if one["by_rule"]:
        return _("by rule")
    points = one["points"]
    shown = f"{points}" if points >= 0 else f"−{-points}"
    words = ngettext("%(points)s point", "%(points)s points", points) % {"points": shown}
    return f"{_strength(one)} · {words}"


def _strength(one: Record) -> str:
    """How likely, in words: the points are an estimate, and figures would look like a measurement."""
    probability = one["probability"]
    if probability >= 0.75:
        return _("very likely")
    if probability >= 0.5:
        return _("likely")
    return _("possible") if probability >= 0.35 else _("less likely")


def _question(one: Record, *, named: bool = False) -> Question:
    adds = max(one["if_yes"], one["if_no"], 0)
    takes = -min(one["if_yes"], one["if_no"], 0)
    if adds and takes:
        words = _("could add up to %(adds)d or take away up to %(takes)d points")
        effect = words % {"adds": adds, "takes": takes}
    elif adds:
        words = ngettext("could add up to %(adds)d point", "could add up to %(adds)d points", adds)
        effect = words % {"adds": adds}
    else:
        words = ngettext(
            "could take away up to %(takes)d point", "could take away up to %(takes)d points", takes
        )
        effect = words % {"takes": takes}
    if named:
        effect = _("%(effect)s: %(condition)s") % {"effect": effect, "condition": one["name"]}
    return Question(one["sign"], one["label"], effect)
