"""Renders the catalogue as the document that a clinician reviews. A pure function of the data."""

from collections.abc import Iterable, Iterator
from typing import Any

from .catalogue import Catalogue, Condition, Rule, Sign, Weight
from .describing import ages, describe_all
from .loading import versions

URGENCY_WORDS = {
    "emergency": "Emergency (same day, by phone)",
    "within_1_working_day": "Within 1 working day",
    "urgent": "Urgent (within 2 weeks)",
    "soon": "Soon (about 6 weeks)",
    "routine": "Routine",
    "none": "No referral",
}
GROUP_WORDS = {
    "H": "History",
    "G": "Gait and posture",
    "N": "Nerves",
    "C": "Cauda equina",
    "R": "Red-flag questions",
    "B": "Back",
    "P": "Hip and pelvis",
    "F": "Foot, circulation and skin",
    "K": "Child",
}

INTRODUCTION = """# The clinical rules

Generated from the catalogue, version **{version}** (kept as well: {kept}; a signed visit is
explained, and can be run again, under its own). Do not edit by hand: change the data, then run
`manage.py write_clinical_rules`.

The software suggests where foot pain comes from, how urgent it is and why. It does not diagnose. A
clinician confirms, changes and signs every suggestion, and may override it with a reason. Rules and
weights come from published guidance and studies, each named beside its row, and are never adjusted
to make a case come out right. {signs} signs, {conditions} conditions, {rules} rules.

Each sign is answered **yes**, **no** or **not asked**, and *not asked is never no*: a "no" can lower an
urgency and never raises one; a missing age or date never switches a rule off (an unknown onset counts
as new), except where the age is the criterion itself.

## In which order it works

1. **Red-flag rules** fire first, on any single finding in its stated context, whatever the points say.
2. **Context** is part of the rule: cancer, osteoporosis or steroids in the history alone are no alert;
   symptoms in both legs on walking are not bilateral sciatica; constipation alone is not cauda equina;
   a sexual change alone is urgent, not an emergency.
3. **Urgency** is the highest of all fired rules and suspected conditions.
4. **Origin** is scored next: the best-supported suspected condition decides. A condition named by an
   emergency or one-working-day rule decides before any points, and so does a rule that says so.
5. **Too little data**: fewer than {minimum} informative answers and no red flag give no origin, only
   questions. An incomplete red-flag screen never hides a suggestion; it is shown as incomplete.
6. **Mixed**: two origins within {margin} points of each other, both suspected.
7. **Every contribution** is shown with its points and source.
8. **Severity**: a suspected back origin is at least routine; hip joint, gluteal tendon and deep gluteal
   disease are routine; tight hip muscles and gait-driven back pain stay with the podiatrist (review at
   6 weeks) unless the pain is disabling, care has failed or there is a deficit.

## What is computed from grades and dates

Progress is computed, not remembered. Against a ticked answer the more urgent reading stands, and the
contradiction is flagged with both grades and dates.

- **Getting worse**: the same muscle on the same side graded lower than at an earlier signed visit. Two
  grades more than half a year apart count as new unless the clinician answered no; then they are a slow
  decline, for neurology.
- **Foot drop**: ankle dorsiflexion of MRC 3 or less; on both sides, where both are. Below MRC 3 in any
  muscle is a major loss.
- **New foot drop**: its onset within 14 days of the visit. An older onset answers it no; no date computes
  nothing, and the rules treat it as new.
- **Stable foot drop**: two equal grades at least 14 days apart, none between that differs, nothing worse.
- **Old and stable cauda equina symptoms**: never from dates alone, because "not worsening" belongs to it; an
  onset within 14 days refutes it.
- **The foot came first**: the dates of both onsets, where nobody answered it.

## How points work

Points are decibans: 10 times the logarithm of the likelihood ratio, rounded. Ten points multiply the odds
by ten; 0 points are even odds. A condition starts from the prior of its origin: {priors}.
{priors_note}

A condition is **suspected** at {suspicion} points or more, and at least {strong} points above its prior.
{scoring_note} Risk factors in this sense: {risk_factors}.
"""


def render(catalogue: Catalogue) -> str:
    """The whole document as Markdown, ending in a newline."""
    parts = [
        _introduction(catalogue),
        "## Red-flag rules\n",
        *(_rule(rule, catalogue) for rule in catalogue.rules),
        "## Named groups of signs\n",
        *_sets(catalogue),
        "## Contradictions that are flagged\n",
        *(f"- {conflict.say}" for conflict in catalogue.conflicts),
        "\n## The red-flag screen\n",
        "Answered before any plan or non-emergency letter is final:\n",
        *(f"- {catalogue.label(code)} (`{code}`)" for code in catalogue.screen_order),
        "\n## Conditions\n",
        *(_condition(condition, catalogue) for condition in catalogue.conditions.values()),
        "## Treatments: blocks, restrictions and precautions\n",
        *_treatments(catalogue),
        "## Signs\n",
        *_signs(catalogue),
        "## Where the text left room\n",
        "Each decision stands beside its rule, condition or sign above; here they are together.\n",
        *_decisions(catalogue),
        "\n## Sources\n",
        *_sources(catalogue),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _introduction(catalogue: Catalogue) -> str:
    scoring = catalogue.scoring
    return INTRODUCTION.format(
        version=catalogue.version,
        kept=", ".join(version for version in versions() if version != catalogue.version),
        signs=len(catalogue.signs),
        conditions=len(catalogue.conditions),
        rules=len(catalogue.rules),
        minimum=scoring.informative_minimum,
        margin=scoring.mixed_margin,
        priors=", ".join(f"{name} {points}" for name, points in catalogue.priors.items()),
        priors_note=catalogue.priors_note,
        suspicion=scoring.suspicion,
        strong=scoring.strong_evidence,
        scoring_note=scoring.note,
        risk_factors="; ".join(sorted(catalogue.label(code) for code in scoring.risk_factors)),
    )


def _rule(rule: Rule, catalogue: Catalogue) -> str:
    lines = [
        f"### {_title(rule.id)}\n",
        f"{rule.say}\n",
        f"- **{URGENCY_WORDS[rule.urgency]}**; to {_words(rule.destinations)}",
        f"- When: {describe_all(rule.when, 'and', catalogue.label)}",
    ]
    if rule.unless:
        lines.append(f"- Unless: {describe_all(rule.unless, 'or', catalogue.label)}")
    if rule.suspects:
        lines.append(f"- Names: {catalogue.conditions[rule.suspects].name}")
    if rule.decides:
        lines.append(f"- Decides the origin: {rule.origin}")
    lines.append(f"- Source: {', '.join(rule.source)}")
    if rule.note:
        lines.append(f"- Decision: {rule.note}")
    return "\n".join(lines) + "\n"


def _sets(catalogue: Catalogue) -> Iterator[str]:
    for one in catalogue.sets.values():
        labels = "; ".join(catalogue.label(code) for code in sorted(one.members))
        yield f"- **{_title(one.name)}**: {labels}. {one.note}"
    for name, note in catalogue.patterns.items():
        yield f"- **{_title(name)} pattern**: {note}"
    yield ""


def _condition(condition: Condition, catalogue: Catalogue) -> str:
    lines = [
        f"### {condition.name}\n",
        f"`{condition.code}`; ICD-10 {condition.icd10}; ICD-10-CM {condition.icd10_cm}; "
        f"origin {' and '.join(condition.origins)}; {condition.urgency_text}; "
        f"to {_words(condition.destinations)}.\n",
    ]
    for step in condition.steps:
        when = describe_all(step.when, "or", catalogue.label)
        lines.append(f"- {URGENCY_WORDS[step.urgency]} to {_words(step.destinations)} when: {when}")
    if condition.kind == "rule":
        lines.append(f"- Decided by rule, not by weights ({condition.rule_points} points when named).")
    lines.append(f"- Source: {', '.join(condition.source)}")
    if condition.note:
        lines.append(f"- Note: {condition.note}")
    if condition.weights:
        lines += ["", "| Answer | Points | Source |", "|---|---:|---|"]
        lines += [_weight(weight, catalogue) for weight in condition.weights]
    return "\n".join(lines) + "\n"


def _weight(weight: Weight, catalogue: Catalogue) -> str:
    years = ages(weight.age_from, weight.age_to)
    if weight.direction == "age":
        what = f"Age {years}"
    else:
        known = weight.label in catalogue.signs
        what = catalogue.label(weight.label) if known else f"Any {weight.label.replace('_', ' ')}"
        what += ": no" if weight.direction == "absent" else ""
        what += f" (age {years})" if years else ""
    return f"| {_cell(what)} | {weight.points:+d} | {_cell(weight.source)} |"


def _treatments(catalogue: Catalogue) -> Iterator[str]:
    yield "| Treatment | Effect | When | Why | Source |"
    yield "|---|---|---|---|---|"
    for check in catalogue.treatment_checks:
        what = check.treatment.replace("_", " ") + (f": {check.kind}" if check.kind else "")
        effect = check.effect + ("" if check.overridable else ", no override")
        when = describe_all(check.when, "and", catalogue.label)
        cells = (what, effect, when, check.reason, ", ".join(check.source))
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
    yield ""


def _signs(catalogue: Catalogue) -> Iterator[str]:
    for group, title in GROUP_WORDS.items():
        yield f"### {title}\n"
        yield "| Sign | How to examine | Red flag | Evidence | Source |"
        yield "|---|---|---|---|---|"
        yield from (_sign(sign) for sign in catalogue.signs.values() if sign.group == group)
        yield ""


def _sign(sign: Sign) -> str:
    brief = f" (brief {', '.join(sign.brief)})" if sign.brief else ""
    source = ", ".join(sign.source) + brief
    cells = (f"{sign.label} `{sign.code}`", sign.elicit, sign.red_flag or "", sign.evidence, source)
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _decisions(catalogue: Catalogue) -> Iterator[str]:
    rows: list[tuple[str, str | None]] = [(_title(rule.id), rule.note) for rule in catalogue.rules]
    rows += [(condition.name, condition.note) for condition in catalogue.conditions.values()]
    rows += [(f"`{sign.code}`", sign.note or sign.context_only) for sign in catalogue.signs.values()]
    yield from (f"- **{name}**: {note}" for name, note in rows if note)


def _sources(catalogue: Catalogue) -> Iterator[str]:
    yield "V: an abstract, an excerpt or the opening was read. K: well-established, still to be re-read.\n"
    yield from (f"- **{one.key}** ({one.read}) {one.title}" for one in catalogue.sources.values())


def _title(name: str) -> str:
    words = name.replace("_", " ")
    return words[0].upper() + words[1:]


def _words(codes: Iterable[str]) -> str:
    return ", ".join(code.replace("_", " ") for code in codes)


def _cell(text: Any) -> str:
    return str(text).replace("|", "/").replace("\n", " ")
