"""What speaks against a treatment: the forms' own data, and whether a finding is at the site."""

import re

import pytest

from cases.screening import Answers, assess, load_catalogue
from cases.treating import FormCheckError, Found, Planned, cautions, load_form_checks
from cases.treating.loading import build

FOOT = ["toes", "midfoot", "heel", "ankle"]
OTHER_CRPS = ("vasomotor_sudomotor", "motor_trophic")
REGIONS = [*FOOT, "lower_leg", "knee", "thigh", "hip", "back", "whole_body"]


def screened(*present):
    """Return the assessment of these findings, every other red-flag question answered no."""
    catalogue = load_catalogue()
    return assess(Answers(frozenset(present), catalogue.screen - set(present), age=50))


def found(clear=(), **sides):
    return Found(
        {sign: frozenset([side]) for sign, side in sides.items()},
        {sign: frozenset([side]) for sign, side in clear},
    )


def ids(planned, *present, where=None, block=None):
    where = where or Found({sign: frozenset({""}) for sign in present})
    against = cautions(screened(*present), planned, where)
    return {one.id for one in against if block is None or one.is_block is block}


def ice(region="", side="", **details):
    return Planned("ice", {"sensation": "felt", "days": 3} | details, region, side)


class TestAtTheSite:
    """Ice is blocked by a finding unless the record clearly shows that it is elsewhere."""

    NUMB_SOLE = {"where": found(sensory_loss_sole="left")}

    @pytest.mark.parametrize(
        ("region", "side", "is_blocked"),
        [
            ("heel", "left", True),
            ("heel", "", True),
            ("heel", "bilateral", True),
            ("", "left", True),
            ("", "", True),
            ("whole_body", "", True),
            ("lower_leg", "left", True),
            ("heel", "right", False),
            ("back", "left", False),
            ("back", "", False),
            ("hip", "left", False),
        ],
    )
    def test_a_numb_left_sole_blocks_ice_where_it_may_be(self, region, side, is_blocked):
        blocks = ids(ice(region, side), "sensory_loss_sole", block=True, **self.NUMB_SOLE)

        assert blocks == ({"ice_no_sensation"} if is_blocked else set())

    def test_a_block_that_is_elsewhere_becomes_a_warning_that_says_so(self):
        against = cautions(screened("sensory_loss_sole"), ice("back"), found(sensory_loss_sole="left"))

        warning = next(one for one in against if one.id == "ice_no_sensation")
        assert not warning.is_block
        assert (
            warning.elsewhere
            == "Numb/tingling sole or toes, heel may be spared: not where this treatment is given"
        )
        assert warning.why == "Numb/tingling sole or toes, heel may be spared, left"

    @pytest.mark.parametrize("side", ["", "bilateral"])
    def test_a_finding_on_both_sides_or_on_no_side_said_blocks_either(self, side):
        where = found(sensory_loss_sole=side)

        assert ids(ice("heel", "right"), "sensory_loss_sole", where=where, block=True)

    def test_a_finding_without_a_row_of_its_own_may_be_anywhere(self):
        assert ids(ice("heel", "right"), "sensory_loss_sole", where=Found(), block=True)

    def test_every_cause_must_be_elsewhere(self):
        where = found(sensory_loss_sole="left", sensory_loss_l5="right")

        assert ids(ice("heel", "right"), "sensory_loss_sole", "sensory_loss_l5", where=where, block=True)
        assert not ids(ice("back"), "sensory_loss_sole", "sensory_loss_l5", where=where, block=True)

    @pytest.mark.parametrize("sign", ["monofilament_loss", "pulses_absent"])
    def test_the_other_foot_is_clear_only_when_it_was_tested(self, sign):
        untested, tested = found(**{sign: "left"}), found(clear=[(sign, "right")], **{sign: "left"})

        assert ids(ice("heel", "right"), sign, where=untested, block=True)
        if sign == "monofilament_loss":
            assert not ids(ice("heel", "right"), sign, where=tested, block=True)

    @pytest.mark.parametrize(
        "present",
        [
            ["acute_limb_ischaemia_signs"],
            [
                "crps_disproportionate_pain",
                "crps_allodynia",
                "crps_vasomotor_sudomotor",
                "crps_motor_trophic",
            ],
            ["patchy_painful_numbness"],
        ],
        ids=["a limb without blood", "complex regional pain", "patchy numbness"],
    )
    @pytest.mark.parametrize("region", REGIONS)
    def test_some_findings_forbid_ice_everywhere(self, present, region):
        where = Found({sign: frozenset({"left"}) for sign in present})

        assert ids(ice(region, "right"), *present, where=where, block=True)

    @pytest.mark.parametrize(
        "sign",
        [
            *(
                "monofilament_loss",
                "sensory_loss_l4",
                "sensory_loss_l5",
                "sensory_loss_s1",
                "sensory_loss_l2_l3",
            ),
            *("sensory_loss_peroneal", "sensory_loss_sole", "sensory_loss_stocking", "whole_leg_numb"),
            *("webspace_one_numb", "pulses_absent", "gangrene_tissue_loss", "rest_pain_dependency"),
            *(
                "foot_ulcer",
                "foot_infection",
                "hot_swollen_neuropathic_foot",
                "acute_hot_joint",
                "crps_allodynia",
            ),
        ],
    )
    def test_each_finding_of_the_reference_blocks_ice_whose_place_is_not_said(self, sign):
        blocks = [one for one in cautions(screened(sign), ice()) if one.is_block]

        if sign in ("sensory_loss_l2_l3", "whole_leg_numb", "webspace_one_numb"):
            blocks = [one for one in cautions(screened(sign), ice(), found(**{sign: "left"})) if one.is_block]
        assert blocks
        assert not any(one.overridable for one in blocks)

    def test_no_other_treatment_is_moved_out_of_a_block(self):
        plan = Planned("exercise", {"name": "Walk"}, "back", "right")

        assert "exercise_progressive_weakness" in ids(
            plan, "progressive_motor_deficit", where=found(progressive_motor_deficit="left"), block=True
        )

    def test_every_cause_of_an_ice_block_has_its_row_and_reason(self):
        checks = load_form_checks()
        named = set()
        for check in load_catalogue().treatment_checks:
            if check.treatment == "ice" and check.effect == "block" and check.id != "ice_emergency":
                named |= {f"condition:{code}" for code in check.conditions}
                named |= {word for group in check.when for word in group["any"] if ":" not in word}

        assert named <= checks.places.keys()
        assert all(place.reason for place in checks.places.values())

    def test_ice_for_root_pain_is_warned_about_on_the_back_only(self):
        present = ["slump_positive", "crossed_slr_positive", "dermatomal_pain", "pain_radiates_back_to_foot"]

        assert "ice_root_pain" in ids(ice("back"), *present)
        assert "ice_root_pain" in ids(ice(), *present)
        assert "ice_root_pain" not in ids(ice("ankle"), *present)


class TestAsked:
    @pytest.mark.parametrize("key", ["cold_disease", "cannot_report"])
    def test_a_yes_blocks_and_names_the_question(self, key):
        against = cautions(screened(), ice(asked={key: "yes"}))

        block = next(one for one in against if one.is_block)
        assert block.id == f"ice_asks_{key}"
        assert block.why.endswith(": yes")
        assert not block.overridable

    @pytest.mark.parametrize("answer", ["no", "", None])
    def test_anything_but_a_yes_says_nothing(self, answer):
        assert not ids(ice(asked={"cold_disease": answer}), block=True)

    @pytest.mark.parametrize(
        ("kind", "key", "details"),
        [
            ("ice", "heart", {}),
            ("exercise", "heart", {}),
            ("exercise", "pregnancy", {}),
            ("rest", "clot_risk", {"rest_kind": "boot"}),
            ("rest", "falls", {"rest_kind": "cast"}),
            ("rest", "peroneal", {"rest_kind": "boot"}),
        ],
    )
    def test_a_yes_warns(self, kind, key, details):
        plan = Planned(kind, details | {"asked": {key: "yes"}})

        assert f"{kind}_asks_{key}" in ids(plan, block=False)

    def test_what_a_boot_asks_is_no_matter_of_a_change_of_activity(self):
        assert not ids(Planned("rest", {"rest_kind": "activity", "asked": {"falls": "yes"}}))

    def test_a_finding_that_says_the_same_speaks_for_the_question(self):
        plan = Planned("rest", {"rest_kind": "boot", "asked": {"clot_risk": "yes"}})

        assert ids(plan, "dvt_risk_factor") == {"rest_boot_clot_risk"}


class TestFields:
    @pytest.mark.parametrize(
        ("details", "check"),
        [
            ({"sensation": "reduced"}, "ice_not_felt_at_site"),
            ({"circulation": "absent"}, "ice_no_pulse_at_site"),
            ({"abpi": 0.89}, "ice_low_pressure_index"),
        ],
    )
    def test_a_test_at_the_site_blocks_ice(self, details, check):
        assert ids(ice("back", "left", **details), block=True) == {check}

    @pytest.mark.parametrize("abpi", [0.9, 1.0, 1.3, None])
    def test_a_usual_pressure_index_says_nothing(self, abpi):
        assert not ids(ice("heel", abpi=abpi))

    @pytest.mark.parametrize(
        ("plan", "check"),
        [
            (ice("knee"), "ice_near_fibular_neck"),
            (ice("back"), "ice_on_back"),
            (ice("heel", compression=True), "ice_with_compression"),
            (ice("heel", days=4), "ice_beyond_three_days"),
            (ice("heel", sensation=""), "ice_sensation_untested"),
            (ice("heel", abpi=1.31), "ice_high_pressure_index"),
            (ice("heel", circulation="weak"), "ice_weak_pulse"),
            (Planned("rest", {"days": 15}), "rest_no_way_back"),
            (Planned("exercise", {}, weeks_to_review=6.2), "exercise_late_review"),
        ],
    )
    def test_a_field_warns(self, plan, check):
        assert ids(plan) == {check}

    @pytest.mark.parametrize(
        "plan",
        [
            ice("heel"),
            Planned("rest", {"days": 14}),
            Planned("rest", {"days": 15, "return_steps": "Walk, then jog"}),
            Planned("exercise", {}, weeks_to_review=6.0),
        ],
    )
    def test_the_usual_case_is_silent(self, plan):
        assert ids(plan) == set()

    @pytest.mark.parametrize(
        ("details", "check"),
        [
            ({"procedure": "decompression"}, "surgery_decompression_without_imaging"),
            ({"procedure": "hip_replacement"}, "surgery_hip_without_score"),
        ],
    )
    def test_an_operation_needs_what_the_surgeon_asks_for(self, details, check):
        told = {"imaging": "Disc bulge at L5, left", "function": "Oxford Hip Score 18"}

        assert ids(Planned("surgery_referral", details)) == {check}
        assert not ids(Planned("surgery_referral", details | told))

    def test_walking_with_claudication_is_supervised_first(self):
        plan = {"exercise_type": "aerobic"}
        sign = "calf_pain_walking_eased_standing"

        assert "exercise_claudication_unsupervised" in ids(Planned("exercise", plan), sign)
        assert not ids(Planned("exercise", plan | {"supervised": True}), sign)

    def test_claudication_walking_with_rest_pain_is_warned_about(self):
        plan = Planned("exercise", {"exercise_type": "aerobic"})

        assert "exercise_rest_pain" in ids(plan, "rest_pain_dependency")


class TestNotOffered:
    """NICE NG59: what is not offered for low back pain or sciatica."""

    @pytest.mark.parametrize("purpose", ["back", "sciatica"])
    @pytest.mark.parametrize(
        "kind",
        [
            *("orthosis", "rocker_sole", "belt", "traction"),
            *("tens", "pens", "ultrasound", "interferential"),
        ],
    )
    @pytest.mark.parametrize("present", [(), ("low_back_pain",)], ids=["said by the purpose", "and found"])
    def test_a_passive_treatment_is_a_block_that_can_be_overridden(self, kind, purpose, present):
        plan = Planned("other", {"other_kind": kind, "purpose": purpose})

        blocks = [one for one in cautions(screened(*present), plan) if one.is_block]
        assert len(blocks) == 1
        assert blocks[0].overridable
        assert "NG59" in blocks[0].source

    @pytest.mark.parametrize(
        ("details", "purposes"),
        [
            ({"other_kind": "acupuncture"}, ("back", "sciatica")),
            ({"other_kind": "gp_analgesia", "medicine": "paracetamol"}, ("back",)),
            ({"other_kind": "gp_analgesia", "medicine": "antidepressant"}, ("back",)),
            ({"other_kind": "gp_analgesia", "medicine": "opioid"}, ("back", "sciatica")),
            ({"other_kind": "gp_analgesia", "medicine": "gabapentinoid"}, ("back", "sciatica")),
            ({"other_kind": "gp_analgesia", "medicine": "antiepileptic"}, ("back", "sciatica")),
            ({"other_kind": "gp_analgesia", "medicine": "corticosteroid"}, ("sciatica",)),
            ({"other_kind": "gp_analgesia", "medicine": "benzodiazepine"}, ("sciatica",)),
        ],
        ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else "",
    )
    def test_it_is_warned_about_for_its_purposes_only(self, details, purposes):
        for purpose in ("foot", "leg_length", "hip", "back", "sciatica"):
            against = cautions(screened(), Planned("other", details | {"purpose": purpose}))

            assert bool(against) == (purpose in purposes), purpose
            assert all("NG59" in one.source and not one.is_block for one in against)

    @pytest.mark.parametrize("procedure", ["fusion", "disc_replacement", "spinal_injection"])
    def test_an_operation_that_nice_does_not_offer_is_warned_about(self, procedure):
        assert ids(Planned("surgery_referral", {"procedure": procedure}), block=False) == {
            f"surgery_{procedure}"
        }

    @pytest.mark.parametrize("procedure", ["fusion", "disc_replacement"])
    def test_for_back_pain_alone_it_is_the_block_of_the_catalogue(self, procedure):
        plan = Planned("surgery_referral", {"procedure": procedure})

        assert ids(plan, "low_back_pain") == {"surgery_fusion_for_back_pain"}

    def test_manual_therapy_needs_exercise_beside_it(self):
        alone = {"other_kind": "manual_therapy", "purpose": "back"}

        assert ids(Planned("other", alone)) == {"other_manual_therapy_alone"}
        assert not ids(Planned("other", alone | {"with_exercise": True}))

    def test_an_insole_for_the_foot_is_no_matter_of_it(self):
        plan = Planned("other", {"other_kind": "orthosis", "purpose": "foot"})

        assert not ids(plan, "low_back_pain", "pain_radiates_back_to_foot")


class TestData:
    def raw(self):
        import tomllib
        from importlib.resources import files

        return tomllib.loads((files("cases.treating") / "checks.toml").read_text("utf-8"))

    def test_every_check_cites_what_was_read_or_says_that_it_was_not(self):
        checks = load_form_checks()

        assert all(checks.sources[key].read in ("V", "K") for one in checks.checks for key in one.source)
        assert all(checks.cited(one.source) for one in checks.checks)

    def test_every_row_says_in_whole_sentences_what_to_do(self):
        for one in load_form_checks().checks:
            assert re.fullmatch(r"[A-Z].*\.", one.reason), one.id

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"treatment": "surgery"}, "unknown treatment"),
            ({"effect": "restrict"}, "unknown treatment or effect"),
            ({"source": ["Nobody24"]}, "unknown source"),
            ({"signs": ["no_such_sign"]}, "unknown source or sign"),
            ({"unless": ["no_such_check"]}, "not checks of the catalogue"),
            ({"question": "", "when": {}, "signs": []}, "neither a question"),
            ({"id": "ice_emergency"}, "appears twice"),
        ],
    )
    def test_what_does_not_hold_together_is_refused(self, change, message):
        raw = self.raw()
        raw["check"][0] = raw["check"][0] | change

        with pytest.raises(FormCheckError, match=message):
            build(raw, load_catalogue())

    @pytest.mark.parametrize(
        "change", [{"cause": "no_such_sign"}, {"side": "left"}, {"regions": ["elbow"]}], ids=str
    )
    def test_a_place_that_nobody_knows_is_refused(self, change):
        raw = self.raw()
        raw["place"][0] = raw["place"][0] | change

        with pytest.raises(FormCheckError):
            build(raw, load_catalogue())


def test_a_pressure_index_of_nought_is_no_blank():
    assert "ice_low_pressure_index" in ids(ice("heel", "left", abpi=0.0), block=True)


def test_an_epidural_for_claudication_of_the_spine_is_warned_about():
    epidural = Planned("surgery_referral", {"procedure": "spinal_injection"})

    assert "surgery_epidural_for_claudication" in ids(epidural, "neurogenic_claudication", block=False)
    assert "surgery_epidural_for_claudication" not in ids(epidural, "low_back_pain")
