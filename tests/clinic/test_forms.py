"""What every form shares."""

import datetime

import pytest
import time_machine
from crispy_forms.utils import render_crispy_form
from django import forms
from django.http import QueryDict

from clinic.forms import BirthDateField, DateField, FootnoteForm, YesNoUnknownField


class NoteForm(FootnoteForm):
    name = forms.CharField(label="Family name", max_length=20)
    note = forms.CharField(
        label="Note", max_length=20, widget=forms.Textarea, required=False, help_text="A hint."
    )
    seen_on = DateField(label="Seen on", required=False, not_future=True)
    born = BirthDateField(label="Date of birth", required=False)
    diabetes = YesNoUnknownField(label="Has diabetes")


def form_with(**data):
    return NoteForm({"name": "Novak"} | data)


def errors_of(**data):
    form = form_with(**data)
    form.is_valid()
    return {name: list(messages) for name, messages in form.errors.items()}


@pytest.mark.parametrize(
    "bad", ["a\x00b", "a\x07b", "a\x1bb", "a\x7fb", "a\x85b", "a\ufffdb", f"a{chr(0xD800)}b"]
)
def test_form_refuses_characters_that_cannot_be_read(bad):
    assert "name" in errors_of(name=bad)
    assert "note" in errors_of(note=bad)


@pytest.mark.parametrize("good", ["O’Brien", "Größmann", "محمد الفاروق", "李伟", "Ana 🦶", "Nguyễn"])
def test_form_keeps_names_of_any_script(good):
    form = form_with(name=good)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == good


def test_form_composes_letters_and_plain_line_ends():
    form = NoteForm(QueryDict(mutable=True) | {"name": "Zoe\u0308", "note": "one\r\ntwo\rthree"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "Zo\u00eb"
    assert form.cleaned_data["note"] == "one\ntwo\nthree"


def test_form_refuses_line_breaks_in_one_line_text():
    assert errors_of(name="No\nvak") == {"name": ["Write this on one line."]}


def test_form_says_which_field_is_missing():
    assert errors_of(name="") == {"name": ["Family name is missing."]}


def test_form_lets_the_browser_keep_a_text_that_is_too_long():
    html = render_crispy_form(form_with(note="x" * 21))

    assert "x" * 21 in html
    assert "at most 20 characters" in html


def test_form_begins_with_a_summary_that_links_to_the_fields():
    html = render_crispy_form(form_with(name="", born_day="1", born_month="", born_year=""))

    assert html.index("There is a problem") < html.index('for="id_name"')
    assert '<a href="#id_name">Family name is missing.</a>' in html
    assert '<a href="#id_born_0">' in html


def test_form_shows_the_hint_before_the_input():
    html = render_crispy_form(form_with())

    assert html.index("A hint.") < html.index("<textarea")
    assert 'aria-describedby="id_note_helptext"' in html


def test_form_has_no_inline_style_or_script():
    html = render_crispy_form(form_with(name=""))

    assert "style=" not in html
    assert "<script" not in html


@time_machine.travel("2026-11-21 12:00Z", tick=False)
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("22/11/2026", "too_late"),
        ("1/1/1700", "too_early"),
        ("31/2/2026", "invalid"),
        ("x" * 5000, "invalid"),
    ],
)
def test_date_field_says_what_is_wrong(typed, code):
    with pytest.raises(forms.ValidationError) as raised:
        DateField(not_future=True).clean(typed)
    assert raised.value.code == code


@time_machine.travel("2026-11-21 12:00Z", tick=False)
@pytest.mark.parametrize("typed", ["21/11/26", "2026-11-21", "21 Nov 2026"])
def test_date_field_takes_today_in_any_format(typed):
    assert DateField(not_future=True).clean(typed) == datetime.date(2026, 11, 21)


@time_machine.travel("2026-11-21 12:00Z", tick=False)
@pytest.mark.parametrize(
    ("boxes", "code"),
    [
        (["27", "3", ""], "incomplete"),
        (["", "", "1965"], "incomplete"),
        (["31", "2", "1965"], "invalid"),
        (["29", "2", "1965"], "invalid"),
        (["x", "3", "1965"], "invalid"),
        (["27", "Mai", "1965"], "invalid"),
        (["27", "3", "65"], "short_year"),
        (["22", "11", "2026"], "future"),
        (["1", "1", "1879"], "too_early"),
        (["²", "3", "1965"], "invalid"),
        (["9" * 5000, "3", "1965"], "invalid"),
    ],
)
def test_birth_date_field_names_the_mistake(boxes, code):
    with pytest.raises(forms.ValidationError) as raised:
        BirthDateField(required=False).clean(boxes)
    assert raised.value.code == code


@pytest.mark.parametrize("month", ["3", "03", "Mar", "march"])
def test_birth_date_field_takes_months_by_number_and_name(month):
    assert BirthDateField().clean(["27", month, "1965"]) == datetime.date(1965, 3, 27)


def test_birth_date_field_may_be_empty_unless_required():
    assert BirthDateField(required=False).clean(["", "", ""]) is None
    with pytest.raises(forms.ValidationError):
        BirthDateField().clean(["", "", ""])


def test_birth_date_boxes_keep_what_was_typed():
    html = render_crispy_form(form_with(born_day="31", born_month="Feb", born_year="1965"))

    assert 'value="31"' in html
    assert 'value="Feb"' in html


@pytest.mark.parametrize(("posted", "meaning"), [("yes", True), ("no", False), ("", None)])
def test_yes_no_unknown_never_turns_unknown_into_no(posted, meaning):
    form = form_with(diabetes=posted)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["diabetes"] is meaning


def test_yes_no_unknown_refuses_other_words():
    assert "diabetes" in errors_of(diabetes="maybe")
