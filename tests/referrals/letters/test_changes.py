from dataclasses import replace

from referrals.letters.changes import changes
from referrals.letters.compose import compose
from referrals.letters.text import supplied_lines
from referrals.letters.titles import TAKES_ADDITIONS
from tests.referrals.letters.records import FINDINGS, typical, with_patient


def supplied(record):
    return supplied_lines(compose(record))


def blocks(record, key):
    return compose(record).section(key).blocks


def test_an_addition_is_a_block_of_its_own_after_what_the_record_supplied():
    before = blocks(typical(), "history")
    after = blocks(typical(additions={"history": " She walks with a stick. "}), "history")

    assert after[:-1] == before
    assert (after[-1].kind, after[-1].heading) == ("addition", "Added by the writer")
    assert after[-1].text == "She walks with a stick."


def test_each_section_that_takes_additions_shows_them_and_no_other_does():
    every = dict.fromkeys([one.key for one in compose(typical()).sections], "Added here.")
    letter = compose(typical(additions=every))

    shown = [one.key for one in letter.sections if any(b.kind == "addition" for b in one.blocks)]
    assert shown == list(TAKES_ADDITIONS)


def test_an_empty_addition_is_none():
    assert compose(typical(additions={"history": " \n"})) == compose(typical())


def test_additions_are_no_part_of_what_the_record_supplied():
    assert supplied(typical(additions={"history": "Hers."})) == supplied(typical())


def test_what_the_record_supplied_is_lines_of_text_by_section():
    lines = supplied(typical())

    assert "Complaint: Pain and numbness on top of the left foot" in lines["history"]
    assert "- Past or current cancer (Breast cancer 2009, discharged)" in lines["red_flags"]
    assert "Straight-leg raise: Left: positive, 50°" in lines["examination"]
    assert "sign_off" not in lines


def test_the_same_record_on_another_day_has_not_changed():
    later = replace(typical(), written_at=typical().written_at.replace(day=22))

    assert changes(supplied(typical()), supplied(later)) == ()


def test_a_change_of_the_record_is_told_by_section_and_line():
    old = supplied(typical())
    new = supplied(
        with_patient(occupation="Retired", medication="Amlodipine 5 mg by mouth once a day\nAspirin 75 mg")
    )

    medicines, social = changes(old, new)

    assert (medicines.section, medicines.removed) == ("medication_and_allergies", ())
    assert medicines.title == "Medication and allergies"
    assert social.removed == ("Occupation: School bus driver",)
    assert social.added == ("Occupation: Retired",)


def test_a_finding_taken_back_is_told_as_removed():
    old, new = supplied(typical()), supplied(typical(findings=FINDINGS[:-1]))

    (examination,) = changes(old, new)

    assert examination.removed == ("Looked for and absent: Tapping the fibular neck gives tingling.",)
    assert examination.added == ()


def test_lines_that_only_change_places_are_no_change():
    assert changes({"history": ["a", "b", "b"]}, {"history": ["b", "a", "b"]}) == ()
    assert changes({"history": ["a", "b", "b"]}, {"history": ["b", "a"]})[0].removed == ("b",)


def test_whoever_has_not_looked_before_is_shown_no_changes():
    assert changes({}, supplied(typical())) == ()


def test_a_section_that_the_record_no_longer_supplies_is_told():
    (gone,) = changes(
        {"outcome_scores": ["- PSFS"], "history": ["a"]}, {"outcome_scores": [], "history": ["a"]}
    )

    assert gone.removed == ("- PSFS",)
