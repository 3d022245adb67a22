"""The admin site: managers and auditors of a clinic, and superusers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clinic.access import may
from clinic.admin_stale import SEEN, SeenForm
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


class TolerantChangeList(ChangeList):
    """A list that takes an address which makes no sense as Django takes most of them: from its beginning."""

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except (OverflowError, ValueError, ValidationError) as error:
            raise IncorrectLookupParameters(error) from error


class TolerantAdmin(admin.ModelAdmin):
    """Pages on which garbage in an address or a forged tick is no error."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TolerantChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Refuse patterns, which nothing here asks for: one may be wrong, or take for ever."""
        if lookup.rpartition("__")[2] in ("regex", "iregex"):
            return False
        return super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def action_checkbox(self, obj: Model) -> SafeString:
        """Return the box that ticks a row. Django renders a template for each, a fifth of a list's time."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            format_html(str(_("Select this object for an action - {}")), str(obj)),
        )

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(map(self._is_key, ticked)):
            messages.warning(request, _("Nothing was done: what was ticked is not on this list."))
            return HttpResponseRedirect(request.get_full_path())
        answer: HttpResponse | None = super().response_action(request, *args, **kwargs)
        return answer

    def _is_key(self, text: str) -> bool:
        try:
            self.opts.pk.to_python(text)
        except (ValueError, ValidationError):
            return False
        return True


class ClinicModelAdmin(TolerantAdmin):
    """An admin page that shows the rows of the request's clinic only, by the access table.

    `clinic_path` is the lookup from the model to its clinic. Nothing is deleted in the admin.
    """

    form = SeenForm
    clinic_path = "clinic"
    view_verb = "reports.view"
    edit_verb: str | None = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 25

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        clinic = getattr(request, "clinic", None)
        if clinic is None:
            return rows if self._is_superuser(request) else rows.none()
        return rows.filter(**{self.clinic_path: clinic.pk})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return a row, locked while it is saved: nobody else saves it between its form and its change."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not connection.in_atomic_block:
            return row
        return self.get_queryset(request).select_for_update(of=("self",)).get(pk=row.pk)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the fields of a form: what it has seen is of the row that somebody changes."""
        fields = super().get_fields(request, obj)
        if obj is not None and self.has_change_permission(request, obj):
            return fields
        return [name for name in fields if name != SEEN]

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
