"""The clinic's wording: what it may be made of, and that nothing in it or in a record is ever executed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.wording import FIELDS, Missing, builtin_text, check, fields_for, paragraphs_of, render
from referrals.wording.builtin import _TEXTS
from referrals.wording.checking import DEEPEST, MOST_CHARACTERS, MOST_PIECES
from referrals.wording.differences import differences
from referrals.wording.fields import KINDS, sample_values
from referrals.wording.rendering import NotFit

# R16: each of them would tell or do something if it were evaluated.
PAYLOADS = [
    "{{7*7}}",
    "{{ 7 * '7' }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ patient_name.__class__ }}",
    "{{ patient_name|attr('__class__') }}",
    "{{ patient_name['__class__'] }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ config }}",
    "{{ request.environ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner() }}",
    "{{ namespace() }}",
    "{{ range(999999999) }}",
    "{{ patient_name.upper() }}",
    "{{ 'a' * 100000000 }}",
    "{{ [].__class__ }}",
    "{{ patient_name ~ clinic_name }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% set x = 7*7 %}{{ x }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'base.html' %}",
    "{% macro x() %}49{% endmacro %}{{ x() }}",
    "{% raw %}{{ 7*7 }}{% endraw %}",
    "{% call x() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% with x = 49 %}{{ x }}{% endwith %}",
    "{% if patient_name.__class__ %}49{% endif %}",
    "{% if 7*7 == 49 %}49{% endif %}",
    "{% if patient_name is defined %}49{% endif %}",
    "{% if 'a' in patient_name %}49{% endif %}",
    "{{ 49 if patient_name else 0 }}",
    "{# 49 #}",
]
# These are not of this engine's language: they are text, and stay text.
FOREIGN = [
    "#eval(49)",
    '#read("/etc/passwd")',
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "*{7*7}",
    "{7*7}",
    "[[7*7]]",
    "=7*7",
    "$(id)",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_r16_nothing_that_would_be_evaluated_is_saved(payload):
    for kind in KINDS:
        assert check(payload, kind)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_r16_nothing_that_was_not_checked_is_written_out(payload):
    with pytest.raises(NotFit):
        render(payload, {})


@pytest.mark.parametrize("payload", PAYLOADS + FOREIGN)
def test_r16_a_value_is_never_read_again(payload):
    values = sample_values("opening") | {"patient_name": payload, "complaint": payload}

    assert render("See {{ patient_name }}.", values) == f"See {payload}."
    assert render("{% if complaint %}{{ complaint }}{% endif %}", values) == payload


@pytest.mark.parametrize("payload", FOREIGN)
def test_r16_other_languages_are_text(payload):
    assert check(payload, "opening") == []
    assert render(payload, {}) == payload


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(st.characters(exclude_categories=["Cs"]))))
def test_whatever_the_record_holds_comes_out_as_it_went_in(values):
    wanted = "".join(f"<{values[name].strip()}>" for name in sorted(values) if values[name].strip())
    text = "".join(f"{{% if {name} %}}<{{{{ {name} }}}}>{{% endif %}}" for name in sorted(values))

    said = render(text, values)

    assert _letters(said) == _letters(wanted)


def _letters(text):
    return "".join(text.split())


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", "if", "elif", "else", "endif", "and", "not", "==", '"', "(", ")",
     "'", ".", "|", "__class__", "side", "patient_name", "for x in", "set", "raw", "7*7", " ", "\n", "-"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_either_refused_or_written_out_without_an_error(text):
    if check(text, "opening"):
        return

    said = render(text, dict.fromkeys(FIELDS, "§"))

    assert "49" not in said
    assert "class 'str'" not in said


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_characters="{}%#", exclude_categories=["Cs"]), max_size=200))
def test_text_without_marks_is_left_as_it_is(text):
    assert check(text, "closing") == []
    assert _letters(render(text, {})) == _letters(text)


@pytest.mark.parametrize(
    ("text", "code", "line", "piece"),
    [
        ("One\n{{ patient.name }}", "attribute", 2, "{{ patient.name }}"),
        ("{{ patient_name|upper }}", "filter", 1, "{{ patient_name|upper }}"),
        ("{{ patient_name() }}", "call", 1, "{{ patient_name() }}"),
        ("{{ 1 + 1 }}", "calculation", 1, "{{ 1 + 1 }}"),
        ("{{ 'text' }}", "constant", 1, "{{ 'text' }}"),
        ("{{ }}", "empty", 1, "{{ }}"),
        ("{% if %}x{% endif %}", "empty", 1, "{% if %}"),
        ("{{ patient name }}", "unreadable", 1, "{{ patient name }}"),
        ("a\n\n{{ side", "unclosed", 3, "{{ side"),
        ("{ side }}", "astray", 1, "}}"),
        ("{% if side %}x", "never_ends", 1, "{% if side %}x"),
        ("x{% endif %}", "no_if", 1, "x{% endif %}"),
        ("{% if side < 'm' %}x{% endif %}", "comparison", 1, "{% if side < 'm' %}"),
        ("{% if side == 7 %}x{% endif %}", "comparison", 1, "{% if side == 7 %}"),
        ("{% while side %}", "tag", 1, "{% while side %}"),
        ("{% if " + "(" * 900 + "side" + ")" * 900 + " %}x{% endif %}", "too_deep", 1, None),
        ("{% if side %}" * (DEEPEST + 2) + "{% endif %}" * (DEEPEST + 2), "too_deep", 1, ""),
        ("{{ side }}" * (MOST_PIECES + 1), "too_many", 1, ""),
        ("x" * (MOST_CHARACTERS + 1), "too_long", 1, ""),
        ("{{ sent_on }}", "not_here", 1, "{{ sent_on }}"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_is_refused_is_named_with_its_line(text, code, line, piece):
    problem = check(text, "opening")[0]

    assert (problem.code, problem.line) == (code, line)
    assert piece is None or problem.piece == piece


def test_every_piece_that_is_wrong_is_named():
    problems = check("{{ a.b }}\nfine\n{{ patient_nam }} {{ side|x }}", "opening")

    assert [(one.code, one.line) for one in problems] == [("attribute", 1), ("unknown", 3), ("filter", 3)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("patient_nam", "patient_name"), ("Patient_Name", "patient_name"), ("birthdate", "birth_date"),
     ("clinic_telephone", "clinic_phone"), ("xyzzy", "")],
)  # fmt: skip
def test_an_unknown_field_comes_with_what_may_have_been_meant(typed, meant):
    problem = check(f"{{{{ {typed} }}}}", "opening")[0]

    assert (problem.code, problem.suggestion) == ("unknown", meant)


def test_a_comparison_that_can_never_be_true_is_refused():
    problem = check("{% if urgency == 'emergancy' %}x{% endif %}", "opening")[0]

    assert problem.code == "never_equal"
    assert "within 1 working day" in problem.suggestion


def test_an_email_names_nobody():
    assert check("About {{ patient_name }}", "email")[0].code == "private"
    assert check("Reference {{ reference }}", "email") == []


def test_a_field_without_a_value_is_an_error_and_never_a_blank():
    with pytest.raises(Missing) as missing:
        render("{{ see_by }}: {{ patient_name }}, {{ organisation }}, {{ see_by }}", {"patient_name": "Anna"})

    assert missing.value.names == ("see_by", "organisation")
    assert missing.value.labels == [
        "Day by which the patient should be seen",
        "Specialist’s organisation",
    ]


def test_a_field_of_blanks_has_no_value():
    with pytest.raises(Missing):
        render("{{ see_by }}", {"see_by": "  \n"})


def test_a_field_without_a_value_is_fine_where_an_if_guards_it():
    text = "Please see her{% if see_by %} by {{ see_by }}{% else %} soon{% endif %}."

    assert render(text, {}) == "Please see her soon."
    assert render(text, {"see_by": "1 May"}) == "Please see her by 1 May."


def test_a_value_that_is_not_text_is_refused():
    with pytest.raises(TypeError):
        render("{{ side }}", {"side": object()})


@pytest.mark.parametrize(
    ("condition", "is_so"),
    [
        ("side", True),
        ("not side", False),
        ("side == 'left'", True),
        ("'left' == side", True),
        ("side != 'left'", False),
        ("side == 'left' and see_by", False),
        ("side == 'right' or not see_by", True),
        ("not (side == 'right' or see_by)", True),
    ],
)
def test_conditions(condition, is_so):
    text = f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}"

    assert check(text, "opening") == []
    assert render(text, {"side": "left"}) == ("yes" if is_so else "no")


def test_a_line_of_conditions_leaves_no_empty_line():
    text = "A\n{% if side %}\nB {{ side }}\n{% elif see_by %}\nC\n{% endif %}\nD"

    assert render(text, {"side": "left"}) == "A\nB left\nD"


def test_a_condition_within_a_line_keeps_the_line_break():
    assert render("A{% if side %} {{ side }}{% endif %}\nB", {"side": "left"}) == "A left\nB"


def test_paragraphs_are_parted_by_empty_lines():
    assert paragraphs_of("One\ntwo\n\n\nthree\n") == ["One\ntwo", "three"]


BUILT_IN = [(kind, destination) for kind, texts in _TEXTS.items() for destination in texts]


@pytest.mark.parametrize(("kind", "destination"), BUILT_IN)
def test_the_built_in_wording_is_fit_and_can_be_written_out(kind, destination):
    text = builtin_text(kind, destination)

    assert check(text, kind) == []
    assert render(text, sample_values(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_built_in_wording_and_fields(kind):
    assert builtin_text(kind, "orthotics") == builtin_text(kind)
    assert {field.name for field in fields_for(kind)} >= {"clinic_name", "reference"}


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("See her.", "See her.", [("same", "See her.")]),
        ("See her.", "See her now.", [("same", "See her"), ("added", " now"), ("same", ".")]),
        ("{{ side }} foot", "foot", [("removed", "{{ side }} "), ("same", "foot")]),
        ("", "New", [("added", "New")]),
    ],
    ids=["the same", "a word more", "a field less", "the first"],
)
def test_differences_are_told_word_by_word(before, after, changes):
    assert differences(before, after) == changes


@given(st.text(max_size=80), st.text(max_size=80))
def test_what_stayed_and_came_is_the_text_after_and_what_stayed_and_went_that_before(before, after):
    changes = differences(before, after)

    assert "".join(one.text for one in changes if one.sort != "removed") == after
    assert "".join(one.text for one in changes if one.sort != "added") == before
