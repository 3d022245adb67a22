"""The attachments of a patient or of one case as their pages list them."""

from dataclasses import dataclass

from cases.models import Attachment, Case, Patient

SHOWN_AT_ONCE = 8


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
    rows = Attachment.objects.filter(patient=patient).select_related("uploaded_by", "voided_by", "case")
    if case:
        rows = rows.filter(case=case)
    files = list(rows.order_by("-uploaded_at"))
    good = [file for file in files if not file.voided_at]
    return Listed(
        newest=good[:SHOWN_AT_ONCE],
        older=good[SHOWN_AT_ONCE:],
        voided=[file for file in files if file.voided_at],
    )
