"""The catalogue holds together, and refuses to load when it does not."""

import copy
import csv
import re
from pathlib import Path

import pytest

import cases.screening as screening
from cases.screening import CatalogueError, load_catalogue
from cases.screening.document import render
from cases.screening.expressions import facts_of, signs_of
from cases.screening.loading import build, versions

CATALOGUE = load_catalogue()
REFERENCE = "2026.11.0"
# Sources of the added weights, each cited for the same finding under another sign.
PUBLISHED = {"Tawa17", "BMJ-FD", "Maffulli98"}


def signs_in(nodes):
    members = {f"@{name}": one.members for name, one in CATALOGUE.sets.items()}
    return frozenset().union(*(signs_of(node, lambda w: members.get(w, frozenset({w}))) for node in nodes))


def test_it_holds_the_whole_reference():
    reference = load_catalogue(REFERENCE)

    assert len(reference.signs) == 173
    assert len(reference.conditions) == 55
    assert len(reference.screen) == 19
    assert sum(len(condition.weights) for condition in reference.conditions.values()) == 282


def test_a_newer_version_keeps_every_code_every_weight_and_the_screen():
    reference = load_catalogue(REFERENCE)

    assert reference.signs.keys() <= CATALOGUE.signs.keys()
    assert [rule.id for rule in reference.rules] == [rule.id for rule in CATALOGUE.rules][
        : len(reference.rules)
    ]
    assert reference.screen_order == CATALOGUE.screen_order
    for code, condition in reference.conditions.items():
        assert points_of(CATALOGUE.conditions[code])[: len(condition.weights)] == points_of(condition)


def points_of(condition):
    """The weights without the members of named groups, which may gain signs."""
    return [
        (weight.label, weight.direction, weight.points, weight.source, weight.age_from, weight.age_to)
        for weight in condition.weights
    ]


def test_a_newer_versions_rows_say_that_they_are_new():
    reference = load_catalogue(REFERENCE)

    for code, sign in CATALOGUE.signs.items():
        assert (sign.version != REFERENCE) == (sign != reference.signs.get(code)), code
    for code, condition in CATALOGUE.conditions.items():
        old = reference.conditions.get(code)
        same = old is not None and (points_of(old), old.note) == (points_of(condition), condition.note)
        assert (condition.version == REFERENCE) == same, code


def test_a_weight_added_without_a_published_figure_is_marked_as_expert_or_names_its_source():
    reference = load_catalogue(REFERENCE)
    for code, condition in CATALOGUE.conditions.items():
        known = len(reference.conditions[code].weights) if code in reference.conditions else 0
        added = condition.weights[known:]
        assert all(weight.source == "expert" or weight.source in PUBLISHED for weight in added), code


def test_every_row_has_a_version_and_a_source():
    rows = [
        *CATALOGUE.signs.values(),
        *CATALOGUE.conditions.values(),
        *CATALOGUE.rules,
        *CATALOGUE.treatment_checks,
    ]

    assert all(row.version in versions() and row.source for row in rows)
    assert all(weight.source for c in CATALOGUE.conditions.values() for weight in c.weights)


def test_every_sign_does_something_or_says_why_not():
    used = set(CATALOGUE.by_sign) | CATALOGUE.screen
    for rule in CATALOGUE.rules:
        used |= rule.triggers | rule.also | signs_in(rule.unless)
    for condition in CATALOGUE.conditions.values():
        for step in condition.steps:
            used |= signs_in(step.when)
    explained = {code for code, sign in CATALOGUE.signs.items() if sign.context_only}
    context = {"work_hobby_limited", "severe_debilitating_foot_pain", "conservative_care_failed"}

    assert CATALOGUE.signs.keys() - used - explained == set()
    assert explained.isdisjoint(used)
    assert context <= used


def test_every_urgent_sign_fires_a_rule_or_belongs_to_one():
    urgent = {
        code
        for code, sign in CATALOGUE.signs.items()
        if re.search("mergency|rgent|ithin 1", sign.red_flag or "")
    }
    in_rules = set().union(*(rule.triggers | signs_in(rule.unless) for rule in CATALOGUE.rules))

    assert urgent - in_rules - {"ces_stable_over_14_days"} == set()


def test_every_source_is_cited():
    rows = [
        *CATALOGUE.signs.values(),
        *CATALOGUE.conditions.values(),
        *CATALOGUE.rules,
        *CATALOGUE.treatment_checks,
    ]

    assert {key for row in rows for key in row.source} == CATALOGUE.sources.keys()


def test_labels_are_unique():
    labels = [sign.label for sign in CATALOGUE.signs.values()]

    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.id)
def test_no_rule_needs_a_no_to_fire(rule):
    assert not facts_of(list(rule.when), "no")
    assert rule.triggers


def spoil(path, value):
    raw = copy.deepcopy(CATALOGUE.raw)
    *steps, last = path
    place = raw
    for step in steps:
        place = place[step]
    place[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("rules", "rule", 0, "when"), ["ces_saddle"], "unknown sign: ces_saddle"),
        (("rules", "rule", 0, "when"), ["@nothing"], "unknown set"),
        (("rules", "rule", 0, "unless"), ["~nothing"], "unknown pattern"),
        (("rules", "rule", 0, "when"), ["no:foot_drop"], "not allowed here"),
        (("rules", "rule", 0, "when"), [{"every": ["foot_drop"]}], "unknown expression keys"),
        (("rules", "rule", 0, "urgency"), "quickly", "unknown urgency"),
        (("rules", "rule", 0, "destinations"), ["the_moon"], "unknown destinations"),
        (("rules", "rule", 0, "suspects"), "sciatica", "not a condition decided by rule"),
        (("rules", "rule", 0, "source"), ["Nobody99"], "unknown or missing sources"),
        (("rules", "rule", 1, "id"), "cauda_equina", "appears twice"),
        (("rules", "set", 0, "members"), ["low_back_pian"], "unknown signs"),
        (("rules", "version"), "1999.1.0", "disagree about the version"),
        (("rules", "questions", "screen"), ["cancer_history"], "order of the screen"),
        (("conditions", "condition", 6, "weights", 0, "sign"), "knee_reflex", "unknown sign: knee_reflex"),
        (("conditions", "condition", 6, "weights", 0, "points"), 11, "points outside"),
        (("conditions", "condition", 6, "weights", 0, "direction"), "maybe", "unknown direction"),
        (("conditions", "condition", 6, "origins"), ["elbow"], "unknown origin"),
        (("signs", "sign", 0, "side"), "upper", "unknown side"),
        (("treatments", "check", 0, "treatment"), "leeches", "unknown treatment"),
        (("treatments", "check", 0, "when"), ["condition:gouty"], "not allowed here"),
    ],
)
def test_a_catalogue_that_contradicts_itself_does_not_load(path, value, complaint):
    with pytest.raises(CatalogueError, match=complaint):
        build(spoil(path, value))


def test_the_engine_imports_no_web_framework():
    folder = Path(screening.__file__).parent
    sources = [path.read_text("utf-8") for path in folder.glob("*.py")]

    assert not any(re.search(r"^\s*(import|from) django", text, re.MULTILINE) for text in sources)


def test_the_rules_document_is_up_to_date():
    document = Path(screening.__file__).parents[2] / "docs" / "clinical-rules.md"

    assert document.read_text("utf-8") == render(CATALOGUE)


def test_every_weight_is_the_references():
    """The transcript beside this file was taken from the reference tables, apart from the catalogue."""
    with (Path(__file__).parent / "reference_weights.csv").open(encoding="utf-8", newline="") as file:
        reference = sorted(
            (r["condition"], r["answer"], r["what"], int(r["points"])) for r in csv.DictReader(file)
        )

    assert reference == sorted(
        (condition.code, ANSWERS[weight.direction], transcribed(weight), weight.points)
        for condition in load_catalogue(REFERENCE).conditions.values()
        for weight in condition.weights
    )


ANSWERS = {"present": "yes", "against": "yes", "absent": "no", "age": "age"}


def transcribed(weight):
    """A weight's subject as the reference writes it."""
    low, high = weight.age_from, weight.age_to
    if weight.direction != "age":
        return f"{weight.label} at {low}-{high}" if low else weight.label
    if low is not None and high is not None:
        return f"age {low}-{high}"
    return f"age >{low - 1}" if low is not None else f"age <{high + 1}"
