# ruff: noqa: E501  one row of a table per line
"""Every red-flag rule: what fires it, and the nearest thing that must not."""

import pytest

from cases.screening import load_catalogue

from .asking import rules_fired, screened

E, U1, U, S, R = "emergency", "within_1_working_day", "urgent", "soon", "routine"

# rule: (urgency, signs that fire it, age, near miss, signs answered no in the near miss, its age)
RULES = {
    "cauda_equina": (E, "ces_saddle_sensory_change", None, "bilateral_leg_symptoms_walking", "", None),
    "sexual_change_with_another_cauda_equina_item": (E, "ces_sexual_dysfunction ces_bladder_dysfunction", None, "ces_sexual_dysfunction", "", None),
    "cauda_equina_old_and_stable": (U, "ces_stable_over_14_days ces_bowel_dysfunction", None, "ces_stable_over_14_days", "", None),
    "sexual_change_alone": (U, "ces_sexual_dysfunction", None, "ces_sexual_dysfunction ces_bilateral_sciatica", "", None),
    "cancer_with_concerning_spinal_pain_or_neurology": (E, "cancer_history night_pain_unrelenting", None, "cancer_history low_back_pain", "", None),
    "cancer_with_new_difficulty_walking": (E, "cancer_history difficulty_walking", None, "cancer_history difficulty_walking plantar_heel_tender", "low_back_pain", None),
    "cancer_with_spinal_pain": (U, "cancer_history low_back_pain", None, "cancer_history plantar_heel_tender", "", None),
    "fever_with_spinal_pain": (E, "fever_unwell low_back_pain", None, "fever_unwell plantar_heel_tender", "", None),
    "fever_with_immunosuppression": (E, "fever_unwell immunosuppression_ivdu", None, "immunosuppression_ivdu", "", None),
    "immunosuppression_with_spinal_pain": (U, "immunosuppression_ivdu low_back_pain", None, "immunosuppression_ivdu", "", None),
    "recent_infection_or_procedure_with_spinal_pain": (U, "recent_infection_spinal_procedure low_back_pain", None, "recent_infection_spinal_procedure", "", None),
    "fever_with_foot_wound": (E, "fever_unwell foot_ulcer", None, "foot_ulcer", "fever_unwell", None),
    "acute_hot_joint": (E, "acute_hot_joint", None, "joint_line_tenderness", "", None),
    "hot_big_toe_joint_with_fever": (E, "hot_swollen_first_mtp fever_unwell", None, "hot_swollen_first_mtp", "", None),
    "hot_big_toe_joint": (U, "hot_swollen_first_mtp", None, "first_mtp_restricted", "", None),
    "painful_log_roll_with_fever": (E, "log_roll_positive fever_unwell", None, "log_roll_positive", "", None),
    "child_not_weight_bearing_with_fever": (E, "child_non_weight_bearing fever_unwell", 5, "child_non_weight_bearing", "", 5),
    "spinal_trauma_with_tenderness_or_neurology": (E, "major_trauma midline_spinal_tenderness", None, "major_trauma low_back_pain", "", None),
    "foot_pain_after_back_injury": (U, "foot_pain_after_back_trauma", None, "local_foot_injury", "", None),
    "trauma_with_spinal_pain": (U, "road_traffic_collision low_back_pain", None, "road_traffic_collision", "", None),
    "minor_trauma_with_neurology": (E, "minor_trauma_bone_fragility knee_reflex_reduced", None, "minor_trauma_bone_fragility", "", None),
    "minor_trauma_in_fragile_bone": (U, "minor_trauma_bone_fragility", None, "osteoporosis_known", "", None),
    "osteoporosis_with_spinal_pain": (U, "osteoporosis_known low_back_pain", None, "osteoporosis_known", "", 80),
    "steroids_with_spinal_pain": (U, "steroid_long_term low_back_pain", None, "steroid_long_term", "", 80),
    "midline_spinal_tenderness": (U, "midline_spinal_tenderness", None, "lumbar_rom_painful", "", None),
    "hip_fracture": (E, "hip_fall_cannot_weight_bear", None, "groin_pain", "", 85),
    "painful_log_roll_after_a_fall": (E, "log_roll_positive major_trauma", None, "log_roll_positive", "", None),
    "mid_back_band_pain_with_neurology": (E, "thoracic_band_pain babinski_positive", None, "thoracic_band_pain", "", None),
    "mid_back_band_pain": (U, "thoracic_band_pain", None, "low_back_pain", "", None),
    "unrelenting_night_pain": (U, "night_pain_unrelenting", None, "severe_debilitating_foot_pain", "", None),
    "unexplained_weight_loss": (U, "unexplained_weight_loss", None, "cancer_history", "unexplained_weight_loss", None),
    "pulsatile_abdominal_mass": (E, "pulsatile_abdominal_mass", None, "low_back_pain", "", 70),
    "progressive_weakness": (E, "progressive_motor_deficit", None, "ehl_weak", "", None),
    "acute_foot_drop": (E, "acute_foot_drop", None, "acute_foot_drop fibular_neck_tinel", "inversion_weak", None),
    "acute_foot_drop_isolated_peroneal": (U, "acute_foot_drop fibular_neck_tinel sensory_loss_peroneal", None, "acute_foot_drop fibular_neck_tinel sensory_loss_peroneal hip_abduction_weak", "", None),
    "foot_drop_of_unknown_onset_with_spinal_pain": (E, "foot_drop low_back_pain", None, "foot_drop low_back_pain", "acute_foot_drop", None),
    "foot_drop_isolated_peroneal": (U, "foot_drop fibular_neck_tinel peroneal_compression_risk", None, "foot_drop peroneal_compression_risk", "", None),
    "foot_drop": (U, "foot_drop", None, "heel_walk_weak", "", None),
    "foot_drop_both_sides_new": (E, "bilateral_foot_drop", None, "bilateral_foot_drop foot_drop_stable", "", None),
    "foot_drop_both_sides": (U, "bilateral_foot_drop foot_drop_stable", None, "foot_drop", "bilateral_foot_drop", None),
    "painless_foot_drop_beyond_the_peroneal_nerve": (U, "painless_foot_drop inversion_weak", None, "painless_foot_drop", "inversion_weak hip_abduction_weak", None),
    "painless_foot_drop": (S, "painless_foot_drop", None, "foot_drop", "painless_foot_drop", None),
    "power_under_mrc_3": (U, "motor_power_under_3", None, "ehl_weak", "motor_power_under_3", None),
    "hard_to_lift_the_foot_power_not_graded": (U, "difficulty_lifting_foot", None, "difficulty_lifting_foot", "dorsiflexion_weak", None),
    "weakness_short_of_a_foot_drop": (S, "inversion_weak", None, "inversion_weak tib_post_tender heel_walk_weak", "", None),
    "root_deficit_with_spinal_pain": (S, "low_back_pain ankle_reflex_reduced", None, "ankle_reflex_reduced", "low_back_pain", None),
    "cord_signs_with_difficulty_walking": (E, "babinski_positive difficulty_walking", None, "ankle_reflex_reduced difficulty_walking", "", None),
    "cord_signs": (U, "hand_clumsiness", None, "romberg_positive", "", None),
    "new_wide_based_gait": (U, "wide_based_gait", None, "improper_gait", "", None),
    "fasciculation_or_wasting": (U, "fasciculation_wasting", None, "weak_deconditioned_muscles", "", None),
    "rapid_ascending_weakness": (E, "rapid_ascending_weakness", None, "sensory_loss_stocking", "", None),
    "stroke": (E, "sudden_face_arm_speech", None, "difficulty_walking", "", None),
    "ottawa_positive": (E, "local_foot_injury ottawa_positive", None, "local_foot_injury", "ottawa_positive", None),
    "achilles_rupture": (E, "thompson_positive", None, "achilles_tender single_heel_raise_unable", "", None),
    "neuropathy_with_active_foot_problem": (U1, "monofilament_loss foot_ulcer", None, "monofilament_loss", "", None),
    "diabetic_foot_emergency": (E, "diabetes_known foot_ulcer pulses_absent", None, "diabetes_known foot_ulcer", "pulses_absent", None),
    "diabetic_foot_ulcer_or_infection": (U1, "diabetes_known foot_ulcer", None, "diabetes_known", "", None),
    "foot_ulcer_diabetes_not_ruled_out": (U1, "foot_ulcer", None, "foot_ulcer", "diabetes_known", None),
    "foot_infection": (U1, "foot_infection", None, "diabetes_known", "foot_infection", None),
    "gangrene": (E, "gangrene_tissue_loss", None, "pulses_absent", "", None),
    "limb_threatening_ischaemia_with_tissue_loss": (E, "pulses_absent foot_ulcer", None, "pulses_absent rest_pain_dependency", "", None),
    "rest_pain": (U, "rest_pain_dependency", None, "burning_sole_worse_activity", "", None),
    "acute_limb_ischaemia": (E, "acute_limb_ischaemia_signs", None, "pulses_absent", "", None),
    "hot_neuropathic_foot_with_fever": (E, "hot_swollen_neuropathic_foot fever_unwell", None, "hot_swollen_neuropathic_foot", "fever_unwell", None),
    "suspected_charcot": (U1, "hot_swollen_neuropathic_foot diabetes_known", None, "diabetes_known monofilament_loss", "", None),
    "calf_swelling": (E, "unilateral_calf_swelling", None, "dvt_risk_factor", "", None),
    "breathless_with_possible_clot": (E, "breathless_chest_pain dvt_risk_factor", None, "breathless_chest_pain", "", None),
    "breathless_or_chest_pain": (E, "breathless_chest_pain", None, "dvt_risk_factor", "", None),
    "complex_regional_pain": (S, "crps_disproportionate_pain crps_allodynia crps_motor_trophic", None, "crps_disproportionate_pain crps_allodynia", "", None),
    "inflammatory_back_pain": (R, "inflammatory_back_pain", None, "low_back_pain", "", 30),
    "heel_enthesitis_with_spondyloarthritis_features": (R, "heel_enthesitis spa_features", None, "spa_features", "", None),
    "child_limp_under_3": (E, "child_limp", 2, "child_limp", "", 3),
    "child_limp_unwell": (E, "limping_gait fever_unwell", 16, "limping_gait fever_unwell", "", 17),
    "child_not_weight_bearing": (E, "child_non_weight_bearing", None, "child_limp", "", 5),
    "slipped_epiphysis": (E, "child_limp child_hip_rotation_painful", None, "child_hip_rotation_painful", "", None),
    "limp_at_9_to_16_with_painful_hip_rotation": (E, "limping_gait hip_ir_limited", 9, "limping_gait hip_ir_limited", "", 17),
    "child_painful_hip_rotation": (E, "child_hip_rotation_painful", None, "hip_ir_painful", "", 40),
    "child_limp": (U, "child_limp", None, "limping_gait", "", 40),
    "limping_child_without_a_foot_cause": (U, "limping_gait", 16, "limping_gait calcaneal_squeeze_child", "", 10),
    "bone_pain_or_swelling_in_the_young": (U1, "bone_pain_swelling_young", None, "metatarsal_bone_tender", "", 15),
    "night_bone_pain": (U, "night_pain_unrelenting metatarsal_bone_tender", None, "metatarsal_bone_tender", "", None),
    "known_aneurysm_with_new_pain": (E, "aneurysm_known low_back_pain", None, "aneurysm_known leg_pain_same_side", "", 75),
    "acute_compartment": (E, "tense_compartment", None, "unilateral_calf_swelling", "tense_compartment", None),
    "stretch_pain_after_injury_or_in_a_cast": (E, "passive_stretch_pain tight_cast_or_crush", None, "passive_stretch_pain", "", None),
    "anticoagulant_with_spinal_injury_or_procedure": (E, "anticoagulant_use recent_spinal_procedure ankle_reflex_reduced", None, "anticoagulant_use low_back_pain ankle_reflex_reduced", "", None),
    "infection_or_procedure_with_spinal_pain": (U, "recent_spinal_procedure low_back_pain", None, "recent_infection", "", None),
    "shingles": (U1, "zoster_rash", None, "dermatomal_pain", "zoster_rash", None),
    "fall_and_leg_turned_out": (E, "leg_turned_out major_trauma", None, "leg_turned_out", "", 80),
    "limping_child_with_the_leg_turned_out": (E, "leg_turned_out limping_gait", 16, "leg_turned_out limping_gait", "", 17),
    "femoral_neck_stress": (U, "hop_groin_pain overuse_loading", None, "hop_groin_pain", "", 25),
    "avascular_hip": (S, "hip_abduction_limited groin_pain steroid_long_term", None, "hip_abduction_limited groin_pain", "steroid_long_term", 50),
    "sacral_insufficiency": (U, "sacral_tenderness osteoporosis_known", None, "sacral_tenderness", "", 80),
    "growing_foot_lump": (U, "foot_lump", None, "lump_fibular_head", "", None),
    "new_deformity_with_neuropathy": (U1, "new_foot_deformity monofilament_loss", None, "new_foot_deformity", "monofilament_loss diabetes_known", None),
    "slow_decline_of_power": (U, "slow_motor_decline", None, "ehl_weak", "slow_motor_decline", None),
    "foot_drop_with_raised_tone": (U, "tone_raised foot_drop", None, "foot_drop", "tone_raised", None),
    "weak_leg_with_night_pain": (U, "leg_weakness_general night_pain_unrelenting", None, "leg_weakness_general", "", None),
    "weak_numb_unsteady_legs": (U, "leg_weakness_general unsteady_history whole_leg_numb", None, "leg_weakness_general unsteady_history", "", None),
    "one_nerve_after_another": (U, "patchy_painful_numbness", None, "leg_foot_paraesthesia", "", None),
    "one_nerve_after_another_and_unwell": (E, "patchy_painful_numbness fever_unwell", None, "patchy_painful_numbness", "fever_unwell", None),
}  # fmt: skip


def test_the_table_names_every_rule():
    assert list(RULES) == [rule.id for rule in load_catalogue().rules]


@pytest.mark.parametrize(("rule", "row"), RULES.items(), ids=RULES)
def test_a_rule_fires_at_its_urgency_and_names_its_signs(rule, row):
    urgency, yes, age, *_ = row

    assessment = screened(yes, age=age)

    fired = {flag.rule.id: flag for flag in assessment.red_flags}
    assert rule in fired
    assert fired[rule].urgency == urgency
    assert set(fired[rule].signs) <= set(yes.split())
    assert fired[rule].signs
    assert assessment.refer
    assert assessment.reasons


@pytest.mark.parametrize(("rule", "row"), RULES.items(), ids=RULES)
def test_a_rule_stays_quiet_at_its_near_miss(rule, row):
    *_, near_miss, no, age = row

    assert rule not in rules_fired(screened(near_miss, no, age))


@pytest.mark.parametrize(
    ("yes", "no", "age"),
    [
        pytest.param("cancer_history", "", 60, id="cancer history alone"),
        pytest.param("osteoporosis_known", "", 70, id="osteoporosis alone"),
        pytest.param("steroid_long_term", "", 70, id="steroids alone"),
        pytest.param("cancer_history first_step_heel_pain plantar_heel_tender", "low_back_pain", 60, id="cancer history and a sore heel"),
        pytest.param("ces_stable_over_14_days", "", 50, id="stable modifier without a cauda equina item"),
        pytest.param("spa_features", "", 30, id="psoriasis alone"),
        pytest.param("diabetes_known", "", 60, id="diabetes alone"),
        pytest.param("crps_vasomotor_sudomotor local_foot_injury", "", 30, id="a swollen sprain"),
        pytest.param("fever_unwell", "", 30, id="a fever and nothing else"),
    ],
)  # fmt: skip
def test_context_alone_is_no_alert(yes, no, age):
    assert screened(yes, no, age).red_flags == ()


@pytest.mark.parametrize(
    ("yes", "no", "age", "urgency"),
    [
        pytest.param("ces_bladder_dysfunction ces_stable_over_14_days", "", None, U, id="old and stable cauda equina"),
        pytest.param("ces_bladder_dysfunction ces_stable_over_14_days progressive_motor_deficit", "", None, E, id="stable bladder, worsening power"),
        pytest.param("ces_bladder_dysfunction ces_stable_over_14_days acute_foot_drop", "", None, E, id="stable bladder, new foot drop"),
        pytest.param("ces_sexual_dysfunction ces_saddle_sensory_change ces_stable_over_14_days", "", None, U, id="two items, all old and stable"),
        pytest.param("foot_drop acute_foot_drop", "", None, E, id="acute foot drop"),
        pytest.param("foot_drop progressive_motor_deficit fibular_neck_tinel sensory_loss_peroneal", "inversion_weak", None, E, id="a peroneal pattern that progresses"),
        pytest.param("foot_drop foot_drop_stable low_back_pain", "", None, U, id="stable foot drop with back pain"),
        pytest.param("foot_drop acute_foot_drop sensory_loss_peroneal", "inversion_weak hip_abduction_weak", None, U, id="acute isolated peroneal palsy"),
        pytest.param("foot_drop acute_foot_drop sensory_loss_peroneal low_back_pain", "inversion_weak", None, E, id="acute peroneal-looking drop with back pain"),
        pytest.param("painless_foot_drop", "inversion_weak hip_abduction_weak", None, S, id="painless foot drop, inversion spared"),
        pytest.param("bilateral_foot_drop foot_drop_stable", "", None, U, id="old foot drop both sides"),
        pytest.param("cancer_history dorsiflexion_weak", "", None, E, id="cancer with weakness and no back pain"),
        pytest.param("cancer_history low_back_pain leg_foot_paraesthesia", "", None, E, id="cancer, back pain and tingling"),
        pytest.param("rest_pain_dependency pulses_absent", "", 70, U, id="rest pain without a wound"),
        pytest.param("rest_pain_dependency gangrene_tissue_loss", "", 70, E, id="rest pain with gangrene"),
        pytest.param("osteoporosis_known low_back_pain", "", None, U, id="osteoporotic spinal pain, age unknown"),
        pytest.param("child_limp", "", None, U, id="limping child, age unknown"),
        pytest.param("child_limp", "", 2, E, id="limping toddler"),
        pytest.param("minor_trauma_bone_fragility midline_spinal_tenderness", "", 78, U, id="fragility fracture with midline tenderness"),
        pytest.param("midline_spinal_tenderness fever_unwell", "", None, E, id="midline tenderness with fever"),
        pytest.param("diabetes_known foot_infection fever_unwell", "", 60, E, id="diabetic infection with fever"),
    ],
)  # fmt: skip
def test_urgency_in_context(yes, no, age, urgency):
    assert screened(yes, no, age).urgency == urgency


def test_an_emergency_goes_to_the_emergency_first_and_copies_the_gp():
    assessment = screened("ces_bladder_dysfunction slr_positive low_back_pain")

    assert assessment.destinations == ("emergency_department", "spinal_on_call", "gp")


def test_a_child_in_an_emergency_also_goes_to_paediatrics():
    assert "paediatrics_same_day" in screened("ces_bladder_dysfunction", age=15).destinations
    assert "paediatrics_same_day" not in screened("ces_bladder_dysfunction", age=17).destinations


def test_an_emergency_leaves_out_the_slower_destinations():
    assessment = screened(
        "ces_bladder_dysfunction pain_radiates_back_to_foot leg_pain_worse_than_back slump_positive"
    )

    assert "sciatica" in [one.code for one in assessment.conditions]
    assert assessment.destinations == ("emergency_department", "spinal_on_call", "gp")


@pytest.mark.parametrize(
    "worse", ["progressive_motor_deficit", "acute_foot_drop", "rapid_ascending_weakness"]
)
def test_cauda_equina_stays_an_emergency_when_anything_worsens(worse):
    assessment = screened(f"ces_bladder_dysfunction ces_stable_over_14_days {worse}")

    assert "cauda_equina" in rules_fired(assessment)


def test_an_emergency_condition_decides_the_origin_before_any_points():
    assessment = screened(
        "first_step_heel_pain plantar_heel_tender windlass_positive ces_saddle_sensory_change"
    )

    assert assessment.origin == "back"
    assert [one.code for one in assessment.conditions] == ["cauda_equina_syndrome", "plantar_fasciitis"]


def test_a_pulsating_abdominal_mass_decides_the_origin():
    """QLD-Vasc: an aneurysm causes back pain; the back that hurts with it is not the origin."""
    assessment = screened("pulsatile_abdominal_mass low_back_pain lumbar_rom_painful", age=74)

    assert (assessment.origin, assessment.urgency) == ("systemic", E)


def test_cord_signs_with_difficulty_walking_decide_the_origin():
    """RDS-Cx: a wide-based gait and Romberg also score for stenosis, which has no weight against it."""
    assessment = screened("babinski_positive wide_based_gait romberg_positive difficulty_walking", age=75)

    assert (assessment.origin, assessment.urgency) == ("systemic", E)


def test_a_named_condition_stands_before_a_deciding_rule():
    """NG234: with a cancer history the cord signs are the back's."""
    assessment = screened("cancer_history babinski_positive difficulty_walking")

    assert assessment.origin == "back"


@pytest.mark.parametrize(("yes", "origin"), [("", "foot"), ("diabetes_known", "systemic")])
def test_a_foot_infection_is_the_foots_own_without_diabetes(yes, origin):
    """The sign table gives the foot; with diabetes NG19 names a systemic condition."""
    assessment = screened(f"foot_pain foot_infection {yes}", "" if yes else "diabetes_known")

    assert (assessment.origin, assessment.urgency) == (origin, U1)


def test_hard_to_lift_the_foot_is_urgent_until_the_power_is_graded():
    """BMJ-FD: a weak ankle lift that is no foot drop is graded above MRC 3."""
    ungraded = screened("difficulty_lifting_foot dorsiflexion_weak")
    graded = screened("difficulty_lifting_foot dorsiflexion_weak", "foot_drop")

    assert (ungraded.urgency, graded.urgency) == (U, S)


@pytest.mark.parametrize(("age", "urgency"), [(8, "none"), (9, E), (16, E), (17, "none")])
def test_painful_hip_rotation_at_9_to_16_needs_no_limp_to_be_an_emergency(age, urgency):
    """RMS-Corn-Hip: a slipped growth plate often hurts elsewhere, and the adult sign is the same finding."""
    assert screened("foot_pain hip_ir_painful", age=age).urgency == urgency


def test_a_new_foot_drop_without_other_answers_points_to_the_back():
    """Lothian: an acute foot drop is a call to the spinal team, so its origin is not left at none."""
    assessment = screened("acute_foot_drop foot_drop", "low_back_pain slr_positive fever_unwell")

    assert (assessment.origin, assessment.urgency) == ("back", E)
