"""The card that a patient takes home: when and where the appointment is, in large print."""

from .card import card_of, render_card

__all__ = ["card_of", "render_card"]
