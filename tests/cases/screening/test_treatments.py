# ruff: noqa: E501  one row of a table per line
"""Which treatments the findings block, restrict or warn about."""

import pytest

from cases.screening import load_catalogue

from .asking import screened

HEEL = "first_step_heel_pain plantar_heel_tender"
SCIATICA = "low_back_pain pain_radiates_back_to_foot slump_positive leg_pain_worse_than_back"

# check: (effect, treatment, signs that cause it, near miss)
CHECKS = {
    "rest_emergency": ("block", "rest", "ces_bladder_dysfunction", HEEL),
    "ice_emergency": ("block", "ice", "ces_bladder_dysfunction", HEEL),
    "exercise_emergency": ("block", "exercise", "ces_bladder_dysfunction", "midline_spinal_tenderness"),
    "surgery_letter_emergency": ("block", "surgery_referral", "ces_bladder_dysfunction", "low_back_pain"),
    "rest_bed_rest": ("restrict", "rest", "low_back_pain", HEEL),
    "rest_immobilising_crps": ("restrict", "rest", "crps_disproportionate_pain crps_allodynia crps_motor_trophic", "crps_disproportionate_pain"),
    "rest_boot_clot_risk": ("warn", "rest", "dvt_risk_factor", HEEL),
    "rest_boot_peroneal": ("warn", "rest", "fibular_neck_tinel", HEEL),
    "rest_boot_falls": ("warn", "rest", "foot_drop", HEEL),
    "rest_charcot": ("warn", "rest", "hot_swollen_neuropathic_foot", "diabetes_known"),
    "ice_no_sensation": ("block", "ice", "monofilament_loss", "leg_foot_paraesthesia"),
    "ice_poor_circulation": ("block", "ice", "pulses_absent", HEEL),
    "ice_crps": ("block", "ice", "crps_allodynia", "crps_vasomotor_sudomotor"),
    "ice_wound_or_infection": ("block", "ice", "foot_ulcer", HEEL),
    "ice_diabetes": ("warn", "ice", "diabetes_known", HEEL),
    "ice_numb_by_history": ("warn", "ice", "leg_foot_paraesthesia", HEEL),
    "ice_fibular_neck": ("warn", "ice", "peroneal_compression_risk", HEEL),
    "ice_root_pain": ("warn", "ice", SCIATICA, "low_back_pain"),
    "exercise_progressive_weakness": ("block", "exercise", "progressive_motor_deficit", "ehl_weak"),
    "exercise_fracture": ("block", "exercise", "metatarsal_bone_tender", HEEL),
    "exercise_achilles_rupture": ("block", "exercise", "achilles_gap", "achilles_tender"),
    "exercise_child_hip": ("block", "exercise", "child_hip_rotation_painful", "child_limp"),
    "exercise_septic_joint": ("block", "exercise", "acute_hot_joint", "joint_line_tenderness"),
    "exercise_charcot": ("block", "exercise", "hot_swollen_neuropathic_foot", "monofilament_loss"),
    "exercise_limb_threat": ("block", "exercise", "rest_pain_dependency", "calf_pain_walking_eased_standing"),
    "exercise_untreated_clot": ("block", "exercise", "unilateral_calf_swelling", "dvt_risk_factor"),
    "exercise_foot_drop": ("warn", "exercise", "foot_drop", "heel_walk_weak"),
    "exercise_stenosis": ("warn", "exercise", "neurogenic_claudication no_pain_when_seated", "low_back_pain"),
    "exercise_osteoporosis": ("warn", "exercise", "osteoporosis_known", HEEL),
    "exercise_neuropathic_foot": ("warn", "exercise", "monofilament_loss", HEEL),
    "exercise_nerve_glides": ("warn", "exercise", SCIATICA, "low_back_pain"),
    "surgery_fusion_for_back_pain": ("restrict", "surgery_referral", "low_back_pain", SCIATICA),
    "surgery_sciatica_conservative_first": ("warn", "surgery_referral", SCIATICA, SCIATICA + " conservative_care_failed"),
    "surgery_hip_core_treatment_first": ("warn", "surgery_referral", "groin_pain hip_ir_limited hip_flexion_limited", "groin_pain"),
    "other_orthosis_for_back_pain": ("restrict", "other", "low_back_pain", HEEL),
    "other_passive_for_back_pain": ("restrict", "other", "low_back_pain", HEEL),
    "other_splint_on_insensate_skin": ("warn", "other", "sensory_loss_l5", HEEL),
}  # fmt: skip
SCREEN_AND_AGE = {"rest_screen_incomplete", "ice_screen_incomplete", "exercise_screen_incomplete", "ice_age"}


def found(assessment):
    return {
        finding.check.id: finding
        for findings in (
            assessment.blocked_treatments,
            assessment.restricted_treatments,
            assessment.warned_treatments,
        )
        for finding in findings
    }


def test_the_table_names_every_check():
    assert CHECKS.keys() | SCREEN_AND_AGE == {check.id for check in load_catalogue().treatment_checks}


@pytest.mark.parametrize(("check", "row"), CHECKS.items(), ids=CHECKS)
def test_a_finding_blocks_restricts_or_warns(check, row):
    effect, treatment, yes, _ = row

    finding = found(screened(yes))[check]

    assert (finding.check.effect, finding.treatment) == (effect, treatment)
    assert finding.signs
    assert set(finding.signs) <= set(yes.split())
    assert finding.reason
    assert finding.source


@pytest.mark.parametrize(("check", "row"), CHECKS.items(), ids=CHECKS)
def test_its_near_miss_does_not(check, row):
    *_, near_miss = row

    assert check not in found(screened(near_miss))


@pytest.mark.parametrize(("age", "warned"), [(5, True), (6, False), (79, False), (80, True), (None, False)])
def test_ice_warns_for_very_young_and_old_skin(age, warned):
    assert ("ice_age" in found(screened(HEEL, age=age))) is warned


def test_an_incomplete_screen_warns_about_every_plan():
    everything = " ".join(load_catalogue().screen)

    assert SCREEN_AND_AGE - {"ice_age"} <= found(screened(HEEL)).keys()
    assert not (SCREEN_AND_AGE & found(screened(HEEL, everything)).keys())


def test_a_sore_heel_blocks_nothing():
    assert screened(HEEL).blocked_treatments == ()


@pytest.mark.parametrize("treatment", ["rest", "ice", "exercise"])
def test_an_emergency_cannot_be_overridden(treatment):
    blocks = [b for b in screened("ces_bladder_dysfunction").blocked_treatments if b.treatment == treatment]

    assert blocks
    assert not any(block.overridable for block in blocks)


def test_a_block_reads_like_a_mapping():
    block = screened("monofilament_loss").blocked_treatments[0]

    assert dict(block) == block.as_dict()
    assert block["treatment"] == "ice"


def test_a_trapped_root_restricts_what_ng59_does_not_offer_for_sciatica():
    """NG59: belts, traction, TENS and ultrasound; a trapped root is sciatica by another name."""
    assessment = screened("knee_reflex_reduced sensory_loss_l4 femoral_stretch_positive", "low_back_pain")

    kinds = {finding.kind for finding in assessment.restricted_treatments}

    assert "belt, traction, TENS, PENS, ultrasound or interferential" in kinds
