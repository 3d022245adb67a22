"""Writes a wording out with the values of one referral."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Template, pass_context
from jinja2.runtime import Context

from .checking import SANDBOX, check
from .fields import FIELDS, KINDS, Field, fields_for, sample_values

# A line of nothing but conditions is no line of the letter.
_ONLY_TAGS = re.compile(r"^[ \t]*((?:\{%(?:(?!%\}).)*%\}[ \t]*)+)\n", re.MULTILINE)
# Where one rendering notes what was missing. No wording can name it, for it is no field.
_MISSING = "_missing"


class Missing(Exception):
    """A wording names fields that have no value for this patient; `names` are these, in order.

    Guard such a field with `{% if field %}`, or fill in what it comes from.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names

    @property
    def labels(self) -> list[str]:
        """What the fields are, in words."""
        return [FIELDS[name].label for name in self.names]


class NotFit(Exception):
    """A text that `check` refuses was to be written out."""


class _Blank(str):
    """The value of a field that has none: false in a condition, and remembered where it is written."""

    name: str


def render(text: str, values: Mapping[str, str]) -> str:
    """Return the wording as plain text. A value is put in as it is: nothing in it is read again.

    Raises Missing when a field without a value is written outside an `if` that guards it, TypeError when a
    value is not text, and NotFit for a text that was never checked.
    """
    given = {name: _given(name, values.get(name, "")) for name in FIELDS}
    missing: dict[str, None] = {}
    said = _compiled(text).render({_MISSING: missing, **given})
    if missing:
        raise Missing(tuple(missing))
    return _tidied(said)


def may_lack(text: str, kind: str) -> tuple[Field, ...]:
    """Return the fields that a wording writes out although not every referral has a value for them."""
    values = sample_values(kind) | {field.name: "" for field in fields_for(kind) if field.optional}
    try:
        render(text, values)
    except Missing as missing:
        return tuple(FIELDS[name] for name in missing.names)
    return ()


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a written-out wording; lines within one stay."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _given(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is not text")
    if value.strip():
        return str(value)
    blank = _Blank("")
    blank.name = name
    return blank


@pass_context
def _note_blank(context: Context, value: Any) -> Any:
    if isinstance(value, _Blank):
        context[_MISSING][value.name] = None
    return value


# Called by the engine with each value that is written out, and with nothing else.
SANDBOX.finalize = _note_blank


def _tidied(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


@lru_cache(maxsize=512)
def _compiled(text: str) -> Template:
    """Return the text ready to be written out; compiling takes a millisecond, a clinic has few texts."""
    if not any(not check(text, kind) for kind in KINDS):
        raise NotFit
    return SANDBOX.from_string(_ONLY_TAGS.sub(r"\1", text))
