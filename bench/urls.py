"""The site, and the floor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_GET


@require_GET
def floor(request: HttpRequest) -> HttpResponse:
    """A bare view: one indexed query of 25 rows and a plain table, behind the log-in like any page."""
    patients = request.clinic.patients.order_by("family_key", "given_key", "id")[:25]  # type: ignore[attr-defined]
    return render(request, "bench/floor.html", {"patients": patients})


urlpatterns = [path("bench/floor/", floor), path("", include("clinic.urls"))]
handler400 = "clinic.views.bad_request"
handler403 = "clinic.views.permission_denied"
handler404 = "clinic.views.page_not_found"
handler500 = "clinic.views.server_error"
