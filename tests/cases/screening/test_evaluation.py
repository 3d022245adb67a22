"""The figures of an evaluation, checked on cases counted by hand."""

import json

import pytest

from cases.screening import load_catalogue
from cases.screening.cases_json import CasesError
from cases.screening.evaluation import evaluate, read_labelled
from cases.screening.evaluation_text import report

CATALOGUE = load_catalogue()
EMERGENCY = ["ces_bladder_dysfunction"]
URGENT = ["ces_sexual_dysfunction"]
FASCIITIS = ["first_step_heel_pain", "plantar_heel_tender", "windlass_positive"]


def case(number, yes, **expected):
    return {"id": str(number), "signs_present": yes, "expected": expected}


def evaluated(*rows):
    labelled, ignored = read_labelled(json.dumps(rows).encode(), CATALOGUE)
    return evaluate(labelled, CATALOGUE, ignored)


# What the screening says: two emergencies of the back, one urgent, two of the foot without a referral.
COUNTED = evaluated(
    case(1, EMERGENCY, urgency="emergency", origin="back", condition="cauda_equina_syndrome"),
    case(2, EMERGENCY, urgency="urgent", origin="hip", refer=True),
    case(3, URGENT, urgency="emergency", origin="back", condition="cauda_equina_syndrome"),
    case(4, FASCIITIS, urgency="none", origin="foot", refer=False, conditions=["gout", "plantar_fasciitis"]),
    case(5, FASCIITIS, urgency="routine", origin="foot", condition="gout"),
    case(6, [*FASCIITIS, "foot_ulcer"], refer=False),
    {"id": "7", "signs_present": ["foot_pain"]},
)


def test_emergency_sensitivity_counts_the_emergencies_found():
    assert (COUNTED.emergency_sensitivity.hits, COUNTED.emergency_sensitivity.of) == (1, 2)
    assert COUNTED.emergency_sensitivity.value == 0.5


def test_under_triage_counts_the_cases_below_their_urgency_and_over_triage_those_above():
    assert (COUNTED.under_triage.hits, COUNTED.under_triage.of) == (2, 5)  # cases 3 and 5
    assert (COUNTED.over_triage.hits, COUNTED.over_triage.of) == (1, 5)  # case 2


def test_origin_accuracy_counts_only_labelled_cases():
    assert (COUNTED.origin_accuracy.hits, COUNTED.origin_accuracy.of) == (4, 5)


def test_condition_accuracy_takes_any_of_several_and_looks_at_the_first_three():
    assert (COUNTED.condition_accuracy.hits, COUNTED.condition_accuracy.of) == (2, 4)


def test_no_referral_specificity_counts_the_benign_cases_left_alone():
    assert (COUNTED.no_referral_specificity.hits, COUNTED.no_referral_specificity.of) == (1, 2)


def test_the_tables_put_expected_in_rows_and_suggested_in_columns():
    assert COUNTED.urgencies == {
        "none": {"none": 1, "urgent": 0, "emergency": 0},
        "routine": {"none": 1, "urgent": 0, "emergency": 0},
        "urgent": {"none": 0, "urgent": 0, "emergency": 1},
        "emergency": {"none": 0, "urgent": 1, "emergency": 1},
    }
    assert COUNTED.origins == {
        "foot": {"foot": 2, "back": 0},
        "back": {"foot": 0, "back": 2},
        "hip": {"foot": 0, "back": 1},
    }


def test_each_miss_says_what_and_why_with_the_dangerous_ones_first():
    assert [one.id for one in COUNTED.missed] == ["3", "5", "2", "6"]
    assert COUNTED.missed[0].misses[0] == "UNDER-TRIAGED, urgency urgent, expected emergency"
    assert COUNTED.missed[0].reasons


def test_nothing_labelled_is_said_and_never_divides_by_zero():
    nothing = evaluated({"id": "1", "signs_present": ["foot_pain"]})

    assert nothing.emergency_sensitivity.value is None
    assert "Emergency sensitivity" in report(nothing)
    assert "no case is labelled" in report(nothing)


def test_an_origin_of_null_expects_that_none_can_be_suggested():
    sparse = evaluated(case(1, ["foot_pain"], origin=None), case(2, FASCIITIS, origin=None))

    assert (sparse.origin_accuracy.hits, sparse.origin_accuracy.of) == (1, 2)


def test_flags_that_should_be_raised_are_counted():
    flagged = evaluated(
        case(1, ["no_local_foot_findings", "pain_reproduced_at_foot"], flags=["conflicting_data"]),
        case(2, FASCIITIS, flags=["conflicting_data"]),
    )

    assert (flagged.flagged.hits, flagged.flagged.of) == (1, 2)
    assert flagged.missed[0].misses == ("not flagged: conflicting_data",)


def test_labels_that_are_not_evaluated_are_listed():
    assert evaluated(case(1, [], colour="blue")).not_evaluated == {"colour": 1}


def test_the_figures_are_plain_json():
    figures = json.loads(json.dumps(COUNTED.as_dict()))

    assert figures["emergency_sensitivity"] == {"value": 0.5, "hits": 1, "n": 2}
    assert [one["id"] for one in figures["misses"]] == ["3", "5", "2", "6"]


@pytest.mark.parametrize(
    ("expected", "complaint"),
    [
        ([], "expected: must be an object"),
        ({"origin": "elbow"}, "expected.origin: 'elbow' is not one of"),
        ({"urgency": "quickly"}, "expected.urgency: 'quickly' is not one of"),
        ({"urgency": 3}, "expected.urgency"),
        ({"refer": "yes"}, "expected.refer: must be true, false or null"),
        ({"condition": "nothing"}, "expected.condition: unknown condition 'nothing'"),
        ({"conditions": "gout"}, "expected.conditions: must be a list"),
        ({"conditions": [["gout"]]}, "expected.condition: unknown condition"),
        ({"flags": ["odd"]}, "expected.flags: must be a list of"),
    ],
)
def test_labels_that_mean_nothing_are_refused(expected, complaint):
    with pytest.raises(CasesError, match=complaint) as refused:
        read_labelled(json.dumps([{"id": "x", "expected": expected}]).encode(), CATALOGUE)

    assert str(refused.value).startswith("case 'x': ")
    assert "\n" not in str(refused.value)
