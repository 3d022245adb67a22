"""From a handout to the bytes of its PDF."""

from datetime import datetime
from pathlib import Path

from clinic.typesetting import Typeset, typeset

from .content import Handout

TEMPLATE = Path(__file__).parent / "templates" / "handout.typ"


def render_handout(handout: Handout, *, at: datetime) -> Typeset:
    """Return the handout's PDF; the same handout and time give the same bytes. `at` has to be aware."""
    return typeset(TEMPLATE, handout.data, at=at, pictures=handout.pictures)
