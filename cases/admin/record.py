"""Patients, cases, visits and what belongs to them in the admin: who did what when, never what was found.

Left out everywhere: names, dates of birth and addresses; complaint, history, examination, assessment and
plan; findings, scores and the body chart; what is treated and how; titles and names of files; reasons and
summaries. A record number says which record is meant to whoever may open it.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Attachment, Case, Patient, PatientMerge, Screening, Treatment, Visit
from clinic import audit
from clinic.models import AccessLog
from clinic.record_admin.columns import in_words
from clinic.record_admin.filters import by_choice, by_person, by_state
from clinic.record_admin.pages import Part, RecordAdmin, record_admins

READERS = 100


@admin.register(Patient)
class PatientAdmin(RecordAdmin):
    """Which records there are, and who has read them. Who a patient is, is not said here."""

    about = gettext_lazy("By record number. Names and notes are not shown here.")
    patients = ("",)
    columns = (
        "created_at",
        "created_by__name",
        "source_system",
        "consent_to_share",
        "consent_on",
        "deceased_on",
        "merged_into__record_number",
    )
    in_list = ("created_at", "created_by__name", "source_system", "merged_into__record_number")
    labels: ClassVar[dict[str, Any]] = {
        "created_at": gettext_lazy("registered"),
        "created_by__name": gettext_lazy("registered by"),
        "source_system": gettext_lazy("imported from"),
        "merged_into__record_number": gettext_lazy("merged into"),
    }

    def get_urls(self) -> list[URLPattern]:
        readers = self.admin_site.admin_view(self.readers_view)
        return [path("<path:object_id>/readers/", readers, name="cases_patient_readers"), *super().get_urls()]

    def links(self, request: HttpRequest, row: dict[str, Any]) -> list[tuple[str, str]]:
        """Return who has read the record, and the lists of all that belongs to it."""
        first = (_("Who has read this record"), reverse("admin:cases_patient_readers", args=[row["pk"]]))
        others = [one for one in record_admins(self.admin_site) if one is not self]
        return [first] + [
            (
                capfirst(str(one.opts.verbose_name_plural)),
                reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_changelist")
                + f"?patient={row['pk']}",
            )
            for one in others
        ]

    def readers_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the newest pages that showed this record, or one that was merged into it, and to whom."""
        if not self.has_view_permission(request) or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        row = self._row(request, object_id)
        if row is None:
            return self.absent(request, object_id)
        audit.shows(request, row["pk"])
        merged = Patient.objects.filter(merged_into=row["pk"]).values_list("pk", flat=True)
        keys = [row["pk"], *merged]
        log = AccessLog.objects.filter(clinic=request.clinic, patients__overlap=keys)  # type: ignore[attr-defined]
        # An expression, so that the patient is looked up by the index of patients and not by number.
        newest = log.order_by((F("number") + 0).desc()).values("number", "at", "user__name", "action")
        title = self._title(row)
        return TemplateResponse(
            request,
            "admin/record/readers.html",
            {
                "title": title,
                "row_url": reverse("admin:cases_patient_change", args=[row["pk"]]),
                "rows": [one | {"at": in_words(one["at"])} for one in newest[:READERS]],
                "limit": READERS,
            },
        )


@admin.register(Case)
class CaseAdmin(RecordAdmin):
    """Who leads a case, and when it was opened and closed by whom. Not the complaint, nor the outcome."""

    moment = "opened_at"
    columns = ("status", "lead__name", "opened_at", "opened_by__name", "closed_at", "closed_by__name")
    in_list = ("status", "lead__name", "opened_at", "closed_at", "closed_by__name")
    filters = (by_choice(Case, "status"), by_person(Case, "lead"))


@admin.register(Visit)
class VisitAdmin(RecordAdmin):
    """When a visit was, who wrote it up, signed it and voided it. Not a word of the note."""

    clinic_path = "clinic"
    patients = ("case__patient",)
    columns = (
        "kind",
        "seen_on",
        "created_at",
        "created_by__name",
        "signed_at",
        "signed_by__name",
        "voided_at",
        "voided_by__name",
    )
    in_list = ("kind", "seen_on", "created_by__name", "signed_at", "signed_by__name", "voided_at")
    filters = (
        by_choice(Visit, "kind"),
        by_state(
            gettext_lazy("State"),
            draft=(gettext_lazy("Draft"), Q(signed_at__isnull=True, voided_at__isnull=True)),
            signed=(gettext_lazy("Signed"), Q(signed_at__isnull=False, voided_at__isnull=True)),
            voided=(gettext_lazy("Voided"), Q(voided_at__isnull=False)),
        ),
        by_person(Visit, "created_by"),
    )
    parts = (
        Part("addenda", ("written_at", "written_by__name"), "written_at"),
        Part("emergency_calls", ("phoned_at", "recorded_at", "recorded_by__name"), "phoned_at"),
    )


@admin.register(Screening)
class ScreeningAdmin(RecordAdmin):
    """How urgent the rules found it, by which catalogue, and whether the clinician agreed. No answer."""

    clinic_path = "visit__clinic"
    patients = ("visit__case__patient",)
    moment = "visit__created_at"
    columns = ("created_at", "catalogue_version", "urgency", "refer", "agreed")
    in_list = columns
    filters = (
        by_choice(Screening, "urgency"),
        by_state(
            gettext_lazy("The clinician"),
            agreed=(gettext_lazy("agreed"), Q(agreed=True)),
            not_agreed=(gettext_lazy("decided otherwise"), Q(agreed=False)),
        ),
    )


@admin.register(Treatment)
class TreatmentAdmin(RecordAdmin):
    """Of what kind a treatment is, and its dates. Not for what, where or how."""

    patients = ("case__patient",)
    columns = (
        "kind",
        "start_on",
        "planned_end_on",
        "review_on",
        "stopped_on",
        "created_at",
        "prescribed_by__name",
        "signed_at",
    )
    in_list = ("kind", "start_on", "review_on", "stopped_on", "prescribed_by__name", "signed_at")
    filters = (by_choice(Treatment, "kind"), by_person(Treatment, "prescribed_by"))


@admin.register(Attachment)
class AttachmentAdmin(RecordAdmin):
    """Who attached a file of which kind and size, and who voided it. Not its name, nor the file."""

    moment = "uploaded_at"
    columns = (
        "kind",
        "content_type",
        "size",
        "sha256",
        "uploaded_at",
        "uploaded_by__name",
        "voided_at",
        "voided_by__name",
    )
    in_list = ("kind", "content_type", "size", "uploaded_at", "uploaded_by__name", "voided_at")
    labels: ClassVar[dict[str, Any]] = {
        "sha256": gettext_lazy("checksum (SHA-256)"),
        "size": gettext_lazy("size in bytes"),
    }
    filters = (
        by_choice(Attachment, "kind"),
        by_person(Attachment, "uploaded_by"),
        by_state(gettext_lazy("State"), voided=(gettext_lazy("Voided"), Q(voided_at__isnull=False))),
    )


@admin.register(PatientMerge)
class PatientMergeAdmin(RecordAdmin):
    """Which records were merged by whom, and whether that was undone. Not why, nor what was taken over."""

    moment = "merged_at"
    patients = ("kept", "merged")
    columns = ("merged__record_number", "merged_at", "merged_by__name", "undone_at", "undone_by__name")
    in_list = columns
    labels: ClassVar[dict[str, Any]] = {"merged__record_number": gettext_lazy("record merged into it")}
    filters = (by_state(gettext_lazy("State"), undone=(gettext_lazy("Undone"), Q(undone_at__isnull=False))),)
