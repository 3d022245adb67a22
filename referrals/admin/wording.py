"""The clinic's wording of letters in the admin: every version of it. It is written on its own pages."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.access import may
from clinic.record_admin.filters import by_choice
from clinic.record_admin.pages import Part, RecordAdmin
from referrals.models import LetterTemplate, WordingKind


@admin.register(LetterTemplate)
class LetterTemplateAdmin(RecordAdmin):
    """What a wording is for and all its versions. It holds fields, and nothing of any patient."""

    about = gettext_lazy("Every version of what letters, e-mails and chases say around the record.")
    patients = ()
    number = "kind"
    columns = ("destination", "is_used", "created_at", "created_by__name")
    in_list = columns
    filters = (by_choice(LetterTemplate, "kind"),)
    parts = (Part("versions", ("number", "saved_at", "saved_by__name", "note", "text"), "-number"),)

    def _number(self, row: dict[str, Any]) -> str:
        return str(WordingKind(row["kind"]).label)

    def links(self, request: HttpRequest, row: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the page where it is written, for those who write it."""
        if not may(request, "letters.wording"):
            return []
        service = f"?{urlencode({'service': row['destination']})}" if row["destination"] else ""
        return [(_("Change this wording"), reverse("referrals:edit_wording", args=[row["kind"]]) + service)]
