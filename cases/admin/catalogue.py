"""The rules and the exercises in the admin: data of the installed version, to read and to look up."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cases.exercises import load_library
from cases.picking import REGION_LABELS
from cases.screening import Catalogue, load_catalogue
from cases.screening.differences import KINDS, Row, differences, matching, rows_of
from cases.screening.loading import CURRENT, versions
from clinic.admin_site import ClinicAdminSite

NAMES = {
    "condition": gettext_lazy("Conditions"),
    "rule": gettext_lazy("Red-flag rules"),
    "sign": gettext_lazy("Signs"),
    "check": gettext_lazy("Checks of treatments"),
    "conflict": gettext_lazy("Answers that contradict each other"),
    "set": gettext_lazy("Groups of signs"),
    "source": gettext_lazy("Sources"),
}
LONGEST = 100


@require_GET
def list_catalogue(request: HttpRequest) -> HttpResponse:
    """Show the rows of one kind in one version, all or those with certain words."""
    version = _version(request.GET.get("version", ""), CURRENT)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else "condition"
    text = request.GET.get("q", "")[:LONGEST].strip()
    catalogue = load_catalogue(version)
    rows = matching(rows_of(catalogue, kind).values(), text)
    context = _choices() | {"version": version, "kind": kind, "kind_name": NAMES[kind], "text": text}
    context |= {"rows": [_shown(row, catalogue) for row in rows], "is_current": version == CURRENT}
    return render(request, "admin/catalogue/list.html", context)


@require_GET
def compare_catalogues(request: HttpRequest) -> HttpResponse:
    """Show what one version has otherwise than another, field by field."""
    kept = versions()
    new = _version(request.GET.get("new", ""), kept[-1])
    old = _version(request.GET.get("old", ""), kept[-2] if len(kept) > 1 else kept[-1])
    found = [(NAMES[one.kind], one) for one in differences(load_catalogue(old), load_catalogue(new))]
    context = _choices() | {"old": old, "new": new, "found": found}
    return render(request, "admin/catalogue/compare.html", context)


@require_GET
def list_exercises(request: HttpRequest) -> HttpResponse:
    """Show the library of exercises, shelf by shelf, with their pictures and sources."""
    library = load_library()
    shelves = [(label, library.of_region(region)) for region, label in REGION_LABELS.items()]
    shelves = [(label, shelf) for label, shelf in shelves if shelf]
    context = {"library": library, "shelves": shelves, "sources": library.sources}
    return render(request, "admin/catalogue/exercises.html", context)


def _version(asked: str, otherwise: str) -> str:
    return asked if asked in versions() else otherwise


def _choices() -> dict[str, Any]:
    return {"versions": versions(), "kinds": list(NAMES.items()), "current": CURRENT}


def _shown(row: Row, catalogue: Catalogue) -> dict[str, Any]:
    fields = [f"{name.replace('_', ' ')}: {said}" for name, said in row.fields.items()
              if said and name != "source"]  # fmt: skip
    sources = [catalogue.sources[key].title if key in catalogue.sources else key for key in row.sources]
    return {"key": row.key, "title": row.title or row.key, "fields": fields, "sources": sources}


def register(site: ClinicAdminSite) -> None:
    """Put the pages into the admin, among the record."""
    site.add_page("cases/catalogue/", list_catalogue, "catalogue", gettext_lazy("Clinical rules"), "cases")
    site.add_page(
        "cases/catalogue/compare/",
        compare_catalogues,
        "catalogue_compare",
        gettext_lazy("Clinical rules: what changed"),
        "cases",
    )
    site.add_page("cases/exercises/", list_exercises, "exercises", gettext_lazy("Exercises"), "cases")


register(admin.site)  # type: ignore[arg-type]
