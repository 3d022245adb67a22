"""The attachments of a patient or of one case as their pages list them."""

from dataclasses import dataclass

from cases.models import Attachment, Case, Patient
from clinic.models import User

SHOWN_AT_ONCE = 8
# Written out, because most records have no file, and joining three models takes Django longer than all else.
_LISTED = """
    SELECT a.*, u.name AS uploader, v.name AS voider, c.complaint
    FROM cases_attachment a JOIN clinic_user u ON u.id = a.uploaded_by_id
    LEFT JOIN clinic_user v ON v.id = a.voided_by_id
    LEFT JOIN cases_case c ON c.id = a.case_id
    WHERE a.patient_id = %s AND a.case_id IS NOT DISTINCT FROM coalesce(%s, a.case_id)
    ORDER BY a.uploaded_at DESC
"""


@dataclass(frozen=True)
class Listed:
    """Files in the order of the page: the newest, the older ones behind a fold, and those in error."""

    newest: list[Attachment]
    older: list[Attachment]
    voided: list[Attachment]

    @property
    def is_empty(self) -> bool:
        return not (self.newest or self.voided)


def attachments_of(patient: Patient, case: Case | None = None) -> Listed:
    """Return the files of a patient, or of one case only, the latest first. One query."""
    rows = Attachment.objects.raw(_LISTED, [patient.pk, case.pk if case else None])
    files = [_with_names(file) for file in rows]
    good = [file for file in files if not file.voided_at]
    return Listed(
        newest=good[:SHOWN_AT_ONCE],
        older=good[SHOWN_AT_ONCE:],
        voided=[file for file in files if file.voided_at],
    )


def _with_names(file: Attachment) -> Attachment:
    """Give a file whom and what its query named; the rest of these is read when it is asked for."""
    named = file.__dict__
    file.uploaded_by = User.from_db(None, ["id", "name"], [file.uploaded_by_id, named["uploader"]])
    if file.voided_by_id:
        file.voided_by = User.from_db(None, ["id", "name"], [file.voided_by_id, named["voider"]])
    if file.case_id:
        file.case = Case.from_db(None, ["id", "complaint"], [file.case_id, named["complaint"]])
    return file
