"""Reads the catalogue's TOML files, one folder a version, and refuses any that do not fit together.

A version that a visit was signed under is never changed or removed: its screening is explained, and
can be run again, from the same data years later. A new rule is a new folder.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from .catalogue import (
    DESTINATIONS,
    ORIGINS,
    RANK,
    TREATMENTS,
    Catalogue,
    Condition,
    Conflict,
    Rule,
    Scoring,
    Sign,
    SignSet,
    Source,
    Step,
    TreatmentCheck,
    UnknownVersion,
    Weight,
    WeightGroup,
)
from .expressions import NOTHING, CatalogueError, Compiler, facts_of, signs_of

Raw = Mapping[str, Any]
NAMES = ("signs", "conditions", "rules", "treatments", "sources")
CURRENT = "2026.12.0"
MOST_POINTS = 10
_NUMBERED = re.compile(r"\d{4}\.\d{1,2}\.\d{1,3}", re.ASCII)


@cache
def versions() -> tuple[str, ...]:
    """Every version that is kept, oldest first."""
    found = [folder.name for folder in _catalogues().iterdir() if _NUMBERED.fullmatch(folder.name)]
    return tuple(sorted(found, key=lambda name: tuple(int(part) for part in name.split("."))))


@cache
def load_version(version: str) -> Catalogue:
    """The catalogue of one version, the same object each time. Raises UnknownVersion."""
    if version not in versions():  # only a folder's own name reaches the file system
        raise UnknownVersion(version)
    folder = _catalogues() / version
    found = build({name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in NAMES})
    if found.version != version:
        raise CatalogueError(f"the folder {version} holds version {found.version}")
    return found


def _catalogues() -> Traversable:
    return files(__package__) / "catalogues"


def build(raw: dict[str, dict[str, Any]]) -> Catalogue:
    """A catalogue from parsed TOML, by file name. Raises CatalogueError when it does not hold together."""
    named = {name: raw[name].get("version") for name in NAMES}
    if len(set(named.values())) != 1:
        raise CatalogueError(f"the files disagree about the version: {named}")
    return _Builder(raw, str(named["signs"])).catalogue()


def _unique(rows: Iterable[Raw], key: str) -> None:
    seen: set[str] = set()
    for row in rows:
        if row[key] in seen:
            raise CatalogueError(f"{key} {row[key]} appears twice")
        seen.add(row[key])


class _Builder:
    def __init__(self, raw: dict[str, dict[str, Any]], version: str) -> None:
        self.raw, self.version = raw, version
        for name, table, key in (
            ("signs", "sign", "code"),
            ("conditions", "condition", "code"),
            ("rules", "rule", "id"),
            ("treatments", "check", "id"),
            ("sources", "source", "key"),
        ):
            _unique(raw[name][table], key)
        self.sources = {row["key"]: Source(**row) for row in raw["sources"]["source"]}
        self.signs = {row["code"]: self.sign(row) for row in raw["signs"]["sign"]}
        self.sets = self.sign_sets(raw["rules"]["set"])
        codes = [row["code"] for row in raw["conditions"]["condition"]]
        self.compiler = Compiler(self.signs, {name: s.members for name, s in self.sets.items()}, codes)
        for row in raw["rules"]["pattern"]:
            self.compiler.patterns[row["name"]] = self.compiler.compile(row["when"], lowering=True)
        self.priors: dict[str, int] = {k: v for k, v in raw["rules"]["priors"].items() if k != "note"}

    def catalogue(self) -> Catalogue:
        rules = self.raw["rules"]
        self.scoring = self.scored_by(rules["scoring"])
        conditions = {row["code"]: self.condition(row) for row in self.raw["conditions"]["condition"]}
        screen_order = tuple(rules["questions"]["screen"])
        if set(screen_order) != {code for code, sign in self.signs.items() if sign.screen}:
            raise CatalogueError("the order of the screen names other signs than those marked screen")
        return Catalogue(
            version=self.version,
            signs=self.signs,
            conditions=conditions,
            rules=tuple(self.rule(row, conditions) for row in rules["rule"]),
            sets=self.sets,
            patterns={row["name"]: row["note"] for row in rules["pattern"]},
            conflicts=tuple(self.conflict(row) for row in rules["conflict"]),
            treatment_checks=tuple(self.check(row) for row in self.raw["treatments"]["check"]),
            sources=self.sources,
            scoring=self.scoring,
            priors=self.priors,
            priors_note=rules["priors"]["note"],
            opening_questions=tuple(self.compiler.sign(c) for c in rules["questions"]["opening"]),
            screen=frozenset(screen_order),
            screen_order=screen_order,
            by_sign=_conditions_by_sign(conditions.values()),
            raw=self.raw,
        )

    def scored_by(self, row: Raw) -> Scoring:
        sets = {
            name: frozenset(self.compiler.sign(code) for code in row[name])
            for name in ("not_informative", "risk_factors")
        }
        return Scoring(**{**row, **sets})

    def cited(self, keys: Iterable[str]) -> tuple[str, ...]:
        found = tuple(keys)
        unknown = [key for key in found if key not in self.sources]
        if unknown or not found:
            raise CatalogueError(f"unknown or missing sources: {unknown}")
        return found

    def sign(self, row: Raw) -> Sign:
        values = {**row, "regions": tuple(row["regions"]), "brief": tuple(row.get("brief", ()))}
        if row["side"] not in ("side", "bilateral", "midline", "none"):
            raise CatalogueError(f"{row['code']}: unknown side {row['side']}")
        return Sign(**{**values, "source": self.cited(row["source"])})

    def sign_sets(self, rows: Iterable[Raw]) -> dict[str, SignSet]:
        sets: dict[str, SignSet] = {}
        for row in rows:
            members: set[str] = set()
            for word in row["members"]:
                known = sets[word[1:]].members if word.startswith("@") and word[1:] in sets else {word}
                members |= known
            if unknown := sorted(members - self.signs.keys()):
                raise CatalogueError(f"set {row['name']}: unknown signs {unknown}")
            sets[row["name"]] = SignSet(
                name=row["name"], members=frozenset(members), note=row["note"], version=self.version
            )
        return sets

    def condition(self, row: Raw) -> Condition:
        origins = tuple(row["origins"])
        if any(origin not in ORIGINS for origin in origins):
            raise CatalogueError(f"{row['code']}: unknown origin {origins}")
        values = {
            **row,
            "origins": origins,
            "urgency": self.urgency(row["urgency"]),
            "destinations": self.destinations(row["destinations"]),
            "source": self.cited(row["source"]),
            "prior": round(sum(self.priors[o] for o in origins) / len(origins)),
            "rule_points": row.get("rule_points", self.scoring.rule_points),
            "weights": tuple(self.weight(w) for w in row.get("weights", ())),
            "groups": tuple(self.group(g) for g in row.get("groups", ())),
            "steps": tuple(self.step(s) for s in row.get("steps", ())),
        }
        return Condition(**values)

    def weight(self, row: Raw) -> Weight:
        if row["direction"] not in ("present", "absent", "against", "age"):
            raise CatalogueError(f"unknown direction: {row}")
        if not 0 < abs(row["points"]) <= MOST_POINTS:
            raise CatalogueError(f"points outside 1 to {MOST_POINTS}: {row}")
        word = row.get("sign") or (f"@{row['set']}" if "set" in row else None)
        signs = self.compiler.members(word) if word else NOTHING
        self.cited(key.strip() for key in row["source"].split(","))
        return Weight(
            label=row.get("sign") or row.get("set") or "age",
            signs=signs,
            direction=row["direction"],
            points=row["points"],
            source=row["source"],
            age_from=row.get("age_from"),
            age_to=row.get("age_to"),
        )

    def group(self, row: Raw) -> WeightGroup:
        for member in row["members"]:
            if member != "age":
                self.compiler.sign(member)
        return WeightGroup(**{**row, "members": frozenset(row["members"])})

    def step(self, row: Raw) -> Step:
        return Step(
            matches=self.compiler.any_of(row["any"]),
            when=tuple(row["any"]),
            urgency=self.urgency(row["urgency"]),
            destinations=self.destinations(row["destinations"]),
        )

    def rule(self, row: Raw, conditions: Mapping[str, Condition]) -> Rule:
        suspects = row.get("suspects")
        if suspects and (suspects not in conditions or conditions[suspects].kind != "rule"):
            raise CatalogueError(f"rule {row['id']}: {suspects} is not a condition decided by rule")
        if row.get("origin", "foot" if not row.get("decides") else None) not in ORIGINS:
            raise CatalogueError(f"rule {row['id']}: unknown origin")
        return Rule(
            id=row["id"],
            version=row.get("version", self.version),
            when=tuple(row["when"]),
            unless=tuple(row.get("unless", ())),
            matches=self.compiler.all_of(row["when"]),
            lifted=self.compiler.any_of(row.get("unless", ()), lowering=True),
            triggers=NOTHING.union(*(signs_of(node, self.compiler.members) for node in row["when"])),
            also=frozenset(self.compiler.sign(code) for code in row.get("also", ())),
            urgency=self.urgency(row["urgency"]),
            destinations=self.destinations(row["destinations"]),
            say=row["say"],
            source=self.cited(row["source"]),
            suspects=suspects,
            origin=row.get("origin"),
            decides=row.get("decides", False),
            ask=tuple(self.compiler.sign(code) for code in row.get("ask", ())),
            note=row.get("note"),
        )

    def conflict(self, row: Raw) -> Conflict:
        values: dict[str, Any] = dict(row)
        for key in ("present", "present_any", "absent", "missing_all"):
            members = (self.compiler.members(word) for word in row.get(key, ()))
            values[key] = NOTHING.union(*members)
        return Conflict(**values)

    def check(self, row: Raw) -> TreatmentCheck:
        if row["treatment"] not in TREATMENTS or row["effect"] not in ("block", "restrict", "warn"):
            raise CatalogueError(f"treatment check {row['id']}: unknown treatment or effect")
        return TreatmentCheck(
            id=row["id"],
            version=row.get("version", self.version),
            treatment=row["treatment"],
            kind=row.get("kind"),
            effect=row["effect"],
            when=tuple(row["when"]),
            matches=self.compiler.all_of(row["when"]),
            conditions=frozenset(facts_of(row["when"], "condition")),
            for_emergency="emergency" in facts_of(row["when"], "urgency"),
            reason=row["reason"],
            source=self.cited(row["source"]),
            overridable=row.get("overridable", row["effect"] == "warn"),
        )

    def urgency(self, name: str) -> str:
        if name not in RANK:
            raise CatalogueError(f"unknown urgency: {name}")
        return name

    def destinations(self, codes: Iterable[str]) -> tuple[str, ...]:
        found = tuple(codes)
        if unknown := [code for code in found if code not in DESTINATIONS]:
            raise CatalogueError(f"unknown destinations: {unknown}")
        return found


def _conditions_by_sign(conditions: Iterable[Condition]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for condition in conditions:
        for code in sorted({sign for weight in condition.weights for sign in weight.signs}):
            found.setdefault(code, []).append(condition.code)
    return {code: tuple(codes) for code, codes in found.items()}
