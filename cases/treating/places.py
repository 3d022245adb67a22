"""Whether a finding is where a treatment is given. In doubt it is."""

from collections.abc import Mapping

from .loading import Place

ANYWHERE = frozenset({"", "whole_body"})


def clears(
    place: Place, region: str, side: str, sides: frozenset[str], clear: Mapping[str, frozenset[str]]
) -> str:
    """Return in words why a finding is clearly elsewhere than the treatment, or nothing.

    `sides` are those on which it was found ("" where none was said), `clear` those on which each
    sign was looked for and is not there.
    """
    if place.regions and region not in ANYWHERE and region not in place.regions:
        return "not where this treatment is given"
    if place.side == "never" or side not in ("left", "right"):
        return ""
    if len(sides) != 1 or sides & {"", "bilateral", side}:
        return ""
    cleared = clear.get(place.cause, frozenset())
    if place.side == "tested" and not cleared & {side, "bilateral"}:
        return ""
    return f"on the {next(iter(sides))} only"
