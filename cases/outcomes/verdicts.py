"""Whether a change is one that matters."""

from collections.abc import Sequence
from decimal import Decimal

from .measures import LOWER, Scale

BETTER, WORSE = "better", "worse"


def improvement(scale: Scale, first: Decimal, value: Decimal) -> Decimal:
    """Return by how much `value` is better than `first`; below zero it is worse."""
    return first - value if scale.better == LOWER else value - first


def needed(scale: Scale, first: Decimal) -> Decimal | None:
    """Return how much better than `first` matters, or None where no figure is given.

    The share counts only where it is less than the points, and a first score of 0 has none.
    """
    change = scale.change
    if change is None:
        return None
    share = change.share * first if change.share else Decimal(0)
    return min(change.points, share) if share > 0 else change.points


def verdict(scale: Scale, first: Decimal, value: Decimal) -> str:
    """Return BETTER or WORSE where the change from `first` matters, "" where it does not.

    The share of the first score was found for improvement (Farrar 2001): for getting worse it takes
    the points.
    """
    return verdicts(scale, first, [value])[0]


def verdicts(scale: Scale, first: Decimal, values: Sequence[Decimal]) -> list[str]:
    """Return the verdict of each of `values`."""
    enough = needed(scale, first)
    if enough is None or scale.change is None:
        return [""] * len(values)
    too_much = -scale.change.points
    gains = [improvement(scale, first, value) for value in values]
    return [BETTER if gain >= enough else WORSE if gain <= too_much else "" for gain in gains]


def line_at(scale: Scale, first: Decimal) -> Decimal | None:
    """Return the score at which the change that matters is reached, None where it never can be."""
    enough = needed(scale, first)
    if enough is None:
        return None
    at = first - enough if scale.better == LOWER else first + enough
    return at if scale.lowest <= at <= scale.highest else None
