"""The rows behind a figure: how many, a page of them, all of them, and whose they are."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from clinic.reports.report import Count, Part, Row, fetch
from clinic.reports.scope import Scope


@dataclass(frozen=True)
class Listing:
    """The rows of one count within a scope, perhaps of one part only: `part` and its value `of`."""

    count: Count
    scope: Scope
    part: Part | None = None
    of: str = ""

    @property
    def total(self) -> int:
        """How many rows there are: the figure itself. One query."""
        (row,) = fetch(f"SELECT count(*) AS total {self._source}", self.scope, of=self.of)
        return int(row["total"])

    @property
    def heads(self) -> list[str]:
        """The heads of the columns, without those that lead to a page."""
        return [str(column.head) for column in self.count.population.columns if not column.link]

    def rows(self, limit: int, offset: int = 0) -> list[Row]:
        """Return some of the rows, with values by the place of the column and `patient`. One query."""
        sql = f"{self.sql(with_links=True)} LIMIT %(limit)s OFFSET %(offset)s"
        return fetch(sql, self.scope, of=self.of, limit=limit, offset=offset)

    def sql(self, *, with_links: bool = False) -> str:
        """Return the query of all the rows in their order; its columns are named by their places."""
        population = self.count.population
        columns = [
            f'{column.sql} AS "{place}"'
            for place, column in enumerate(population.columns)
            if with_links or not column.link
        ]
        if with_links:
            columns.append(f"{population.patient} AS patient")
        return f"SELECT {', '.join(columns)} {self._source} ORDER BY {population.order}"

    @property
    def params(self) -> dict[str, Any]:
        """The values of the query."""
        return self.scope.params | {"of": self.of}

    def patients(self) -> list[Any]:
        """Return the key of every patient in it, once. One query."""
        sql = f"SELECT DISTINCT {self.count.population.patient} {self._source}"
        with connection.cursor() as cursor:
            cursor.execute(sql, self.params)
            return [key for (key,) in cursor.fetchall()]

    @property
    def _source(self) -> str:
        population = self.count.population
        parts = [population.where(self.scope), f"({self.count.condition})"]
        if self.part:
            parts.append(f"{self.part.sql} = %(of)s")
        return f"FROM {population.source} WHERE {' AND '.join(parts)}"
