"""From a composed letter to the bytes of its PDF."""

from datetime import datetime
from pathlib import Path

from clinic.typesetting import Typeset, typeset

from .content import ComposedLetter

TEMPLATE = Path(__file__).parent / "templates" / "letter.typ"


def render_pdf(letter: ComposedLetter, *, at: datetime) -> Typeset:
    """Return the letter's PDF; the same letter and time give the same bytes.

    No name and no character makes it fail. `at` is the date in the PDF and has to be aware.
    """
    return typeset(TEMPLATE, letter.as_dict(), at=at)
