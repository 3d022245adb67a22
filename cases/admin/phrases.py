"""The clinic's phrases in the admin; one's own are kept on the site."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.models import Phrase
from clinic.admin_site import ClinicModelAdmin
from clinic.admin_stale import SeenForm
from clinic.models import Clinic


class ClinicPhraseForm(SeenForm):
    """A phrase of the whole clinic."""

    clinic: Clinic | None = None

    class Meta:
        model = Phrase
        fields = ["shortcut", "text"]

    def clean_shortcut(self) -> str:
        """The clinic has a short word once."""
        shortcut: str = self.cleaned_data["shortcut"]
        same = Phrase.objects.filter(clinic=self.clinic, owner=None, shortcut=shortcut)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a phrase with this short word already."))
        return shortcut


@admin.register(Phrase)
class PhraseAdmin(ClinicModelAdmin):
    """The clinic's phrases. They hold nothing of any patient, so they may be deleted."""

    form = ClinicPhraseForm
    edit_verb = "phrases.edit_for_clinic"
    list_display = ("shortcut", "text")
    search_fields = ("shortcut", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(owner=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A phrase needs a clinic to belong to."""
        return super().has_add_permission(request) and getattr(request, "clinic", None) is not None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_edit(request)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> "type[forms.ModelForm[Any]]":
        form = super().get_form(request, obj, change, **kwargs)
        form.clinic = obj.clinic if obj else request.clinic  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Phrase, form: Any, change: bool) -> None:
        """A new phrase belongs to the clinic of the person who adds it."""
        if not change:
            obj.clinic = request.clinic  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
