"""Every version of the catalogue is kept and gives for ever what it gave."""

import copy

import pytest

from cases.screening import Answers, UnknownVersion, assess, load_catalogue
from cases.screening.loading import CURRENT, versions
from cases.screening.rerun import differences

from .golden import records


def test_the_version_in_use_is_the_newest_that_is_kept():
    assert versions()[-1] == CURRENT == load_catalogue().version
    assert "2026.11.0" in versions()


@pytest.mark.parametrize("version", versions())
def test_a_version_gives_for_ever_what_it_gave(version):
    rows = records.read(version)

    changed = {
        row["id"]: found for row in rows if (found := differences(version, row["answers"], row["result"]))
    }

    assert len(rows) > 100
    assert changed == {}


@pytest.mark.parametrize(
    "version",
    ["1999.1.0", "../2026.11.0", "2026.11.0/", "/etc", "", ".", "..", "2026.11.0\0", "٢026.11.0"],
)
def test_only_the_name_of_a_kept_version_is_loaded(version):
    if version == "":
        assert load_catalogue(version).version == CURRENT  # nothing asked for: the one in use
        return
    with pytest.raises(UnknownVersion, match="there is no catalogue of version"):
        load_catalogue(version)


def test_a_version_is_read_once():
    assert load_catalogue() is load_catalogue(CURRENT)


def test_answers_kept_with_a_visit_come_back_as_they_were():
    assert Answers.from_record(records.PROGRESSED.as_record()) == records.PROGRESSED


def kept():
    answers = Answers(frozenset({"low_back_pain", "ehl_weak"}), frozenset({"foot_drop"}), 50, "left")
    return answers.as_record(), assess(answers).as_record()


def test_an_identical_result_has_no_differences():
    answers, result = kept()

    assert differences(CURRENT, answers, result) == ()


def test_each_difference_is_named_with_both_values():
    answers, result = kept()
    spoiled = copy.deepcopy(result)
    spoiled["urgency"] = "routine"
    spoiled["suspected"].append({})
    spoiled["colour"] = "blue"

    found = differences(CURRENT, answers, spoiled)

    assert "result.urgency was 'routine', is 'soon'" in found
    assert any(one.startswith("result.suspected had") for one in found)
    assert "result.colour is not there any more" in found


def test_a_record_of_older_software_may_lack_an_explanation():
    answers, result = kept()
    del result["questions"]

    assert differences(CURRENT, answers, result) == ()


@pytest.mark.parametrize(
    ("version", "answers"),
    [
        ("1999.1.0", {"signs_present": [], "signs_absent": []}),
        (CURRENT, {"signs_present": ["gone"], "signs_absent": []}),
        (CURRENT, {"signs_present": []}),
        (CURRENT, {"signs_present": None, "signs_absent": []}),
    ],
    ids=["no catalogue", "unknown sign", "no list", "not a list"],
)
def test_what_cannot_be_run_again_is_a_difference(version, answers):
    assert "cannot be run again" in differences(version, answers, {})[0]
