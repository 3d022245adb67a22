"""What a report is asked for: a clinic, its days, and what narrows them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.models import Clinic
from clinic.reports.period import Period


@dataclass(frozen=True)
class Scope:
    """One clinic, some days, and perhaps one site, one podiatrist and one urgency. None: all of them.

    `today` is the clinic's own date: a report on how things stand counts from it.
    """

    clinic: Clinic
    period: Period
    today: date
    site: UUID | None = None
    podiatrist: UUID | None = None
    urgency: str = ""

    @property
    def params(self) -> dict[str, Any]:
        """The values as a query names them: %(clinic)s, %(first)s, %(last)s, %(begins)s, %(ends)s and so on.

        `first` and `last` are dates, both counted; `begins` and `ends` are the moments around them, the
        second not counted.
        """
        begins, ends = self.period.moments(ZoneInfo(self.clinic.time_zone))
        return {
            "clinic": self.clinic.pk,
            "zone": self.clinic.time_zone,
            "first": self.period.first,
            "last": self.period.last,
            "begins": begins,
            "ends": ends,
            "today": self.today,
            "site": self.site,
            "podiatrist": self.podiatrist,
            "urgency": self.urgency,
        }
