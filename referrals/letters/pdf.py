"""From a composed letter, or the patient's copy of it, to the bytes of its PDF."""

from datetime import datetime
from pathlib import Path

from clinic.typesetting import Typeset, typeset

from .content import ComposedLetter
from .patient_copy import PatientLetter
from .pictures import NO_PICTURES, Pictures, as_svg

TEMPLATES = Path(__file__).parent / "templates"
LETTER = TEMPLATES / "letter.typ"
PATIENT_COPY = TEMPLATES / "patient_copy.typ"


def render_pdf(letter: ComposedLetter, *, at: datetime, pictures: Pictures = NO_PICTURES) -> Typeset:
    """Return the letter's PDF; the same letter, time and pictures give the same bytes.

    No name and no character makes it fail. `at` is the date in the PDF and has to be aware.
    """
    return typeset(LETTER, letter.as_dict(), at=at, pictures=as_svg(pictures))


def render_patient_copy(copy: PatientLetter, *, at: datetime, pictures: Pictures = NO_PICTURES) -> Typeset:
    """Return the PDF of the patient's copy; the same copy, time and pictures give the same bytes."""
    return typeset(PATIENT_COPY, copy.as_dict(), at=at, pictures=as_svg(pictures))
