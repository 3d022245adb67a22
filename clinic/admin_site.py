"""The admin site: managers and auditors of a clinic, and superusers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clinic.access import may
from clinic.row_history import history_of


@dataclass(frozen=True)
class AdminPage:
    """A page of the admin that is not of a model, for whoever may enter the admin."""

    path: str
    view: Callable[..., HttpResponse]
    name: str
    title: Any
    app: str

    def as_model(self) -> dict[str, Any]:
        """Return the page as the admin lists models."""
        return {
            "name": self.title,
            "object_name": self.name,
            "admin_url": reverse(f"admin:{self.name}"),
            "add_url": None,
            "view_only": True,
        }


class ClinicAdminSite(admin.AdminSite):
    """Django's admin under the clinic's own access table."""

    site_header = _("Footnote administration")
    site_title = _("Footnote administration")
    index_title = _("Reports and reference data")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in superusers, and members who may view reports."""
        if not request.user.is_active:
            return False
        return bool(getattr(request.user, "is_superuser", False)) or may(request, "reports.view")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.pages: list[AdminPage] = []

    def add_page(self, path: str, view: Callable[..., HttpResponse], name: str, title: Any, app: str) -> None:
        """Put in a page that is not of a model, below the admin's address and in the list of an app."""
        self.pages.append(AdminPage(path, view, name, title, app))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return what there is to see, the pages that are not of a model after the models of their app."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"] += [one.as_model() for one in self.pages if one.app == app["app_label"]]
        return apps

    def get_urls(self) -> list[Any]:
        """Add the reports, and leave out "view on site": nothing here has such a page, and it asks tables
        that are none."""
        from clinic.reports.urls import urlpatterns

        return [
            *urlpatterns,
            *(path(one.path, self.admin_view(one.view), name=one.name) for one in self.pages),
            *(url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"),
        ]


class ClinicModelAdmin(admin.ModelAdmin):
    """An admin page that shows the rows of the request's clinic only, by the access table.

    `clinic_path` is the lookup from the model to its clinic. Nothing is deleted in the admin.
    """

    clinic_path = "clinic"
    view_verb = "reports.view"
    edit_verb: str | None = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        clinic = getattr(request, "clinic", None)
        if clinic is None:
            return rows if self._is_superuser(request) else rows.none()
        return rows.filter(**{self.clinic_path: clinic.pk})

    def _is_superuser(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))

    def _may_edit(self, request: HttpRequest) -> bool:
        if self.edit_verb is None:
            return False
        return self._is_superuser(request) or may(request, self.edit_verb)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under the name of what it lists."""
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._is_superuser(request) or may(request, self.view_verb)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_edit(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_edit(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def absent(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send back to the first page, saying that there is no such row."""
        answer: HttpResponse = self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
            request, self.opts, object_id
        )
        return answer

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what became of one row, as the database kept it: who changed what, from what to what."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self.absent(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return self.history_page(request, row.pk, str(row), None)

    def history_page(
        self, request: HttpRequest, key: Any, title: str, shown: Collection[str] | None
    ) -> HttpResponse:
        """Return the page of a row's history; `shown` names the columns whose values are told, None: all."""
        before = request.GET.get("before", "")
        number = int(before) if before.isdecimal() and len(before) < 19 else None
        events, older = history_of(self.model, key, shown, number)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        context = {
            "title": title,
            "row_url": reverse(f"{name}_change", args=[key]),
            "list_url": reverse(f"{name}_changelist"),
            "list_title": capfirst(str(self.opts.verbose_name_plural)),
            "events": events,
            "older": older,
        }
        return TemplateResponse(request, "admin/record/history.html", context)
