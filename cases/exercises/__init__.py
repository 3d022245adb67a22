"""The exercise library: pure data and drawings, without Django.

`load_library()` gives the exercises with their doses and rules; `picture_svg` draws one.
"""

from .drawing import picture_svg
from .library import Dose, Exercise, Library, Source, Warning
from .loading import InvalidLibrary, load_library

__all__ = [
    "Dose",
    "Exercise",
    "InvalidLibrary",
    "Library",
    "Source",
    "Warning",
    "load_library",
    "picture_svg",
]
