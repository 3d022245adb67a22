# ruff: noqa: E501  one row of a table per line
"""Every condition: a classic presentation makes it suspected; weights count as the source says."""

import pytest

from cases.screening import load_catalogue

from .asking import screened, suspected

CLASSIC = {
    "cauda_equina_syndrome": ("ces_saddle_sensory_change", "", 45),
    "metastatic_cord_compression": ("cancer_history thoracic_band_pain", "", 66),
    "spinal_infection": ("low_back_pain fever_unwell", "", 50),
    "vertebral_fracture": ("major_trauma midline_spinal_tenderness", "", 30),
    "cord_compression_myelopathy": ("babinski_positive brisk_reflexes_clonus hand_clumsiness", "", 62),
    "axial_spondyloarthritis": ("inflammatory_back_pain heel_enthesitis", "", 28),
    "radiculopathy_l4": ("knee_reflex_reduced femoral_stretch_positive", "", 60),
    "radiculopathy_l5": ("ehl_weak hip_abduction_weak pain_radiates_back_to_foot", "", 45),
    "radiculopathy_s1": ("ankle_reflex_reduced slump_positive dermatomal_pain", "", 45),
    "sciatica": ("pain_radiates_back_to_foot leg_pain_worse_than_back slump_positive", "", 40),
    "sciatic_neuropathy": ("dorsiflexion_weak toe_walk_weak inversion_weak ankle_reflex_reduced", "", 50),
    "lumbar_disc_herniation": ("crossed_slr_positive leg_pain_worse_than_back pain_worse_sitting_bending", "", 40),
    "lumbar_disc_bulge": ("low_back_pain pain_worse_sitting_bending pain_worse_cough_strain lumbar_rom_painful", "", 40),
    "lumbar_disc_degeneration": ("low_back_pain lumbar_rom_painful", "", 55),
    "lumbar_spinal_stenosis": ("neurogenic_claudication no_pain_when_seated", "", 72),
    "spondylolisthesis": ("lumbar_step_palpable pain_worse_extension_standing", "", 50),
    "facet_joint_syndrome": ("lumbar_ext_rotation_pain paraspinal_pain_onset pain_eased_lying_down", "", 58),
    "gait_driven_back_pain": ("foot_pain_before_back_pain low_back_pain improper_gait", "", 40),
    "leg_length_discrepancy": ("leg_length_difference", "", 40),
    "tight_hip_muscles": ("tight_hip_muscles thomas_positive", "", 40),
    "hip_flexion_restriction_ankle_compensation": ("hip_flexion_limited ankle_compensation", "", 50),
    "hip_osteoarthritis": ("groin_pain hip_ir_limited hip_flexion_limited", "", 65),
    "greater_trochanteric_pain": ("lateral_hip_pain resisted_hip_abduction_pain", "", 55),
    "deep_gluteal_syndrome": ("piriformis_test_positive buttock_pain", "", 40),
    "fai_labral": ("fadir_positive groin_pain faber_positive", "", 30),
    "hip_fracture": ("hip_fall_cannot_weight_bear", "", 84),
    "sufe_perthes": ("child_limp child_hip_rotation_painful", "", 12),
    "septic_arthritis": ("acute_hot_joint fever_unwell", "", 40),
    "peroneal_neuropathy": ("foot_drop sensory_loss_peroneal fibular_neck_tinel", "", 40),
    "plantar_fasciitis": ("first_step_heel_pain plantar_heel_tender", "", 45),
    "mortons_neuroma": ("webspace_squeeze_pain mulder_click", "", 50),
    "tarsal_tunnel": ("dorsiflexion_eversion_positive tinel_tarsal_tunnel", "", 45),
    "achilles_tendinopathy": ("achilles_tender", "", 40),
    "achilles_rupture": ("thompson_positive", "", 40),
    "tib_post_dysfunction": ("tib_post_tender single_heel_raise_unable", "", 55),
    "ankle_foot_fracture": ("local_foot_injury ottawa_positive", "", 35),
    "ankle_sprain": ("local_foot_injury pain_reproduced_at_foot", "ottawa_positive", 25),
    "stress_fracture_foot": ("metatarsal_bone_tender overuse_loading", "", 25),
    "foot_osteoarthritis": ("first_mtp_restricted", "", 60),
    "gout": ("hot_swollen_first_mtp", "", 55),
    "crps": ("crps_disproportionate_pain crps_allodynia crps_vasomotor_sudomotor", "", 40),
    "severs_disease": ("calcaneal_squeeze_child", "", 11),
    "diabetic_neuropathy": ("diabetes_known monofilament_loss", "", 60),
    "polyneuropathy_other": ("sensory_loss_stocking symmetric_burning_feet", "", 60),
    "charcot_foot": ("diabetes_known hot_swollen_neuropathic_foot", "", 55),
    "diabetic_foot_ulcer_infection": ("diabetes_known foot_ulcer", "", 60),
    "peripheral_arterial_disease": ("calf_pain_walking_eased_standing pulses_absent", "", 68),
    "chronic_limb_ischaemia": ("pulses_absent rest_pain_dependency", "", 70),
    "acute_limb_ischaemia": ("acute_limb_ischaemia_signs", "", 70),
    "dvt": ("unilateral_calf_swelling", "", 50),
    "guillain_barre": ("rapid_ascending_weakness", "", 40),
    "motor_neurone_other": ("fasciculation_wasting painless_foot_drop", "", 60),
    "stroke_tia": ("sudden_face_arm_speech", "", 70),
    "bone_tumour": ("bone_pain_swelling_young", "", 14),
    "acute_compartment_syndrome": ("tense_compartment passive_stretch_pain", "", 30),
    "exertional_compartment_syndrome": ("exercise_only_leg_pain", "pulses_absent", 24),
    "abdominal_aneurysm": ("aneurysm_known low_back_pain", "", 74),
    "lumbosacral_plexopathy": ("whole_leg_numb leg_weakness_general", "", 60),
    "central_foot_drop": ("foot_drop tone_raised", "", 45),
    "primary_spinal_tumour": ("leg_weakness_general night_pain_unrelenting", "", 50),
    "spinal_dural_fistula": ("leg_weakness_general unsteady_history whole_leg_numb", "", 62),
    "vasculitic_neuropathy": ("patchy_painful_numbness", "", 58),
    "avascular_necrosis_hip": ("groin_pain hip_abduction_limited steroid_long_term", "", 48),
    "femoral_neck_stress_fracture": ("hop_groin_pain overuse_loading groin_pain", "", 26),
    "calf_strain": ("calf_pull_tender", "unilateral_calf_swelling", 44),
    "foot_soft_tissue_tumour": ("foot_lump", "", 50),
    "sacral_insufficiency_fracture": ("sacral_tenderness osteoporosis_known low_back_pain", "", 79),
    "knee_disease": ("knee_pain knee_findings", "", 66),
}  # fmt: skip

# At the source's weight and the back prior this cannot reach suspicion as a cause of foot pain.
ALTERNATIVES_ONLY = {
    "nonspecific_low_back_pain": ("low_back_pain", "", 40),
}


def points(code, yes="", no="", age=None):
    assessment = screened(yes, no, age)
    return next(one.points for one in (*assessment.conditions, *assessment.alternatives) if one.code == code)


def test_the_tables_name_every_condition():
    assert CLASSIC.keys() | ALTERNATIVES_ONLY.keys() == load_catalogue().conditions.keys()


@pytest.mark.parametrize(("code", "case"), CLASSIC.items(), ids=CLASSIC)
def test_a_classic_presentation_is_suspected(code, case):
    assert code in suspected(screened(*case))


@pytest.mark.parametrize(("code", "case"), ALTERNATIVES_ONLY.items(), ids=ALTERNATIVES_ONLY)
def test_back_pain_alone_is_an_alternative_for_foot_pain(code, case):
    assessment = screened(*case)

    assert code in [one.code for one in assessment.alternatives]
    assert not assessment.refer


@pytest.mark.parametrize("code", [c.code for c in load_catalogue().conditions.values() if c.kind == "rule"])
def test_a_condition_by_rule_has_a_rule(code):
    assert code in {rule.suspects for rule in load_catalogue().rules}


def test_straight_leg_raise_slump_and_crossed_raise_count_once():
    base = points("radiculopathy_s1", "ankle_reflex_reduced")

    assert points("radiculopathy_s1", "ankle_reflex_reduced slr_positive") == base + 1
    assert (
        points("radiculopathy_s1", "ankle_reflex_reduced slr_positive slump_positive crossed_slr_positive")
        == base + 4
    )
    assert points("radiculopathy_s1", "ankle_reflex_reduced dermatomal_pain pain_radiates_back_to_foot", "slr_positive slump_positive") == base + 6 - 5  # fmt: skip


def test_the_posture_items_of_stenosis_count_twelve_together():
    posture = "no_pain_when_seated eased_bending_forward neurogenic_claudication stooped_walking_posture"

    assert points("lumbar_spinal_stenosis", posture) == -8 + 12
    assert points("lumbar_spinal_stenosis", posture + " bilateral_leg_symptoms_walking") == -8 + 12 + 8
    assert points("lumbar_spinal_stenosis", posture, "", 71) == -8 + 12 + 3


def test_three_laslett_items_count_seven_together():
    two = "lumbar_ext_rotation_pain paraspinal_pain_onset"

    assert points("facet_joint_syndrome", two, age=49) == -8 + 6
    assert points("facet_joint_syndrome", two, age=50) == -8 + 7
    assert points("facet_joint_syndrome", two + " pain_eased_lying_down", age=50) == -8 + 7 + 2


def test_any_root_deficit_counts_once():
    back = "low_back_pain pain_worse_sitting_bending lumbar_rom_painful"

    assert points("lumbar_disc_bulge", back + " ehl_weak") == points("lumbar_disc_bulge", back) - 3
    assert (
        points("lumbar_disc_bulge", back + " ehl_weak knee_reflex_reduced")
        == points("lumbar_disc_bulge", back) - 3
    )


@pytest.mark.parametrize(
    ("age", "expected"),
    [(44, -8), (45, -3), (59, -3), (60, 0), (None, 0)],
    ids=["44", "45", "59", "60", "unknown"],
)
def test_hip_osteoarthritis_is_unlikely_in_the_young(age, expected):
    hip = "medial_thigh_pain squat_hip_pain hip_adduction_limited"

    assert points("hip_osteoarthritis", hip, "", age) == -10 + 22 + expected


@pytest.mark.parametrize(("age", "expected"), [(29, 0), (30, 2), (55, 2), (56, 0), (None, 0)])
def test_disc_herniation_is_likelier_between_30_and_55(age, expected):
    disc = "crossed_slr_positive leg_pain_worse_than_back dermatomal_pain"

    assert points("lumbar_disc_herniation", disc, "", age) == -8 + 10 + expected


@pytest.mark.parametrize(("age", "named"), [(7, False), (8, True), (14, True), (15, False), (None, True)])
def test_sever_disease_needs_the_growing_heel(age, named):
    assert (
        "severs_disease" in suspected(screened("calcaneal_squeeze_child overuse_loading", age=age))
    ) is named


@pytest.mark.parametrize(
    ("condition", "yes", "urgency"),
    [
        ("radiculopathy_l5", "ehl_weak hip_abduction_weak pain_radiates_back_to_foot", "soon"),
        ("radiculopathy_l5", "ehl_weak hip_abduction_weak pain_radiates_back_to_foot motor_power_under_3", "urgent"),
        ("radiculopathy_l5", "ehl_weak hip_abduction_weak pain_radiates_back_to_foot progressive_motor_deficit", "emergency"),
        ("sciatica", "pain_radiates_back_to_foot leg_pain_worse_than_back", "routine"),
        ("sciatica", "pain_radiates_back_to_foot leg_pain_worse_than_back sensory_loss_s1", "soon"),
        ("lumbar_spinal_stenosis", "neurogenic_claudication no_pain_when_seated", "routine"),
        ("lumbar_spinal_stenosis", "neurogenic_claudication no_pain_when_seated difficulty_walking", "soon"),
        ("lumbar_spinal_stenosis", "neurogenic_claudication no_pain_when_seated motor_power_under_3", "urgent"),
        ("polyneuropathy_other", "sensory_loss_stocking symmetric_burning_feet", "routine"),
        ("polyneuropathy_other", "sensory_loss_stocking symmetric_burning_feet toe_walk_weak", "urgent"),
        ("tight_hip_muscles", "tight_hip_muscles thomas_positive", "none"),
        ("tight_hip_muscles", "tight_hip_muscles thomas_positive conservative_care_failed", "routine"),
        ("tight_hip_muscles", "tight_hip_muscles thomas_positive severe_debilitating_foot_pain", "routine"),
        ("gait_driven_back_pain", "foot_pain_before_back_pain low_back_pain", "none"),
        ("gait_driven_back_pain", "foot_pain_before_back_pain low_back_pain conservative_care_failed", "routine"),
        ("mortons_neuroma", "webspace_squeeze_pain mulder_click", "none"),
        ("mortons_neuroma", "webspace_squeeze_pain mulder_click conservative_care_failed", "routine"),
        ("plantar_fasciitis", "first_step_heel_pain plantar_heel_tender conservative_care_failed", "none"),
        ("cord_compression_myelopathy", "babinski_positive brisk_reflexes_clonus", "urgent"),
        ("cord_compression_myelopathy", "babinski_positive brisk_reflexes_clonus difficulty_walking", "emergency"),
    ],
)  # fmt: skip
def test_urgency_of_a_condition_rises_with_its_findings(condition, yes, urgency):
    assessment = screened(yes)

    found = next(one for one in assessment.conditions if one.code == condition)
    assert found.urgency == urgency
    assert assessment.urgency == urgency
    assert assessment.refer is (urgency != "none")


def test_probability_is_the_odds_of_the_points():
    heel = screened("first_step_heel_pain plantar_heel_tender windlass_positive").conditions[0]

    assert (heel.points, heel.probability) == (19, 0.988)


def test_each_contribution_shows_its_answer_points_and_source():
    palsy = screened("foot_drop painless_foot_drop", "inversion_weak").conditions[0]

    assert [(c.sign, c.answer, c.points) for c in palsy.contributions] == [
        ("inversion_weak", "no", 6),
        ("painless_foot_drop", "yes", 4),
        ("foot_drop", "yes", 2),
    ]
    assert all(c.source and c.label for c in palsy.contributions)


def test_a_risk_factor_alone_makes_no_condition_suspected():
    """Kneeling at work is a risk factor of peroneal palsy (BMJ-FD, WikiMSK), not a sign of it."""
    risk_only = screened(
        "first_step_heel_pain plantar_heel_tender peroneal_compression_risk", "low_back_pain"
    )
    inversion_spared = screened("peroneal_compression_risk foot_pain", "inversion_weak low_back_pain")

    assert suspected(risk_only) == ["plantar_fasciitis"]
    assert (risk_only.urgency, inversion_spared.urgency) == ("none", "none")
    assert "peroneal_neuropathy" not in suspected(inversion_spared)


def test_a_risk_factor_still_counts_beside_a_finding():
    assert points("peroneal_neuropathy", "foot_drop peroneal_compression_risk") == 7
    assert "peroneal_neuropathy" in suspected(screened("foot_drop peroneal_compression_risk"))


def test_gait_signs_send_nobody_to_the_back_clinic_without_back_pain():
    """Rule 8 speaks of gait-driven back pain: disabling heel pain in a pronated foot stays with podiatry."""
    heel = "severe_debilitating_foot_pain plantar_heel_tender improper_gait excessive_pronation"

    assert screened(heel).urgency == "none"
    assert screened(f"{heel} low_back_pain").urgency == "routine"


def test_a_leg_length_difference_is_routine():
    """The source gives it R; orthopaedics only when the plan failed or it disables."""
    plain = screened("foot_pain leg_length_difference awkward_posture", "low_back_pain")
    failed = screened("foot_pain leg_length_difference conservative_care_failed", "low_back_pain")

    assert (plain.origin, plain.urgency, plain.refer) == ("mixed", "routine", True)
    assert "orthopaedics_hip" not in plain.destinations
    assert "orthopaedics_hip" in failed.destinations
