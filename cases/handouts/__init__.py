"""What a patient takes home: the programme on paper, in plain words and pictures."""

from .content import Handout, handout_of
from .pdf import render_handout

__all__ = ["Handout", "handout_of", "render_handout"]
