"""The filtered list as a table for a spreadsheet."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import Clinic
from clinic.spreadsheets import Cell
from referrals.models import Referral

MOST_ROWS = 5_000
ROWS_AT_ONCE = 500
_COLUMNS = (
    *("urgency", "destination", "state", "next_action", "next_action_on", "target_on", "created_at"),
    *("sent_at", "appointment_at", "escalated_at", "ready_to_sign", "clinic_id"),
    *("case__id", "case__lead__name", "owner__name"),
    *(f"specialist__{name}" for name in ("name", "organisation", "site", "phone")),
    *(f"case__patient__{name}" for name in ("record_number", "family_name", "given_name", "birth_date")),
    *("case__patient__phone", "case__patient__clinic_id"),
)


def heads() -> list[str]:
    """The words above the columns."""
    return [
        _("Record number"),
        _("Family name"),
        _("Given name"),
        _("Date of birth"),
        _("Patient’s telephone"),
        _("Urgency"),
        _("Kind of service"),
        _("Specialist"),
        _("Organisation"),
        _("Site"),
        _("Specialist’s telephone"),
        _("State"),
        _("Queue"),
        _("Next"),
        _("Due"),
        _("Owner"),
        _("Podiatrist"),
        _("Begun"),
        _("Sent"),
        _("Appointment"),
        _("To be seen by"),
        _("Escalated"),
    ]


def referrals_of(clinic: Clinic, ids: list[UUID]) -> Iterator[Referral]:
    """Yield the referrals with what the table needs, in the order of `ids`, some hundreds a query."""
    related = ("case__patient", "case__lead", "owner", "specialist")
    rows = clinic.referrals.select_related(*related).only(*_COLUMNS)
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[start : start + ROWS_AT_ONCE]
        by_id = rows.in_bulk(some)
        yield from (by_id[pk] for pk in some if pk in by_id)


def cells(referrals: Iterable[Referral]) -> Iterator[list[Cell]]:
    """Return the cells of each row, in the order of `heads`."""
    for referral in referrals:
        patient, specialist = referral.case.patient, referral.specialist
        tile = referral.tile
        yield [
            patient.record_number,
            patient.family_name,
            patient.given_name,
            patient.birth_date,
            patient.phone,
            referral.get_urgency_display(),
            referral.get_destination_display(),
            specialist.name if specialist else "",
            specialist.organisation if specialist else "",
            specialist.site if specialist else "",
            specialist.phone if specialist else "",
            referral.get_state_display(),
            str(tile.label) if tile else "",
            referral.next_action,
            referral.next_action_on,
            referral.owner.name if referral.owner else "",
            referral.case.lead.name,
            _day(referral.created_at),
            _day(referral.sent_at),
            _day(referral.appointment_at),
            referral.target_on,
            _day(referral.escalated_at),
        ]


def _day(moment: Any) -> Any:
    return timezone.localdate(moment) if moment else None
