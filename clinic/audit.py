"""The log of reads: which pages showed which patients to whom."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest

from clinic.models import AccessLog


def shows(request: HttpRequest, patients: Any) -> None:
    """Note that the page being made shows this patient, or each of these patients.

    Takes a patient, a patient's id, or an iterable of either. The row is written by the middleware
    when the page is ready to leave; without the row the page does not leave.
    """
    if not isinstance(patients, Iterable) or isinstance(patients, str | UUID):
        patients = [patients]
    shown = getattr(request, "patients_shown", None)
    if shown is None:
        shown = request.patients_shown = {}  # type: ignore[attr-defined]
    for patient in patients:
        shown[getattr(patient, "pk", patient)] = None


def write_access_log(request: HttpRequest) -> None:
    """Write one row for the patients this request has shown; nothing when it has shown none."""
    shown = getattr(request, "patients_shown", None)
    if not shown:
        return
    match = request.resolver_match
    # Atomic, so that after a failure the 503 page can still ask the database.
    with transaction.atomic():
        AccessLog.objects.create(
            clinic=request.clinic,  # type: ignore[attr-defined]
            user=request.user,  # type: ignore[misc]
            action=match.view_name if match else "",
            patients=list(shown),
        )


def broken_links() -> list[tuple[str, int, str]]:
    """Return (clinic name, row number, what is wrong) for each place where the chain is broken.

    A row whose content or predecessor was changed does not match its hash; a missing row leaves a
    gap in the numbers. A cut tail is only found against a head hash kept elsewhere: see `heads`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH chain AS (
                SELECT clinic_id, number, hash, user_id, at, action, patients,
                       LAG(number, 1, 0::bigint) OVER w AS before,
                       LAG(hash, 1, '') OVER w AS previous
                FROM clinic_accesslog WINDOW w AS (PARTITION BY clinic_id ORDER BY number)
            )
            SELECT c.name, number,
                   CASE WHEN number <> before + 1 THEN 'rows before it are missing'
                        ELSE 'its content or its place was changed' END
            FROM chain JOIN clinic_clinic c ON c.id = clinic_id
            WHERE number <> before + 1 OR hash IS DISTINCT FROM clinic_access_hash(
                previous, number, clinic_id, user_id, at, action, patients)
            ORDER BY c.name, number
            """
        )
        return list(cursor.fetchall())


def heads() -> dict[str, tuple[int, str]]:
    """Return, per clinic's short name, the number and hash of its last row: keep it elsewhere."""
    rows = AccessLog.objects.order_by("clinic_id", "-number").distinct("clinic_id")
    return {row.clinic.slug: (row.number, row.hash) for row in rows.select_related("clinic")}


def missing_since(anchor: dict[str, tuple[int, str]]) -> list[str]:
    """Return what is missing or different against heads that were kept elsewhere."""
    problems = []
    for slug, (number, row_hash) in anchor.items():
        row = AccessLog.objects.filter(clinic__slug=slug, number=number).first()
        if row is None:
            problems.append(f"{slug}, row {number}: it was there before and is gone")
        elif row.hash != row_hash:
            problems.append(f"{slug}, row {number}: it is not the row that was there before")
    return problems
