from django.template.loader import render_to_string

from referrals.letters.compose import compose
from tests.referrals.letters.records import emergency, typical, with_patient, with_referral


def preview(record) -> str:
    return render_to_string("referrals/_letter.html", {"letter": compose(record)})


def test_the_preview_shows_every_section_under_a_heading():
    html = preview(typical())

    shown = [one for one in compose(typical()).sections if one.key != "header"]
    assert html.count("<h3>") == len(shown)
    assert "Please assess suspected left L5 radiculopathy" in html


def test_the_preview_has_tables_with_scoped_headers_and_no_inline_style():
    html = preview(typical())

    assert '<th scope="col">Power, left</th>' in html
    assert '<th scope="row" dir="auto">L5</th>' in html
    assert "style=" not in html


def test_the_preview_says_the_emergency_in_words():
    assert "banner-emergency" in preview(emergency())
    assert "Emergency, same day" in preview(emergency())


def test_the_preview_escapes_what_people_typed():
    html = preview(with_patient(family_name="<script>alert(1)</script>"))

    assert "<script>" not in html


def test_the_preview_says_which_section_is_still_missing():
    assert "Still missing." in preview(with_referral(question=""))


def test_each_cell_names_its_column_for_a_phone_that_stacks_them():
    assert '<td dir="auto" data-label="Sensation, left">reduced</td>' in preview(typical())


def test_what_the_writer_added_is_marked_as_theirs():
    html = preview(typical(additions={"history": "She walks 400 yards."}))

    assert '<blockquote class="letter-addition">' in html
    assert "Added by the writer" in html


def test_an_anticoagulant_stands_out():
    assert "letter-alert" in preview(with_patient(medication="Apixaban 5 mg"))


def test_empty_optional_sections_are_left_out_of_the_preview():
    assert "Outcome scores" not in preview(typical(outcomes=()))
