import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from referrals.letters.compose import ComposedLetter, compose, gaps, warnings
from referrals.letters.facts import ReviewFacts, ScreeningFacts
from referrals.letters.wording import salutation, suspected_name
from tests.referrals.letters.as_text import as_text
from tests.referrals.letters.golden import TYPICAL
from tests.referrals.letters.records import (
    AT,
    FINDINGS,
    emergency,
    finding,
    typical,
    with_patient,
    with_referral,
)


def test_the_typical_letter_reads_word_for_word_as_agreed():
    assert as_text(compose(typical())).split("\n") == TYPICAL.strip().split("\n")


def test_compose_imports_no_framework():
    code = "import sys, referrals.letters.compose; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_letter_survives_being_kept_as_json():
    letter = compose(emergency())

    assert ComposedLetter.from_dict(json.loads(json.dumps(letter.as_dict()))) == letter


def test_a_complete_letter_has_neither_gaps_nor_missing_sections():
    letter = compose(typical())

    assert gaps(letter) == []
    assert [one.key for one in letter.sections if one.status == "missing"] == []


def test_the_question_comes_first_after_the_addresses():
    keys = [one.key for one in compose(typical()).sections]

    assert keys[:5] == ["header", "recipient", "patient", "gp_and_referrer", "question"]


# Red flags


def red_flag_lists(record):
    blocks = compose(record).section("red_flags").blocks
    return [block.items for block in blocks if block.kind in ("list", "run_in")]


def test_red_flags_stand_in_three_lists():
    present, absent, not_asked = red_flag_lists(typical())

    assert present == ("Past or current cancer (Breast cancer 2009, discharged)",)
    assert absent == (
        "Altered feeling around anus, perineum or genitals",
        "New difficulty starting, not feeling, or leaking urine",
    )
    assert not_asked == ("Known osteoporosis",)


def test_a_red_flag_that_was_not_asked_is_never_written_as_absent():
    record = typical(findings=(), red_flags_not_asked=("Past or current cancer",))

    present, absent, not_asked = red_flag_lists(record)

    assert present == ("none of those asked",)
    assert absent == ("none",)
    assert not_asked == ("Past or current cancer",)
    assert compose(record).section("red_flags").status == "not_known"


def test_a_red_flag_without_a_note_says_that_its_onset_is_not_recorded():
    present, _, _ = red_flag_lists(emergency())

    assert present[0].endswith("onset not recorded")


@pytest.mark.parametrize("record", [typical(), emergency(), typical(findings=())])
def test_no_letter_claims_that_there_are_no_red_flags(record):
    assert "no red flag" not in as_text(compose(record)).lower()


# Gaps


GAPS = {
    "no specialist": (typical(recipient=None), "specialist"),
    "no question": (with_referral(question="  "), "question"),
    "no name": (with_patient(given_name="", family_name=" "), "patient.family_name"),
    "no birth date": (with_patient(birth_date=None), "patient.birth_date"),
    "no identifier": (with_patient(record_number="", national_id=""), "patient.national_id"),
    "consent not asked": (with_referral(consent_given=None), "consent_given"),
    "consent refused": (with_referral(consent_given=False), "consent_given"),
    "urgent without a reason": (
        with_referral(urgency="urgent", reason_for_urgency=""),
        "reason_for_urgency",
    ),
    "next day without a reason": (
        with_referral(urgency="within_1_working_day", reason_for_urgency=""),
        "reason_for_urgency",
    ),
    "emergency without a reason": (emergency(reason_for_urgency=""), "reason_for_urgency"),
    "emergency not phoned": (emergency(phoned_at=None), "phoned_at"),
    "emergency phoned to nobody": (emergency(phoned_to=""), "phoned_to"),
}


@pytest.mark.parametrize(("record", "field"), GAPS.values(), ids=GAPS)
def test_a_gap_names_the_field_and_says_what_to_do(record, field):
    found = gaps(compose(record))

    assert [gap.field for gap in found] == [field]
    assert found[0].sentence.endswith(".")
    assert found[0].title


def test_a_soon_referral_needs_no_reason_for_its_urgency():
    assert gaps(compose(with_referral(reason_for_urgency=""))) == []


WARNINGS = {
    "no GP": (with_patient(gp_name="", gp_practice=""), "patient.gp_practice"),
    "no medication": (with_patient(medication=""), "patient.medication"),
    "no allergies": (with_patient(allergies=""), "patient.allergies"),
    "one name only": (with_patient(given_name=""), "patient.given_name"),
    "no wishes": (with_referral(patient_wishes=""), "patient_wishes"),
    "nothing told": (with_referral(told_patient=""), "told_patient"),
    "safety net not recorded": (with_referral(safety_net_given=None), "safety_net_given"),
    "emergency without advice": (emergency(phone_advice=""), "phone_advice"),
    "the other side": (with_referral(question="Is the right foot the cause?"), "question"),
    "no red flags claimed": (with_referral(question="No red flags. Left L5?"), "question"),
}


@pytest.mark.parametrize(("record", "field"), WARNINGS.values(), ids=WARNINGS)
def test_a_warning_names_the_field_and_stops_nobody(record, field):
    letter = compose(record)

    assert field in {one.field for one in warnings(letter)}
    assert gaps(letter) == []


def test_an_examination_of_five_weeks_ago_is_doubted():
    visit = replace(typical().visit, seen_on=AT.date() - timedelta(days=35))

    assert "over four weeks old" in " ".join(one.sentence for one in warnings(compose(typical(visit=visit))))


# Wording


def rows_of(letter, key):
    return dict(row for block in letter.section(key).blocks if block.kind == "facts" for row in block.rows)


def test_unknown_medication_and_allergies_are_written_as_not_known():
    rows = rows_of(compose(with_patient(medication="", allergies="")), "medication_and_allergies")

    assert rows["Medication"].startswith("Not known")
    assert rows["Allergies"].startswith("Not known")


def test_no_known_allergies_is_an_answer():
    rows = rows_of(compose(with_patient(allergies="", no_known_allergies=True)), "medication_and_allergies")

    assert rows["Allergies"] == "No known allergies."


def test_the_emergency_banner_says_who_was_phoned_when_and_what_they_advised():
    banner = compose(emergency()).banner

    assert banner.level == "emergency"
    assert dict(banner.rows) == {
        "Reason": "New saddle numbness and hesitant urine since yesterday.",
        "Please see by": "Today, 21 November 2026",
        "Phoned": "13:40 on 21 November 2026",
        "Spoke to": "Dr Osei, spinal registrar",
        "Their advice": "Send at once with a companion, nothing to eat or drink.",
    }


def test_a_patient_who_does_not_share_gets_no_copy_to_the_gp():
    assert compose(with_patient(consent_to_share=False)).copies == ("the patient, in plain words",)


def test_a_clinician_who_decides_otherwise_is_quoted_with_the_reason():
    screening = ScreeningFacts(
        catalogue_version="2026.11.0",
        suggested_origin="Back",
        decided_origin="Hip",
        agreed=False,
        decision_reason="Groin pain on rotation.",
    )

    rows = rows_of(compose(typical(screening=screening)), "suspected")

    assert rows["Suspected origin"] == "Hip"
    assert rows["Decision aid suggested"] == "Back"
    assert rows["Decided otherwise because"] == "Groin pain on rotation."


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("L5 radiculopathy", "Suspected L5 radiculopathy"),
        ("Hip osteoarthritis", "Suspected hip osteoarthritis"),
        ("CRPS (suspected)", "Suspected CRPS"),
        ("Possible infection", "Possible infection"),
    ],
)
def test_a_condition_is_always_worded_as_a_suspicion(name, expected):
    assert suspected_name(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dr Priya Shah", "Dear Dr Priya Shah,"),
        ("Diabetic foot team", "Dear colleague,"),
        ("", "Dear colleague,"),
    ],
)
def test_the_salutation_uses_a_name_that_is_surely_a_persons(name, expected):
    assert salutation(name) == expected


# Examination


def root_row(root, *findings):
    blocks = compose(typical(findings=findings)).section("examination").blocks
    nerve = next(block for block in blocks if block.heading.startswith("Nerve roots"))
    return next(row for row in nerve.rows if row[0] == root)


def test_the_side_that_was_not_examined_is_not_called_normal():
    row = root_row("L5", finding("ehl_weak", "Big-toe extension weak", "power", side="left", mrc_grade=3))

    assert row == ("L5", "big toe up 3/5", "–", "–", "–", "n/a", "n/a")


def test_a_note_on_a_nerve_root_is_not_lost():
    note = finding("ehl_weak", "Big-toe extension weak", "power", side="left", note="since Monday")

    assert "Big-toe extension weak: since Monday" in as_text(compose(typical(findings=(note,))))


def test_a_no_without_a_side_is_of_both_sides():
    row = root_row("S1", finding("ankle_reflex_reduced", "Ankle jerk reduced", "power", False))

    assert row[5:] == ("normal", "normal")


def test_a_yes_without_a_side_says_so():
    row = root_row("S1", finding("sensory_loss_s1", "Numb lateral foot", "power"))

    assert row[3:5] == ("reduced (side not recorded)",) * 2


def test_hip_movement_stands_with_its_degrees():
    record = typical(
        findings=(
            finding("hip_ir_limited", "Hip internal rotation limited", "hip", side="right", degrees=15),
        )
    )
    blocks = compose(record).section("examination").blocks

    tests = next(block for block in blocks if block.heading == "Nerve tension and hip movement")

    assert tests.rows == (("Hip internal rotation", "–", "limited, 15°", "–"),)


def test_each_finding_of_the_record_is_in_the_letter():
    text = as_text(compose(typical()))
    shown_elsewhere = {"slump_positive", "slr_positive", "ehl_weak", "hip_abduction_weak"}
    tabled = shown_elsewhere | {"ankle_reflex_reduced", "sensory_loss_l5"}

    assert [one.label for one in FINDINGS if one.code not in tabled and one.label not in text] == []


def test_a_birth_date_is_written_the_british_way():
    assert "born 1 March 2001" in compose(with_patient(birth_date=date(2001, 3, 1))).identifiers


def test_the_body_chart_stands_in_words_in_the_examination():
    record = typical(body_marks=(("Pain", "left heel; left calf"), ("Numbness", "left sole")))

    rows = [row for block in compose(record).section("examination").blocks for row in block.rows]

    assert ("Body chart, pain", "left heel; left calf") in rows
    assert ("Body chart, numbness", "left sole") in rows


def test_both_sides_of_a_test_stand_in_its_row():
    sides = [
        finding("ehl_weak", "Big-toe extension weak", "power", side="left", mrc_grade=3),
        finding("ehl_weak", "Big-toe extension weak", "power", False, side="right", mrc_grade=5),
    ]

    assert root_row("L5", *sides)[1:3] == ("big toe up 3/5", "big toe up 5/5")


def test_hip_tests_negative_on_both_sides_are_one_sentence_and_one_side_alone_is_a_row():
    negative = [finding("faber_positive", "FABER", "hip", False, side=side) for side in ("left", "right")]
    half = finding("fadir_positive", "FADIR", "hip", False, side="left")

    text = as_text(compose(typical(findings=(*negative, half))))

    assert "Negative or full on both sides: FABER." in text
    assert "FADIR | negative | –" in text


def test_the_onset_of_a_red_flag_is_said():
    began = {"is_red_flag": True, "onset_on": date(2026, 11, 20)}
    flag = finding("ces_bladder_dysfunction", "New difficulty", "cauda_equina", **began)

    text = as_text(compose(typical(findings=(flag,))))

    assert "New difficulty (since 20 November 2026)" in text
    assert "onset not recorded" not in text


def test_muscles_at_full_power_are_taken_together_where_each_of_the_root_was_tested():
    muscles = ("ehl_weak", "inversion_weak", "hip_abduction_weak")
    left = [finding(code, code, "power", code == "ehl_weak", side="left", mrc_grade=5) for code in muscles]
    left[0] = finding("ehl_weak", "Big-toe extension weak", "power", side="left", mrc_grade=4)
    right = [finding(code, code, "power", False, side="right", mrc_grade=5) for code in muscles]

    assert root_row("L5", *left, *right)[1:3] == ("big toe up 4/5; others 5/5", "all 5/5")


# Treatment so far


def responses(**fields):
    treatment = replace(typical().treatments[0], **fields)
    (block,) = compose(typical(treatments=(treatment,))).section("treatment").blocks
    return block.rows[0][2:]


def test_a_stopped_treatment_says_when_and_why_and_what_came_of_it():
    dates, response = responses(
        stopped_on=date(2026, 12, 2),
        stop_reason="Made it worse",
        reviews=(
            ReviewFacts(on=date(2026, 11, 25), response="The same", pain_after=6, done=10, prescribed=14),
            ReviewFacts(on=date(2026, 12, 2), response="Worse", adverse_event="Cramp at night."),
        ),
    )

    assert dates == "From 18 Nov 2026; stopped 2 Dec 2026: Made it worse"
    assert response == (
        "Pain 6 of 10 before. The same on 25 Nov 2026 (pain 6; done 10 of 14 times a week)."
        " Worse on 2 Dec 2026. Adverse event: Cramp at night."
    )


def test_of_many_reviews_the_newest_are_told_and_every_adverse_event():
    days = [date(2026, 11, day) for day in range(10, 16)]
    reviews = [ReviewFacts(on=day, response="Better") for day in days]
    reviews[0] = replace(reviews[0], adverse_event="A blister")

    _dates, response = responses(pain_before=None, reviews=tuple(reviews))

    assert response.count("Better") == 4
    assert response.startswith("Better on 10 Nov 2026. Adverse event: A blister. Better on 13 Nov 2026")


def test_a_treatment_past_its_planned_end_is_not_told_as_running():
    dates, response = responses(ended_on=date(2026, 12, 2), review_on=None, reviews=())

    assert dates == "From 18 Nov 2026; ended 2 Dec 2026, as planned"
    assert response == "not yet known"


def test_what_a_treatment_was_for_is_told_where_it_was_not_the_complaint():
    same = replace(typical().treatments[0], target=typical().visit.complaint.upper())

    def names(treatment):
        (block,) = compose(typical(treatments=(treatment,))).section("treatment").blocks
        return block.rows[0][0]

    assert names(same) == "Exercise"
    assert names(typical().treatments[0]) == "Exercise: Nerve root pain"


def test_a_letter_without_scores_says_nothing_of_them():
    scores = compose(typical(outcomes=())).section("outcome_scores")

    assert scores.blocks == ()
    assert scores.status == "not_known"
