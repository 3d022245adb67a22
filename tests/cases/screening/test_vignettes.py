# ruff: noqa: E501  one row of a table per line
"""Short patients, written from the sources named beside them, with what a clinician would do."""

import pytest

from .asking import screened, suspected

# id: (source, yes, no, age, origin, urgency, refer, a condition among the first three)
VIGNETTES = {
    "trapped L5 nerve": ("NG59, BMJ-Sci", "foot_pain pain_radiates_back_to_foot dermatomal_pain slr_positive ehl_weak sensory_loss_l5 low_back_pain leg_pain_worse_than_back", "progressive_motor_deficit pain_reproduced_at_foot", 44, "back", "soon", True, "radiculopathy_l5"),
    "plantar fasciitis in a runner": ("JOSPT-HP23", "foot_pain first_step_heel_pain plantar_heel_tender overuse_loading limited_ankle_dorsiflexion", "low_back_pain", 41, "foot", "none", False, "plantar_fasciitis"),
    "hip osteoarthritis felt in the foot": ("Metcalfe19, Altman91", "foot_pain groin_pain hip_ir_limited hip_flexion_limited hip_stiffness_short shoes_socks_difficulty", "low_back_pain", 68, "hip", "routine", True, "hip_osteoarthritis"),
    "stenosis with a shopping trolley": ("Suri10", "foot_pain neurogenic_claudication eased_bending_forward no_pain_when_seated bilateral_leg_symptoms_walking", "pulses_absent", 74, "back", "routine", True, "lumbar_spinal_stenosis"),
    "crossed legs, foot drop, inversion spared": ("BMJ-FD", "foot_drop painless_foot_drop foot_drop_stable sensory_loss_peroneal fibular_neck_tinel peroneal_compression_risk", "inversion_weak hip_abduction_weak low_back_pain", 36, "foot", "urgent", True, "peroneal_neuropathy"),
    "back pain that followed the foot": ("Menz13, brief B4", "foot_pain foot_pain_before_back_pain improper_gait excessive_pronation low_back_pain pain_reproduced_at_foot", "pain_radiates_back_to_foot", 39, "foot", "none", False, "gait_driven_back_pain"),
    "tight hips of a desk worker": ("brief A6, A7", "foot_pain tight_hip_muscles thomas_positive awkward_posture desk_job_sedentary", "hip_ir_limited low_back_pain", 35, "hip", "none", False, "tight_hip_muscles"),
    "cauda equina": ("GIRFT-CES", "foot_pain low_back_pain ces_bilateral_sciatica ces_saddle_sensory_change ces_bladder_dysfunction", "ces_stable_over_14_days", 47, "back", "emergency", True, "cauda_equina_syndrome"),
    "breast cancer and band-like pain": ("NG234", "foot_pain cancer_history thoracic_band_pain low_back_pain difficulty_walking", "", 63, "back", "emergency", True, "metastatic_cord_compression"),
    "fever, injecting, back pain": ("Yusuf19", "foot_pain low_back_pain fever_unwell immunosuppression_ivdu night_pain_unrelenting", "", 38, "back", "emergency", True, "spinal_infection"),
    "car accident and midline tenderness": ("Downie13, brief B12", "foot_pain_after_back_trauma road_traffic_collision midline_spinal_tenderness", "", 29, "back", "emergency", True, "vertebral_fracture"),
    "slipped growth plate": ("RMS-Corn-Hip", "foot_pain child_limp child_hip_rotation_painful", "fever_unwell", 13, "hip", "emergency", True, "sufe_perthes"),
    "hot neuropathic midfoot": ("NG19", "foot_pain diabetes_known monofilament_loss hot_swollen_neuropathic_foot", "fever_unwell foot_ulcer", 57, "systemic", "within_1_working_day", True, "charcot_foot"),
    "diabetic ulcer with cellulitis and fever": ("NG19", "diabetes_known foot_ulcer foot_infection fever_unwell", "", 66, "systemic", "emergency", True, "diabetic_foot_ulcer_infection"),
    "rest pain, no pulses": ("Highland-Vasc", "foot_pain pulses_absent rest_pain_dependency", "gangrene_tissue_loss foot_ulcer", 71, "systemic", "urgent", True, "chronic_limb_ischaemia"),
    "diabetic neuropathy": ("NG19", "foot_pain diabetes_known monofilament_loss symmetric_burning_feet sensory_loss_stocking", "low_back_pain foot_ulcer", 62, "systemic", "routine", True, "diabetic_neuropathy"),
    "Achilles snap": ("Maffulli98", "achilles_pop_sudden thompson_positive achilles_gap", "", 42, "foot", "emergency", True, "achilles_rupture"),
    "stiff hands and legs": ("RDS-Cx", "foot_pain hand_clumsiness brisk_reflexes_clonus babinski_positive", "difficulty_walking", 59, "systemic", "urgent", True, "cord_compression_myelopathy"),
    "web-space neuroma": ("Mahadevan15", "foot_pain webspace_squeeze_pain mulder_click", "low_back_pain leg_foot_paraesthesia", 52, "foot", "none", False, "mortons_neuroma"),
    "mild sciatica, foot normal": ("NG59, CKS-S", "foot_pain leg_pain_same_side leg_foot_paraesthesia slr_positive no_local_foot_findings low_back_pain", "", 50, "back", "routine", True, "sciatica"),
    "nothing to find": ("rule 5", "foot_pain", "low_back_pain pain_reproduced_at_foot groin_pain first_step_heel_pain", 40, "none", "none", False, None),
}  # fmt: skip


@pytest.mark.parametrize("case", VIGNETTES.values(), ids=VIGNETTES)
def test_a_vignette_ends_where_its_source_says(case):
    _source, yes, no, age, origin, urgency, refer, condition = case

    assessment = screened(yes, no, age)

    assert (assessment.origin, assessment.urgency, assessment.refer) == (origin, urgency, refer)
    if condition:
        assert condition in suspected(assessment)[:3]


def test_too_few_answers_give_no_origin_and_ask_on():
    assessment = screened("foot_pain severe_debilitating_foot_pain first_step_heel_pain", "low_back_pain")

    assert assessment.origin is None
    assert "insufficient_data" in assessment.flags
    assert assessment.missing


def test_three_informative_answers_are_enough():
    assessment = screened("foot_pain first_step_heel_pain", "low_back_pain plantar_heel_tender")

    assert "insufficient_data" not in assessment.flags
    assert assessment.origin is not None


def test_two_origins_within_three_points_are_mixed():
    assessment = screened("hip_flexion_limited ankle_compensation thomas_positive foot_pain_before_back_pain")

    best = {s.origin: s.points for s in assessment.origins}
    assert best["foot"] - best["hip"] > 3
    assert assessment.origin == "foot"

    closer = screened("hip_flexion_limited ankle_compensation thomas_positive achilles_tender")

    best = {s.origin: s.points for s in closer.origins}
    assert abs(best["foot"] - best["hip"]) <= 3
    assert closer.origin == "mixed"


def test_an_incomplete_screen_is_flagged_and_hides_nothing():
    assessment = screened("first_step_heel_pain plantar_heel_tender windlass_positive")

    assert "screen_incomplete" in assessment.flags
    assert assessment.origin == "foot"


def test_a_complete_screen_is_not_flagged():
    from cases.screening import load_catalogue, screen_missing

    from .asking import answered

    everything = " ".join(load_catalogue().screen)

    assert screen_missing(answered(no=everything)) == ()
    assert "screen_incomplete" not in screened(no=everything).flags


@pytest.mark.parametrize(
    ("yes", "no", "age"),
    [
        pytest.param(
            "no_local_foot_findings pain_reproduced_at_foot", "", None, id="foot both normal and sore"
        ),
        pytest.param(
            "foot_drop_stable progressive_motor_deficit", "", None, id="foot drop stable and worsening"
        ),
        pytest.param("ces_stable_over_14_days", "", None, id="stable cauda equina without an item"),
        pytest.param(
            "foot_pain_before_back_pain", "low_back_pain", None, id="back pain followed and is denied"
        ),
        pytest.param("child_limp", "", 40, id="a child's sign in an adult"),
    ],
)
def test_answers_that_contradict_each_other_are_flagged(yes, no, age):
    assessment = screened(yes, no, age)

    assert "conflicting_data" in assessment.flags
    assert assessment.conflicts
