"""How far what was suspected and what was found agree: intervals of shares, and Cohen's kappa. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from referrals.track_record import between

# The origins of which a specialist's finding can be the same.
PLACES = {"foot": "foot", "back": "back", "hip": "hip", "systemic": "other"}
KAPPA_NEEDS = 30


class Agreement(NamedTuple):
    """Of `compared` pairs so many agree. There is no `kappa` of few, nor where chance leaves no room."""

    compared: int
    agreed: int
    kappa: float | None

    @property
    def share(self) -> float | None:
        """Per cent of the compared ones that agree."""
        return 100 * self.agreed / self.compared if self.compared else None


def agreement(pairs: Mapping[tuple[str, str], int]) -> Agreement:
    """Return how far suspected and found origin agree, by Cohen (1960), from the count of each pair.

    Only pairs with one origin on either side are compared: more than one origin, none, and "they could
    not say" are left out.
    """
    places = set(PLACES.values())
    counted = {
        (PLACES[suspected], found): 0 for suspected, found in pairs if suspected in PLACES and found in places
    }
    for (suspected, found), count in pairs.items():
        if suspected in PLACES and found in places:
            counted[PLACES[suspected], found] += count
    compared = sum(counted.values())
    agreed = sum(count for (suspected, found), count in counted.items() if suspected == found)
    return Agreement(compared, agreed, _kappa(counted, compared, agreed))


def _kappa(counted: Mapping[tuple[str, str], int], compared: int, agreed: int) -> float | None:
    if compared < KAPPA_NEEDS:
        return None
    places = set(PLACES.values())
    chance = sum(
        sum(count for (suspected, _f), count in counted.items() if suspected == place)
        * sum(count for (_s, found), count in counted.items() if found == place)
        for place in places
    ) / (compared * compared)
    return None if chance == 1 else (agreed / compared - chance) / (1 - chance)


def in_words(kappa: float) -> str:
    """Return a kappa in plain words, by the bands of Landis and Koch (1977)."""
    bands = (
        (0.0, _("no better than guessing")),
        (0.2, _("slightly better than guessing")),
        (0.4, _("fair")),
        (0.6, _("moderate")),
        (0.8, _("substantial")),
    )
    return next((str(words) for most, words in bands if kappa <= most), _("almost perfect"))


def interval(confirmed: int, settled: int) -> str:
    """Return "61 to 74 %": the 95 % interval of a share, after Wilson; empty for none."""
    if not settled:
        return ""
    low, high = between(confirmed, settled)
    return _("%(low)d to %(high)d %%") % {"low": low, "high": high}
