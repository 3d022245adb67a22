"""What an answer would change, counted as the score counts it."""

import pytest

from cases.screening.questions import expected_change

from .asking import screened


def question(assessment, condition, sign):
    found = [q for q in assessment.questions if (q.condition, q.sign) == (condition, sign)]
    return (found[0].if_yes, found[0].if_no) if found else None


def test_a_sign_with_points_on_both_answers():
    back = screened("pain_radiates_back_to_foot dermatomal_pain low_back_pain")

    assert question(back, "radiculopathy_l5", "inversion_weak") == (6, -6)


def test_correlated_tests_count_once():
    """SLR already gives its point, so the slump adds only what it is worth more."""
    plain = screened("pain_radiates_back_to_foot leg_pain_worse_than_back")
    raised = screened("pain_radiates_back_to_foot leg_pain_worse_than_back slr_positive")

    assert question(plain, "sciatica", "slump_positive") == (4, -4)
    assert question(raised, "sciatica", "slump_positive") == (3, -4)


def test_a_cap_leaves_only_what_is_left_of_it():
    narrow = screened("no_pain_when_seated")

    assert question(narrow, "lumbar_spinal_stenosis", "eased_bending_forward") == (4, 0)


def test_a_named_group_of_signs_counts_once_however_many_are_found():
    bulge = "pain_worse_sitting_bending low_back_pain pain_worse_cough_strain lumbar_rom_painful"

    assert question(screened(bulge), "lumbar_disc_bulge", "ehl_weak") == (-3, 0)
    assert question(screened(f"{bulge} dorsiflexion_weak"), "lumbar_disc_bulge", "ehl_weak") is None


def test_what_was_answered_is_not_asked_again():
    asked = screened("pain_radiates_back_to_foot leg_pain_worse_than_back", "slump_positive")

    assert question(asked, "sciatica", "slump_positive") is None


@pytest.mark.parametrize(
    ("probability", "if_yes", "if_no", "expected"),
    [
        # Ratios 4 and 1/4: found in 8 of 10 with it, 2 of 10 without it.
        pytest.param(0.5, 6, -6, 6.0, id="both answers tell alike"),
        # Ratios 10 and 0.1 (10 and -10 points): 10/11 with it, 1/11 without it.
        pytest.param(0.0, 10, -5, 5.4, id="a condition that is not there"),
        # One answer only: three in ten where it is more frequent, 0.3/4 where it is not.
        pytest.param(1.0, 6, 0, 1.8, id="points for a yes only"),
        pytest.param(0.0, 6, 0, 0.5, id="points for a yes only, and not there"),
        pytest.param(0.0, -6, 0, 1.8, id="a yes against it"),
        pytest.param(0.0, 0, -6, 1.8, id="points for a no only"),
    ],
)
def test_the_expected_change_weighs_each_answer_by_its_chance(probability, if_yes, if_no, expected):
    assert expected_change(probability, if_yes, if_no) == pytest.approx(expected, abs=0.11)
