"""Translations that are remembered are those of Django."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation.trans_real import DjangoTranslation
from django.utils.translation.trans_real import translation as catalogue_of

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_remembered_is_what_the_catalogues_say(language):
    fresh = DjangoTranslation(language)
    texts = [key for key, _text in fresh._catalog.items() if isinstance(key, str) and key]
    assert len(texts) > 100

    with translation.override(language):
        for text in [*texts, "Start a visit", "No such text"]:
            assert gettext(text) == gettext(text) == fresh.gettext(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_is_counted_as_the_catalogues_count(language):
    fresh = DjangoTranslation(language)
    plurals = {key[0] for key, _text in fresh._catalog.items() if isinstance(key, tuple)} | {
        "%(count)d more visit"
    }

    with translation.override(language):
        for text in plurals:
            for count in (0, 1, 2, 5, 1):
                assert ngettext(text, f"{text}s", count) == fresh.ngettext(text, f"{text}s", count)


def test_a_text_is_looked_for_once():
    with translation.override("en-gb"):
        gettext("Start a visit")
        before = catalogue_of("en-gb").gettext.cache_info().misses
        for _ in range(3):
            gettext("Start a visit")
        assert catalogue_of("en-gb").gettext.cache_info().misses == before


def test_a_server_leaves_what_it_has_loaded_out_of_its_garbage_collection():
    asked = "import clinic.wsgi, gc, sys; print(gc.get_freeze_count(), 'cases.views.cases' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout

    frozen, has_pages = said.split()
    assert int(frozen) > 50_000
    assert has_pages == "True"
