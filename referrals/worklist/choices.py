"""By what a clinic's worklist can be filtered: codes for the address, words for the page."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from clinic.access import VERBS
from clinic.models import Clinic, Membership, Role, User
from clinic.planned import planned_once
from referrals.models import SavedView

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

_OF_CLINIC = """
    SELECT json_build_array(
        (SELECT json_agg(json_build_array(id, name, organisation, site) ORDER BY name, id)
            FROM referrals_specialist WHERE clinic_id = %(clinic)s::uuid),
        (SELECT json_agg(json_build_array(u.id, u.name, m.role, m.is_active AND u.is_active)
                ORDER BY u.name, u.id)
            FROM clinic_membership m JOIN clinic_user u ON u.id = m.user_id
            WHERE m.clinic_id = %(clinic)s::uuid),
        (SELECT json_agg(json_build_array(id, name, query) ORDER BY name)
            FROM referrals_savedview WHERE clinic_id = %(clinic)s::uuid AND user_id = %(user)s::uuid)
    )::text
"""


@lru_cache(maxsize=4096)
def code_of(site: str) -> str:
    """Return a short code of a site's name, the same for the same name, for the address of a page."""
    return hashlib.sha256(site.strip().casefold().encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the clinic, there or gone."""

    pk: str
    name: str
    role: str
    is_here: bool


@dataclass(frozen=True)
class Choices:
    """The specialists, sites and people of one clinic, and what one of them saved as views."""

    specialists: dict[str, str]
    sites: dict[str, tuple[str, frozenset[str]]]
    people: tuple[Person, ...]
    views: tuple[SavedView, ...] = ()

    @classmethod
    def of(cls, clinic: Clinic, user: User | None = None) -> "Choices":
        """Return the choices of a clinic, those included who have left, and a user's views. One query."""
        with planned_once() as cursor:
            cursor.execute(_OF_CLINIC, {"clinic": clinic.pk, "user": user.pk if user else None})
            specialists, people, views = (rows or [] for rows in json.loads(cursor.fetchone()[0]))
        return cls(
            {pk: f"{name}, {group}" if group else name for pk, name, group, _site in specialists},
            _sites(specialists),
            tuple(Person(*row) for row in people),
            tuple(
                SavedView(pk=UUID(pk), clinic=clinic, user=user, name=name, query=query)
                for pk, name, query in views
            ),
        )

    @cached_property
    def podiatrists(self) -> dict[str, str]:
        """Those who lead cases and sign letters, by id."""
        return {row.pk: row.name for row in self.people if row.role == Role.PODIATRIST}

    @cached_property
    def owners(self) -> dict[str, str]:
        """Those in whose hands a referral may be: active members who may follow it up."""
        may_track = VERBS["referrals.track"]
        return {row.pk: row.name for row in self.people if row.is_here and row.role in may_track}


def _sites(specialists: list[Any]) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the name of each site as its first specialist writes it, and the ids of all who are there."""
    names: dict[str, str] = {}
    ids: dict[str, set[str]] = {}
    for pk, _name, _organisation, site in specialists:
        if site.strip():
            code = code_of(site)
            names.setdefault(code, site.strip())
            ids.setdefault(code, set()).add(pk)
    by_name = sorted(names.items(), key=lambda item: item[1].casefold())
    return {code: (name, frozenset(ids[code])) for code, name in by_name}


def may_own(membership: Membership) -> bool:
    """Return whether a referral may be put in the hands of this member. Reads `user`."""
    is_here = membership.is_active and membership.user.is_active
    return is_here and membership.role in VERBS["referrals.track"]
