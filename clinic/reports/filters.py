"""The filters of a report: read from the address, and written back to it in one way only.

The address of a report holds codes, dates and keys of sites and staff; nothing of any patient.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext_lazy as _

from clinic.calendar import today_in
from clinic.forms import DateField, FootnoteForm
from clinic.models import Clinic, Role
from clinic.reports.period import EARLIEST, Period, PeriodName, period_named
from clinic.reports.report import PERIOD, PODIATRIST, SITE, URGENCY
from clinic.reports.scope import Scope

USUAL = PeriodName.TWELVE_MONTHS
FIELDS = {
    PERIOD: ("period", "first", "last"),
    SITE: ("site",),
    PODIATRIST: ("podiatrist",),
    URGENCY: ("urgency",),
}
# The urgencies of the record, in the order in which they press; `cases` stands above this floor.
URGENCIES = {
    "emergency": _("Emergency"),
    "within_1_working_day": _("Within 1 working day"),
    "urgent": _("Urgent"),
    "soon": _("Soon"),
    "routine": _("Routine"),
    "none": _("No referral suggested"),
}
_CHOICES = """
    SELECT 'site', id, name, retired_at IS NULL FROM clinic_site WHERE clinic_id = %(clinic)s
    UNION ALL
    SELECT 'podiatrist', u.id, u.name, m.is_active AND u.is_active
    FROM clinic_membership m JOIN clinic_user u ON u.id = m.user_id
    WHERE m.clinic_id = %(clinic)s AND m.role = %(role)s
    ORDER BY 4 DESC, 3, 2
"""


class FilterForm(FootnoteForm):
    """What narrows a report. A period is named, or two days are."""

    period = forms.ChoiceField(label=_("Period"), choices=PeriodName.choices, required=False)
    first = DateField(label=_("From"), required=False, earliest=EARLIEST)
    last = DateField(label=_("To"), required=False, earliest=EARLIEST)
    site = forms.ChoiceField(label=_("Site"), required=False)
    podiatrist = forms.ChoiceField(label=_("Podiatrist"), required=False)
    urgency = forms.ChoiceField(
        label=_("Urgency"), required=False, choices=[("", _("All")), *URGENCIES.items()]
    )

    def __init__(self, data: Any, *, clinic: Clinic, filters: tuple[str, ...]) -> None:
        self.clinic, self.today = clinic, today_in(clinic)
        super().__init__(data)
        wanted = {name for one in filters for name in FIELDS[one]}
        for name in set(self.fields) - wanted:
            del self.fields[name]
        if {"site", "podiatrist"} & wanted:
            self._offer(_choices(clinic))
        for field in self.fields.values():
            is_list = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_list else "form-control"

    def _offer(self, choices: dict[str, list[tuple[str, str]]]) -> None:
        for name in ("site", "podiatrist"):
            if name in self.fields:
                self.fields[name].choices = [("", _("All")), *choices[name]]  # type: ignore[attr-defined]
        # A clinic of one place is not asked which.
        if "site" in self.fields and not choices["site"]:
            del self.fields["site"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        chosen = cleaned.get("period") == PeriodName.CHOSEN
        if "first" in self.fields and not self.errors and (chosen or first or last):
            if not first or not last:
                missing = "last" if first else "first"
                self.add_error(missing, ValidationError(_("Give both days, the first and the last.")))
            elif last < first:
                self.add_error("last", ValidationError(_("The last day is before the first.")))
        return cleaned

    @property
    def scope(self) -> Scope:
        """What is asked for. The form must be valid."""
        cleaned = self.cleaned_data
        return Scope(
            clinic=self.clinic,
            period=self._period[1],
            today=self.today,
            site=UUID(cleaned["site"]) if cleaned.get("site") else None,
            podiatrist=UUID(cleaned["podiatrist"]) if cleaned.get("podiatrist") else None,
            urgency=cleaned.get("urgency", ""),
        )

    @property
    def _period(self) -> tuple[str, Period]:
        """The period and its name: days that are those of the named one keep the name."""
        cleaned = self.cleaned_data
        name = cleaned.get("period") or USUAL
        first, last = cleaned.get("first"), cleaned.get("last")
        if not first or not last:
            return name, period_named(name, self.today)
        if name != PeriodName.CHOSEN and period_named(name, self.today) == Period(first, last):
            return name, Period(first, last)
        return PeriodName.CHOSEN, Period(first, last)

    @property
    def query(self) -> dict[str, str]:
        """The filters as the address holds them: no more than differs from the usual."""
        query = {}
        if "period" in self.fields:
            name, period = self._period
            if name == PeriodName.CHOSEN:
                query = {"period": name, "first": f"{period.first}", "last": f"{period.last}"}
            elif name != USUAL:
                query = {"period": name}
        rest = (name for name in ("site", "podiatrist", "urgency") if self.cleaned_data.get(name))
        return {**query, **{name: self.cleaned_data[name] for name in rest}}

    @property
    def words(self) -> list[str]:
        """The filters in words, for print and for files."""
        words = []
        if "period" in self.fields:
            name, period = self._period
            days = _("%(first)s to %(last)s") % {"first": _day(period.first), "last": _day(period.last)}
            words.append(str(days) if name != PeriodName.ALL else str(PeriodName.ALL.label))
        for name in ("site", "podiatrist", "urgency"):
            if self.cleaned_data.get(name):
                field = self.fields[name]
                labels = dict(field.choices)  # type: ignore[attr-defined]
                words.append(f"{field.label}: {labels[self.cleaned_data[name]]}")
        return words


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _choices(clinic: Clinic) -> dict[str, list[tuple[str, str]]]:
    """Return the clinic's sites and podiatrists, those of today first. One query."""
    found: dict[str, list[tuple[str, str]]] = {"site": [], "podiatrist": []}
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES, {"clinic": clinic.pk, "role": Role.PODIATRIST})
        for kind, key, name, is_current in cursor.fetchall():
            label = name if is_current else _("%(name)s (until lately)") % {"name": name}
            found[kind].append((str(key), str(label)))
    return found


def narrowed(query: Mapping[str, str], narrow: Mapping[str, str]) -> str:
    """Return the address's query for the rows behind a figure: the page's filters, narrowed further."""
    wanted = {**query, **narrow}
    if {"first", "last"} & set(narrow):
        wanted["period"] = PeriodName.CHOSEN
    return urlencode(wanted)
