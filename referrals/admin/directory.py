"""The directory of specialists in the admin."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cases.choices import Urgency
from cases.screening import load_catalogue
from clinic.admin_actions import asked_first
from clinic.admin_site import ClinicModelAdmin
from clinic.models import User
from referrals import actions
from referrals.models import Specialist


def _conditions() -> list[tuple[str, str]]:
    return [(code, condition.name) for code, condition in load_catalogue().conditions.items()]


class InUseFilter(admin.SimpleListFilter):
    """Entries that are offered for new referrals, and retired ones."""

    title = _("offered")
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No, retired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(retired_at__isnull=self.value() == "yes")


@admin.register(Specialist)
class SpecialistAdmin(ClinicModelAdmin):
    """The clinic's directory. An entry is retired, never deleted."""

    edit_verb = "specialists.edit"
    list_display = ("name", "organisation", "site", "destination", "retired_at")
    list_filter = (InUseFilter, "destination")
    search_fields = ("name", "organisation")
    actions = ("retire", "offer_again")
    exclude = ("clinic",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer what is known instead of codes to type."""
        known: dict[str, Any] = {"urgencies": Urgency.choices, "conditions": _conditions}
        if db_field.name not in known:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            label=capfirst(str(db_field.verbose_name)),
            help_text=db_field.help_text,
            choices=known[db_field.name],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    @admin.action(description=_("Retire: offer no longer"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: QuerySet[Specialist]) -> HttpResponse | None:
        return asked_first(
            self,
            request,
            rows,
            action="retire",
            question=_("Retire these entries?"),
            button=_("Retire them"),
            done=_("Retired: they are not offered for new referrals."),
            do=lambda row: actions.retire_specialist(specialist=row, by=cast(User, request.user)),
        )

    @admin.action(description=_("Offer again"), permissions=["change"])
    def offer_again(self, request: HttpRequest, rows: QuerySet[Specialist]) -> HttpResponse | None:
        return asked_first(
            self,
            request,
            rows,
            action="offer_again",
            question=_("Offer these entries again?"),
            button=_("Offer them again"),
            done=_("They are offered again."),
            do=lambda row: actions.retire_specialist(
                specialist=row, by=cast(User, request.user), retired=False
            ),
        )

    def save_model(self, request: HttpRequest, obj: Specialist, form: Any, change: bool) -> None:
        """A new entry belongs to the clinic of the person who adds it; a changed one is a new version.

        So somebody who has the entry open on the clinic's own page is told that it was changed.
        """
        if change:
            obj.version += 1
        else:
            obj.clinic = request.clinic  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
