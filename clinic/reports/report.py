"""What a report is: the rows that it counts, the conditions it counts them by, and its page."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import connection

from clinic.models import Clinic
from clinic.reports.content import Measure, Page, Shown, Text
from clinic.reports.scope import Scope
from clinic.reports.words import person_in_words

Row = dict[str, Any]
PERIOD, SITE, PODIATRIST, URGENCY = "period", "site", "podiatrist", "urgency"


@dataclass(frozen=True)
class Listed:
    """A column of the list of rows behind a figure.

    `sql` is its value; `labels` are the words for its codes, and `link` names the page of which the value
    is the key. Neither names nor notes of patients belong into such a list: record numbers do.
    """

    head: Text
    sql: str
    labels: Mapping[str, Any] | None = None
    link: str = ""


@dataclass(frozen=True)
class Population:
    """The rows that are counted, each once: a FROM clause of ours, and where their columns are.

    `day` is the date by which the period counts them, or `moment` the time; without either they are counted
    as they stand today.
    Values come by name: see `Scope.params`. A percent sign in SQL is written twice.
    """

    source: str
    columns: Sequence[Listed]
    # The key of the patient, for the log of reads; and an order that no two rows share.
    patient: str
    order: str
    day: str = ""
    moment: str = ""
    clinic: str = "f.clinic_id"
    site: str = "f.site_id"
    podiatrist: str = "f.podiatrist_id"
    urgency: str = "f.urgency"

    def where(self, scope: Scope) -> str:
        """Return the condition that a row is within the scope."""
        parts = [f"{self.clinic} = %(clinic)s"]
        if self.day:
            parts.append(f"{self.day} BETWEEN %(first)s AND %(last)s")
        if self.moment:
            parts.append(f"{self.moment} >= %(begins)s AND {self.moment} < %(ends)s")
        for value, column in (
            (scope.site, f"{self.site} = %(site)s"),
            (scope.podiatrist, f"{self.podiatrist} = %(podiatrist)s"),
            (scope.urgency, f"{self.urgency} = %(urgency)s"),
        ):
            if value:
                parts.append(column)
        return " AND ".join(parts)


@dataclass(frozen=True)
class Count:
    """How many rows of a population meet a condition, in SQL of ours. `key` also names the list of them."""

    key: str
    label: Text
    definition: Text
    population: Population
    condition: str = "TRUE"

    @property
    def sql(self) -> str:
        """The aggregate, under the name of the key."""
        return f'count(*) FILTER (WHERE {self.condition}) AS "{self.key}"'

    @property
    def added(self) -> str:
        """The sum of what smaller groups were counted to, under the same name; 0 of none."""
        return f'COALESCE(sum("{self.key}"), 0)::bigint AS "{self.key}"'

    @property
    def measure(self) -> Measure:
        return Measure(self.label, self.definition)

    def shown(self, **narrow: str) -> Shown:
        """Return the way to the rows behind it."""
        return Shown(self.key, narrow)


@dataclass(frozen=True)
class Part:
    """What else narrows the rows of a list: SQL of a text, and the words for its values.

    `rows` are the populations that have it; none named: all that the report counts.
    """

    sql: str
    label: Callable[[str], str] = field(default=str)
    rows: Sequence[Population] = ()

    def narrows(self, count: Count) -> bool:
        """Return whether the rows of a count have this part."""
        return not self.rows or any(count.population is one for one in self.rows)

    def in_words(self, value: str, clinic: Clinic) -> str:
        """Return a value as a page writes it; an address may hold any."""
        return self.label(value)


@dataclass(frozen=True)
class PersonPart(Part):
    """A part by the key of a member of staff, as text. It names nobody of another clinic."""

    def in_words(self, value: str, clinic: Clinic) -> str:
        return person_in_words(value, clinic)


class Report(ABC):
    """One report. It is registered once, has no state, and answers with a page in few queries."""

    slug: ClassVar[str]
    # Where it stands in the list of reports.
    place: ClassVar[int]
    title: ClassVar[Any]
    # The question that it answers, for the list of reports.
    question: ClassVar[Any]
    filters: ClassVar[tuple[str, ...]] = (PERIOD, SITE, PODIATRIST, URGENCY)

    @abstractmethod
    def page(self, scope: Scope) -> Page:
        """Return what the report says for a scope."""

    def counts(self) -> Sequence[Count]:
        """Return what it counts. Their keys are the addresses of the lists of rows."""
        return ()

    def parts(self) -> Mapping[str, Part]:
        """Return by what the rows of a list may be narrowed besides the filters."""
        return {}

    def count_of(self, key: str) -> Count | None:
        """Return the count with this key, if the report has it."""
        return next((one for one in self.counts() if one.key == key), None)

    def part_of(self, count: Count, name: str) -> Part | None:
        """Return the part of that name, if the rows of the count have it."""
        part = self.parts().get(name)
        return part if part and part.narrows(count) else None


def fetch(sql: str, scope: Scope, **more: Any) -> list[Row]:
    """Return the rows of a query of ours as dictionaries by the names of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, scope.params | more)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_registered: dict[str, Report] = {}


def register(report: type[Report]) -> type[Report]:
    """Decorate a report so that the site shows it."""
    _registered[report.slug] = report()
    return report


def reports() -> Sequence[Report]:
    """Return every report of the site, each at its place."""
    return sorted(_registered.values(), key=lambda report: report.place)


def report_called(slug: str) -> Report | None:
    """Return the report of that name, if there is one."""
    return _registered.get(slug)
