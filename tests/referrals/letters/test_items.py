from dataclasses import replace
from datetime import date

import pytest

from referrals.letters.compose import compose, warnings
from referrals.letters.quality import quality
from referrals.letters.titles import REQUIREMENTS, TITLES
from tests.referrals.letters.records import (
    emergency,
    finding,
    full,
    typical,
    with_patient,
    with_referral,
)


def statuses(record, key):
    return {one.name: one.status for one in compose(record).section(key).items}


def test_every_section_of_the_reference_stands_in_order_with_its_requirement_and_status():
    letter = compose(typical())

    assert [one.key for one in letter.sections] == list(TITLES)
    assert [one.requirement for one in letter.sections] == list(REQUIREMENTS.values())
    assert {one.status for one in letter.sections} <= {"complete", "missing", "not_known"}


def test_every_section_has_items_of_its_own_requirement():
    for record in (typical(), typical(recipient=None, screening=None, treatments=())):
        for one in compose(record).sections:
            assert one.requirement in {item.requirement for item in one.items}


MISSING = {
    "header": emergency(phoned_at=None),
    "recipient": typical(recipient=None),
    "patient": with_patient(birth_date=None),
    "question": with_referral(question=" "),
    "consent_and_plan": with_referral(consent_given=None),
    "sign_off": typical(referrer=replace(typical().referrer, name="")),
}


@pytest.mark.parametrize(("key", "record"), MISSING.items(), ids=MISSING)
def test_a_section_that_stops_the_signing_is_missing(key, record):
    assert compose(record).section(key).status == "missing"


@pytest.mark.parametrize("key", [key for key in MISSING if key != "sign_off"])
def test_whatever_is_missing_is_a_gap_as_well(key):
    letter = compose(MISSING[key])

    fields = {item.field for item in letter.section(key).items if item.status == "missing"}
    assert fields == {gap.field for gap in letter.gaps}


NOT_KNOWN = {
    "header": typical(clinic=replace(typical().clinic, email="")),
    "gp_and_referrer": with_patient(gp_name="", gp_practice=""),
    "history": typical(visit=replace(typical().visit, pain_now=None), outcomes=()),
    "red_flags": with_referral(safety_net_given=None),
    "examination": typical(visit=replace(typical().visit, examination=""), findings=()),
    "suspected": typical(screening=None),
    "investigations": typical(),
    "outcome_scores": typical(outcomes=()),
    "treatment": typical(treatments=()),
    "past_history": with_patient(has_diabetes=None, has_implant=None),
    "medication_and_allergies": with_patient(medication=""),
    "social_and_wishes": with_referral(patient_wishes=""),
    "consent_and_plan": with_referral(told_patient=""),
}


@pytest.mark.parametrize(("key", "record"), NOT_KNOWN.items(), ids=NOT_KNOWN)
def test_a_section_of_which_something_is_not_known_says_so(key, record):
    if key == "past_history":
        record = replace(record, findings=())

    assert compose(record).section(key).status == "not_known"


def test_an_addition_makes_a_section_complete_that_the_record_cannot_fill():
    record = typical(treatments=(), additions={"treatment": "Tried a heel cup for a month."})

    assert compose(record).section("treatment").status == "complete"
    assert "additions.treatment" not in {one.field for one in warnings(compose(record))}


# The score


def test_the_score_counts_items_by_requirement():
    scored = quality(compose(typical()))

    assert scored.of("M").complete == scored.of("M").total
    assert scored.total == sum(scored.of(one).total for one in "MRO")
    assert scored.complete == scored.total - len(scored.lacking)


def test_the_score_rises_with_each_thing_that_is_said():
    bare = quality(compose(with_patient(medication="", allergies="", occupation="")))
    said = quality(compose(typical()))

    assert said.complete == bare.complete + 3
    assert said.total == bare.total


def test_what_is_lacking_is_named_the_mandatory_first():
    record = typical(
        patient=replace(typical().patient, medication="", occupation=""),
        referral=replace(typical().referral, told_patient=""),
    )

    lacking = quality(compose(record)).lacking

    assert [one.item.requirement for one in lacking] == sorted(
        (one.item.requirement for one in lacking), key="MRO".index
    )
    assert {"Medication, or none", "What the patient was told"} <= {
        one.item.name for one in lacking if one.item.requirement == "M"
    }


def test_items_that_do_not_concern_the_patient_are_not_counted():
    assert "HbA1c" not in statuses(typical(), "past_history")
    assert statuses(with_patient(has_diabetes=True), "past_history")["HbA1c"] == "not_known"
    assert "Parent or guardian" not in statuses(typical(), "patient")
    assert statuses(with_patient(age=9), "patient")["Parent or guardian"] == "not_known"
    assert "Who took the call" not in statuses(typical(), "header")


def test_an_examination_of_one_side_is_not_one_of_both():
    left = statuses(typical(), "examination")
    both = statuses(full(), "examination")

    assert left["Power, both sides"] == "not_known"
    assert both["Power, both sides"] == "complete"


def test_pulses_count_once_they_were_felt_for():
    felt = finding("pulses_absent", "Foot pulses absent", "circulation_and_skin", False)

    assert statuses(typical(), "examination")["Foot pulses"] == "not_known"
    assert statuses(typical(findings=(felt,)), "examination")["Foot pulses"] == "complete"


def test_a_question_without_a_question_mark_can_hardly_be_answered():
    vague = statuses(with_referral(question="Left foot pain, please see."), "question")

    assert vague["A question that can be answered"] == "not_known"


# Medicines that must not be overlooked


def alerts(record):
    blocks = compose(record).section("medication_and_allergies").blocks
    return [one.text for one in blocks if one.kind == "alert"]


@pytest.mark.parametrize(
    ("medication", "said"),
    [
        ("Apixaban 5 mg twice a day", ["Takes an anticoagulant (Apixaban)."]),
        ("prednisolone 5 mg\nmethotrexate weekly", None),
        ("Hydrocortisone 1 % cream", []),
        ("Beclometasone inhaler; paracetamol", []),
        ("Amlodipine 5 mg", []),
    ],
    ids=["anticoagulant", "steroid and immunosuppressant", "on the skin", "breathed in", "neither"],
)
def test_an_anticoagulant_a_steroid_and_an_immunosuppressant_stand_out(medication, said):
    expected = ["Takes a steroid (prednisolone) and an immunosuppressant (methotrexate)."]

    assert alerts(with_patient(medication=medication)) == (expected if said is None else said)


def test_what_the_patient_or_the_visit_says_stands_out_too():
    steroids = finding("steroid_long_term", "Long-term oral steroids", "red_flag_questions", is_red_flag=True)

    assert alerts(with_patient(on_anticoagulant=True)) == ["Takes an anticoagulant."]
    assert alerts(typical(findings=(steroids,))) == ["Takes a steroid."]


def test_a_list_of_medicines_that_contradicts_the_details_is_doubted():
    letter = compose(with_patient(medication="Warfarin", on_anticoagulant=False))

    assert "patient.on_anticoagulant" in {one.field for one in warnings(letter)}


# What the sections take in


def test_past_illness_asked_at_the_visit_stands_in_the_past_history():
    asked = (
        finding("gout_previous", "Gout before", "foot_and_ankle"),
        finding("diabetes_known", "Diabetes", "red_flag_questions", False),
    )
    letter = compose(typical(findings=asked))

    rows = [row for block in letter.section("past_history").blocks for row in block.rows]
    assert ("Present", "Gout before") in rows
    assert ("Asked and absent", "Diabetes") in rows
    assert "Gout" not in str(letter.section("examination").blocks)


def test_what_changed_since_the_visit_before_stands_in_the_examination():
    changed = (("New since 4 November 2026", "Big-toe extension weak (left)"),)

    rows = [
        row for block in compose(typical(changed=changed)).section("examination").blocks for row in block.rows
    ]

    assert changed[0] in rows


def test_pictures_and_reports_are_listed_with_where_they_are_held():
    held = "Lumbar MRI of 2 November 2026 (x-ray or scan, held at this clinic)"
    section = compose(typical(investigations=(held,))).section("investigations")

    assert section.status == "complete"
    assert held in section.blocks[0].items


def test_the_plan_says_who_acts_if_no_appointment_comes():
    rows = dict(row for block in compose(typical()).section("consent_and_plan").blocks for row in block.rows)

    assert "asks you if it has not heard within 7 days" in rows["If no date comes"]
    assert "0113 496 0120" in rows["If no date comes"]


def test_the_letter_says_that_it_was_generated_and_checked_and_who_gets_it():
    blocks = compose(typical()).section("sign_off").blocks

    assert "System-generated by Footnote" in blocks[0].text
    assert "clinician-checked and signed by Alice Archer" in blocks[0].text
    assert "Catalogue version 2026.11.0" in blocks[0].text
    assert blocks[1].rows == (
        ("Copies to", "Dr Helen Ward, Wharf Street Surgery; the patient, in plain words"),
    )


def test_a_childs_contact_is_the_parent():
    child = with_patient(age=9, birth_date=date(2017, 5, 17), emergency_contact="Eva Novak, mother")
    rows = dict(row for block in compose(child).section("patient").blocks for row in block.rows)

    assert rows["Parent or guardian"] == "Eva Novak, mother"
