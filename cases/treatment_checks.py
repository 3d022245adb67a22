"""What speaks against a treatment, asked of a visit's record. One place for forms, actions and pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.answers import answers_of
from cases.choices import Side
from cases.models import Finding, Treatment, Visit
from cases.screening import Assessment, assess, load_catalogue
from cases.treating import Caution, Found, Planned, cautions
from clinic.templatetags.footnote import day


@dataclass(frozen=True)
class Seen:
    """What a visit has found so far: its assessment, and on which sides each sign is."""

    assessment: Assessment
    found: Found

    def cautions(self, planned: Planned) -> tuple[Caution, ...]:
        """Return the blocks of a treatment and the warnings about it."""
        return cautions(self.assessment, planned, self.found)

    def blocks(self, planned: Planned) -> list[Caution]:
        """Return the blocks only."""
        return [one for one in self.cautions(planned) if one.is_block]


def seen_at(
    visit: Visit, findings: Iterable[Finding] | None = None, assessment: Assessment | None = None
) -> Seen:
    """Return what has been found at `visit`. Two queries, fewer with what is already known."""
    rows = list(visit.findings.all() if findings is None else findings)
    return Seen(assessment or assess(answers_of(visit, rows)), found_in(rows))


def found_in(findings: Iterable[Finding]) -> Found:
    """Return the sides on which each sign was found, and on which it is not."""
    sides: dict[str, set[str]] = {}
    clear: dict[str, set[str]] = {}
    for one in findings:
        (sides if one.present else clear).setdefault(one.sign, set()).add(one.side)
    return Found(_frozen(sides), _frozen(clear))


def _frozen(sides: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {sign: frozenset(found) for sign, found in sides.items()}


def planned(kind: str, values: Mapping[str, Any]) -> Planned:
    """Return a treatment as its checks need it, from the fields that an action is given."""
    start, review = values.get("start_on"), values.get("review_on")
    weeks = (review - start).days / 7 if start and review else None
    return Planned(
        kind=kind,
        details=values.get("details") or {},
        region=values.get("region") or "",
        side=values.get("side") or "",
        weeks_to_review=weeks,
    )


def planned_by(treatment: Treatment) -> Planned:
    """Return a treatment of the record as its checks need it."""
    names = ("details", "region", "side", "start_on", "review_on")
    return planned(treatment.kind, {name: getattr(treatment, name) for name in names})


@dataclass(frozen=True)
class Standing:
    """A treatment with the blocks that nobody has overridden."""

    treatment: Treatment
    blocks: list[Caution]


def standing_blocks(visit: Visit, seen: Seen) -> list[Standing]:
    """Return the treatments of a draft that a finding blocks as things are now. Two queries at most."""
    if not visit.is_draft:
        return []
    treatments = visit.treatments.prefetch_related("overrides")
    found = [Standing(one, standing(one, seen)) for one in treatments]
    return [one for one in found if one.blocks]


def standing(treatment: Treatment, seen: Seen) -> list[Caution]:
    """Return the blocks of one treatment that nobody has overridden, or nobody may."""
    overridden = {one.check_id for one in treatment.overrides.all()}
    blocks = seen.blocks(planned_by(treatment))
    return [one for one in blocks if not one.overridable or one.id not in overridden]


def neuro_status(visit: Visit) -> str:
    """Return the muscle grades of a visit with its date, one a line, for the surgeon to read."""
    signs = load_catalogue().signs
    seen_on = day(visit.seen_on)
    graded = visit.findings.exclude(mrc_grade=None).order_by("sign", "side")
    lines = [
        ", ".join(
            filter(None, (signs[one.sign].label, str(Side(one.side).label).lower() if one.side else ""))
        )
        + f": MRC {one.mrc_grade}/5, {seen_on}"
        for one in graded
        if one.sign in signs
    ]
    return "\n".join(lines)
