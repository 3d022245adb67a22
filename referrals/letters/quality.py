"""How much of what a letter should say it says, item by item: the score that audits give. Pure."""

from dataclasses import dataclass

from .content import ComposedLetter, Item

REQUIREMENTS = {"M": "Mandatory", "R": "Required if known", "O": "Optional"}


@dataclass(frozen=True, slots=True)
class Scored:
    """One item with the section that it belongs to."""

    section: str
    title: str
    item: Item


@dataclass(frozen=True, slots=True)
class Quality:
    """An audit of one letter: `complete` of `total` items."""

    scored: tuple[Scored, ...]

    @property
    def complete(self) -> int:
        """How many items the letter has."""
        return sum(one.item.status == "complete" for one in self.scored)

    @property
    def total(self) -> int:
        """How many items a perfect letter about this patient has."""
        return len(self.scored)

    @property
    def lacking(self) -> tuple[Scored, ...]:
        """The items that the letter does not have: the mandatory ones first."""
        order = tuple(REQUIREMENTS)
        open_ones = (one for one in self.scored if one.item.status != "complete")
        return tuple(sorted(open_ones, key=lambda one: order.index(one.item.requirement)))

    def of(self, requirement: str) -> "Quality":
        """Return the audit of the items with this requirement alone: M, R or O."""
        return Quality(tuple(one for one in self.scored if one.item.requirement == requirement))


def quality(letter: ComposedLetter) -> Quality:
    """Return the audit of a composed letter.

    The items are those that published audits found missing (clinical reference, section 4).
    """
    return Quality(tuple(Scored(one.key, one.title, item) for one in letter.sections for item in one.items))
