"""The pages of one kind of row: the list, the row, and its history. Nothing is changed on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import audit
from clinic.access import may
from clinic.admin_site import ClinicModelAdmin
from clinic.forms import FootnoteForm
from clinic.record_admin.columns import Column, column
from clinic.record_admin.filters import Filter
from clinic.record_admin.listing import Listed, end_of_day, newest_first, place
from clinic.row_history import is_tracked

PATIENT = "admin:cases_patient_change"


@dataclass(frozen=True)
class Part:
    """Rows that belong to a row and are shown on its page: the relation, their columns, their order."""

    relation: str
    columns: tuple[str, ...]
    order: str


class FindRecord(FootnoteForm):
    """A patient's record number, sent by POST so that it stands in no address."""

    record_number = forms.CharField(label=gettext_lazy("Record number"), max_length=30)


class RecordAdmin(ClinicModelAdmin):
    """Rows of the record: what may be seen of them is in `columns`, and nothing else is read.

    Managers and auditors do not see clinical notes, and whoever opens these pages sees the same: a column
    is here because somebody put it on the list. Free text that a clinician wrote never is.
    `in_list` are those of the list, the newest rows first by `moment`, which with the clinic has an index.
    `patients` are the paths to the patients whose row it is; "" is the row itself, and rows of nobody have
    a `number` of their own. Every page is logged as one that showed them. Without a clinic there is nobody
    to keep that log, so a superuser needs one.
    """

    about: Any = ""
    columns: tuple[str, ...] = ()
    in_list: tuple[str, ...] = ()
    labels: ClassVar[dict[str, Any]] = {}
    moment = "created_at"
    patients: tuple[str, ...] = ("patient",)
    number = "pk"
    filters: tuple[Filter, ...] = ()
    parts: tuple[Part, ...] = ()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if getattr(request, "clinic", None) is None:
            return False
        return self._is_superuser(request) or may(request, self.view_verb)

    # Pages

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the newest rows, all or narrowed down; a POST finds a patient by record number."""
        self._only_to_view(request)
        form = FindRecord(request.POST or None)
        if request.method == "POST" and form.is_valid():
            key = self._patient_with(request, form.cleaned_data["record_number"])
            if key:
                return HttpResponseRedirect(f"{request.path}?{urlencode({'patient': key})}")
            form.add_error("record_number", _("No patient has this record number."))
        listed, asked = self._listed(request)
        self._shows(request, listed.rows)
        context = self._context(capfirst(str(self.opts.verbose_name_plural)))
        return TemplateResponse(
            request,
            "admin/record/list.html",
            context
            | {
                "form": form,
                "asks_for_patient": bool(self.patients),
                "number_label": _("Record") if self.patients else _("Number"),
                "about": self.about,
                "columns": self.list_columns,
                "rows": [self._as_row(row) for row in listed.rows],
                "older": self._older(asked, listed),
                "searched_to": listed.searched_to,
                "filters": self._choices(request, asked),
                "asked": asked,
            },
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one row."""
        self._only_to_view(request, "GET", "HEAD")
        row = self._row(request, object_id)
        if row is None:
            return self.absent(request, object_id)
        self._shows(request, [row])
        facts = [(one.label, one.text(row[one.path])) for one in self.all_columns]
        context = self._context(self._title(row)) | {
            "facts": facts,
            "number": self._number(row),
            "patient_url": self._patient_url(row),
            "history_url": reverse(self._url("history"), args=[row["pk"]]) if is_tracked(self.model) else "",
            "parts": [self._part(part, row["pk"]) for part in self.parts],
            "links": self.links(request, row),
        }
        return TemplateResponse(request, "admin/record/row.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what became of one row, column by column for those that may be seen."""
        self._only_to_view(request, "GET", "HEAD")
        row = self._row(request, object_id)
        if row is None:
            return self.absent(request, object_id)
        self._shows(request, [row])
        shown = {path.partition("__")[0] for path in self.columns}
        return self.history_page(request, row["pk"], self._title(row), shown)

    def links(self, request: HttpRequest, row: dict[str, Any]) -> list[tuple[str, str]]:
        """Return further links of a row's page, as label and address."""
        return []

    # What is read

    @cached_property
    def all_columns(self) -> list[Column]:
        return self._columns(self.columns)

    @cached_property
    def list_columns(self) -> list[Column]:
        return self._columns(self.in_list)

    def _columns(self, paths: Iterable[str]) -> list[Column]:
        return [column(self.model, path, self.labels.get(path, "")) for path in paths]

    @cached_property
    def _patient_paths(self) -> list[tuple[str, str]]:
        """The lookups of key and record number of each patient."""
        return [(f"{path}__id", f"{path}__record_number") if path else ("id", "record_number")
                for path in self.patients]  # fmt: skip

    def _names(self, columns: list[Column]) -> list[str]:
        own = [name for pair in self._patient_paths for name in pair] or [self.number]
        return sorted({*own, *(one.path for one in columns)} - {self.moment, "pk"})

    def _row(self, request: HttpRequest, object_id: str) -> dict[str, Any] | None:
        key = _key(self.opts.pk, unquote(object_id))
        if key is None:
            return None
        names = {*self._names(self.all_columns), self.moment}
        row: dict[str, Any] | None = self.get_queryset(request).filter(pk=key).values("pk", *names).first()
        return row

    def _listed(self, request: HttpRequest) -> tuple[Listed, dict[str, str]]:
        """Return the rows asked for, and what was asked as far as it makes sense."""
        rows, asked = self.get_queryset(request), {}
        narrowing = Q()
        patient = _key(self._patient_key, request.GET.get("patient", "")) if self.patients else None
        if patient:
            asked["patient"] = str(patient)
            rows = rows.filter(self._of_patient(patient))
        for one in self.filters:
            value = request.GET.get(one.name, "")
            if value and value in dict(one.options(request.clinic)):  # type: ignore[attr-defined]
                asked[one.name] = value
                narrowing &= one.condition(value)
        until = request.GET.get("until", "")
        after = end_of_day(until)
        if after:
            asked["until"] = until
        after = place(request.GET.get("after", ""), self.opts.pk) or after
        is_narrowed = bool(narrowing) and not patient
        if patient:
            rows = rows.filter(narrowing)
        names = self._names(self.list_columns)
        return newest_first(rows, self.moment, names, after, narrowing if is_narrowed else None), asked

    @property
    def _patient_key(self) -> Any:
        return self.opts.pk if not self.patients[0] else UUIDKey

    def _of_patient(self, key: Any) -> Q:
        condition = Q()
        for own, _number in self._patient_paths:
            condition |= Q(**{own: key})
        return condition

    def _patient_with(self, request: HttpRequest, number: str) -> Any:
        numbers = {number, number.zfill(6)}
        patients = request.clinic.patients.filter(record_number__in=numbers)  # type: ignore[attr-defined]
        return patients.order_by("record_number").values_list("pk", flat=True).first()

    # What is shown

    def _only_to_view(self, request: HttpRequest, *methods: str) -> None:
        """Refuse whoever may not see these rows, and everybody who would write."""
        if not self.has_view_permission(request) or (methods and request.method not in methods):
            raise PermissionDenied

    def _shows(self, request: HttpRequest, rows: list[dict[str, Any]]) -> None:
        audit.shows(request, [row[key] for row in rows for key, _number in self._patient_paths if row[key]])

    def _context(self, title: str) -> dict[str, Any]:
        return {
            "title": title,
            "opts": self.opts,
            "list_url": reverse(self._url("changelist")),
            "list_title": capfirst(str(self.opts.verbose_name_plural)),
        }

    def _url(self, page: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _number(self, row: dict[str, Any]) -> str:
        return str(row[self._patient_paths[0][1] if self.patients else self.number])

    def _title(self, row: dict[str, Any]) -> str:
        kind = capfirst(str(self.opts.verbose_name))
        words = _("%(kind)s, record %(number)s") if self.patients else _("%(kind)s %(number)s")
        return words % {"kind": kind, "number": self._number(row)}

    def _patient_url(self, row: dict[str, Any]) -> str:
        if not self.patients or not self.patients[0]:
            return ""
        return reverse(PATIENT, args=[row[self._patient_paths[0][0]]])

    def _as_row(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "url": f"{row['pk']}/change/",
            "number": self._number(row),
            "cells": [(one.label, one.text(row[one.path])) for one in self.list_columns],
        }

    def _older(self, asked: dict[str, str], listed: Listed) -> str:
        if listed.older is None:
            return ""
        kept = {name: value for name, value in asked.items() if name != "until"}
        return f"?{urlencode(kept | {'after': str(listed.older)})}"

    def _choices(self, request: HttpRequest, asked: dict[str, str]) -> list[dict[str, Any]]:
        return [
            {
                "name": one.name,
                "label": one.label,
                "options": one.options(request.clinic),  # type: ignore[attr-defined]
                "chosen": asked.get(one.name, ""),
            }
            for one in self.filters
        ]

    def _part(self, part: Part, key: Any) -> dict[str, Any]:
        relation: Any = self.opts.get_field(part.relation)
        model = relation.related_model
        columns = [column(model, path) for path in part.columns]
        rows = model._default_manager.filter(**{relation.field.name: key}).order_by(part.order)
        values = rows.values(*part.columns)[:200]
        return {
            "title": capfirst(str(model._meta.verbose_name_plural)),
            "columns": columns,
            "rows": [[(one.label, one.text(row[one.path])) for one in columns] for row in values],
        }


class UUIDKey:
    """The key of a patient, read from an address."""

    @staticmethod
    def to_python(text: str) -> UUID:
        return UUID(text)


def _key(field: Any, text: str) -> Any:
    try:
        return field.to_python(text) if text else None
    except (ValidationError, ValueError):
        return None


def record_admins(site: admin.AdminSite) -> list[RecordAdmin]:
    """Return every kind of row that the site shows of patients, in the order of their registration."""
    return [one for one in site._registry.values() if isinstance(one, RecordAdmin) and one.patients]
