"""Translations found once a process.

For British English, Django asks a catalogue of each of its apps and each of their fallbacks, twice, before
it leaves a text of ours as it is: a tenth of every page.
"""

from functools import lru_cache

from django.conf import settings
from django.utils.translation import trans_real

# The interface has some thousand texts, and a plural is kept for each count.
MOST_KEPT = 8192


def remember_translations() -> None:
    """Let the catalogue of each language of the site remember its answers: only texts of ours are asked."""
    for language, _name in settings.LANGUAGES:
        catalogue = trans_real.translation(language)
        for asked in ("gettext", "ngettext"):
            setattr(catalogue, asked, lru_cache(maxsize=MOST_KEPT)(getattr(catalogue, asked)))
