"""The letter that asks a service what became of a referral, in the clinic's words as they were edited."""

from .letter import chase_letter_of, one_after_another, render_chase_letter

__all__ = ["chase_letter_of", "one_after_another", "render_chase_letter"]
