"""Many letters in one PDF, with a list in front of which envelope gets what."""

from .batch import Batch, Envelope, Piece

__all__ = ["Batch", "Envelope", "Piece"]
