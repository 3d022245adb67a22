"""The clinical catalogue as frozen data: signs, conditions, rules, treatment checks, sources.

`load_catalogue()` reads the TOML files of a version once, from `catalogues/<version>/`. Anything
that does not fit together (an unknown code, a source without an entry, a weight out of range)
raises CatalogueError at load.
"""

from dataclasses import dataclass, field

from .expressions import NOTHING, CatalogueError, Matcher

URGENCIES = ("none", "routine", "soon", "urgent", "within_1_working_day", "emergency")
RANK = {urgency: rank for rank, urgency in enumerate(URGENCIES)}
ORIGINS = ("foot", "back", "hip", "systemic", "mixed")
TREATMENTS = ("rest", "ice", "exercise", "surgery_referral", "other")
DESTINATIONS = (
    "emergency_department",
    "spinal_on_call",
    "spinal_service",
    "mscc_coordinator",
    "msk_triage",
    "msk_physiotherapy",
    "gp",
    "orthopaedics_hip",
    "orthopaedics_foot_ankle",
    "neurology",
    "rheumatology",
    "vascular",
    "diabetic_foot_mdt",
    "foot_protection_service",
    "same_day_dvt_clinic",
    "paediatrics_same_day",
    "pain_service",
    "orthotics",
    "podiatry",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication. `read` is V (an excerpt was read) or K (well known, still to be re-read)."""

    key: str
    title: str
    read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing to tick. `side` is side, bilateral, midline or none."""

    code: str
    version: str
    group: str
    label: str
    elicit: str
    regions: tuple[str, ...]
    side: str
    evidence: str
    source: tuple[str, ...]
    answers: str
    measure: str | None = None  # mrc, degrees, millimetres or level
    points_to: str | None = None
    red_flag: str | None = None
    brief: tuple[str, ...] = ()
    screen: bool = False
    context_only: str | None = None  # why a sign carries no weight and fires no rule
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Points in decibans when any of `signs` is answered so, within the ages given in years.

    `direction` is present, absent (explicitly no), against (present, argues against) or age.
    """

    label: str
    signs: frozenset[str]
    direction: str
    points: int
    source: str
    age_from: int | None = None
    age_to: int | None = None

    def fits_age(self, age: int | None) -> bool:
        """A missing age never earns age points, and never switches off a sign's points."""
        if self.age_from is None and self.age_to is None:
            return True
        if age is None:
            return self.direction != "age"
        return (self.age_from is None or age >= self.age_from) and (self.age_to is None or age <= self.age_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightGroup:
    """Correlated items: counted `once`, `cap`ped together, or worth fixed points as a `cluster`."""

    kind: str
    members: frozenset[str]
    points: int = 0
    at_least: int = 0
    source: str = "expert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A finding that raises a condition's urgency, and where it then goes."""

    when: tuple[object, ...]  # any of these
    matches: Matcher
    urgency: str
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A suspected condition. `kind` is scored (by weights) or rule (only when a rule names it)."""

    code: str
    version: str
    name: str
    icd10: str
    icd10_cm: str
    origins: tuple[str, ...]
    kind: str
    urgency: str
    urgency_text: str
    destinations: tuple[str, ...]
    source: tuple[str, ...]
    prior: int
    rule_points: int
    unmet_points: int = 0
    weights: tuple[Weight, ...] = ()
    groups: tuple[WeightGroup, ...] = ()
    steps: tuple[Step, ...] = ()
    note: str | None = None

    @property
    def origin(self) -> str:
        """The origin it speaks for; one that belongs to two regions is mixed."""
        return self.origins[0] if len(self.origins) == 1 else "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A red-flag rule. `triggers` are the signs of which at least one must be present."""

    id: str
    version: str
    when: tuple[object, ...]
    unless: tuple[object, ...]
    matches: Matcher
    lifted: Matcher
    triggers: frozenset[str]
    also: frozenset[str]
    urgency: str
    destinations: tuple[str, ...]
    say: str
    source: tuple[str, ...]
    suspects: str | None = None
    origin: str | None = None
    decides: bool = False  # its origin stands before any points
    ask: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Answers that cannot all be true."""

    say: str
    present: frozenset[str] = NOTHING
    present_any: frozenset[str] = NOTHING
    absent: frozenset[str] = NOTHING
    missing_all: frozenset[str] = NOTHING
    age_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentCheck:
    """A treatment blocked, restricted in one form (`kind`), or warned about (`effect`)."""

    id: str
    version: str
    treatment: str
    kind: str | None
    effect: str
    when: tuple[object, ...]
    matches: Matcher
    conditions: frozenset[str]
    for_emergency: bool
    reason: str
    source: tuple[str, ...]
    overridable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignSet:
    """A named set of signs, defined once and used by rules and weights."""

    name: str
    members: frozenset[str]
    note: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Thresholds in decibans; see rules.toml for why."""

    suspicion: int
    strong_evidence: int
    mixed_margin: int
    informative_minimum: int
    rule_points: int
    not_informative: frozenset[str]
    risk_factors: frozenset[str]  # keep their points, and never make a condition suspected alone
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything the engine knows, at one version."""

    version: str
    signs: dict[str, Sign]
    conditions: dict[str, Condition]
    rules: tuple[Rule, ...]
    sets: dict[str, SignSet]
    patterns: dict[str, str]
    conflicts: tuple[Conflict, ...]
    treatment_checks: tuple[TreatmentCheck, ...]
    sources: dict[str, Source]
    scoring: Scoring
    priors: dict[str, int]
    priors_note: str
    opening_questions: tuple[str, ...]
    screen: frozenset[str]
    screen_order: tuple[str, ...]
    by_sign: dict[str, tuple[str, ...]] = field(repr=False)
    raw: dict[str, dict[str, object]] = field(repr=False, compare=False)

    def label(self, code: str) -> str:
        return self.signs[code].label


class UnknownVersion(CatalogueError):
    """No catalogue of this version is kept here."""

    def __init__(self, version: object) -> None:
        super().__init__(f"there is no catalogue of version {str(version)[:40]!a}")


def load_catalogue(version: str | None = None) -> Catalogue:
    """The catalogue of `version`, or the one in use, read and checked once.

    Raises UnknownVersion when no such version is kept.
    """
    from .loading import CURRENT, load_version

    return load_version(version or CURRENT)


__all__ = [
    "Catalogue",
    "CatalogueError",
    "Condition",
    "Rule",
    "Sign",
    "Source",
    "UnknownVersion",
    "Weight",
    "load_catalogue",
]
