"""Which blocks and warnings concern a treatment as it is planned. Pure: no query, no clock."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.screening import Assessment, Catalogue, load_catalogue
from cases.screening.expressions import signs_of
from cases.screening.treatments import TreatmentFinding
from cases.treatment_forms import concerns

from .loading import FormCheck, FormChecks, Place, load_form_checks
from .places import clears

SIDE_WORDS = {"left": "left", "right": "right", "bilateral": "both sides"}
NO_SIDES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Planned:
    """A treatment as it is written down: its kind, the fields of its form, where it is given."""

    kind: str
    details: Mapping[str, Any]
    region: str = ""
    side: str = ""
    weeks_to_review: float | None = None

    @property
    def asked(self) -> Mapping[str, str]:
        """What the form asked, by question: yes or no; not asked is not in it."""
        found = self.details.get("asked")
        return found if isinstance(found, Mapping) else {}

    def fact(self, name: str) -> Any:
        """The value of a field, None where it is empty."""
        if name in ("region", "side", "weeks_to_review"):
            return getattr(self, name)
        return self.details.get(name)


@dataclass(frozen=True, slots=True)
class Found:
    """On which sides each sign was found, and on which it was looked for and not there.

    A side may be "" where none was said. A sign that is in neither may still be present: from a
    measurement or the patient's record, and then it is anywhere.
    """

    sides: Mapping[str, frozenset[str]] = field(default_factory=dict)
    clear: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Because:
    """What caused a block or a warning, in words; `sign` is the code of a finding, or empty."""

    text: str
    sign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """One block of a treatment, or one warning about it, with its cause and source.

    `form` is the form of the treatment that it is about (None: all of it); `is_movable` whether
    another place of treatment would make a warning of it; `elsewhere` says why it already is one.
    """

    id: str
    treatment: str
    is_block: bool
    reason: str
    source: str
    cited: tuple[str, ...]
    overridable: bool
    because: tuple[Because, ...]
    signs: tuple[str, ...]
    version: str
    form: str | None = None
    is_movable: bool = False
    elsewhere: str = ""

    @property
    def kind(self) -> str | None:
        """As a finding of the catalogue names its form."""
        return self.form

    @property
    def why(self) -> str:
        """Its causes in one line."""
        return "; ".join(one.text for one in self.because)


NOTHING_FOUND = Found()


def cautions(assessment: Assessment, planned: Planned, found: Found = NOTHING_FOUND) -> tuple[Caution, ...]:
    """Return what speaks against a treatment: the blocks first, then the warnings.

    Without `found` every finding counts as being at the site.
    """
    checks, catalogue = load_form_checks(), load_catalogue(assessment.catalogue_version)
    known = [
        _from_catalogue(one, is_block, assessment, planned, found, catalogue, checks)
        for is_block, one in _catalogued(assessment)
        if concerns(one, planned.kind, planned.details) and _is_near(one, planned, checks)
    ]
    said = {one.id for one in known}
    asked = [
        _from_form(one, planned, found, catalogue, checks)
        for one in checks.checks
        if one.treatment == planned.kind and not one.unless & said and _applies(one, planned, found)
    ]
    return tuple(sorted((*known, *asked), key=lambda one: (not one.is_block, one.overridable)))


def _catalogued(assessment: Assessment) -> Iterable[tuple[bool, TreatmentFinding]]:
    for one in (*assessment.blocked_treatments, *assessment.restricted_treatments):
        yield True, one
    for one in assessment.warned_treatments:
        yield False, one


def _is_near(one: TreatmentFinding, planned: Planned, checks: FormChecks) -> bool:
    regions = checks.narrow.get(one.check.id)
    return not regions or not planned.region or planned.region in regions


def _from_catalogue(
    one: TreatmentFinding,
    is_block: bool,
    assessment: Assessment,
    planned: Planned,
    found: Found,
    catalogue: Catalogue,
    checks: FormChecks,
) -> Caution:
    causes = _causes(one, assessment, catalogue) if is_block else []
    places = _places(causes, checks)
    elsewhere = _elsewhere(places, planned, found, catalogue)
    return Caution(
        id=one.check.id,
        treatment=one.treatment,
        is_block=is_block and not elsewhere,
        reason=one.reason,
        source=one.source,
        cited=checks.cited(one.check.source),
        overridable=one.overridable,
        because=_found_words(one.signs, found, catalogue),
        signs=one.signs,
        version=assessment.catalogue_version,
        form=one.kind,
        is_movable=_is_movable(places),
        elsewhere=elsewhere,
    )


def _causes(one: TreatmentFinding, assessment: Assessment, catalogue: Catalogue) -> list[str]:
    """The signs found and the conditions suspected that a block itself names."""

    def members(word: str) -> frozenset[str]:
        return catalogue.sets[word[1:]].members if word.startswith("@") else frozenset({word})

    named = NO_SIDES.union(*(signs_of(node, members) for node in one.check.when))
    suspected = {condition.code for condition in assessment.conditions} & one.check.conditions
    return [*sorted(named & set(one.signs)), *(f"condition:{code}" for code in sorted(suspected))]


def _places(causes: Collection[str], checks: FormChecks) -> tuple[Place, ...]:
    """Where each cause can be; nothing when one of them is not bound to a place."""
    places = tuple(checks.places[cause] for cause in causes if cause in checks.places)
    return places if len(places) == len(causes) else ()


def _is_movable(places: tuple[Place, ...]) -> bool:
    return bool(places) and all(place.regions or place.side != "never" for place in places)


def _elsewhere(places: tuple[Place, ...], planned: Planned, found: Found, catalogue: Catalogue) -> str:
    """Return why every cause is elsewhere than the treatment, empty as soon as one may be there."""
    words = []
    for place in places:
        why = clears(place, planned.region, planned.side, found.sides.get(place.cause, NO_SIDES), found.clear)
        if not why:
            return ""
        prefix, _, name = place.cause.rpartition(":")
        label = catalogue.conditions[name].name if prefix else catalogue.label(name)
        words.append(f"{label}: {why}")
    return "; ".join(words)


def _found_words(signs: Iterable[str], found: Found, catalogue: Catalogue) -> tuple[Because, ...]:
    return tuple(Because(_with_side(code, found, catalogue), code) for code in signs)


def _with_side(code: str, found: Found, catalogue: Catalogue) -> str:
    sides = found.sides.get(code, NO_SIDES) - {""}
    if {"left", "right"} <= sides or "bilateral" in sides:
        sides = frozenset({"bilateral"})
    return ", ".join((catalogue.label(code), *(SIDE_WORDS[side] for side in sorted(sides))))


def _applies(check: FormCheck, planned: Planned, found: Found) -> bool:
    if check.question and planned.asked.get(check.key) != "yes":
        return False
    if not is_asked_of(planned, check):
        return False
    return not check.signs or bool(check.signs & found.sides.keys())


def is_asked_of(planned: Planned, check: FormCheck) -> bool:
    """Return whether a treatment's fields are such that the check, or its question, is about it."""
    return all(_holds(wanted, planned.fact(name)) for name, wanted in check.when.items())


def _holds(wanted: Any, value: Any) -> bool:
    is_missing = value is None or value is False or value == ""
    if isinstance(wanted, bool):
        return wanted is not is_missing
    if isinstance(wanted, Mapping):
        if "missing" in wanted:
            return wanted["missing"] is is_missing
        if is_missing or not isinstance(value, (int, float)):
            return False
        return value > wanted.get("above", value) or value < wanted.get("below", value)
    return value in wanted


def _from_form(
    check: FormCheck, planned: Planned, found: Found, catalogue: Catalogue, checks: FormChecks
) -> Caution:
    because = [Because(check.because)] if check.because else []
    if check.question:
        because = [Because(f"{check.question.rstrip('?')}: yes")]
    signs = tuple(sorted(check.signs & found.sides.keys()))
    is_block = check.effect == "block"
    places = _places(signs, checks) if is_block else ()
    elsewhere = _elsewhere(places, planned, found, catalogue)
    return Caution(
        id=check.id,
        treatment=check.treatment,
        is_block=is_block and not elsewhere,
        reason=check.reason,
        source=", ".join(check.source),
        cited=checks.cited(check.source),
        overridable=check.overridable or not is_block,
        because=(*because, *_found_words(signs, found, catalogue)),
        signs=signs,
        version=checks.version,
        is_movable="region" in check.when or _is_movable(places),
        elsewhere=elsewhere,
    )
