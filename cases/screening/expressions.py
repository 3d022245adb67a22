"""The small language of the rules: compiled once, matched against one patient's answers.

An expression matches or not, and says which present signs made it match. See rules.toml for
the grammar.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class CatalogueError(ValueError):
    """The catalogue contradicts itself; raised when it is loaded, never for a patient."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an expression can look at. Conditions and urgency are known to treatment checks only."""

    present: frozenset[str]
    absent: frozenset[str] = frozenset()
    age: int | None = None
    conditions: frozenset[str] = frozenset()
    urgency: str = "none"
    screen_complete: bool = True


# The present signs that made the expression match (may be empty), or None for no match.
Matcher = Callable[[Facts], frozenset[str] | None]
NOTHING: frozenset[str] = frozenset()


class Compiler:
    """Turns expression data into matchers; unknown names raise CatalogueError."""

    def __init__(
        self,
        signs: Iterable[str],
        sets: Mapping[str, frozenset[str]],
        conditions: Iterable[str] = (),
    ) -> None:
        self.signs = frozenset(signs)
        self.sets = sets
        self.conditions = frozenset(conditions)
        self.patterns: dict[str, Matcher] = {}

    def all_of(self, nodes: Iterable[Any], *, lowering: bool = False) -> Matcher:
        parts = [self.compile(node, lowering=lowering) for node in nodes]

        def match(facts: Facts) -> frozenset[str] | None:
            found = NOTHING
            for part in parts:
                signs = part(facts)
                if signs is None:
                    return None
                found |= signs
            return found

        return match

    def any_of(self, nodes: Iterable[Any], *, lowering: bool = False) -> Matcher:
        return self._at_least(1, nodes, lowering=lowering)

    def _at_least(self, count: int, nodes: Iterable[Any], *, lowering: bool) -> Matcher:
        parts = [self.compile(node, lowering=lowering) for node in nodes]

        def match(facts: Facts) -> frozenset[str] | None:
            matches = [signs for part in parts if (signs := part(facts)) is not None]
            return NOTHING.union(*matches) if len(matches) >= count else None

        return match

    def _none_of(self, nodes: Iterable[Any], *, lowering: bool) -> Matcher:
        some = self.any_of(nodes, lowering=lowering)
        return lambda facts: NOTHING if some(facts) is None else None

    def compile(self, node: Any, *, lowering: bool = False) -> Matcher:
        """One expression. `no:` is refused unless `lowering`: a no must never raise an urgency."""
        if isinstance(node, str):
            return self._word(node, lowering=lowering)
        if not isinstance(node, Mapping):
            raise CatalogueError(f"not an expression: {node!r}")
        keys = set(node)
        if keys == {"all"}:
            return self.all_of(node["all"], lowering=lowering)
        if keys == {"any"}:
            return self.any_of(node["any"], lowering=lowering)
        if keys == {"none"}:
            return self._none_of(node["none"], lowering=lowering)
        if keys == {"at_least", "of"}:
            return self._at_least(node["at_least"], node["of"], lowering=lowering)
        if keys and keys <= {"age_from", "age_to", "unknown"}:
            return _age_between(node.get("age_from"), node.get("age_to"), node.get("unknown", False))
        raise CatalogueError(f"unknown expression keys: {sorted(keys)}")

    def _word(self, word: str, *, lowering: bool) -> Matcher:
        if word.startswith("@"):
            members = self.members(word)
            return lambda facts: (members & facts.present) or None
        if word.startswith("~"):
            return self._pattern(word[1:], lowering=lowering)
        prefix, _, name = word.rpartition(":")
        if prefix:
            return self._fact(prefix, name, lowering=lowering)
        found = frozenset({self.sign(word)})
        return lambda facts: found if word in facts.present else None

    def _pattern(self, name: str, *, lowering: bool) -> Matcher:
        # A pattern may hold `no:`; in `when` it only ever meets a rule that lowers (see rules.toml).
        if name not in self.patterns:
            raise CatalogueError(f"unknown pattern: {name}")
        return self.patterns[name]

    def _fact(self, prefix: str, name: str, *, lowering: bool) -> Matcher:
        if prefix == "no" and lowering:
            self.sign(name)
            return lambda facts: NOTHING if name in facts.absent else None
        if prefix == "condition" and name in self.conditions:
            return lambda facts: NOTHING if name in facts.conditions else None
        if prefix == "urgency":
            return lambda facts: NOTHING if facts.urgency == name else None
        if prefix == "screen" and name == "incomplete":
            return lambda facts: None if facts.screen_complete else NOTHING
        raise CatalogueError(f"not allowed here: {prefix}:{name}")

    def sign(self, code: str) -> str:
        if code not in self.signs:
            raise CatalogueError(f"unknown sign: {code}")
        return code

    def members(self, word: str) -> frozenset[str]:
        """The sign codes of "@set", or of one sign."""
        if not word.startswith("@"):
            return frozenset({self.sign(word)})
        if word[1:] not in self.sets:
            raise CatalogueError(f"unknown set: {word}")
        return self.sets[word[1:]]


def _age_between(low: int | None, high: int | None, unknown: bool) -> Matcher:
    def match(facts: Facts) -> frozenset[str] | None:
        if facts.age is None:
            return NOTHING if unknown else None
        inside = (low is None or facts.age >= low) and (high is None or facts.age <= high)
        return NOTHING if inside else None

    return match


def signs_of(node: Any, members: Callable[[str], frozenset[str]]) -> frozenset[str]:
    """Every sign code that an expression names, sets expanded; patterns and facts left out."""
    if isinstance(node, str):
        if node.startswith("no:"):
            return members(node[3:])
        return NOTHING if node.startswith("~") or ":" in node else members(node)
    if isinstance(node, Mapping):
        inner = (value for value in node.values() if isinstance(value, list))
        return NOTHING.union(*(signs_of(part, members) for value in inner for part in value))
    return NOTHING


def facts_of(node: Any, prefix: str) -> frozenset[str]:
    """The names after `prefix:` anywhere in an expression, such as the conditions it looks at."""
    if isinstance(node, str):
        return frozenset({node.removeprefix(f"{prefix}:")}) if node.startswith(f"{prefix}:") else NOTHING
    parts = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    return NOTHING.union(*(facts_of(part, prefix) for part in parts))
