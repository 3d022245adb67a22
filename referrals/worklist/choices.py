"""By what a clinic's worklist can be filtered: codes for the address, words for the page."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from clinic.access import VERBS
from clinic.models import Clinic, Membership, Role

AGES = {
    "7": _("Begun more than 1 week ago"),
    "14": _("Begun more than 2 weeks ago"),
    "42": _("Begun more than 6 weeks ago"),
    "90": _("Begun more than 3 months ago"),
    "s7": _("In this state more than 1 week"),
    "s14": _("In this state more than 2 weeks"),
    "s42": _("In this state more than 6 weeks"),
}
SORTS = {
    "due": _("Most pressing first"),
    "urgency": _("Urgency"),
    "age": _("Oldest first"),
    "specialist": _("Specialist"),
    "patient": _("Patient"),
}
URGENCIES = [(code, label) for code, label in Urgency.choices if code != Urgency.NONE]


def code_of(site: str) -> str:
    """Return a short code of a site's name, the same for the same name, for the address of a page."""
    return hashlib.sha256(site.strip().casefold().encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Choices:
    """The specialists, sites and people of one clinic."""

    specialists: dict[str, str]
    sites: dict[str, tuple[str, frozenset[str]]]
    memberships: tuple[Membership, ...]

    @classmethod
    def of(cls, clinic: Clinic) -> "Choices":
        """Return the choices of a clinic, those included who have left. Two queries."""
        specialists: dict[str, str] = {}
        sites: dict[str, tuple[str, frozenset[str]]] = {}
        rows = clinic.specialists.order_by("name", "id").values_list("pk", "name", "organisation", "site")
        for pk, name, organisation, site in rows:
            specialists[str(pk)] = f"{name}, {organisation}" if organisation else name
            if site.strip():
                code = code_of(site)
                known, ids = sites.get(code, (site.strip(), frozenset()))
                sites[code] = known, ids | {str(pk)}
        people = clinic.memberships.select_related("user").order_by("user__name", "user_id")
        people = people.only("role", "is_active", "clinic", "user", "user__name", "user__is_active")
        sites = dict(sorted(sites.items(), key=lambda item: item[1][0].casefold()))
        return cls(specialists, sites, tuple(people))

    @cached_property
    def podiatrists(self) -> dict[str, str]:
        """Those who lead cases and sign letters, by id."""
        people = [row for row in self.memberships if row.role == Role.PODIATRIST]
        return {str(row.user_id): row.user.name for row in people}

    @cached_property
    def owners(self) -> dict[str, str]:
        """Those in whose hands a referral may be: active members who may follow it up."""
        people = [row for row in self.memberships if may_own(row)]
        return {str(row.user_id): row.user.name for row in people}


def may_own(membership: Membership) -> bool:
    """Return whether a referral may be put in the hands of this member. Reads `user`."""
    is_here = membership.is_active and membership.user.is_active
    return is_here and membership.role in VERBS["referrals.track"]
