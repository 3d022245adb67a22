"""What codes that were kept years ago mean: the words of the newest version that knows them. Pure."""

from functools import cache

from .catalogue import Catalogue, load_catalogue
from .loading import versions


@cache
def condition_name(code: str) -> str:
    """Return the name of a condition, or the words of its code when no kept version knows it."""
    return next(
        (one.conditions[code].name for one in _newest_first() if code in one.conditions), _plain(code)
    )


@cache
def sign_label(code: str) -> str:
    """Return the label of a sign, or the words of its code when no kept version knows it."""
    named = (one.signs[code].label for one in _newest_first() if code in one.signs)
    return next(named, _plain(code))


@cache
def rule_says(code: str) -> str:
    """Return what a red-flag rule says, or the words of its code when no kept version knows it."""
    said = (rule.say for one in _newest_first() for rule in one.rules if rule.id == code)
    return next(said, _plain(code))


def _newest_first() -> list[Catalogue]:
    return [load_catalogue(version) for version in reversed(versions())]


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()
