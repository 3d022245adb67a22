"""Marks of what a page has shown, so that a change by somebody else in between is noticed."""

import hashlib
from collections.abc import Iterable


def mark(shown: Iterable[object]) -> str:
    """Return a short mark that changes when any of these changes, as text and in this order."""
    return hashlib.sha256("\x1f".join(map(str, shown)).encode()).hexdigest()[:32]
