"""Parts of a page that are rendered once a process."""

import pytest
from django.template import Context, Engine
from django.utils import translation

ENGINE = Engine(
    libraries={"kept": "clinic.templatetags.kept", "i18n": "django.templatetags.i18n"},
)


def test_what_is_kept_is_rendered_once_for_each_language():
    template = ENGINE.from_string(
        "{% load kept i18n %}{% kept %}{% get_current_language as l %}{% translate 'Yes' %}{% endkept %}"
    )

    said = []
    for language in ("en-gb", "de", "en-gb"):
        with translation.override(language):
            said.append(template.render(Context()))

    assert said == ["Yes", "Ja", "Yes"]


def test_nothing_of_one_page_gets_into_what_is_kept_for_the_next():
    template = ENGINE.from_string("{% load kept %}{% kept %}{{ patient }}{% endkept %}")

    with pytest.raises(AttributeError):
        template.render(Context({"patient": "NOVAK, Anna"}))


def test_a_part_in_which_somebody_is_asked_for_is_empty():
    template = ENGINE.from_string(
        "{% load kept %}{% kept %}{% if patient %}{{ patient }}{% endif %}.{% endkept %}"
    )

    assert template.render(Context({"patient": "NOVAK, Anna"})) == "."
