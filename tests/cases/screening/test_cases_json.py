# ruff: noqa: E501  one row of a table per line
"""Reading cases: what is accepted, and the one line that each refusal gives."""

import json

import pytest

from cases.screening import load_catalogue
from cases.screening.cases_json import CasesError, read_cases, results

from .asking import screened

CATALOGUE = load_catalogue()
KEYS = [
    "id", "catalogue_version", "origin", "urgency", "refer", "destinations", "conditions", "red_flags",
    "reasons", "blocked_treatments", "flags", "missing",
]  # fmt: skip


def read(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return read_cases(data, CATALOGUE)


def test_results_keep_the_order_and_the_keys():
    cases = read([{"id": "b", "age": 61, "side": "left", "signs_present": ["foot_pain"]}, {"id": "a"}])

    rows = json.loads(results(cases, CATALOGUE))

    assert [row["id"] for row in rows] == ["b", "a"]
    assert list(rows[0]) == KEYS
    assert rows[1]["origin"] is None
    assert rows[1]["urgency"] == "none"


def test_optional_fields_may_be_missing_or_null():
    (bare,) = read([{"id": "x", "age": None, "side": None, "signs_present": None, "signs_absent": None}])

    assert bare.answers == read([{"id": "x"}])[0].answers


def test_no_cases_give_no_results():
    assert json.loads(results(read([]), CATALOGUE)) == []


def test_a_byte_order_mark_is_accepted():
    assert read(b"\xef\xbb\xbf[]") == []


REFUSED = {
    "not a list": ({"id": "x"}, "input: must be a JSON list"),
    "not an object": ([7], "case 1: must be an object"),
    "no id": ([{}], "case number 1: id: is missing"),
    "an empty id": ([{"id": " "}], "id: must be a text"),
    "a number as id": ([{"id": 7}], "case number 1: id: must be a text"),
    "the same id twice": ([{"id": "x"}, {"id": "x"}], "case 'x': id: appears twice"),
    "an unknown field": ([{"id": "x", "sign_present": []}], "case 'x': 'sign_present': unknown field"),
    "an unknown sign": ([{"id": "x", "signs_present": ["fot_pain"]}], "case 'x': signs_present: unknown sign 'fot_pain'"),
    "an unknown sign answered no": ([{"id": "x", "signs_absent": ["fot_pain"]}], "case 'x': signs_absent: unknown sign"),
    "a sign both yes and no": ([{"id": "x", "signs_present": ["foot_drop"], "signs_absent": ["foot_drop"]}], "case 'x': signs_absent: foot_drop is answered both"),
    "signs as a text": ([{"id": "x", "signs_present": "foot_drop"}], "case 'x': signs_present: must be a list"),
    "a sign that is no text": ([{"id": "x", "signs_present": [["foot_drop"]]}], "case 'x': signs_present: .* is not a sign code"),
    "a float age": ([{"id": "x", "age": 61.0}], "case 'x': age: must be a whole number"),
    "a boolean age": ([{"id": "x", "age": True}], "case 'x': age: must be a whole number"),
    "a text age": ([{"id": "x", "age": "61"}], "case 'x': age: must be a whole number"),
    "a negative age": ([{"id": "x", "age": -1}], "case 'x': age: must be between"),
    "an age of 131": ([{"id": "x", "age": 131}], "case 'x': age: must be between"),
    "an unknown side": ([{"id": "x", "side": "both"}], "case 'x': side: must be left"),
    "a side that is no text": ([{"id": "x", "side": ["left"]}], "case 'x': side: must be left"),
    "bad JSON": (b"[{", "input: not valid JSON"),
    "nothing": (b"", "input: not valid JSON"),
    "NaN": (b'[{"id": "x", "age": NaN}]', "NaN is not a JSON number"),
    "infinity": (b'[{"id": "x", "age": -Infinity}]', "-Infinity is not a JSON number"),
    "Latin-1": ('[{"id": "é"}]'.encode("latin-1"), "not UTF-8"),
    "a key twice": (b'[{"id": "x", "age": 4, "age": 5}]', "case 'x': key 'age' appears twice"),
    "deep nesting": (b"[" * 200_000, "nested too deeply"),
    "an endless number": (b'[{"id": "x", "age": ' + b"9" * 5000 + b"}]", "number"),
    "half a character": (b'[{"id": "\\ud800"}]', "lone surrogate"),
    "an enormous file": (b" " * (32 * 1024 * 1024 + 1), "larger than 32 MB"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "line"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_input_is_refused_in_one_line(value, line):
    with pytest.raises(CasesError, match=line) as refusal:
        read(value)

    assert "\n" not in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("age", [0, 130])
def test_the_youngest_and_the_oldest_are_accepted(age):
    assert read([{"id": "x", "age": age}])[0].answers.age == age


def test_a_record_keeps_the_evidence_and_is_plain_json():
    record = screened("foot_drop painless_foot_drop low_back_pain", "inversion_weak", 50).as_record()

    assert json.loads(json.dumps(record)) == record
    assert record["suspected"][0]["contributions"][0]["label"]
    assert record["red_flag_reasons"]["foot_drop"]


def test_remarks_for_people_are_allowed_and_change_nothing():
    plain = {"id": "x", "signs_present": ["foot_drop"]}
    remarks = {"title": "A", "source": "B", "note": "C", "expected": {"origin": "back"}}

    assert read([{**plain, **remarks}]) == read([plain])


def test_only_urgent_rules_are_called_red_flags():
    """Rule 1: a red flag is an emergency, one-working-day or urgent item; the rest asks for a referral."""
    assessment = screened("inflammatory_back_pain ehl_weak foot_drop_stable")
    pressing = {"emergency", "within_1_working_day", "urgent"}

    result, record = assessment.as_dict(), assessment.as_record()

    assert {flag["urgency"] for flag in result["red_flags"]} <= pressing
    assert "inflammatory_back_pain" in [rule["rule"] for rule in record["referral_rules"]]
    assert len(result["red_flags"]) + len(record["referral_rules"]) == len(assessment.red_flags)
    assert any("Inflammatory back pain" in reason for reason in result["reasons"])
