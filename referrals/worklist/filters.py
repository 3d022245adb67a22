"""The query string of the worklist: which referrals, in which order. Codes and ids, never a name."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.choices import Urgency
from clinic.models import Clinic, User
from referrals.models import Referral, Step
from referrals.models.referral import ReferralQuerySet
from referrals.workflow import Tile
from referrals.worklist.choices import AGES, SORTS, URGENCIES, Choices

# What an address need not say, because it goes without saying.
USUAL = {"whose": "clinic", "sort": "due"}


@dataclass(frozen=True)
class Filters:
    """What is asked for; an empty text asks for nothing. Every value is a code known to the clinic."""

    whose: str = ""
    tile: str = ""
    urgency: str = ""
    specialist: str = ""
    podiatrist: str = ""
    site: str = ""
    age: str = ""
    escalated: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any], choices: Choices) -> "Filters":
        """Return the filters that this clinic knows; all else is left out, as if it had not been asked."""
        known = _known(choices)
        asked = {name: str(query.get(name) or "") for name in known}
        asked = {name: "" if value == USUAL.get(name) else value for name, value in asked.items()}
        return cls(**{name: value for name, value in asked.items() if value in known[name]})

    @classmethod
    def read_text(cls, text: str, choices: Choices) -> "Filters":
        """Return the filters of a query string."""
        return cls.read(QueryDict(text), choices)

    @property
    def query(self) -> str:
        """The query string that asks for the same, always written the same way."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the queue, the person and the order is asked for."""
        return self != Filters(whose=self.whose, tile=self.tile, sort=self.sort)

    def but(self, **other: str) -> "Filters":
        """Return the same filters but for these."""
        return replace(self, **other)

    def without_tile(self, clinic: Clinic, user: User, choices: Choices) -> ReferralQuerySet:
        """Return the open referrals asked for, of all queues, escalated or not: what the tiles count."""
        rows = Referral.objects.filter(clinic=clinic).open()
        if self.whose == "mine":
            rows = rows.owned_by(user)
        if self.urgency:
            rows = rows.filter(urgency=self.urgency)
        if self.specialist:
            rows = rows.filter(specialist_id=self.specialist)
        if self.site:
            rows = rows.filter(specialist_id__in=sorted(choices.sites[self.site][1]))
        if self.podiatrist:
            seen_by = models.Q(case__lead_id=self.podiatrist) | models.Q(signed_by_id=self.podiatrist)
            rows = rows.filter(seen_by)
        return _of_age(rows, self.age)

    def rows(self, clinic: Clinic, user: User, choices: Choices) -> ReferralQuerySet:
        """Return the open referrals asked for, in the order asked for."""
        rows = self.without_tile(clinic, user, choices)
        if self.escalated:
            rows = rows.escalated()
        if self.tile:
            rows = rows.in_tile(Tile(self.tile))
        return in_order(rows, self.sort)


def _known(choices: Choices) -> dict[str, Any]:
    """Return for each filter the values that it may have."""
    return {
        "whose": ("mine",),
        "tile": Tile.values,
        "urgency": dict(URGENCIES),
        "specialist": choices.specialists,
        "podiatrist": choices.podiatrists,
        "site": choices.sites,
        "age": AGES,
        "escalated": ("1",),
        "sort": SORTS,
    }


def has_unknown(query: QueryDict, filters: Filters) -> bool:
    """Return whether an address asks for something that the worklist did not understand."""
    names = {field.name for field in fields(Filters)}
    return any(
        value and value != USUAL.get(name) and value != getattr(filters, name, None)
        for name, value in query.items()
        if name in names
    )


def _of_age(rows: ReferralQuerySet, age: str) -> ReferralQuerySet:
    if not age:
        return rows
    if age.startswith("s"):
        since = timezone.localdate() - timedelta(days=int(age[1:]))
        later = Step.objects.standing().filter(referral=models.OuterRef("pk"), happened_on__gte=since)
        return rows.exclude(models.Exists(later))
    return rows.filter(created_at__lt=timezone.now() - timedelta(days=int(age)))


def in_order(rows: ReferralQuerySet, sort: str) -> ReferralQuerySet:
    """Return the rows sorted; the id decides between equals, so that pages never overlap."""
    if sort == "urgency":
        ranks = [models.When(urgency=value, then=rank) for rank, value in enumerate(Urgency.values)]
        rank = models.Case(*ranks, output_field=models.SmallIntegerField())
        return rows.order_by(rank, "next_action_on", "id")
    if sort == "age":
        return rows.order_by("created_at", "id")
    if sort == "specialist":
        name = models.F("specialist__name").asc(nulls_last=True)
        return rows.order_by(name, "specialist_id", "next_action_on", "id")
    if sort == "patient":
        return rows.order_by("case__patient__family_key", "case__patient__given_key", "id")
    return rows.most_pressing_first()


def in_words(filters: Filters, choices: Choices) -> list[tuple[str, str]]:
    """Return what is asked for as (name of the filter, its words), the queue and the person included."""
    tables: dict[str, Any] = {
        "whose": {"mine": _("Mine")},
        "tile": dict(Tile.choices),
        "urgency": dict(URGENCIES),
        "specialist": choices.specialists,
        "podiatrist": choices.podiatrists,
        "site": {code: name for code, (name, _ids) in choices.sites.items()},
        "age": AGES,
        "escalated": {"1": _("Escalated")},
    }
    return [(name, str(table[value])) for name, table in tables.items() if (value := getattr(filters, name))]
