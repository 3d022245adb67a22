"""Makes any text fit to be printed: no control characters, no glyph missing, no word too long."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from .fonts import shown_characters

BREAK = "\N{ZERO WIDTH SPACE}"
LONGEST_WORD = 22  # characters; longer ones may be broken, so that they never leave their column
# Marks that turn the direction of the text after them would garble everything that follows.
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_EVERYDAY = frozenset(map(chr, [10, *range(32, 127), *range(160, 384)])) | frozenset("–—‘’“”•…°≥≤")
# A line breaks after a hyphen anyway, so that each part of a double-barrelled name counts for itself.
_LONG_WORD = re.compile(rf"[^\s{BREAK}-]{{{LONGEST_WORD + 1},}}")
# Never drawn by themselves, so no font needs them: joiners, marks of direction, variation selectors.
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\U000e0100-\U000e01ef\xad\ufeff]")


def everywhere(change: Callable[[str], str], value: Any) -> Any:
    """Return JSON data with `change` done to each text in it."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: everywhere(change, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [everywhere(change, one) for one in value]
    return value


def printable(text: str) -> str:
    """Return composed text without control characters, lone surrogates and turns of direction."""
    if _EVERYDAY.issuperset(text):
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (c for c in plain if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", "".join(c for c in kept if c not in _TURNS_TEXT))


def breakable(text: str) -> str:
    """Return the text with places to break in words that no column could hold."""
    return _LONG_WORD.sub(_broken, text) if len(text) > LONGEST_WORD else text


def _broken(match: re.Match[str]) -> str:
    word = match[0]
    if min(word) >= "\u0e00":  # scripts without spaces: the typesetter knows where to break
        return word
    pieces: list[str] = []
    since = 0
    for character in word:
        if since >= LONGEST_WORD // 2 and unicodedata.category(character)[0] != "M":
            pieces.append(BREAK)
            since = 0
        pieces.append(character)
        since += 1
    return "".join(pieces)


def code_point(character: str) -> str:
    """U+1F9FF."""
    return f"U+{ord(character):04X}"


def without_glyph(texts: str) -> frozenset[str]:
    """Return the characters in the text that none of our fonts can show."""
    rare = set(texts) - _EVERYDAY
    if not rare:
        return frozenset()
    shown = shown_characters()
    return frozenset(c for c in rare if ord(c) not in shown and not _INVISIBLE.match(c))


def substitute(text: str, missing: frozenset[str]) -> str:
    """Return the text with each missing character as its code point in brackets."""
    if missing.isdisjoint(text):
        return text
    return "".join(f"[{code_point(c)}]" if c in missing else c for c in text)
