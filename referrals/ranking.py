"""Which entries of the directory fit a case best, and what speaks against one. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

# Behind every wait that is known.
_WAIT_UNKNOWN = 10_000


class Entry(Protocol):
    """What is known of one entry; empty `urgencies` or `conditions` mean that all are accepted."""

    name: str
    destination: str
    urgencies: list[str]
    conditions: list[str]
    typical_wait_weeks: int | None


E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a case asks for: kinds of service in the order of the rules, urgency, suspected conditions."""

    destinations: tuple[str, ...] = ()
    urgency: str = ""
    conditions: tuple[str, ...] = ()


def ranked(entries: Iterable[E], need: Need) -> list[E]:
    """Return all entries, the best first.

    First the kind of service (the rules' first before their second), then whether the urgency is accepted,
    then the conditions, then the shorter wait, then the name.
    """
    return sorted(entries, key=lambda one: _place(one, need))


def _place(one: Entry, need: Need) -> tuple[int, bool, bool, int, str]:
    wait = _WAIT_UNKNOWN if one.typical_wait_weeks is None else one.typical_wait_weeks
    return (
        _place_of_service(one, need),
        not accepts_urgency(one, need.urgency),
        not accepts_condition(one, need.conditions),
        wait,
        one.name.casefold(),
    )


def _place_of_service(one: Entry, need: Need) -> int:
    wanted = need.destinations
    return wanted.index(one.destination) if one.destination in wanted else len(wanted)


def fits(one: Entry, need: Need) -> bool:
    """Return whether an entry is of a wanted kind and takes the urgency and a suspected condition."""
    return (
        one.destination in need.destinations
        and accepts_urgency(one, need.urgency)
        and accepts_condition(one, need.conditions)
    )


def accepts_urgency(one: Entry, urgency: str) -> bool:
    """Return whether an entry takes referrals of this urgency."""
    return not one.urgencies or not urgency or urgency in one.urgencies


def accepts_condition(one: Entry, conditions: Collection[str]) -> bool:
    """Return whether an entry sees one of the suspected conditions."""
    return not one.conditions or not conditions or not set(conditions).isdisjoint(one.conditions)


def objections(one: Entry, need: Need) -> list[str]:
    """Return what speaks against an entry, for a warning: `service`, `urgency`, `condition`."""
    against = {
        "service": bool(need.destinations) and one.destination not in need.destinations,
        "urgency": not accepts_urgency(one, need.urgency),
        "condition": not accepts_condition(one, need.conditions),
    }
    return [reason for reason, is_so in against.items() if is_so]
