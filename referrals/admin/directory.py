"""The directory of specialists in the admin."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from clinic.admin_site import ClinicModelAdmin
from referrals.models import Specialist


@admin.register(Specialist)
class SpecialistAdmin(ClinicModelAdmin):
    """The clinic's directory. An entry is retired, never deleted."""

    edit_verb = "specialists.edit"
    list_display = ("name", "role", "organisation", "destination", "retired_at")
    list_filter = ("destination",)
    search_fields = ("name", "organisation")
    exclude = ("clinic",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def save_model(self, request: HttpRequest, obj: Specialist, form: Any, change: bool) -> None:
        """A new entry belongs to the clinic of the person who adds it; a changed one is a new version.

        So somebody who has the entry open on the clinic's own page is told that it was changed.
        """
        if change:
            obj.version = Specialist.objects.select_for_update().get(pk=obj.pk).version + 1
        else:
            obj.clinic = request.clinic  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
