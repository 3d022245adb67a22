"""The clinic's wording: plain text with merge fields and simple conditions, in a sandbox.

Pure: `check` says what is wrong with a text when it is saved, `render` writes it out or raises Missing,
`FIELDS` are what it may name. `record` reads the values of a referral and the clinic's own texts.
"""

from .builtin import builtin_text
from .checking import MOST_CHARACTERS, Problem, check
from .fields import FIELDS, Field, fields_for, sample_values
from .rendering import Missing, may_lack, paragraphs_of, render

__all__ = [
    "FIELDS",
    "MOST_CHARACTERS",
    "Field",
    "Missing",
    "Problem",
    "builtin_text",
    "check",
    "fields_for",
    "may_lack",
    "paragraphs_of",
    "render",
    "sample_values",
]
