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
